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

/** Places where a slip can happen: letters, the first and the last of a word included. */
function letterPlaces(letters: readonly string[]): readonly number[] {
  return letters.flatMap((letter, i) => (/\p{L}/u.test(letter) ? [i] : []));
}

const pick = <T>(list: readonly T[], n: number): T | undefined => list[n % Math.max(1, list.length)];

/** Two neighbours in the wrong order. `n` chooses where; the title itself when it has no two different neighbours. */
function swapLetters(title: string, n: number): string {
  const letters = [...title];
  const at = pick(
    letterPlaces(letters).filter(
      (i) => /\p{L}/u.test(letters[i + 1] ?? '') && letters[i]!.toLowerCase() !== letters[i + 1]!.toLowerCase(),
    ),
    n,
  );
  if (at === undefined) return title;
  [letters[at], letters[at + 1]] = [letters[at + 1]!, letters[at]!];
  return letters.join('');
}

/** One letter replaced, left out, doubled or put in, at the `n`th place. */
function slip(title: string, kind: 'replaced' | 'dropped' | 'doubled' | 'added', n: number): string {
  const letters = [...title];
  const at = pick(letterPlaces(letters), n);
  if (at === undefined) return title;
  const right = letters[at]!;
  const other = pick(
    [...'etaoinshrdlu'].filter((letter) => letter !== right.toLowerCase()),
    n,
  )!;
  const written = { replaced: [other], dropped: [], doubled: [right, right], added: [other, right] }[kind];
  letters.splice(at, 1, ...written);
  return letters.join('');
}

/** One slip of each kind a work. Linking any of them is right, showing it to a person is safe. */
function slipsFor(work: Work, index: number): Draft[] {
  const cands = candidatesFor(work, index);
  const author = work.artists.join(', ');
  const n = index * 5;
  const titles: readonly (readonly [string, string])[] = [
    ['slip: neighbours swapped', swapLetters(work.title, n)],
    ['slip: letter replaced', slip(work.title, 'replaced', n + 1)],
    ['slip: letter dropped', slip(work.title, 'dropped', n + 2)],
    ['slip: letter doubled', slip(work.title, 'doubled', n + 3)],
    ['slip: letter added', slip(work.title, 'added', n + 4)],
    ['slip: neighbours swapped', swapLetters(work.title, n + 7)],
  ];
  return titles.map(([kind, title]): Draft => ({
    kind,
    sound: { title, author, original: false, dur: 30 + (index % 30) },
    cands,
    expect: 'link',
    recording: 'plain',
    why: 'one slip of the hand; a person may be asked',
  }));
}

/**
 * Words one letter apart: with only the other of the two in the catalogue, nothing may be linked. The lists of the two halves were
 * written apart: all pairs of the first were looked at while the rules were made; the second was written after them.
 */
const wordPairs = {
  tuning:
    'lights/nights stone/stove river/rover dancer/danger winter/winner heart/heard summer/simmer battle/bottle castle/cattle money/honey sister/mister ghost/ghosts flower/flowers thunder/wonder marry/merry house/horse last/lost long/song road/toad rain/pain fire/hire home/hope love/live face/fame wild/mild cold/gold king/kings bride/bridge planet/planets hunter/hunted letter/better sailor/tailor cherry/sherry velvet/velvets mother/brother smoke/spoke candle/handle father/feather desert/dessert diamond/diamonds ' +
    'friend/fiend plane/plate bread/break storm/stork trail/train cloud/clout world/word heaven/heavens shadow/shadows paper/pepper pirate/private bloom/broom tiger/timer ocean/oceans spirit/sprint valley/volley wander/wonder garden/harden rocket/pocket bullet/ballet soldier/solder statue/status thread/tread whisper/whispers violet/violent lover/lever hollow/follow barrel/barren marble/marvel crown/clown chance/change breath/breathe morning/mourning dusty/dusky silent/silents moment/movement glory/gory country/county',
  reporting:
    'immoral/immortal addition/addiction lightning/lightening creation/cremation medication/meditation resolution/revolution collision/collusion illusion/allusion emotion/motion stranger/strangers infection/inflection destiny/destine reflection/deflection satellite/satellites prayer/player bitter/butter mister/master blossom/blossoms station/nation temper/temple fighter/lighter weather/leather warrior/worrier feeling/feelings cruise/bruise curse/course later/latter super/supper diner/dinner coma/comma loser/looser chose/choose tough/touch bound/bond saint/paint miracle/miracles phantom/phantoms carnival/carnivals mountain/fountain universe/universes dreamer/dreamers vision/version lonely/lovely moonlight/moonlit',
};

function nearTitlesFor(pair: string, index: number): Draft[] {
  const [a, b] = pair.split('/');
  const [first, artist] = [
    ['Golden', 'Ada Quill'],
    ['Paper', 'Tess Okoro'],
    ['Midnight', 'Harbour & Vine'],
  ][index % 3] as [string, string];
  const named = (word: string): string => `${first} ${word[0]!.toUpperCase()}${word.slice(1)}`;
  return [
    [a, b],
    [b, a],
  ].map(([sound, other]): Draft => ({
    kind: 'near title',
    sound: { title: named(sound!), author: artist, original: false, dur: 31 },
    cands: [
      { id: 'near', title: named(other!), artists: [artist], dur: 190 },
      { id: 'other', title: 'Clocktower', artists: [artist], dur: 201 },
    ],
    expect: 'none',
    recording: null,
    why: 'one letter makes another word; review is fine',
  }));
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
    link(
      'extra credit',
      official(work.title, `${author}, Nova Reyes`),
      'somebody whom the recording lacks: sung again with a guest',
      'plain',
      'review',
    ),
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
  const slips = works.flatMap((work, index) =>
    index % 2 === parity ? slipsFor(work, index).map((draft, n) => ({ id: `t${index}-${n}`, draft })) : [],
  );
  const near = wordPairs[half]
    .split(' ')
    .flatMap((pair, index) =>
      nearTitlesFor(pair, index).map((draft, n) => ({ id: `n${parity}.${index}-${n}`, draft })),
    );
  const written = handWritten.flatMap((group, index) =>
    index % 2 === parity ? group.map((draft, n) => ({ id: `h${index}-${n}`, draft })) : [],
  );
  const { cases, truths } = writeHalf([...drafts, ...slips, ...near, ...written]);
  const folder = fileURLToPath(new URL('./cases/', import.meta.url));
  await writeFile(`${folder}${half}.jsonl`, cases);
  await writeFile(`${folder}${half}.truth.jsonl`, truths);
}
