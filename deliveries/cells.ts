// Single cells of listings: days, durations, territories, names with roles. Each is read or refused; nothing is guessed.

import type { Credit } from '../domain/delivery.ts';
import { isMomentText, normaliseTerritory, worldwide } from '../domain/release.ts';
import { plainText } from './checkRecording.ts';

/** In which order the numbers of `03/04/2026` stand; null: unknown, so that such a day is refused. */
export type DateOrder = 'dmy' | 'mdy' | null;

/** A day or a moment as `domain/release.ts` writes it; null when it is none. */
export function readMoment(text: string, order: DateOrder): string | null {
  const spaced = text.replace(/^(\d{4}-\d{2}-\d{2}) (\d{2}:\d{2})/, '$1T$2').replace(/ (?=Z|[+-]\d{2}:\d{2}$)/, '');
  if (isMomentText(spaced)) return spaced;
  const day =
    /^(?<y>\d{4})[/.](?<m>\d{1,2})[/.](?<d>\d{1,2})$/.exec(text) ??
    /^(?<y>\d{4})(?<m>\d{2})(?<d>\d{2})$/.exec(text) ??
    (order === 'dmy' ? /^(?<d>\d{1,2})[-/.](?<m>\d{1,2})[-/.](?<y>\d{4})$/.exec(text) : null) ??
    (order === 'mdy' ? /^(?<m>\d{1,2})[-/.](?<d>\d{1,2})[-/.](?<y>\d{4})$/.exec(text) : null);
  if (day?.groups === undefined) return null;
  const { y = '', m = '', d = '' } = day.groups;
  const iso = `${y}-${m.padStart(2, '0')}-${d.padStart(2, '0')}`;
  return isMomentText(iso) ? iso : null;
}

/** Milliseconds of `PT3M21S`, `PT1H2M3.5S`; null when it is no duration. */
export function readIsoDuration(text: string): number | null {
  const parts = /^PT(?:(\d{1,4})H)?(?:(\d{1,6})M)?(?:(\d{1,8}(?:\.\d{1,6})?)S)?$/.exec(text);
  if (parts === null || text === 'PT') return null;
  const [, hours = '0', minutes = '0', seconds = '0'] = parts;
  const ms = Math.round((Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)) * 1000);
  return ms > 0 && ms < 2 ** 31 ? ms : null;
}

/** Milliseconds of `3:21`, `1:02:03`, `00:03:21.5`, an ISO duration, or seconds with an `s`; null when it is no duration. */
export function readDuration(text: string): number | null {
  const clock = /^(?:(\d{1,3}):)?(\d{1,3}):([0-5]?\d(?:\.\d{1,6})?)$/.exec(text);
  if (clock !== null) return readIsoDuration(`PT${clock[1] ?? 0}H${clock[2]}M${clock[3]}S`);
  const seconds = /^(\d+(?:\.\d+)?) ?s(?:ec(?:onds?)?)?$/i.exec(text);
  return readIsoDuration(seconds === null ? text.toUpperCase() : `PT${seconds[1]}S`);
}

/** `Worldwide`, `US;CA`, `World except JP, KR`. @returns a sentence when a part is not a territory. */
export function readTerritories(
  text: string,
): { readonly territories: readonly string[]; readonly excluded: readonly string[] } | string {
  const [included = '', except = ''] = text.split(/\b(?:except|excluding|without|minus)\b/i);
  const codes = (part: string): string[] | string => {
    const named = part
      .split(/[;,|/]| and /i)
      .map((name) => name.trim())
      .filter((name) => name !== '');
    const unknown = named.find((name) => normaliseTerritory(name) === null);
    if (unknown !== undefined) return `"${unknown.slice(0, 40)}" is not a territory (ISO codes like US, or Worldwide)`;
    return [...new Set(named.map((name) => normaliseTerritory(name)!))];
  };
  const [territories, excluded] = [codes(included), codes(except)];
  if (typeof territories === 'string') return territories;
  if (typeof excluded === 'string') return excluded;
  if (territories.length === 0 || territories.includes(worldwide)) return { territories: [worldwide], excluded };
  if (excluded.length > 0)
    return 'territories are left out of a list that names each: only of "Worldwide" can some be left out';
  return { territories, excluded };
}

/** Names between ";" or "|"; a list stays as it is. */
export const readNames = (value: unknown): string[] => {
  const parts = Array.isArray(value) ? (value as unknown[]) : (plainText(value)?.split(/[;|]/) ?? []);
  return parts.map(plainText).filter((part) => part !== null);
};

export interface Billed {
  readonly artists: readonly string[];
  readonly credits: readonly Credit[];
}

/** `Ann; Bob (Featuring); Cem (Remixer)` → billed artists, and credits for the others. Featured artists are billed after the main ones. */
export function readBilling(names: readonly string[]): Billed {
  const main: string[] = [];
  const featured: string[] = [];
  const credits: Credit[] = [];
  for (const name of names) {
    const tagged = /^(.+?)\s*(?:\(([^()]+)\)|\[([^[\]]+)\]|:\s*([^:]+))$/.exec(name);
    const role = tagged === null ? null : roleOf((tagged[2] ?? tagged[3] ?? tagged[4] ?? '').trim());
    // "Prince (the artist)" is a name; only known roles are taken off it.
    if (tagged === null || role === null) main.push(name);
    else if (role === 'MainArtist') main.push(tagged[1]!);
    else if (role === 'FeaturedArtist') featured.push(tagged[1]!);
    else credits.push({ name: tagged[1]!, role });
  }
  return { artists: [...new Set([...main, ...featured])], credits };
}

/** DDEX's word for a role in any of the usual spellings; null for what is no known role. */
export const roleOf = (text: string): string | null => roles.get(text.toLowerCase().replaceAll(/[^a-z]/g, '')) ?? null;

const roles: ReadonlyMap<string, string> = new Map(
  Object.entries({
    MainArtist: ['main', 'mainartist', 'primary', 'primaryartist', 'lead', 'leadartist', 'performer', 'artist'],
    FeaturedArtist: ['feat', 'ft', 'featuring', 'featured', 'featuredartist', 'featuringartist', 'with', 'guest'],
    Remixer: ['remixer', 'remix', 'remixedby'],
    Composer: ['composer', 'composerlyricist', 'songwriter', 'writer'],
    Lyricist: ['lyricist', 'author'],
    Producer: ['producer', 'prod', 'producedby', 'studioproducer'],
    Conductor: ['conductor'],
    Orchestra: ['orchestra', 'ensemble'],
    Soloist: ['soloist'],
  }).flatMap(([role, spellings]) => spellings.map((spelling) => [spelling, role] as const)),
);
