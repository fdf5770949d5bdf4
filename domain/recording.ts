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
  /** What stands beside the title and was read as nothing, folded, without spaces. */
  readonly groupKeys: readonly string[];
}

/** Letters of a title, a name, a version, an album, a label; of a code or a service's id. Entries of each list. */
const longestText = 1000;
const longestCode = 200;
const mostNames = 100;

/** What of a recording from outside is beyond all measure, one sentence; null when nothing is. Its title is kept whole or not at all. */
export function whyTooLong(
  recording: Pick<Recording, 'title' | 'artists' | 'version' | 'upc' | 'label'> & {
    readonly album: string | null;
    readonly aliases: readonly string[];
    readonly externalIds: Readonly<Record<string, readonly string[]>>;
    readonly credits?: readonly { readonly name: string; readonly role: string }[];
  },
): string | null {
  const { title, artists, version, album, label, aliases, upc, externalIds, credits = [] } = recording;
  const texts: readonly (readonly [string, readonly (string | null)[]])[] = [
    ['title', [title]],
    ['version', [version]],
    ['album', [album]],
    ['label', [label]],
    ['an artist', artists],
    ['an alias', aliases],
    ['a credit', credits.flatMap(({ name, role }) => [name, role])],
  ];
  const long = texts.find(([, values]) => values.some((value) => value !== null && value.length > longestText));
  if (long !== undefined) return `${long[0]} is longer than ${longestText} characters`;
  if (upc !== null && upc.length > longestCode) return `upc is longer than ${longestCode} characters`;
  const services = Object.values(externalIds);
  if (services.flat().some((id) => id.length > longestCode))
    return `a service's id is longer than ${longestCode} characters`;
  const lists: readonly (readonly [string, readonly unknown[]])[] = [
    ['artists', artists],
    ['aliases', aliases],
    ['services', services],
    ['ids of services', services.flat()],
    ['credits', credits],
  ];
  const many = lists.find(([name, list]) => list.length > (name === 'credits' ? 2 * mostNames : mostNames));
  return many === undefined ? null : `it has ${many[1].length} ${many[0]}`;
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
