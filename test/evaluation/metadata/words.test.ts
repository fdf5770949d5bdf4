import { describe, expect, it } from 'vitest';
import type { CatalogueRow } from '../../../evaluation/metadata/catalogueDatabase.ts';
import {
  areTwins,
  everybody,
  plainWords,
  songAndVersion,
  spokenTitle,
} from '../../../evaluation/metadata/real/words.ts';

const row = (
  title: string,
  artists: string,
  durationMs: number | null = 200_000,
  more: Partial<CatalogueRow> = {},
): CatalogueRow => ({
  id: `${title}/${artists}/${durationMs}`,
  title,
  artists: artists.split('; '),
  album: null,
  durationMs,
  isrc: null,
  ...more,
});

describe('the judge’s reading', () => {
  it.each([
    ['Paper Lanterns', { base: 'paper lanterns', versions: [], neutral: [], guests: [] }],
    [
      'Paper Lanterns (feat. Tess Okoro & Mara Voss)',
      { base: 'paper lanterns', versions: [], neutral: [], guests: ['tess okoro', 'mara voss'] },
    ],
    ['Paper Lanterns ft. Tess Okoro', { base: 'paper lanterns', versions: [], neutral: [], guests: ['tess okoro'] }],
    ['Paper Lanterns (with Tess Okoro)', { base: 'paper lanterns', versions: [], neutral: [], guests: ['tess okoro'] }],
    ['Paper Lanterns (With Strings)', { base: 'paper lanterns', versions: ['with strings'], neutral: [], guests: [] }],
    [
      'Paper Lanterns (feat. Tess Okoro) [Ines Rook Remix]',
      { base: 'paper lanterns', versions: ['ines rook remix'], neutral: [], guests: ['tess okoro'] },
    ],
    [
      'Paper Lanterns - 2011 Remaster',
      { base: 'paper lanterns', versions: [], neutral: ['2011 remaster'], guests: [] },
    ],
    [
      'Paper Lanterns - Mono / Remastered',
      { base: 'paper lanterns', versions: ['mono'], neutral: ['remastered'], guests: [] },
    ],
    [
      'Paper Lanterns - From "Harbour Nights"',
      { base: 'paper lanterns', versions: [], neutral: ['from harbour nights'], guests: [] },
    ],
    [
      'Paper Lanterns - Single Version',
      { base: 'paper lanterns', versions: ['single version'], neutral: [], guests: [] },
    ],
    ['(Paper Lanterns)', { base: 'paper lanterns', versions: [], neutral: [], guests: [] }],
    ['紙の灯籠（ライブ）', { base: '紙の灯籠', versions: ['ライブ'], neutral: [], guests: [] }],
    ['!', { base: '!', versions: [], neutral: [], guests: [] }],
  ])('%s', (title, words) => {
    expect(plainWords(title)).toEqual(words);
  });

  it.each([
    ['Paper Lanterns (feat. Tess Okoro)', 'Paper Lanterns'],
    ['Paper Lanterns - Ines Rook Remix', 'Paper Lanterns (Ines Rook Remix)'],
    ['Paper Lanterns (feat. Tess Okoro) - 2011 Remaster', 'Paper Lanterns'],
    ['(I Can’t Find No) Harbour', 'Harbour (I Can’t Find No)'],
  ])('a person says %s as %s', (title, spoken) => {
    expect(spokenTitle(title)).toBe(spoken);
  });

  it('does not mind brackets, dashes and the order of groups', () => {
    expect(songAndVersion('Paper Lanterns (Live) [Ines Rook Remix]')).toBe(
      songAndVersion('Paper Lanterns - Ines Rook Remix - Live'),
    );
  });

  it('counts guests among the artists wherever they stand', () => {
    const sets = [
      row('Paper Lanterns (feat. Tess Okoro)', 'Ada Quill'),
      row('Paper Lanterns', 'Tess Okoro; Ada Quill'),
      row('Paper Lanterns', 'Ada Quill & Tess Okoro'),
    ].map(everybody);
    expect(new Set(sets).size).toBe(1);
  });
});

describe('twins', () => {
  const one = row('Paper Lanterns', 'Ada Quill; Tess Okoro');

  it.each([
    ['another release', row('Paper Lanterns', 'Ada Quill; Tess Okoro', 203_000), true],
    ['credits in another order', row('Paper Lanterns', 'Tess Okoro; Ada Quill'), true],
    ['a guest in the title', row('Paper Lanterns (feat. Tess Okoro)', 'Ada Quill; Tess Okoro', 198_000), true],
    ['a remaster of the same length', row('Paper Lanterns - 2011 Remaster', 'Ada Quill; Tess Okoro'), true],
    ['more than 3 s', row('Paper Lanterns', 'Ada Quill; Tess Okoro', 203_001), false],
    ['an unknown length', row('Paper Lanterns', 'Ada Quill; Tess Okoro', null), false],
    ['without the guest', row('Paper Lanterns', 'Ada Quill'), false],
    ['another guest', row('Paper Lanterns', 'Ada Quill; Mara Voss'), false],
    ['a version', row('Paper Lanterns - Live', 'Ada Quill; Tess Okoro'), false],
    ['a single version', row('Paper Lanterns - Single Version', 'Ada Quill; Tess Okoro'), false],
    ['another title', row('Paper Lantern', 'Ada Quill; Tess Okoro'), false],
  ])('%s', (_, other, twins) => {
    expect(areTwins(one, other)).toBe(twins);
    expect(areTwins(other, one)).toBe(twins);
  });

  it('are those that share an ISRC, whatever they are called', () => {
    const isrc = 'ZZFER2600001';
    expect(
      areTwins(row('Paper Lanterns', 'Ada Quill', 200_000, { isrc }), row('P. L.', 'A. Q.', 240_000, { isrc })),
    ).toBe(true);
  });
});
