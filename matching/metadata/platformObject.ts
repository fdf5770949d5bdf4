// Reading a platform's own object for a sound: TikTok's web and app shapes, Douyin's, a YouTube Shorts label.
// The input is whatever was handed in. Ids come out as strings, secrets never come out, and nothing here throws.
// JSON.parse rounds 64-bit ids (…978694 becomes …979000): `id_str` and other text forms win over numbers, and a rounded one is noted.

import type { DspPlatform, Hint, SoundText } from './soundText.ts';
import { parseTitle } from './title.ts';

export interface PlatformObject extends SoundText {
  /** The platform's id of the sound, when it could be read exactly. */
  readonly id: string | null;
  /** What could not be read or was left out, for people. */
  readonly notes: readonly string[];
  /** The payload without tokens and cookies, bounded in depth and size: safe to store. */
  readonly redacted: unknown;
}

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

const maxDepth = 12;
const maxNodes = 20_000;
const maxItems = 200;
const maxText = 20_000;

/** Total: any value gives an object; unknown shapes degrade to title and author with a note. */
export function readPlatformObject(payload: unknown): PlatformObject {
  const notes: string[] = [];
  const root = redact(payload, notes);
  const sound = findSound(root, notes);
  const extra = readExtra(sound['extra'], notes);
  const hints: Hint[] = [];
  collectDsp(sound, hints, notes);
  collectNamed(sound, extra, hints);
  const caption = text(asRecord(root)['desc']) ?? text(asRecord(root)['caption']);
  if (caption !== null) hints.push(...captionHints(caption));
  const { title, author } = splitLabel(
    text(sound['title']) ?? text(sound['music_name']) ?? '',
    firstText(sound, ['authorName', 'author', 'owner_nickname', 'artist', 'artistName', 'channelName']),
    sound,
  );
  if (title === '') notes.push('no title');
  const isrc = text(sound['isrc']) ?? text(asRecord(sound['external_song_info'])['isrc']);
  if (isrc !== null) hints.push({ kind: 'isrc', isrc });
  return {
    id: readId(sound, notes),
    title,
    author,
    handle:
      firstText(sound, ['owner_handle', 'handle', 'uniqueId', 'unique_id']) ??
      text(asRecord(sound['author_info'])['unique_id']),
    album: text(sound['album']),
    durationMs: readDuration(sound),
    original: readOriginal(sound),
    hints: unique(hints),
    notes,
    redacted: root,
  };
}

// ---- shapes ----------------------------------------------------------------------------------------------------------

type Fields = Readonly<Record<string, unknown>>;

function asRecord(value: unknown): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {};
}

function text(value: unknown): string | null {
  if (typeof value !== 'string') return null;
  const trimmed = value.trim();
  return trimmed === '' ? null : trimmed;
}

function firstText(fields: Fields, names: readonly string[]): string | null {
  for (const name of names) {
    const value = text(fields[name]);
    if (value !== null) return value;
  }
  return null;
}

/** Where the sound's own fields are: at the top, under `music` (web detail, app post) or one wrapper further in. */
function findSound(root: unknown, notes: string[]): Fields {
  const top = asRecord(root);
  const paths: readonly (readonly string[])[] = [
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
  for (const path of paths) {
    let at: Fields = top;
    for (const step of path) at = asRecord(at[step]);
    if (Object.keys(at).length > 0) {
      // The web detail keeps the artist's account beside the music.
      const author = asRecord(asRecord(top['musicInfo'])['author']);
      const handle = text(author['uniqueId']);
      return handle === null ? at : { uniqueId: handle, ...at };
    }
  }
  if (Object.keys(top).length === 0) notes.push('the payload is not an object');
  else if (!('title' in top) && !('music_name' in top)) notes.push('unknown shape');
  return top;
}

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

function readDuration(sound: Fields): number | null {
  const precise = asRecord(sound['preciseDuration'])['preciseDuration'];
  for (const value of [precise, sound['duration'], sound['video_duration']]) {
    const seconds = typeof value === 'string' ? Number(value) : value;
    if (typeof seconds === 'number' && Number.isFinite(seconds) && seconds > 0 && seconds < 1e6)
      return Math.round(seconds * 1000);
  }
  return null;
}

/** A commerce or copyright mark makes "original: true" untrue: an official sound can bear both. */
function readOriginal(sound: Fields): boolean | null {
  const marks = [sound['original'], sound['is_original_sound'], sound['is_original']];
  if (sound['isCopyrighted'] === true || sound['is_pgc'] === true) return false;
  if (marks.includes(true)) return true;
  return marks.includes(false) ? false : null;
}

function readExtra(value: unknown, notes: string[]): Fields {
  if (typeof value !== 'string' || value === '') return asRecord(value);
  if (value.length > maxText) return {};
  try {
    return asRecord(redact(JSON.parse(value), notes));
  } catch {
    notes.push('"extra" is not JSON');
    return {};
  }
}

/** YouTube Shorts writes "Song · Artist" into one label. */
function splitLabel(
  title: string,
  author: string | null,
  sound: Fields,
): { readonly title: string; readonly author: string | null } {
  if (author !== null || 'authorName' in sound) return { title, author };
  const parts = title.split(' · ');
  return parts.length === 2
    ? { title: (parts[0] ?? '').trim(), author: (parts[1] ?? '').trim() || null }
    : { title, author };
}

// ---- hints -----------------------------------------------------------------------------------------------------------

function collectDsp(sound: Fields, hints: Hint[], notes: string[]): void {
  const lists = [
    asRecord(sound['tt2dsp'])['tt_to_dsp_song_infos'],
    sound['tt_to_dsp_song_infos'],
    asRecord(sound['music'])['tt_to_dsp_song_infos'],
  ];
  for (const list of lists) {
    if (!Array.isArray(list)) continue;
    for (const entry of list.slice(0, 20)) {
      const fields = asRecord(entry);
      const platform = dspPlatform(fields['platform']);
      const raw = fields['song_id'];
      if (typeof raw === 'number' && !Number.isSafeInteger(raw)) {
        notes.push('a streaming id was a rounded number and is not used');
        continue;
      }
      const id = typeof raw === 'number' ? String(raw) : text(raw);
      if (platform === null || id === null) continue;
      hints.push({ kind: 'dsp', platform, id });
    }
  }
}

function collectNamed(sound: Fields, extra: Fields, hints: Hint[]): void {
  const matched = asRecord(sound['matched_song']);
  const matchedTitle = text(matched['title']);
  if (matchedTitle !== null)
    hints.push({ kind: 'named', title: matchedTitle, author: text(matched['author']), source: 'matched_song' });
  const official = asRecord(sound['matched_pgc_sound']);
  const officialTitle = text(official['title']) ?? text(official['mixed_title']);
  if (officialTitle !== null) {
    const author = text(official['author']) ?? text(official['mixed_author']);
    hints.push({ kind: 'named', title: officialTitle, author, source: 'matched_pgc_sound' });
  }
  const display = text(extra['music_display_mapping_title']) ?? text(sound['music_display_mapping_title']);
  if (display !== null) {
    const contains = parseTitle(display).tags.find((tag) => tag.kind === 'contains');
    if (contains?.kind === 'contains')
      hints.push({
        kind: 'named',
        title: contains.title,
        author: contains.artist,
        source: 'music_display_mapping_title',
      });
    else if (parseTitle(display).placeholder === null)
      hints.push({ kind: 'named', title: display, author: null, source: 'music_display_mapping_title' });
  }
}

/** "song: X by Y", "🎵 X - Y" in a caption: a weak hint, never enough alone. */
export function captionHints(caption: string): readonly Hint[] {
  const found = /(?:\bsong(?: name| title)?|\bmusic|\btrack|\bsong used|🎵|🎶|♪|♫)\s*[:：-]\s*([^#\n\r]{2,120})/iu.exec(
    caption.slice(0, 4000),
  );
  const named = found?.[1]?.trim() ?? '';
  if (named === '') return [];
  const by = /^(.{2,80}?)\s+(?:by|[-–—])\s+(.{2,80})$/iu.exec(named);
  const hint: Hint = by
    ? { kind: 'named', title: (by[1] ?? '').trim(), author: (by[2] ?? '').trim(), source: 'caption' }
    : { kind: 'named', title: named, author: null, source: 'caption' };
  return [hint];
}

function unique(hints: readonly Hint[]): readonly Hint[] {
  const seen = new Set<string>();
  return hints.filter((hint) => {
    const key = JSON.stringify(hint);
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

// ---- redaction -------------------------------------------------------------------------------------------------------

const secretName =
  /token|cookie|secret|password|authorization|credential|session_?id|api_?key|signature|x-bogus|mstoken|jwt/i;
const tokenShaped = /\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{4,}(?:\.[A-Za-z0-9_-]*)?/g;
const signedUrl = /([?&](?:[^=&]*(?:token|signature|policy|key|sig|expires|credential|auth)[^=&]*)=)[^&\s"]+/gi;

/** A copy without secrets, with bounded depth, length and number of values; cut places are noted. */
function redact(value: unknown, notes: string[]): unknown {
  let nodes = 0;
  let cut = false;
  let removed = false;
  const copy = (at: unknown, depth: number): unknown => {
    nodes += 1;
    if (nodes > maxNodes || depth > maxDepth) {
      cut = true;
      return null;
    }
    switch (typeof at) {
      case 'string': {
        if (at.length > maxText) cut = true;
        const bounded = at.slice(0, maxText);
        const clean = redactText(bounded);
        if (clean !== bounded) removed = true;
        return storable(clean);
      }
      case 'number':
        return Number.isFinite(at) ? at : null;
      case 'boolean':
        return at;
      case 'bigint':
        return String(at);
      case 'object':
        break;
      default:
        return null;
    }
    if (at === null) return null;
    if (Array.isArray(at)) {
      if (at.length > maxItems) cut = true;
      return at.slice(0, maxItems).map((item: unknown) => copy(item, depth + 1));
    }
    const out: Record<string, unknown> = {};
    let names: readonly string[] = [];
    try {
      names = Object.keys(at);
    } catch {
      return null;
    }
    if (names.length > maxItems) cut = true;
    for (const name of names.slice(0, maxItems)) {
      if (secretName.test(name) || name === '__proto__') {
        removed = true;
        continue;
      }
      let child: unknown = null;
      try {
        child = (at as Fields)[name];
      } catch {
        // A getter that throws cannot come from JSON; it is read as absent.
      }
      out[storable(name.slice(0, 200))] = copy(child, depth + 1);
    }
    return out;
  };
  const clean = copy(value, 0);
  if (cut) notes.push('the payload was too deep or too large and was cut');
  if (removed) notes.push('tokens were removed');
  return clean;
}

/** Strings may carry secrets inside: JSON in a string (`extra`), a signed address, a bare token. */
/** Postgres takes neither NUL nor half of a surrogate pair, which cutting a text can make too. */
const storable = (value: string): string => value.toWellFormed().replaceAll('\0', '');

function redactText(value: string): string {
  const start = value.trimStart().charAt(0);
  if ((start === '{' || start === '[') && secretName.test(value)) {
    try {
      return JSON.stringify(redact(JSON.parse(value), []));
    } catch {
      return '[removed]';
    }
  }
  return value.replace(tokenShaped, '[removed]').replace(signedUrl, '$1[removed]');
}
