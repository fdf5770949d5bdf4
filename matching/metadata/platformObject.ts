// Reading a platform's own object for a sound, in whatever shape it was handed in: `payloads/` has a file for each.
// Ids come out as strings, secrets never come out, and nothing here throws.

import { instagram } from './payloads/instagram.ts';
import { redact } from './payloads/redact.ts';
import { nothing, type PayloadSound, type Shape } from './payloads/shape.ts';
import { tiktok } from './payloads/tiktok.ts';
import { tiktokScraper } from './payloads/tiktokScraper.ts';
import { tikwm } from './payloads/tikwm.ts';
import { youtubeShorts } from './payloads/youtubeShorts.ts';
import { ytdlp } from './payloads/ytdlp.ts';
import type { Hint, SoundText } from './soundText.ts';

export interface PlatformObject extends SoundText {
  /** The platform's id of the sound, when it could be read exactly. */
  readonly id: string | null;
  /** Whose object it is, as far as its shape tells; null when it does not. */
  readonly platform: string | null;
  /** Where no name was found, in what it was looked for: one sentence for people. Null when there is a name. */
  readonly nameless: string | null;
  /** What could not be read or was left out, for people. */
  readonly notes: readonly string[];
  /** The payload without tokens and cookies, bounded in depth and size: safe to store. */
  readonly redacted: unknown;
}

/** The most particular first: TikTok's own is known by no more than a title. */
const shapes: readonly Shape[] = [ytdlp, tiktokScraper, tikwm, instagram, youtubeShorts, tiktok];

/** Total: any value gives an object; one of an unknown shape has no title, and says what it was looked for in. */
export function readPlatformObject(payload: unknown): PlatformObject {
  const notes: string[] = [];
  const root = redact(payload, notes);
  const { shape, sound } = firstOf(root, notes);
  if (shape === null) notes.push(isObject(root) ? 'unknown shape' : 'the payload is not an object');
  if (sound.title === null) notes.push('no title');
  return {
    id: sound.id,
    platform: shape?.platformOf(root) ?? null,
    title: sound.title ?? '',
    author: sound.author,
    handle: sound.handle,
    album: sound.album,
    durationMs: sound.durationMs,
    original: sound.original,
    hints: unique([...sound.hints, ...(sound.caption === null ? [] : captionHints(sound.caption))]),
    nameless: sound.title === null && sound.hints.length === 0 ? whereLooked(root) : null,
    notes,
    redacted: root,
  };
}

function firstOf(root: unknown, notes: string[]): { readonly shape: Shape | null; readonly sound: PayloadSound } {
  for (const shape of shapes) {
    const sound = isObject(root) ? shape.read(root, notes) : null;
    if (sound !== null) return { shape, sound };
  }
  return { shape: null, sound: nothing };
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The names of fields are theirs, their values are not repeated. */
const whereLooked = (root: unknown): string =>
  isObject(root) && Object.keys(root).length > 0
    ? `no name found in: ${Object.keys(root).slice(0, 12).join(', ').slice(0, 300)}${Object.keys(root).length > 12 ? ' …' : ''}`
    : 'no name found: it is no object with fields';

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
