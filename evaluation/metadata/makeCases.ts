// Makes the cases of this set: `node evaluation/metadata/makeCases.ts`. Deterministic; run it after changing works or rules here.
// Every work lies wholly in one half (even lines tuning, odd lines reporting), so that no song is seen in both.
// The answers go into files of their own; the cases that a runner reads hold none.

import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Case, CaseCandidate, CaseSound, Truth } from './case.ts';
import { handWritten } from './handWritten.ts';
import { type Work, works } from './works.ts';

const handles = [
  'mossyteacup',
  'nightbus.edits',
  'papertiger_77',
  'velvetcrumbs',
  'user8812093',
  'lunchbreakloops',
  'quietharbour',
  'ozonekid.mp4',
];
const labels = [
  'original sound',
  'sonido original',
  'som original',
  'son original',
  'Originalton',
  'оригинальный звук',
  'オリジナル楽曲',
  'nhạc nền',
  'الصوت الأصلي',
  'suara asli',
];

interface Draft {
  readonly kind: string;
  readonly sound: CaseSound;
  readonly cands: readonly CaseCandidate[];
  readonly expect: Truth['expect'];
  readonly recording: string | null;
  readonly why: string;
}

function candidatesFor(work: Work, index: number): CaseCandidate[] {
  const cands: CaseCandidate[] = [{ id: 'plain', title: work.title, artists: work.artists, dur: 180 + (index % 70) }];
  if (work.flags.includes('r'))
    cands.push({
      id: 'remix',
      title: `${work.title} (${index % 2 ? 'Purple Disco Machine' : 'Tiësto'} Remix)`,
      artists: work.artists,
      dur: 230,
    });
  if (work.flags.includes('l'))
    cands.push({ id: 'live', title: `${work.title} - Live`, artists: work.artists, dur: 240 });
  if (work.flags.includes('s'))
    cands.push({ id: 'sped', title: `${work.title} - Sped Up`, artists: work.artists, dur: 140 });
  cands.push({
    id: 'karaoke',
    title: `${work.title} (Originally Performed by ${work.artists[0]}) [Karaoke Version]`,
    artists: ['Sing King'],
    dur: 190,
  });
  cands.push({
    id: 'namesake',
    title: work.title.replace(/\s*\(.*$/, ''),
    artists: [index % 2 ? 'Marlow Finch' : 'The Paper Lanterns'],
    dur: 201,
  });
  const other = works[(index + 2) % works.length]!;
  cands.push({ id: 'other', title: other.title, artists: other.artists, dur: 199 });
  const sameArtist = works.find((each) => each !== work && each.artists[0] === work.artists[0]);
  if (sameArtist) cands.push({ id: 'same-artist', title: sameArtist.title, artists: sameArtist.artists, dur: 188 });
  // The right answer must not always come first.
  const turn = index % cands.length;
  return [...cands.slice(turn), ...cands.slice(0, turn)];
}

const without = (cands: readonly CaseCandidate[], id: string): CaseCandidate[] =>
  cands.filter((cand) => cand.id !== id);

function swapLetters(title: string, index: number): string {
  const letters = [...title];
  const places = letters.flatMap((letter, i) =>
    /\p{L}/u.test(letter) && /\p{L}/u.test(letters[i + 1] ?? '') && letter !== letters[i + 1] && i > 0 ? [i] : [],
  );
  const at = places[(index * 7) % Math.max(1, places.length)];
  if (at === undefined) return title;
  [letters[at], letters[at + 1]] = [letters[at + 1]!, letters[at]!];
  return letters.join('');
}

const plainLetters = (text: string): string =>
  text
    .normalize('NFD')
    .replace(/[\u0300-\u036f]/g, '')
    .normalize('NFC')
    .replaceAll('ø', 'o')
    .replaceAll('Ø', 'O');

function draftsFor(work: Work, index: number): Draft[] {
  const cands = candidatesFor(work, index);
  const author = work.artists.join(index % 3 === 0 ? ' & ' : index % 3 === 1 ? ', ' : ' feat. ');
  const lead = work.artists[0]!;
  const handle = handles[index % handles.length]!;
  const label = labels[index % labels.length]!;
  const official = (title: string, by = author): CaseSound => ({
    title,
    author: by,
    original: false,
    dur: 30 + (index % 30),
  });
  const upload = (title: string): CaseSound => ({
    title,
    author: handle,
    handle,
    original: true,
    dur: 15 + (index % 40),
  });
  const link = (
    kind: string,
    sound: CaseSound,
    why: string,
    recording = 'plain',
    expect: Truth['expect'] = 'link',
    among = cands,
  ): Draft => ({ kind, sound, cands: among, expect, recording, why });
  const none = (kind: string, sound: CaseSound, why: string, among: readonly CaseCandidate[] = cands): Draft => ({
    kind,
    sound,
    cands: among,
    expect: 'none',
    recording: null,
    why,
  });
  const short = [...work.title.replace(/\s*\(.*$/, '')].length < 6;
  const all: Draft[] = [
    link('suffix', official(`${work.title} (TikTok Version)`), 'a release wording is not a version'),
    link('suffix', official(`${work.title} - TikTok release`), 'the same with a dash'),
    link('emoji', official(`✨${work.title}✨ 🎶`), 'emoji are decoration'),
    link('hashtags', official(`${work.title} #fyp #viral #foryou`), 'hashtags are decoration'),
    link(
      'brackets',
      official(`${work.title.replaceAll('(', '[').replaceAll(')', ']')} 【Official Audio】`),
      'other brackets',
    ),
    link('diacritics', official(plainLetters(work.title), plainLetters(author)), 'lost accents'),
    link('case', official(work.title.toUpperCase(), author.toUpperCase()), 'capitals'),
    link(
      'typo',
      official(swapLetters(work.title, index)),
      short ? 'one swap in a short title: may be reviewed' : 'one letter swap',
    ),
    link('extra credit', official(work.title, `${author}, Nova Reyes`), 'one more credit than the catalogue has'),
    link('lead only', official(work.title, lead), 'only the lead artist'),
    none(
      'wrong artist',
      official(work.title, 'Cedar & Pine Duo'),
      'an official sound by somebody else is another recording',
    ),
    none(
      'missing artist',
      { title: work.title, author: null, dur: 20 },
      'a title alone proves nothing; review is fine',
    ),
    link('swapped fields', official(lead, work.title), 'title and artist exchanged'),
    link('one field', upload(`${lead} - ${work.title}`), 'artist and title in the title'),
    link('one field', upload(`${work.title} - ${lead}`), 'the other order'),
    link(
      'sped up',
      official(`${work.title} (sped up)`),
      'an altered sound of the plain recording',
      work.flags.includes('s') ? 'sped' : 'plain',
      work.flags.includes('s') ? 'link' : 'derived',
    ),
    link('slowed', official(`${work.title} - slowed + reverb`), 'slowed, no slowed release known', 'plain', 'derived'),
    link(
      'sped up upload',
      upload(`${lead} - ${work.title} (sped up) 💫 #spedup`),
      'the same as an upload',
      work.flags.includes('s') ? 'sped' : 'plain',
      work.flags.includes('s') ? 'link' : 'derived',
    ),
    none('placeholder', upload(`${label} - ${handle}`), 'no text evidence'),
    link(
      'contains',
      upload(`${label} - ${handle} (Contains music from: ${work.title} - ${author})`),
      'the platform names the song',
      'plain',
      'linkOrDerived',
    ),
    link(
      'matched',
      { ...upload(`${label} - ${handle}`), matched: { title: work.title, author } },
      'the platform matched the song',
      'plain',
      'linkOrDerived',
    ),
    {
      kind: 'version absent',
      sound: official(`${work.title} (Acoustic)`),
      cands: without(cands, 'live'),
      expect: 'review',
      recording: 'plain',
      why: 'the acoustic take is not in the catalogue',
    },
    {
      kind: 'remix absent',
      sound: official(`${work.title} (Robin Schulz Remix)`),
      cands,
      expect: 'review',
      recording: 'plain',
      why: 'another remix than the catalogue has',
    },
    none(
      'not in catalogue',
      official(work.title),
      'the recording is missing; its namesakes are not it',
      without(without(without(without(cands, 'plain'), 'remix'), 'live'), 'sped'),
    ),
    {
      kind: 'teaser',
      sound: official(`${work.title} (snippet) out friday`),
      cands: [cands.find((cand) => cand.id === 'other')!],
      expect: 'pending',
      recording: null,
      why: 'not released yet',
    },
    ...(work.flags.includes('r')
      ? [
          link(
            'remix',
            official(`${work.title} - ${index % 2 ? 'Purple Disco Machine' : 'Tiësto'} Remix`),
            'this very remix',
            'remix',
          ),
        ]
      : []),
    ...(work.flags.includes('l') ? [link('live', official(`${work.title} (Live)`), 'the live take', 'live')] : []),
  ];
  // Five a work, walking through the kinds, so that every kind meets many songs of both halves.
  const half = Math.floor(index / 2);
  return [0, 1, 2, 3, 4].map((step) => all[(half * 5 + step) % all.length]!);
}

function writeHalf(drafts: readonly { readonly id: string; readonly draft: Draft }[]): {
  readonly cases: string;
  readonly truths: string;
} {
  const cases = drafts.map(({ id, draft }): Case => ({
    id,
    sound: draft.sound,
    cands: draft.cands.map((cand) => ({ ...cand, id: `${id}/${cand.id}` })),
  }));
  const truths = drafts.map(({ id, draft }): Truth => ({
    id,
    kind: draft.kind,
    expect: draft.expect,
    recording: draft.recording === null ? null : `${id}/${draft.recording}`,
    why: draft.why,
  }));
  const jsonl = (rows: readonly unknown[]): string => rows.map((row) => `${JSON.stringify(row)}\n`).join('');
  return { cases: jsonl(cases), truths: jsonl(truths) };
}

for (const [parity, half] of (['tuning', 'reporting'] as const).entries()) {
  const drafts = works.flatMap((work, index) =>
    index % 2 === parity ? draftsFor(work, index).map((draft, n) => ({ id: `w${index}-${n}`, draft })) : [],
  );
  const written = handWritten.flatMap((group, index) =>
    index % 2 === parity ? group.map((draft, n) => ({ id: `h${index}-${n}`, draft })) : [],
  );
  const { cases, truths } = writeHalf([...drafts, ...written]);
  const folder = fileURLToPath(new URL('./cases/', import.meta.url));
  await writeFile(`${folder}${half}.jsonl`, cases);
  await writeFile(`${folder}${half}.truth.jsonl`, truths);
}
