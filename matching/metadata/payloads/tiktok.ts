// TikTok's own objects and Douyin's: the web's detail, the app's post, TikTokApi's, the music alone, with what they know of streaming services.
// JSON.parse rounds 64-bit ids (…978694 becomes …979000): `id_str` and other text forms win over numbers, and a rounded one is noted.

import * as z from 'zod';
import { type DspPlatform, type Hint } from '../soundText.ts';
import { parseTitle } from '../title.ts';
import { redact } from './redact.ts';
import { flag, part, type Fields, objectAt, seconds, words, type Shape } from './shape.ts';

/** TikTok's numbers for streaming services; 5 is an older client's Resso. */
const dspPlatforms: Readonly<Record<number, DspPlatform>> = {
  1: 'apple',
  2: 'amazon',
  3: 'spotify',
  4: 'tiktok_music',
  5: 'resso',
  7: 'melon',
  8: 'deezer',
};

/** The service for TikTok's platform number; null for unknown ones. */
export function dspPlatform(code: unknown): DspPlatform | null {
  return dspPlatforms[Number(code)] ?? null;
}

const named = part({ title: words, mixed_title: words, author: words, mixed_author: words });
const serviceId = part({ platform: z.unknown().optional(), song_id: z.unknown().optional() });
const serviceIds = z.array(serviceId).optional().catch([]);
const music = z.object({
  title: words,
  music_name: words,
  authorName: words,
  author: words,
  owner_nickname: words,
  artist: words,
  artistName: words,
  channelName: words,
  owner_handle: words,
  handle: words,
  uniqueId: words,
  unique_id: words,
  author_info: part({ unique_id: words }),
  album: words,
  preciseDuration: part({ preciseDuration: seconds }),
  duration: seconds,
  video_duration: seconds,
  original: flag,
  is_original_sound: flag,
  is_original: flag,
  isCopyrighted: flag,
  is_pgc: flag,
  isrc: words,
  external_song_info: part({ isrc: words }),
  tt2dsp: part({ tt_to_dsp_song_infos: serviceIds }),
  tt_to_dsp_song_infos: serviceIds,
  music: part({ tt_to_dsp_song_infos: serviceIds }),
  matched_song: named,
  matched_pgc_sound: named,
  music_display_mapping_title: words,
  extra: z.unknown().optional(),
});
type Music = z.infer<typeof music>;
const extraFields = z.object({ music_display_mapping_title: words });
const post = z.object({ desc: words, caption: words });
const account = z.object({ uniqueId: words });

const wrappers: readonly (readonly string[])[] = [
  ['musicInfo', 'music'],
  ['music_info'],
  ['aweme_detail', 'music'],
  ['aweme', 'music'],
  ['itemInfo', 'itemStruct', 'music'],
  ['itemStruct', 'music'],
  ['item', 'music'],
  ['data', 'music'],
  ['music'],
];

/** The two share their shapes; the addresses in them tell them apart. */
const douyinHost = /\b(?:ies)?douyin(?:pic|vod)?\.com\b/;

export const tiktok: Shape = {
  name: 'TikTok',
  platformOf: (root) => (douyinHost.test(JSON.stringify(root)) ? 'douyin' : 'tiktok'),
  read(root, notes) {
    const at = objectAt(root, wrappers);
    const alone = objectAt(root, [[]]);
    if (at === null && !(alone !== null && ('title' in alone || 'music_name' in alone))) return null;
    const sound: Fields = at ?? alone ?? {};
    const read = music.parse(sound);
    // The web's detail keeps the artist's account beside the music.
    const besides = at === null ? null : account.safeParse(objectAt(root, [['musicInfo', 'author']])).data?.uniqueId;
    const extra = readExtra(read.extra, notes);
    const isrc = read.isrc ?? read.external_song_info?.isrc ?? null;
    const written = post.safeParse(root).data;
    return {
      id: readId(sound, notes),
      ...splitLabel(read, 'authorName' in sound),
      handle:
        read.owner_handle ??
        read.handle ??
        read.uniqueId ??
        besides ??
        read.unique_id ??
        read.author_info?.unique_id ??
        null,
      album: read.album,
      durationMs: read.preciseDuration?.preciseDuration ?? read.duration ?? read.video_duration,
      original: readOriginal(read),
      caption: written?.desc ?? written?.caption ?? null,
      hints: [
        ...serviceHints(read, notes),
        ...namedHints(read, extra),
        ...(isrc === null ? [] : [{ kind: 'isrc' as const, isrc }]),
      ],
    };
  },
};

function readId(sound: Fields, notes: string[]): string | null {
  for (const name of ['id_str', 'mid', 'id', 'music_id']) {
    const value = sound[name];
    if (typeof value === 'string' && value.trim() !== '') return value.trim();
  }
  const number = sound['id'];
  if (typeof number === 'number') {
    if (Number.isSafeInteger(number)) return String(number);
    notes.push('the id was a rounded number and is not kept');
  }
  return null;
}

/** A commerce or copyright mark makes "original: true" untrue: an official sound can bear both. */
function readOriginal(read: Music): boolean | null {
  const marks = [read.original, read.is_original_sound, read.is_original];
  if (read.isCopyrighted === true || read.is_pgc === true) return false;
  if (marks.includes(true)) return true;
  return marks.includes(false) ? false : null;
}

const longestExtra = 20_000;

function readExtra(value: unknown, notes: string[]): z.infer<typeof extraFields> | null {
  if (typeof value !== 'string') return extraFields.safeParse(value).data ?? null;
  if (value === '' || value.length > longestExtra) return null;
  try {
    return extraFields.safeParse(redact(JSON.parse(value), notes)).data ?? null;
  } catch {
    notes.push('"extra" is not JSON');
    return null;
  }
}

/** Where no field names the artist, a label may name both: "Song · Artist". */
function splitLabel(
  read: Music,
  saysAuthor: boolean,
): { readonly title: string | null; readonly author: string | null } {
  const title = read.title ?? read.music_name;
  const author =
    read.authorName ?? read.author ?? read.owner_nickname ?? read.artist ?? read.artistName ?? read.channelName;
  if (author !== null || saysAuthor || title === null) return { title, author };
  const parts = title.split(' · ');
  return parts.length === 2
    ? { title: (parts[0] ?? '').trim(), author: (parts[1] ?? '').trim() || null }
    : { title, author };
}

function serviceHints(read: Music, notes: string[]): Hint[] {
  const hints: Hint[] = [];
  const lists = [read.tt2dsp?.tt_to_dsp_song_infos, read.tt_to_dsp_song_infos, read.music?.tt_to_dsp_song_infos];
  for (const entry of lists.flatMap((list) => (list ?? []).slice(0, 20))) {
    if (entry === null) continue;
    const platform = dspPlatform(entry.platform);
    const raw = entry.song_id;
    if (typeof raw === 'number' && !Number.isSafeInteger(raw)) {
      notes.push('a streaming id was a rounded number and is not used');
      continue;
    }
    const id = typeof raw === 'number' ? String(raw) : words.parse(raw);
    if (platform !== null && id !== null) hints.push({ kind: 'dsp', platform, id });
  }
  return hints;
}

function namedHints(read: Music, extra: z.infer<typeof extraFields> | null): Hint[] {
  const hints: Hint[] = [];
  const { matched_song: matched, matched_pgc_sound: official } = read;
  if (matched !== null && matched.title !== null)
    hints.push({ kind: 'named', title: matched.title, author: matched.author, source: 'matched_song' });
  const title = official?.title ?? official?.mixed_title ?? null;
  if (title !== null)
    hints.push({
      kind: 'named',
      title,
      author: official?.author ?? official?.mixed_author ?? null,
      source: 'matched_pgc_sound',
    });
  const display = extra?.music_display_mapping_title ?? read.music_display_mapping_title;
  if (display === null) return hints;
  const source = 'music_display_mapping_title';
  const parsed = parseTitle(display);
  const contains = parsed.tags.find((tag) => tag.kind === 'contains');
  if (contains?.kind === 'contains')
    hints.push({ kind: 'named', title: contains.title, author: contains.artist, source });
  else if (parsed.placeholder === null) hints.push({ kind: 'named', title: display, author: null, source });
  return hints;
}
