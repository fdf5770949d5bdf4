// Recordings as the catalogue knows them. "Track" is avoided elsewhere: it can mean recording, release position or file.

import type { RecordingId } from './naming.ts';

export interface Recording {
  readonly id: RecordingId;
  readonly isrc: string | null;
  readonly title: string;
  /** In credit order, the lead artist first. */
  readonly artists: readonly string[];
  /** "Sped Up", "Live at …"; null for the plain recording. */
  readonly version: string | null;
  /** yyyy-mm-dd, the first territory's; null when unknown. */
  readonly releaseDate: string | null;
  readonly upc: string | null;
  readonly label: string | null;
  readonly durationMs: number | null;
}

/** Folded keys of a recording as stored beside it; made by `matching/metadata`. */
export interface RecordingKeys {
  /** The whole title, folded. */
  readonly titleKey: string;
  /** The song's name without tags, folded; what rarity counts. */
  readonly baseKey: string;
  readonly artistKeys: readonly string[];
  /** Aliases, subtitles, joined and romanised forms; without the two keys above. */
  readonly extraKeys: readonly string[];
}

const isrcShape = /^[A-Z]{2}[A-Z0-9]{3}\d{7}$/;

/** "ISRC ZZ-FER-26-00001" → "ZZFER2600001"; null when it is not an ISRC. */
export function normaliseIsrc(raw: string): string | null {
  const isrc = raw
    .toUpperCase()
    .replace(/^\s*ISRC[\s:]*/, '')
    .replace(/[\s-]/g, '');
  return isrcShape.test(isrc) ? isrc : null;
}

/** Digits without leading zeros when the GTIN check digit holds, else null. */
export function normaliseUpc(raw: string): string | null {
  const digits = raw.replace(/[\s-]/g, '').replace(/^0+/, '');
  if (!/^\d{7,14}$/.test(digits)) return null;
  let sum = 0;
  for (let i = digits.length - 2, weight = 3; i >= 0; i -= 1, weight = 4 - weight) sum += weight * Number(digits[i]);
  return (10 - (sum % 10)) % 10 === Number(digits.at(-1)) ? digits : null;
}
