// Dates and codes as providers write them, and words as their queries take them.

import { readDay } from '../domain/day.ts';
import { normaliseIsrc, normaliseUpc } from '../domain/recording.ts';

/** yyyy-mm-dd when the text begins with a real day, else null: a year or a month alone is no day, and 0000-00-00 means "unknown" (`domain/day.ts`). */
export function dayOf(text: string | null): string | null {
  return readDay(/^(\d{4}-\d{2}-\d{2})(?:$|[T ])/.exec(text ?? '')?.[1]);
}

export const isrcOf = (raw: string | null): string | null => (raw === null ? null : normaliseIsrc(raw));
export const upcOf = (raw: string | null): string | null => (raw === null ? null : normaliseUpc(raw));

/** The ways in which providers store one UPC: without leading zeros, then filled up to 12, 13 and 14 digits. */
export function upcForms(upc: string): readonly string[] {
  return [...new Set([upc, upc.padStart(12, '0'), upc.padStart(13, '0'), upc.padStart(14, '0')])];
}

/** Words for a quoted part of a query: no quote or backslash can end it, no control character, no more than `most` characters. */
export function quotable(words: string, most: number): string {
  const clean = words
    .replace(/["\\\u0000-\u001f\u007f]+/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
  return [...clean].slice(0, most).join('').trim();
}

/** A count as a provider takes it: at least 1, at most what it allows. */
export const within = (limit: number, most: number): number => Math.max(1, Math.min(most, Math.trunc(limit) || 1));

const dayMs = 86_400_000;

/** A length in milliseconds; null for what is none: 0 is where a provider does not know, and nothing lasts for days. */
export const durationOf = (ms: number | null): number | null =>
  ms !== null && ms >= 1 && ms <= dayMs ? Math.round(ms) : null;

/** A place in a recording, in milliseconds; a little before its beginning is its beginning. */
export const offsetOf = (ms: number | null): number | null =>
  ms !== null && Math.abs(ms) <= dayMs ? Math.max(0, Math.round(ms)) : null;

/** An address for people, or for the fetcher: only http(s) is one. */
export const linkOf = (raw: string | null): string | null =>
  raw !== null && URL.canParse(raw) && /^https?:$/.test(new URL(raw).protocol) ? raw : null;
