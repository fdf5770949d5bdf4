// A regression set made by others: pairs of a title as a platform shows it and the same title cleaned, as the tests of
// @web-scrobbler/metadata-filter (MIT) hold them (its package ships none: point at `test/fixtures` of a checkout). We do not clean
// titles, we compare them; so a pair holds when a sound with the one title and a recording with the other are the same to us.

import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { compareCredits } from '../../matching/metadata/credits.ts';
import { scoreText } from '../../matching/metadata/score.ts';
import { needsAudioFeature } from '../../matching/metadata/score/reason.ts';
import { readWords } from '../../matching/metadata/soundText.ts';

export interface CleaningPair {
  readonly group: string;
  readonly input: string;
  readonly cleaned: string;
}

export type CleaningOutcome =
  | { readonly kind: 'same' }
  /** The title is the same to us, but what was cleaned away tells recordings apart. */
  | { readonly kind: 'held back'; readonly why: string }
  | { readonly kind: 'differs'; readonly why: string };

/** Files about the artist's name instead of the title. */
const aboutArtists = /artist/;

/** Reads `[{funcParameter, expectedValue}]` from every JSON file in the folder and those below it. Throws when there is none. */
export async function readPairs(folder: string): Promise<readonly CleaningPair[]> {
  const files = (await readdir(folder, { recursive: true })).filter((file) => file.endsWith('.json')).sort();
  const pairs: CleaningPair[] = [];
  for (const file of files) {
    const rows = JSON.parse(await readFile(join(folder, file), 'utf8')) as readonly {
      readonly funcParameter?: unknown;
      readonly expectedValue?: unknown;
    }[];
    for (const { funcParameter, expectedValue } of rows) {
      if (typeof funcParameter !== 'string' || typeof expectedValue !== 'string') continue;
      pairs.push({ group: file.replace(/^.*[\\/]|\.json$/g, ''), input: funcParameter, cleaned: expectedValue });
    }
  }
  if (pairs.length === 0) throw new Error(`${folder} holds no pairs`);
  return pairs;
}

export function judgePair({ group, input, cleaned }: CleaningPair): CleaningOutcome {
  if (aboutArtists.test(group)) {
    const { level } = compareCredits([input], [cleaned], []);
    return level === 'equal' || level === 'lead' || input === cleaned
      ? { kind: 'same' }
      : { kind: 'differs', why: `credits: ${level}` };
  }
  const scored = scoreText(
    readWords({
      title: input,
      author: 'Ada Quill',
      handle: null,
      album: null,
      original: false,
      durationMs: null,
      hints: [],
    }),
    {
      id: 'cleaned',
      title: cleaned,
      artists: ['Ada Quill'],
      version: null,
      durationMs: null,
      isrc: null,
      releaseDate: null,
    },
    { titleFrequency: () => 0, catalogueSize: 1_000_000 },
  );
  const title = scored.reasons.find((reason) => reason.feature === 'title');
  if (title === undefined) return input === cleaned ? { kind: 'same' } : { kind: 'differs', why: 'no words' };
  if (
    title.bits <= 0 ||
    scored.reasons.some((reason) => reason.feature === needsAudioFeature) ||
    / spelled /.test(title.text)
  )
    return { kind: 'differs', why: title.text };
  return scored.blockedBy === null ? { kind: 'same' } : { kind: 'held back', why: scored.blockedBy };
}

/** The same idea with titles of our own, and what should become of each. Kept by a test. */
export const ownPairs: readonly (readonly [input: string, cleaned: string, outcome: CleaningOutcome['kind']])[] = [
  ['Paper Lanterns (Official Music Video)', 'Paper Lanterns', 'same'],
  ['Paper Lanterns [Official Lyric Video] HD', 'Paper Lanterns', 'same'],
  ['Paper Lanterns videoclip oficial', 'Paper Lanterns', 'same'],
  ['Paper Lanterns vidéo clip', 'Paper Lanterns', 'same'],
  ['Paper Lanterns.mp3', 'Paper Lanterns', 'same'],
  ['Paper Lanterns (Sub Español)', 'Paper Lanterns', 'same'],
  ['Ada&#039;s &quot;Lanterns&quot; &amp; Lights', 'Ada’s “Lanterns” and Lights', 'same'],
  ['Paper Lanterns - 2011 - Remaster', 'Paper Lanterns', 'same'],
  ['Paper Lanterns [2011 Re-Mastered]', 'Paper Lanterns', 'same'],
  ['Paper Lanterns (2009 Remastered Digital Version)', 'Paper Lanterns', 'same'],
  ['Paper Lanterns - Mono / 2009 Remaster', 'Paper Lanterns', 'same'],
  ['Paper Lanterns (Album Version)', 'Paper Lanterns', 'same'],
  ['Paper Lanterns - Original Single Version', 'Paper Lanterns', 'same'],
  ['Paper Lanterns (Deluxe Edition)', 'Paper Lanterns', 'same'],
  ['Paper Lanterns - Bonus Track', 'Paper Lanterns', 'same'],
  ['Paper Lanterns [Explicit]', 'Paper Lanterns', 'same'],
  ['Paper Lanterns (feat. Tess Okoro)', 'Paper Lanterns', 'same'],
  ['Paper Lanterns ft. Tess Okoro', 'Paper Lanterns', 'same'],
  ['Paper\u200bLanterns', 'PaperLanterns', 'same'],
  ['Paper\u00a0Lanterns', 'Paper Lanterns', 'same'],
  ['“Paper” ‘Lanterns’', '"Paper" \'Lanterns\'', 'same'],
  ['Paper Lanterns - Ines Rook Remix', 'Paper Lanterns (Ines Rook Remix)', 'same'],
  ['Paper Lanterns - Instrumental', 'Paper Lanterns (Instrumental)', 'same'],
  ['Life in HD', 'Life in HD', 'same'],
  // A cleaner drops these; to us they name another recording.
  ['Paper Lanterns (Live)', 'Paper Lanterns', 'held back'],
  ['Paper Lanterns - En vivo', 'Paper Lanterns', 'held back'],
  ['Paper Lanterns (Live at the Old Mill)', 'Paper Lanterns', 'held back'],
  ['Paper Lanterns (Moonlit Version)', 'Paper Lanterns', 'held back'],
  ['Paper Lanterns (Acoustic)', 'Paper Lanterns', 'held back'],
  ['Paper Lanterns (Ines Rook Remix)', 'Paper Lanterns', 'held back'],
  // Words that a cleaner cuts off and that may as well belong to the name.
  ['Paper Lanterns Full Album', 'Paper Lanterns', 'differs'],
  ['"Paper Lanterns" and then some', 'Paper Lanterns', 'differs'],
];

/** The report on a set of pairs, by group. */
export function cleaningReport(pairs: readonly CleaningPair[]): string {
  const groups = Map.groupBy(pairs, (pair) => pair.group);
  const kinds = ['same', 'held back', 'differs'] as const;
  const counts = (of: readonly CleaningPair[]): readonly number[] =>
    kinds.map((kind) => of.filter((pair) => judgePair(pair).kind === kind).length);
  const rows = [...groups].map(([group, of]) => `| ${group} | ${of.length} | ${counts(of).join(' | ')} |`);
  return [
    '# Titles as others clean them',
    '',
    'Made by `npm run evaluate -- metadata --cleaning FOLDER`, where FOLDER is `test/fixtures` of a checkout of',
    '`web-scrobbler/metadata-filter` (MIT); do not edit. Its tests pair a title with its cleaned form. "Same": a sound with the one title and',
    'a recording with the other have the same name to us and nothing holds a link back.',
    '',
    '| group | pairs | same | held back | differs |',
    '| --- | --- | --- | --- | --- |',
    ...rows,
    `| **all** | ${pairs.length} | ${counts(pairs).join(' | ')} |`,
    '',
    'Where our intention is not theirs:',
    '',
    '- Live takes, in any language, and named versions are other recordings: their wording is kept and holds a link back.',
    '- Bare words behind a title ("reissue", "clip", "full album", a decorated "new", anything after a quoted name) may belong to the name; a',
    '  cleaner may cut them, a matcher that must not link wrongly does not. In brackets or behind a dash the wording of releases is read.',
    '',
  ].join('\n');
}
