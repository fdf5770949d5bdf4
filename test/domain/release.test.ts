// "Out" begins with the first territory, wherever its clocks stand.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  availability,
  endMs,
  isMomentText,
  normaliseTerritory,
  startMs,
  type ReleaseMoment,
} from '../../domain/release.ts';

const moment = (from: string, territories: readonly string[], more: Partial<ReleaseMoment> = {}): ReleaseMoment => ({
  use: 'release',
  territories,
  excluded: [],
  from,
  until: null,
  ...more,
});
const iso = (ms: number | null): string | null => (ms === null ? null : new Date(ms).toISOString().replace('.000', ''));

describe('a moment begins', () => {
  it.each<[string, readonly string[], readonly string[], string, string]>([
    ['2026-12-11', ['Worldwide'], [], '2026-12-10T10:00:00Z', '2026-12-11'],
    ['2026-12-11', ['US'], [], '2026-12-11T05:00:00Z', '2026-12-11'],
    // Summer time there, winter time in July; and the Chatham Islands are first.
    ['2026-12-11', ['NZ'], [], '2026-12-10T10:15:00Z', '2026-12-11'],
    ['2026-07-11', ['NZ'], [], '2026-07-10T11:15:00Z', '2026-07-11'],
    ['2026-12-11', ['GB', 'JP'], [], '2026-12-10T15:00:00Z', '2026-12-11'],
    ['2026-12-11T18:00:00', ['DE'], [], '2026-12-11T17:00:00Z', '2026-12-11'],
    ['2026-12-10T11:00:00Z', ['NZ'], [], '2026-12-10T11:00:00Z', '2026-12-11'],
    ['2026-12-11T00:00:00-05:00', ['Worldwide'], [], '2026-12-11T05:00:00Z', '2026-12-11'],
    ['2026-12-11', ['Worldwide'], ['KI'], '2026-12-10T10:15:00Z', '2026-12-11'],
  ])('%s in %s without %s at %s, on %s there', (from, territories, excluded, instant, day) => {
    const found = availability([moment(from, territories, { excluded })]);
    expect(iso(found.outFromMs)).toBe(instant);
    expect(found.releaseDate).toBe(day);
  });

  it('and has ended when it has in the last of its territories', () => {
    expect(iso(endMs(moment('2026-01-01', ['NZ', 'US'], { until: '2026-12-31' })))).toBe('2026-12-31T10:00:00Z');
    expect(iso(endMs(moment('2026-01-01', ['Worldwide'], { until: '2026-12-31' })))).toBe('2026-12-31T12:00:00Z');
  });
});

describe('several moments', () => {
  it('are out with the first release, whatever previews and pre-orders say', () => {
    const found = availability([
      moment('2026-12-11', ['US']),
      moment('2026-12-01', ['US'], { use: 'preview' }),
      moment('2026-11-01', ['US'], { use: 'pre_order' }),
    ]);
    expect(found.releaseDate).toBe('2026-12-11');
    expect(iso(found.previewFromMs)).toBe('2026-12-01T05:00:00Z');
  });

  it('end with the last, and never while one is open', () => {
    const [one, other] = [
      moment('2026-01-01', ['US'], { until: '2026-02-01' }),
      moment('2026-01-01', ['GB'], { until: '2026-03-01' }),
    ];
    expect(iso(availability([one, other]).endsAtMs)).toBe('2026-03-01T00:00:00Z');
    expect(availability([one, moment('2026-01-01', ['DE'])]).endsAtMs).toBeNull();
  });

  it('of which none is a release are not out at all', () =>
    expect(availability([moment('2026-01-01', ['US'], { use: 'preview' })])).toMatchObject({
      outFromMs: Infinity,
      releaseDate: null,
      endsAtMs: null,
    }));
});

it('one without a beginning counts only where no other has one', () => {
  const undated = { ...moment('2026-01-01', ['Worldwide']), from: null };
  expect(availability([undated])).toMatchObject({ outFromMs: -Infinity, releaseDate: null, endsAtMs: null });
  for (const both of [
    [undated, moment('2026-12-11', ['US'])],
    [moment('2026-12-11', ['US']), undated],
  ])
    expect(availability(both).releaseDate).toBe('2026-12-11');
});

it('no order of moments or territories makes a difference', () => {
  const codes = fc.subarray(['US', 'NZ', 'JP', 'GB', 'BR', 'KI', 'AS'], { minLength: 1 });
  const day = fc.date({ min: new Date('2000-01-02'), max: new Date('2040-01-01'), noInvalidDate: true });
  fc.assert(
    fc.property(fc.array(fc.tuple(day, codes), { minLength: 1, maxLength: 4 }), (given) => {
      const moments = given.map(([at, territories]) => moment(at.toISOString().slice(0, 10), territories));
      const turned = moments.toReversed().map((each) => ({ ...each, territories: each.territories.toReversed() }));
      expect(availability(turned).outFromMs).toBe(availability(moments).outFromMs);
      // A day begins somewhere between UTC+14 and UTC-12.
      for (const each of moments) {
        const apart = startMs(each) - Date.parse(`${each.from}T00:00:00Z`);
        expect(apart).toBeGreaterThanOrEqual(-14 * 3_600_000);
        expect(apart).toBeLessThanOrEqual(12 * 3_600_000);
      }
    }),
    { numRuns: 50 },
  );
});

it.each([
  ['2026-12-11', true],
  ['2026-12-11T23:59:59.999Z', true],
  ['2026-12-11T10:00+05:30', true],
  ['2026-02-29', false],
  ['0001-01-01', false],
  ['2101-01-01T00:00:00Z', false],
  ['2026-12-11T24:00:00', false],
  ['2026-12', false],
  ['11.12.2026', false],
])('"%s" is a moment: %s', (text, is) => expect(isMomentText(text)).toBe(is));

it.each([
  ['us', 'US'],
  ['UK', 'GB'],
  [' world wide ', 'Worldwide'],
  ['ZZ', null],
  ['USA', null],
])('territory "%s" is %s', (raw, code) => expect(normaliseTerritory(raw)).toBe(code));
