// Days as they come from outside: in a listing, a message, a service's answer, a person's word. One reader for all of them, so that what is
// stored is a day that exists, in a year in which a recording can have come out, and nothing that reads it later has to ask again.
//
// A day outside of these years is a slip or a stand-in for "unknown" (0001-01-01 is what .NET writes, 0000-00-00 MySQL, 9999-12-31 stands for
// "for ever"), and arithmetic on it leaves what Postgres holds: fourteen hours before the year 1 there is no year.

/** yyyy-mm-dd of a day that exists, between the first and the last year. */
export type Day = string;

/** The oldest recording that can be played, Au clair de la lune, is of 1860. */
export const firstYear = 1860;
/** Nobody announces a release further ahead. */
export const lastYear = 2100;

/** The day that a text is; null for anything else. */
export const readDay = (text: unknown): Day | null =>
  typeof text === 'string' && isCalendarDay(text) && isYearOfRecordings(text) ? text : null;

/** True for yyyy-mm-dd of a day that the calendar has, in whatever year. */
export function isCalendarDay(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  // JavaScript takes 31 February for 3 March; Postgres, rightly, for an error.
  const at = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(text);
}

/** Why a text is no day that can be taken, as the end of a sentence. */
export const whyNoDay = (text: string): string =>
  isCalendarDay(text) && !isYearOfRecordings(text)
    ? `is in a year before ${firstYear} or after ${lastYear}`
    : 'is not a date like 2026-12-31';

/** Of a text that begins with a day. */
const isYearOfRecordings = (text: string): boolean => {
  const year = Number(text.slice(0, 4));
  return year >= firstYear && year <= lastYear;
};

/**
 * How systems that need an end write that there is none: 9999-12-31, 2999-01-01. True for a real day after the last year, with or without a
 * time behind it.
 */
export const isForEver = (text: string): boolean =>
  isCalendarDay(text.slice(0, 10)) && Number(text.slice(0, 4)) > lastYear;
