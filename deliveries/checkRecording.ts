// The checks that every format shares: a recording as delivered, in plain texts, becomes one that can be taken, or a reason.

import type { DeliveredRecording } from '../domain/delivery.ts';
import { normaliseIsrc, normaliseUpc, whyTooLong } from '../domain/recording.ts';

/** As it was read: the codes may be none, the title may be missing. */
export interface RecordingFields extends Omit<DeliveredRecording, 'kind' | 'title'> {
  readonly title: string | null;
}

/** Linux has none longer. */
const longestPath = 4096;

/** @returns the recording, or one sentence on why it is refused. */
export function checkRecording(given: RecordingFields): DeliveredRecording | string {
  const { title, artists, file } = given;
  if (title === null) return 'title is missing';
  if (artists.length === 0) return 'artists are missing';
  const long = whyTooLong({ ...given, title });
  if (long !== null) return long;
  if (file !== null && file.length > longestPath) return `file is longer than ${longestPath} characters`;
  // What a decoder writes for bytes that are no UTF-8: a spreadsheet saved in an older encoding.
  if (`${title}${artists.join('')}`.includes('\uFFFD'))
    return 'title or artists are not in UTF-8: save the file as UTF-8, or say --encoding windows-1252';
  const isrc = given.isrc === null ? null : normaliseIsrc(given.isrc);
  if (given.isrc !== null && isrc === null)
    return `"${given.isrc.slice(0, 40)}" is not an ISRC (two letters, three letters or digits, seven digits)`;
  if (file !== null && leavesFolder(file)) return `file "${file.slice(0, 200)}" leaves the folder`;
  return {
    ...given,
    kind: 'recording',
    title,
    isrc,
    // A wrong check digit is common in hand-made sheets and harms nothing here: kept as given.
    upc: given.upc === null ? null : (normaliseUpc(given.upc) ?? given.upc),
  };
}

const leavesFolder = (file: string): boolean =>
  /^(?:[/\\]|[a-z]:|[a-z][a-z0-9+.-]*:\/\/)/i.test(file) || file.split(/[/\\]/).includes('..');

/** Trimmed, in one form of letters, without what Postgres cannot hold; null when nothing is left. */
export const plainText = (value: unknown): string | null => {
  if (typeof value === 'number') return String(value);
  if (typeof value !== 'string') return null;
  const trimmed = value.toWellFormed().normalize('NFC').replaceAll('\0', '').trim();
  return trimmed === '' ? null : trimmed;
};

/** `upc:…` of a barcode, whatever its leading zeros; null for what is none. */
export const releaseIdOfUpc = (upc: string | null): string | null => {
  const normal = upc === null ? null : normaliseUpc(upc);
  return normal === null ? null : `upc:${normal}`;
};
