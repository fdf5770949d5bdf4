// When a recording may be heard, and where: what deals and listings say, as moments per territory.
//
// "Out" begins with the first territory. A day without a time begins at midnight there: on New Year's Eve in Kiribati (UTC+14) it is
// still the day before in Hawaii, so a worldwide day begins fourteen hours before it does in UTC and ends twelve hours after.

import { readDay } from './day.ts';

/** `release`: may be heard as a whole · `preview`: a clip of it may be · `pre_order`: it may be ordered, and not heard. */
export type MomentUse = 'release' | 'preview' | 'pre_order';

/** One period in some territories. Plain JSON. */
export interface ReleaseMoment {
  readonly use: MomentUse;
  /** ISO 3166-1 alpha-2 codes, or `Worldwide` alone. */
  readonly territories: readonly string[];
  /** Left out of `Worldwide`. */
  readonly excluded: readonly string[];
  /**
   * `2026-12-11` (midnight there), `2026-12-11T18:00:00` (the time there), or with an offset or Z (an instant). Null: it is out, and
   * nobody says since when; that counts only where no other moment has a beginning.
   */
  readonly from: string | null;
  /** The same; the first moment that is no longer in the period. Null: until further notice. */
  readonly until: string | null;
}

export const worldwide = 'Worldwide';

/** What a recording's moments come to. Epoch milliseconds. */
export interface Availability {
  /**
   * The first moment at which it is out anywhere; -Infinity when it is and nobody says since when, Infinity when nothing says that it
   * ever will be.
   */
  readonly outFromMs: number;
  /** yyyy-mm-dd of that moment where it comes first; null without one. */
  readonly releaseDate: string | null;
  /** When the last period ends; null: until further notice, or nothing is out at all. */
  readonly endsAtMs: number | null;
  readonly previewFromMs: number | null;
}

export function availability(moments: readonly ReleaseMoment[]): Availability {
  let first: { readonly moment: ReleaseMoment; readonly ms: number } | null = null;
  let endsAtMs: number | null = -Infinity;
  let previewFromMs: number | null = null;
  for (const moment of moments) {
    const ms = startMs(moment);
    if (moment.use === 'preview') previewFromMs = Math.min(previewFromMs ?? Infinity, ms);
    if (moment.use !== 'release') continue;
    // One that is known goes before one that is not.
    if (first === null || first.ms === -Infinity || (ms !== -Infinity && ms < first.ms)) first = { moment, ms };
    const ends = endMs(moment);
    endsAtMs = ends === null || endsAtMs === null ? null : Math.max(endsAtMs, ends);
  }
  return {
    outFromMs: first?.ms ?? Infinity,
    releaseDate: first === null ? null : dayOf(first.moment),
    endsAtMs: first === null ? null : endsAtMs,
    previewFromMs,
  };
}

/** When a period begins in the first of its territories; -Infinity when it always has. */
export const startMs = (moment: ReleaseMoment): number =>
  moment.from === null ? -Infinity : edgeMs(moment.from, moment, Math.min);

/** When a period has ended in all of its territories; null when it has no end. */
export const endMs = (moment: ReleaseMoment): number | null =>
  moment.until === null ? null : edgeMs(moment.until, moment, Math.max);

/** True for the forms that `from` and `until` may have, with days (`day.ts`) and times that exist. */
export function isMomentText(text: string): boolean {
  const parts = momentShape.exec(text);
  if (parts === null) return false;
  const [, day, hour = '00', minute = '00', second = '00'] = parts;
  return readDay(day) !== null && Number(hour) < 24 && Number(minute) < 60 && Number(second) < 60;
}

const momentShape =
  /^(\d{4}-\d{2}-\d{2})(?:T(\d{2}):(\d{2})(?::(\d{2})(?:\.\d{1,9})?)?(Z|[+-](?:0\d|1[0-4]):[0-5]\d)?)?$/;

/** True for an instant, false for a day or a time of the territory. */
const isInstant = (text: string): boolean => /(?:Z|[+-]\d{2}:\d{2})$/.test(text.slice(10));

function edgeMs(text: string, moment: ReleaseMoment, pick: (...ms: number[]) => number): number {
  if (isInstant(text)) return Date.parse(text);
  const local = Date.parse(`${text.length === 10 ? `${text}T00:00:00` : text}Z`);
  const isEverywhere = moment.territories.includes(worldwide);
  if (isEverywhere && (moment.excluded.length === 0 || pick === Math.max))
    return pick === Math.min ? local - 14 * hour : local + 12 * hour;
  const places = isEverywhere ? isoTerritories.filter((code) => !moment.excluded.includes(code)) : moment.territories;
  const instants = places.flatMap(zonesOf).map((zone) => instantIn(zone, local));
  return instants.length === 0 ? local : pick(...instants);
}

/** The day on which a period begins, as people there write it. */
function dayOf(moment: ReleaseMoment): string | null {
  if (moment.from === null) return null;
  if (!isInstant(moment.from)) return moment.from.slice(0, 10);
  const ms = Date.parse(moment.from);
  const zones = moment.territories.flatMap(zonesOf);
  // Of an instant everywhere the day is read where it is latest, which is where people say it begins.
  const local = zones.length === 0 ? ms + 14 * hour : Math.max(...zones.map((zone) => ms + offsetMs(zone, ms)));
  return new Date(local).toISOString().slice(0, 10);
}

const hour = 3_600_000;

/** ISO 3166-1 alpha-2, and XK, which services use for Kosovo. */
const isoTerritories: readonly string[] = (
  'AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ CA CC CD CF CG CH CI ' +
  'CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ ' +
  'GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS ' +
  'LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG ' +
  'PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK ' +
  'TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS XK YE YT ZA ZM ZW'
).split(' ');
const known: ReadonlySet<string> = new Set(isoTerritories);

/** `us` → `US`, `World` → `Worldwide`; null for what is neither a country's code nor the world. */
export function normaliseTerritory(raw: string): string | null {
  const text = raw.trim();
  if (/^(?:world ?wide|world|ww|global|all|all territories|2136)$/i.test(text)) return worldwide;
  const code = text.toUpperCase();
  return code === 'UK' ? 'GB' : known.has(code) ? code : null;
}

/** Time zones of a territory, from the runtime's own tables; none for the world. */
function zonesOf(territory: string): readonly string[] {
  let zones = zonesByTerritory.get(territory);
  if (zones === undefined) {
    // The method of newer runtimes, the getter of older ones.
    const locale = (known.has(territory) ? new Intl.Locale(`und-${territory}`) : {}) as {
      getTimeZones?: () => string[];
      timeZones?: string[];
    };
    zones = locale.getTimeZones?.() ?? locale.timeZones ?? [];
    zonesByTerritory.set(territory, zones);
  }
  return zones;
}
const zonesByTerritory = new Map<string, readonly string[]>();

/** The instant at which clocks of a zone show `localMs` (written as if it were UTC). */
function instantIn(zone: string, localMs: number): number {
  // Twice: the first guess may lie on the other side of a change of clocks.
  const guess = localMs - offsetMs(zone, localMs);
  return localMs - offsetMs(zone, guess);
}

function offsetMs(zone: string, atMs: number): number {
  const key = `${zone} ${Math.floor(atMs / hour)}`;
  const before = offsets.get(key);
  if (before !== undefined) return before;
  let clock = clocks.get(zone);
  if (clock === undefined) {
    clock = new Intl.DateTimeFormat('en-GB', { timeZone: zone, timeZoneName: 'longOffset', year: 'numeric' });
    clocks.set(zone, clock);
  }
  const name = clock.formatToParts(atMs).find((part) => part.type === 'timeZoneName')?.value ?? '';
  const [, sign = '+', hours = '0', minutes = '0'] = /GMT([+-])(\d{2}):(\d{2})/.exec(name) ?? [];
  const offset = (sign === '-' ? -1 : 1) * (Number(hours) * hour + Number(minutes) * 60_000);
  // A delivery names few days; a server that runs for years must not remember them all.
  if (offsets.size > 20_000) offsets.clear();
  offsets.set(key, offset);
  return offset;
}
const clocks = new Map<string, Intl.DateTimeFormat>();
const offsets = new Map<string, number>();
