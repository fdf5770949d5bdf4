// How one recording is named by those who use it: as a platform names its official sounds, and as people name their uploads.
// Every form is a family with a row of its own in the report. The account names are made up.

import type { Relation } from '../../../domain/evidence.ts';
import type { CaseSound } from '../case.ts';
import type { CatalogueRow } from '../catalogueDatabase.ts';
import { plainWords, spokenTitle } from './words.ts';

export interface Form {
  readonly name: string;
  readonly made: 'official' | 'upload';
  /** What the link should say of the recording; `altered`: anything but "same". */
  readonly relation: Relation | 'altered';
  /** Share that should be linked, with the relation; null where none was set. */
  readonly goal: number | null;
  /** What the words leave out: recordings that differ in nothing else are then as right. */
  readonly leavesOut: { readonly guests: boolean; readonly editions: boolean };
  /** Asked of every recording of the half and not of the drawn ones only. */
  readonly ofAll: boolean;
  /** Null for a recording that nobody would name so. */
  make(row: CatalogueRow): CaseSound | null;
}

const officialClipSeconds = 60;

const official = (
  name: string,
  sound: (row: CatalogueRow) => (Partial<CaseSound> & { author: string }) | null,
  more: Partial<Form> = {},
): Form => ({
  name,
  made: 'official',
  relation: 'same',
  goal: null,
  leavesOut: { guests: false, editions: false },
  ofAll: false,
  make(row) {
    const named = sound(row);
    if (named === null) return null;
    const dur = Math.min(officialClipSeconds, (row.durationMs ?? 60_000) / 1000);
    return { title: row.title, original: false, dur, ...named };
  },
  ...more,
});

const ands = [' y ', ' e ', ' et ', ' und ', ' и ', ' con ', ' en ', ' och ', ' og ', ' ve ', ' và ', ' dan '];

/** The first is the one that goals speak of: all that a platform always gives, and no more of the recording than a clip. */
export const officialForms: readonly Form[] = [
  official('official', ({ artists }) => ({ author: artists.join(', ') }), { goal: 0.97, ofAll: true }),
  official('official, "&" between artists', ({ artists }) => ({ author: artists.join(' & ') })),
  official('official, "and" in other languages', ({ id, artists }) =>
    artists.length < 2 ? null : { author: artists.join(ands[id.charCodeAt(7) % ands.length]) },
  ),
  official('official, lead artist only', ({ artists }) => ({ author: artists[0] ?? '' }), {
    leavesOut: { guests: true, editions: false },
  }),
  official(
    'official, guests and editions not in the title',
    ({ title, artists }) => ({ title: spokenTitle(title), author: artists.join(' x ') }),
    { leavesOut: { guests: false, editions: true } },
  ),
  official(
    'official, album and whole duration',
    ({ artists, album, durationMs }) => ({
      author: artists.join(', '),
      ...(album === null ? {} : { album }),
      ...(durationMs === null ? {} : { dur: durationMs / 1000 }),
    }),
    { goal: 0.97, ofAll: true },
  ),
];

interface Names {
  /** The title as a person would say it. */
  readonly title: string;
  readonly artist: string;
  readonly handle: string;
}

const handles = ['mossyteacup', 'nightbus.edits', 'papertiger_77', 'velvetcrumbs', 'user8812093', 'quietharbour'];

/** Words that already say how fast it is; an upload would not say it twice. */
const altered = /\b(?:sped|speed|slowed|nightcore|reverb|daycore|8d|pitched)\b/iu;

const upload = (
  name: string,
  relation: Form['relation'],
  goal: number | null,
  title: (names: Names) => string | null,
  /** For titles with brackets nobody would write it so. */
  plainTitlesOnly = false,
): Form => ({
  name,
  made: 'upload',
  relation,
  goal,
  leavesOut: { guests: true, editions: true },
  ofAll: false,
  make(row) {
    const artist = row.artists[0] ?? '';
    if (artist === '' || altered.test(row.title)) return null;
    if (plainTitlesOnly && plainWords(row.title).versions.length > 0) return null;
    const handle = handles[row.id.charCodeAt(5) % handles.length]!;
    const named = title({ title: spokenTitle(row.title), artist, handle });
    return named === null ? null : { title: named, author: handle, handle, original: true, dur: 30 };
  },
});

const lower = (text: string): string => text.toLowerCase();
const spaced = (text: string): string => [...text].join(' ').replace(/ {3}/gu, '  ');
const fancy = (text: string): string =>
  text.replace(/[A-Za-z]/gu, (letter) => {
    const code = letter.charCodeAt(0);
    return String.fromCodePoint(code < 97 ? 0x1d4d0 + code - 65 : 0x1d4ea + code - 97);
  });

const swearWords = /\b(?:fuck|shit|bitch|nigga|pussy|whore|slut|dick|cunt)|\b(?:damn|hell|sex|sexy|ass)\b/iu;
/** "F**k", "B*tch": the letters between the first and the last, or one vowel. */
const starred = (text: string): string | null =>
  swearWords.test(text)
    ? text.replace(new RegExp(swearWords.source, 'giu'), (word) =>
        word.length === 4 ? `${word[0]!}**${word[3]!}` : word.replace(/(?<=^.+)[aeiou]/iu, '*'),
      )
    : null;

export const uploadForms: readonly Form[] = [
  upload('artist - title', 'same', 0.97, ({ title, artist }) => `${artist} - ${title}`),
  upload('title - artist', 'same', 0.97, ({ title, artist }) => `${title} - ${artist}`),
  upload('artist – title, lower case', 'same', null, ({ title, artist }) => lower(`${artist} – ${title}`)),
  upload(
    'artist - title (Official Video)',
    'same',
    null,
    ({ title, artist }) => `${artist} - ${title} (Official Video)`,
  ),
  upload('artist - title lyrics', 'same', null, ({ title, artist }) => `${artist} - ${title} lyrics`),
  upload('title - artist #hashtags', 'same', null, ({ title, artist }) => `${title} - ${artist} 🎵 #fyp #viral`),
  upload(
    'artist - title (slowed + reverb)',
    'slowed',
    0.95,
    ({ title, artist }) => `${artist} - ${title} (slowed + reverb)`,
  ),
  upload('title - artist (slowed + reverb)', 'slowed', 0.95, ({ title, artist }) =>
    lower(`${title} - ${artist} (slowed + reverb)`),
  ),
  upload('title - artist slowed', 'slowed', null, ({ title, artist }) => lower(`${title} - ${artist} slowed`)),
  upload('title (slowed) by artist', 'slowed', null, ({ title, artist }) => `${title} (slowed) by ${artist}`, true),
  upload(
    'slowed + reverb by somebody',
    'slowed',
    null,
    ({ title, artist, handle }) => `${title} - ${artist} (slowed + reverb by @${handle})`,
  ),
  upload(
    'slowed + reverb by somebody, bare',
    'slowed',
    null,
    ({ title, artist, handle }) => `${artist} - ${title} slowed + reverb by ${handle}`,
  ),
  upload('s l o w e d', 'slowed', null, ({ title, artist }) => `${lower(title)} - ${lower(artist)} (s l o w e d)`),
  upload('artist - title (sped up)', 'sped_up', null, ({ title, artist }) => `${artist} - ${title} (sped up)`),
  upload('title artist sped up', 'sped_up', 0.85, ({ title, artist }) => lower(`${title} ${artist} sped up`), true),
  upload('artist title sped up', 'sped_up', null, ({ title, artist }) => lower(`${artist} ${title} sped up`), true),
  upload('title sped up artist', 'sped_up', null, ({ title, artist }) => lower(`${title} sped up ${artist}`), true),
  upload('title (sped up) artist', 'sped_up', null, ({ title, artist }) => `${title} (Sped Up) ${artist}`, true),
  upload(
    'Nightcore - title (artist)',
    'sped_up',
    null,
    ({ title, artist }) => `Nightcore - ${title} (${artist})`,
    true,
  ),
  upload('title (artist) nightcore', 'sped_up', null, ({ title, artist }) => `${title} (${artist}) nightcore`, true),
  upload('artist - title (8D Audio)', 'altered', null, ({ title, artist }) => `${artist} - ${title} (8D Audio)`),
  upload(
    'Contains music from: title - artist',
    'contains',
    null,
    ({ title, artist, handle }) => `original sound - ${handle} (Contains music from: ${title} - ${artist})`,
  ),
  upload(
    'Contains music from: title · artist',
    'contains',
    null,
    ({ title, artist }) => `Original audio (Contains music from: ${title} · ${artist})`,
  ),
  upload('title by artist', 'same', 0.92, ({ title, artist }) => `${title} by ${artist}`),
  upload('title by artist, lower case', 'same', 0.92, ({ title, artist }) => lower(`${title} by ${artist}`)),
  upload('title by artist lyrics', 'same', null, ({ title, artist }) => `${title} by ${artist} lyrics`, true),
  upload('title artist', 'same', null, ({ title, artist }) => lower(`${title} ${artist}`), true),
  upload('artist title', 'same', null, ({ title, artist }) => lower(`${artist} ${title}`), true),
  upload('title · artist', 'same', null, ({ title, artist }) => `${title} · ${artist}`),
  upload('artist | title', 'same', null, ({ title, artist }) => `${artist} | ${title}`),
  upload('title | artist | lyrics', 'same', null, ({ title, artist }) => `${title} | ${artist} | Lyrics`),
  upload('artist // title', 'same', null, ({ title, artist }) => `${artist} // ${title}`),
  upload('title ~ artist', 'same', null, ({ title, artist }) => `${title} ~ ${artist}`),
  upload('artist: title', 'same', null, ({ title, artist }) => `${artist}: ${title}`, true),
  upload('artist "title"', 'same', null, ({ title, artist }) => `${artist} "${title}"`, true),
  upload('artist「title」', 'same', null, ({ title, artist }) => `${artist}「${title}」`, true),
  upload('title (artist)', 'same', null, ({ title, artist }) => `${title} (${artist})`, true),
  upload('title [artist]', 'same', null, ({ title, artist }) => `${lower(title)} [${lower(artist)}]`, true),
  upload('t i t l e - artist', 'same', null, ({ title, artist }) => `${spaced(lower(title))} - ${artist}`, true),
  upload('fancy letters', 'same', null, ({ title, artist }) =>
    /[A-Za-z]{3}/u.test(title) ? fancy(`${title} - ${artist}`) : null,
  ),
  {
    ...upload('starred swear words', 'same', null, ({ title, artist }) => {
      const hidden = starred(title);
      return hidden === null ? null : `${artist} - ${hidden}`;
    }),
    ofAll: true,
  },
];

/** Of a whole album only a person can say what it is; its title track is not it. Null where no track bears the album's name. */
export function wholeAlbum(row: CatalogueRow): CaseSound | null {
  const { base, versions } = plainWords(row.title);
  if (row.album === null || versions.length > 0 || plainWords(row.album).base !== base) return null;
  const handle = handles[row.id.charCodeAt(5) % handles.length]!;
  return {
    title: `${row.artists[0] ?? ''} - ${row.album} [FULL ALBUM]`,
    author: handle,
    handle,
    original: true,
    dur: 2500,
  };
}
