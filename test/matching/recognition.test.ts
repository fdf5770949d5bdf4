// Pieces for recognisers, and when two of them agree.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AudioCandidate, RecognisedCandidate } from '../../domain/evidence.ts';
import { agreements, placesOf, recognisedIn, speedsToTry, type Heard } from '../../matching/recognition.ts';
import { wordsOf } from '../../matching/soundWords.ts';
import { recognisedBits } from '../../matching/witnesses/recogniser.ts';
import { type Given, verdictOn } from './support.ts';

const words = (title: string) =>
  wordsOf({
    title,
    author: 'Nora Vale',
    handle: '',
    original: null,
    durationMs: null,
    payload: null,
    prerelease: null,
  });
const none = { kind: 'none', reason: '' } as const;
const heardAt = (speedRatio: number, logLikelihoodRatio: number): AudioCandidate => ({
  recordingId: 'ZZTST2600001',
  referenceId: 1,
  relation: 'same',
  speedRatio,
  pitchSemitones: 0,
  offsetMs: 0,
  coverage: 0.5,
  logLikelihoodRatio,
});

describe('the speeds to try', () => {
  it.each<[string, Parameters<typeof speedsToTry>[0], string, number[]]>([
    ['its own when nothing suggests another', none, 'Harbour Lights', [1]],
    ['its own, then the usual of what the title says', none, 'Harbour Lights (Sped Up)', [1, 1.2]],
    ['the other way', none, 'Harbour Lights (slowed + reverb)', [1, 0.85]],
    ['how much the title says', none, 'Harbour Lights (sped up 1.5x)', [1, 1.5]],
    [
      'first what our own ear heard',
      { kind: 'match', candidates: [heardAt(0.9, 3), heardAt(1.25, 8)] },
      'x',
      [1.25, 1],
    ],
    ['its own where our ear heard that', { kind: 'match', candidates: [heardAt(1.005, 8)] }, 'x', [1.005]],
    ['nothing from what our ear rules out', { kind: 'match', candidates: [heardAt(1.25, -8)] }, 'x', [1]],
  ])('are %s', (_, audio, title, speeds) => {
    expect(speedsToTry(audio, words(title))).toEqual(speeds);
  });
});

/** Noise whose loudness is given for each second. */
const seconds = (...loud: readonly number[]): Float32Array =>
  Float32Array.from(
    { length: loud.length * 1000 },
    (_, i) => (((i * 7919) % 200) / 100 - 1) * loud[Math.floor(i / 1000)]!,
  );

describe('the places of pieces', () => {
  it('are the fullest, and another that shares nothing with it where there is room', () => {
    const pcm = seconds(
      ...Array.from({ length: 40 }, (_, i) => (i >= 8 && i < 18 ? 1 : i >= 25 && i < 35 ? 0.5 : 0.01)),
    );
    expect(placesOf(pcm, 1000, 12_000)).toEqual([
      { startMs: 8_000, lengthMs: 10_000 },
      { startMs: 25_000, lengthMs: 10_000 },
    ]);
  });

  it('lie within the sound, differ, and are never longer than is taken', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(0, 0.1, 1), { minLength: 0, maxLength: 60 }),
        fc.integer({ min: 5, max: 15 }),
        (loud, most) => {
          const places = placesOf(seconds(...loud), 1000, most * 1000);
          for (const { startMs, lengthMs } of places) {
            expect(startMs).toBeGreaterThanOrEqual(0);
            expect(startMs + lengthMs).toBeLessThanOrEqual(loud.length * 1000);
            expect(lengthMs).toBeLessThanOrEqual(most * 1000);
            expect(lengthMs).toBeGreaterThanOrEqual(3_000);
          }
          if (loud.length >= 5) expect(new Set(places.map(({ startMs }) => startMs)).size).toBe(2);
          if (loud.length < 3) expect(places).toEqual([]);
        },
      ),
    );
  });
});

const hit = (id: string, more: Partial<Heard> = {}): Heard => ({
  id,
  list: 'music',
  isrc: null,
  title: `Song ${id}`,
  artists: ['Nora Vale'],
  offsetMs: null,
  ...more,
});
const piece = (startMs: number, speed = 1) => ({ startMs, lengthMs: 10_000, speed });

describe('two pieces', () => {
  const agreed = (first: readonly Heard[], second: readonly Heard[], speed = 1) =>
    agreements({ piece: piece(4_000, speed), hits: first }, { piece: piece(20_000, speed), hits: second }).map(
      ({ hit: { id }, inPlace, offsetMs }) => ({ id, inPlace, offsetMs }),
    );

  it.each<[string, readonly Heard[], readonly Heard[], string[]]>([
    ['agree by the id', [hit('a')], [hit('b'), hit('a')], ['a']],
    [
      'agree by the ISRC under two ids',
      [hit('a', { isrc: 'ZZTST2600001' })],
      [hit('b', { isrc: 'ZZTST2600001', title: 'x' })],
      ['a'],
    ],
    [
      'do not agree when the ISRCs differ',
      [hit('a', { isrc: 'ZZTST2600001', title: 'x' })],
      [hit('b', { isrc: 'ZZTST2600002', title: 'x' })],
      [],
    ],
    [
      'agree by title and artist where codes are missing',
      [hit('a', { title: 'Home!' })],
      [hit('b', { title: 'HOME' })],
      ['a'],
    ],
    ['do not agree when each hears something else', [hit('a')], [hit('b')], []],
    ['do not agree when one hears nothing', [hit('a')], [], []],
    [
      'name the hummed last',
      [hit('a', { list: 'humming' }), hit('b')],
      [hit('b'), hit('a', { list: 'humming' })],
      ['b', 'a'],
    ],
  ])('%s', (_, first, second, ids) => {
    expect(agreed(first, second).map(({ id }) => id)).toEqual(ids);
  });

  it('that lie in the recording as in the sound say more, and where the sound begins', () => {
    const at = (offsetMs: number): Heard => hit('a', { offsetMs });
    expect(agreed([at(34_000)], [at(50_500)])).toEqual([{ id: 'a', inPlace: true, offsetMs: 30_000 }]);
    expect(agreed([at(34_000)], [at(90_000)])).toEqual([{ id: 'a', inPlace: false, offsetMs: 30_000 }]);
    // Sped up by a quarter, 16 s of the sound are 20 s of the recording.
    expect(agreed([at(35_000)], [at(55_000)], 1.25)).toEqual([{ id: 'a', inPlace: true, offsetMs: 30_000 }]);
  });
});

describe('in the decision', () => {
  const recognised = (more: Partial<RecognisedCandidate> = {}): RecognisedCandidate => ({
    recordingId: 'ZZTST2600001',
    serviceId: 'f1',
    provider: 'acrcloud',
    text: '"Song" by Nora Vale',
    list: 'music',
    speedRatio: 1,
    offsetMs: 12_000,
    inPlace: true,
    ...more,
  });
  const input = (more: Partial<Given>): Given => ({
    text: { kind: 'unusable', code: 'no_text', reason: 'The title is a placeholder, no text evidence.' },
    audio: { kind: 'none', reason: 'Its audio matches none of 10 reference recordings.' },
    rejected: [],
    catalogueSize: 10,
    userMade: true,
    ...more,
  });

  it('a recording heard in two pieces, each in its place, is linked', () => {
    const verdict = verdictOn(input({ recognised: [recognised()] }));
    expect(verdict).toMatchObject({
      kind: 'sure',
      best: {
        link: { recordingId: 'ZZTST2600001', relation: 'same', speedRatio: 1, offsetMs: 12_000, coverage: null },
      },
      why: 'acrcloud recognised it in two pieces of the sound, each in its place.',
    });
  });

  it('heard in two pieces that could lie anywhere, it is shown to a person', () => {
    expect(verdictOn(input({ recognised: [recognised({ inPlace: false })] }))).toMatchObject({ kind: 'undecided' });
  });

  it('two recognisers are one reason', () => {
    const verdict = verdictOn(
      input({ recognised: [recognised({ inPlace: false }), recognised({ inPlace: false, provider: 'audd' })] }),
    );
    expect(verdict).toMatchObject({ kind: 'undecided' });
    const reasons = verdict.kind === 'undecided' ? verdict.candidates[0]!.reasons : [];
    expect(reasons.filter(({ feature }) => feature === 'recogniser')).toMatchObject([{ bits: recognisedBits }]);
  });

  it('a hummed melody decides nothing', () => {
    expect(verdictOn(input({ recognised: [recognised({ list: 'humming' })] }))).toMatchObject({ kind: 'nothing' });
  });

  it('what had to be slowed to be recognised was sped up', () => {
    const verdict = verdictOn(input({ recognised: [recognised({ speedRatio: 1.25 })] }));
    expect(verdict).toMatchObject({ kind: 'sure', best: { link: { relation: 'sped_up', speedRatio: 1.25 } } });
  });

  it('a recogniser against the words is for a person', () => {
    const verdict = verdictOn(
      input({
        userMade: false,
        text: {
          kind: 'match',
          candidates: [
            {
              recordingId: 'ZZTST2600009',
              reasons: [
                { feature: 'title', root: 'title', bits: 16, text: 'The titles agree.' },
                { feature: 'artist', root: 'artist', bits: 20, text: 'The artists agree.' },
              ],
              relation: 'same',
              blockedBy: null,
              artistAgrees: true,
            },
          ],
        },
        recognised: [recognised()],
      }),
    );
    expect(verdict).toMatchObject({ kind: 'undecided' });
  });

  it('one that a person rejected stays rejected', () => {
    expect(verdictOn(input({ recognised: [recognised()], rejected: ['ZZTST2600001'] }))).toMatchObject({
      kind: 'nothing',
    });
  });

  it('only recognisers’ answers count as recognised', () => {
    const known = { recordingId: 'ZZTST2600002', serviceId: '1', text: '' };
    expect(
      recognisedIn([{ kind: 'match', candidates: [known] }, { kind: 'match', candidates: [recognised()] }, none]),
    ).toEqual([recognised()]);
  });
});
