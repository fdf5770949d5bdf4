// Groups behind titles: one that stands behind many different titles is a version, one behind a single title a subtitle, and two
// different titles never agree through a group that they share. Counted on a real catalogue, asked there, and written down as cases.

import { verdictOn } from '../answer.ts';
import type { CatalogueRow } from '../catalogueDatabase.ts';
import { isCut } from './differences.ts';
import type { JudgedCase } from './judged.ts';
import type { MemoryCatalogue } from './memoryCatalogue.ts';
import { drawn, type Half, type Sample } from './sample.ts';
import { judgedCases, type Line, none, official, rec, review, same, upload } from './shorthand.ts';
import { bearsVersionWord, lead, plain, plainWords, spokenTitle } from './words.ts';

/** Group → the different titles that it stands behind. */
function titlesBehind(rows: readonly CatalogueRow[]): ReadonlyMap<string, ReadonlySet<string>> {
  const behind = new Map<string, Set<string>>();
  for (const row of rows) {
    const { base, versions } = plainWords(row.title);
    for (const group of versions) {
      const titles = behind.get(group) ?? new Set();
      behind.set(group, titles.add(base));
    }
  }
  return behind;
}

export interface GroupCount {
  readonly titles: string;
  readonly groups: number;
  /** Of which bear a word that makes them a version anyway. */
  readonly withVersionWord: number;
}

export function countGroups(sample: Sample): readonly GroupCount[] {
  const behind = titlesBehind(sample.rows);
  const bins: readonly (readonly [string, number, number])[] = [
    ['1', 1, 1],
    ['2', 2, 2],
    ['3–9', 3, 9],
    ['10 and more', 10, Infinity],
  ];
  return bins.map(([titles, least, most]) => {
    const groups = [...behind].filter(([, each]) => each.size >= least && each.size <= most).map(([group]) => group);
    return {
      titles,
      groups: groups.length,
      withVersionWord: groups.filter(bearsVersionWord).length,
    };
  });
}

export interface SubtitleRow {
  readonly question: string;
  readonly right: string;
  readonly n: number;
  readonly linked: number;
  readonly review: number;
  readonly neither: number;
  /** Linked where it must not be, or not linked where it should. */
  readonly wrong: number;
}

/** Titles for each group that stands behind many. */
const titlesAGroup = 5;

export function askSubtitles(sample: Sample, catalogue: MemoryCatalogue, half: Half): readonly SubtitleRow[] {
  const rows = sample.rowsOf(half);
  const behind = titlesBehind(sample.rows);
  return [sharedGroups(rows), ...manyTitles(rows, behind), leftOut(rows, behind, sample, catalogue)];
}

type Ask = { readonly linked: boolean; readonly shown: boolean };

function tally(question: string, shouldLink: boolean, asked: readonly Ask[]): SubtitleRow {
  const linked = asked.filter((each) => each.linked).length;
  return {
    question,
    right: shouldLink ? 'linked' : 'not linked',
    n: asked.length,
    linked,
    review: asked.filter((each) => !each.linked && each.shown).length,
    neither: asked.filter((each) => !each.linked && !each.shown).length,
    wrong: shouldLink ? asked.length - linked : linked,
  };
}

/** As a catalogue of a million would count titles that it holds once. */
const rarity = { titleFrequency: () => 1, catalogueSize: 1_000_000 };

function against(title: string, author: string, other: CatalogueRow): Ask {
  const { kind } = verdictOn(
    {
      sound: official(title, author),
      cands: [
        rec(
          other.id,
          other.title,
          other.artists.join('; '),
          other.durationMs === null ? {} : { dur: other.durationMs / 1000 },
        ),
      ],
    },
    rarity,
  );
  return { linked: kind === 'sure', shown: kind === 'undecided' };
}

/** Two songs of one artist with the same group: each against the other alone. */
function sharedGroups(rows: readonly CatalogueRow[]): SubtitleRow {
  const asked: Ask[] = [];
  for (const of of Map.groupBy(rows, lead).values()) {
    const words = of.map((row) => ({ row, ...plainWords(row.title) }));
    for (const one of words) {
      const other = words.find(
        ({ base, versions }) => base !== one.base && versions.some((group) => one.versions.includes(group)),
      );
      if (other !== undefined) asked.push(against(one.row.title, one.row.artists.join(', '), other.row));
    }
  }
  return tally('a song against another of the artist’s with the same group', false, asked);
}

/** A group that the catalogue has behind three titles and more, other cuts of the same take left aside, put behind others: on the sound's side, on the recording's. */
function manyTitles(
  rows: readonly CatalogueRow[],
  behind: ReadonlyMap<string, ReadonlySet<string>>,
): readonly SubtitleRow[] {
  const bare = drawn(
    rows.filter((row) => plain(row.title) === plainWords(row.title).base),
    1000,
  );
  const groups = [...behind].filter(([group, titles]) => titles.size >= 3 && !isCut(group)).map(([group]) => group);
  const onSound: Ask[] = [];
  const onRecording: Ask[] = [];
  groups.forEach((group, index) => {
    for (let i = 0; i < titlesAGroup; i += 1) {
      const row = bare[(index * titlesAGroup + i) % bare.length];
      if (row === undefined) return;
      const worded = i % 2 === 0 ? `${row.title} (${group})` : `${row.title} - ${group}`;
      const author = row.artists.join(', ');
      onSound.push(against(worded, author, row));
      onRecording.push(against(row.title, author, { ...row, title: worded }));
    }
  });
  return [
    tally('a group of 3 titles and more, only on the sound', false, onSound),
    tally('a group of 3 titles and more, only on the recording', false, onRecording),
  ];
}

/** A subtitle that the sound leaves out, where the artist has no other recording of that name. */
function leftOut(
  rows: readonly CatalogueRow[],
  behind: ReadonlyMap<string, ReadonlySet<string>>,
  sample: Sample,
  catalogue: MemoryCatalogue,
): SubtitleRow {
  const named = Map.groupBy(sample.rows, (row) => `${plainWords(row.title).base}\n${lead(row)}`);
  const asked: Ask[] = [];
  for (const row of rows) {
    const { base, versions } = plainWords(row.title);
    const [subtitle] = versions;
    if (versions.length !== 1 || subtitle === undefined || behind.get(subtitle)!.size > 1) continue;
    if (bearsVersionWord(subtitle) || named.get(`${base}\n${lead(row)}`)!.length > 1) continue;
    const title = spokenTitle(row.title).replace(/\s*\([^()]*\)\s*$/u, '');
    if (plain(title) !== base) continue;
    const sound = official(title, row.artists.join(', '));
    const { cands, rarity: counted } = catalogue.candidatesFor(sound);
    const verdict = verdictOn({ sound, cands }, counted);
    asked.push({
      linked: verdict.kind === 'sure' && verdict.best.link.recordingId === row.id,
      shown: verdict.kind === 'undecided',
    });
  }
  return tally('a group of one title and no version word, left out by the sound', true, asked);
}

const paper = rec('paper', 'Sweet Lanterns (Are Made of Paper)', 'Ada Quill');
const plainOne = rec('plain', 'Sweet Lanterns', 'Ada Quill', { dur: 231 });
const stranger = rec('stranger', 'Sweet Lanterns', 'The Copper Larks', { dur: 187 });

const lines: readonly Line[] = [
  [
    'left out',
    official('Sweet Lanterns', 'Ada Quill'),
    [paper, stranger],
    same('paper'),
    'no other of that name is hers',
  ],
  ['left out', upload('Ada Quill - Sweet Lanterns'), [paper, stranger], same('paper'), 'uploads leave it out'],
  [
    'left out',
    official('Harbour', 'The Rolling Tides'),
    [rec('a', '(I Can’t Find No) Harbour', 'The Rolling Tides'), rec('b', 'Harbour', 'Ines Rook')],
    same('a'),
    'it stands in front',
  ],
  [
    'left out, sibling',
    official('Sweet Lanterns', 'Ada Quill'),
    [paper, plainOne],
    same('plain'),
    'the plain one is there',
  ],
  [
    'left out, sibling',
    upload('Sweet Lanterns - Ada Quill'),
    [paper, plainOne],
    same('plain'),
    'the plain one is there',
  ],
  [
    'on both sides',
    official('Sweet Lanterns (Are Made of Paper)', 'Ada Quill'),
    [paper, plainOne],
    same('paper'),
    'the whole title is equal',
  ],
  [
    'on both sides',
    official('Sweet Lanterns - Are Made of Paper', 'Ada Quill'),
    [paper, stranger],
    same('paper'),
    'a dash for a bracket',
  ],
  [
    'on both sides',
    official('Sweet Lanterns Are Made of Paper', 'Ada Quill'),
    [paper, stranger],
    same('paper'),
    'no sign at all',
  ],
  [
    'on both sides',
    official('(Are Made of Paper) Sweet Lanterns', 'Ada Quill'),
    [paper, stranger],
    same('paper'),
    'the other order',
  ],
  [
    'on both sides',
    official('Sweet Lanterns (Are Maed of Paper)', 'Ada Quill'),
    [paper, stranger],
    same('paper'),
    'a slip in it',
  ],
  [
    'on both sides',
    upload('sweet lanterns (are made of paper) - ada quill'),
    [paper, plainOne],
    same('paper'),
    'an upload with the whole title',
  ],
  [
    'on both sides',
    official('I Can’t Find No Harbour', 'The Rolling Tides'),
    [rec('a', '(I Can’t Find No) Harbour', 'The Rolling Tides'), rec('b', 'Harbour', 'The Rolling Tides')],
    same('a'),
    'no bracket',
  ],
  [
    'on the sound only',
    official('Sweet Lanterns (Are Made of Paper)', 'Ada Quill'),
    [plainOne, stranger],
    review,
    'the catalogue knows no such group',
  ],
  [
    'on the sound only',
    upload('Ada Quill - Sweet Lanterns (Velvet Hour)'),
    [plainOne, stranger],
    review,
    'the catalogue knows no such group',
  ],
  [
    'on the sound only',
    official('Sweet Lanterns - Velvet Hour', 'Ada Quill'),
    [plainOne, stranger],
    review,
    'the catalogue knows no such group',
  ],
  [
    'two subtitles',
    official('Sweet Lanterns (Of Tin)', 'Ada Quill'),
    [paper, stranger],
    review,
    'another name behind the same one',
  ],
  [
    'two subtitles',
    official('Sweet Lanterns (Of Tin)', 'Ada Quill'),
    [paper, rec('tin', 'Sweet Lanterns (Of Tin)', 'Ada Quill')],
    same('tin'),
    'the group decides',
  ],
  [
    'shared by two titles',
    official('Andando (Side A - Acoustic)', 'Frank Sea'),
    [rec('a', 'Dear Autumn (Side A - Acoustic)', 'Frank Sea')],
    none,
    'only the group is the same',
  ],
  [
    'shared by two titles',
    official('Andando (Side A)', 'Frank Sea'),
    [rec('a', 'Dear Autumn (Side A)', 'Frank Sea')],
    none,
    'only the group is the same',
  ],
  [
    'shared by two titles',
    official('Andando - Side A', 'Frank Sea'),
    [rec('a', 'Dear Autumn - Side A', 'Frank Sea')],
    none,
    'only the dash part is the same',
  ],
  [
    'shared by two titles',
    official('Andando (Prologue)', 'Frank Sea'),
    [rec('a', 'Dear Autumn (Prologue)', 'Frank Sea')],
    none,
    'only the group is the same',
  ],
  [
    'shared by two titles',
    official('Andando (From "Harbour Nights")', 'Frank Sea'),
    [rec('a', 'Dear Autumn (From "Harbour Nights")', 'Frank Sea')],
    none,
    'one film, two songs',
  ],
  [
    'shared by two titles',
    official('Violin Concerto No. 31 in C Major, L. 467: I. Allegro', 'Isaac Perlmann'),
    [rec('a', 'Violin Concerto No. 32 in D Minor, L. 470: I. Allegro', 'Isaac Perlmann')],
    none,
    'one movement’s name, two works',
  ],
  [
    'shared by two titles',
    upload('Frank Sea - Andando (Side A)'),
    [rec('a', 'Dear Autumn (Side A)', 'Frank Sea')],
    none,
    'only the group is the same',
  ],
  [
    'shared by two titles',
    official('Andando (Side A)', 'Frank Sea'),
    [rec('a', 'Dear Autumn (Side A)', 'Frank Sea'), rec('b', 'Andando (Side A)', 'Frank Sea')],
    same('b'),
    'the whole title is equal',
  ],
  [
    'title of one, group of the other',
    official('Everywhere', 'Lukas & Stefan'),
    [rec('a', 'How Far Have You Gone (Everywhere)', 'Lukas & Stefan')],
    review,
    'two songs of theirs',
  ],
  [
    'title of one, group of the other',
    official('Everywhere', 'Lukas & Stefan'),
    [rec('a', 'How Far Have You Gone (Everywhere)', 'Lukas & Stefan'), rec('b', 'Everywhere', 'Lukas & Stefan')],
    same('b'),
    'the whole title is equal',
  ],
  [
    'title of one, group of the other',
    official('Everywhere (How Far Have You Gone)', 'Lukas & Stefan'),
    [rec('a', 'How Far Have You Gone (Everywhere)', 'Lukas & Stefan')],
    same('a'),
    'both names are there',
  ],
  [
    'name in another script',
    official('Lantern Song', 'Aimi'),
    [rec('a', '등불노래 (Lantern Song)', 'Aimi'), rec('b', 'Lantern Song', 'Ines Rook')],
    same('a'),
    'a translation',
  ],
  [
    'name in another script',
    official('등불노래', 'Aimi'),
    [rec('a', '등불노래 (Lantern Song)', 'Aimi'), rec('b', '등불노래', 'IBI')],
    same('a'),
    'a translation',
  ],
];

export const subtitleCases: readonly JudgedCase[] = judgedCases('subtitle', lines);
