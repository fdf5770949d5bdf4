import { describe, expect, it } from 'vitest';
import { songs } from '../../../evaluation/candidates/songs.ts';
import { wordings } from '../../../evaluation/metadata/real/battery.ts';
import { drawn, halfOf, sampleOf } from '../../../evaluation/metadata/real/sample.ts';
import { lead } from '../../../evaluation/metadata/real/words.ts';

const catalogue = [...songs(2000)];
const sample = sampleOf(catalogue);

describe('halves', () => {
  it('never change: what was looked at in one half cannot be unlooked at', () => {
    const names = [
      'ada quill',
      'ines rook',
      'tess okoro',
      'mara voss',
      '水野あかり',
      'кинограф',
      'the copper larks',
      'bibo',
    ];
    expect(names.map((name) => [name, halfOf(name)])).toMatchInlineSnapshot(`
      [
        [
          "ada quill",
          "reporting",
        ],
        [
          "ines rook",
          "tuning",
        ],
        [
          "tess okoro",
          "tuning",
        ],
        [
          "mara voss",
          "reporting",
        ],
        [
          "水野あかり",
          "reporting",
        ],
        [
          "кинограф",
          "tuning",
        ],
        [
          "the copper larks",
          "tuning",
        ],
        [
          "bibo",
          "tuning",
        ],
      ]
    `);
    expect(sample.describe()).toMatchInlineSnapshot(`
      {
        "digest": "c5e17790e9128dc8",
        "recordings": 2000,
        "reporting": 953,
        "tuning": 1047,
      }
    `);
  });

  it('do not depend on the order of the rows', () => {
    const turned = sampleOf(catalogue.toReversed());
    expect(turned.describe()).toEqual(sample.describe());
    const ids = (rows: readonly { readonly id: string }[]): readonly string[] => rows.map(({ id }) => id);
    expect(ids(drawn(turned.rowsOf('tuning'), 50))).toEqual(ids(drawn(sample.rowsOf('tuning'), 50)));
  });

  it('share no artist and leave nobody out', () => {
    const [tuning, reporting] = (['tuning', 'reporting'] as const).map((half) => sample.rowsOf(half));
    const names = new Set(tuning!.map(lead));
    expect(reporting!.filter((row) => names.has(lead(row)))).toEqual([]);
    expect(tuning!.length + reporting!.length).toBe(sample.rows.length);
    expect(Math.min(tuning!.length, reporting!.length) / sample.rows.length).toBeGreaterThan(0.4);
  });

  it('draw the same few for every run, and more by adding to them', () => {
    const rows = sample.rowsOf('reporting');
    expect(drawn(rows, 100).slice(0, 20)).toEqual(drawn(rows, 20));
    expect(drawn(rows, rows.length + 1)).toHaveLength(rows.length);
  });
});

describe('wordings', () => {
  it('are many, in many languages, and none is in both halves', () => {
    const versions = wordings.filter((each) => each.class === 'version');
    expect(versions.length).toBeGreaterThan(400);
    expect(new Set(versions.map(({ language }) => language)).size).toBeGreaterThanOrEqual(12);
    const folded = wordings.map(({ text, half }) => ({ key: text.toLowerCase().replace(/[\s\p{P}]/gu, ''), half }));
    const halves = new Map(folded.map(({ key, half }) => [key, half]));
    expect(folded.filter(({ key, half }) => halves.get(key) !== half)).toEqual([]);
    const share = wordings.filter(({ half }) => half === 'reporting').length / wordings.length;
    expect(share).toBeGreaterThan(0.45);
    expect(share).toBeLessThan(0.55);
  });
});
