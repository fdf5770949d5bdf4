// Messages of people as they arrive. Most come from our own client, but anyone may type one into Temporal's UI, so nothing
// about their shape is certain; a message that makes no sense must not hold up the sound that it was sent to. Plain code and no schema:
// docs/decisions/libraries.md.

import { readDay } from './day.ts';
import { normaliseIsrc } from './recording.ts';
import type { PersonDecision, PrereleaseMetadata } from './sound.ts';

/** Longer than any id, name or note that a person writes by hand. */
const longestText = 2_000;

const longestId = 200;
const mostArtists = 100;

/** The text itself, trimmed and bounded, without what Postgres cannot hold; empty when it is no text. */
export const readText = (given: unknown): string =>
  typeof given === 'string' ? given.slice(0, longestText).toWellFormed().replaceAll('\0', '').trim() : '';

const fieldsOf = (given: unknown): Readonly<Record<string, unknown>> =>
  typeof given === 'object' && given !== null ? (given as Record<string, unknown>) : {};

export interface SaidDecision {
  /** Empty when none was given. */
  readonly decisionId: string;
  readonly decision: PersonDecision;
  readonly by: string;
  readonly note: string;
}

/** A decision with who said it, or one sentence on why the message is none. Total. */
export function readDecision(given: unknown): SaidDecision | string {
  const message = fieldsOf(given);
  const said = fieldsOf(message['decision']);
  const kind = said['kind'];
  // It is a key: cut, it might be another's.
  if (readText(message['decisionId']).length > longestId)
    return `the decisionId is longer than ${longestId} characters`;
  const who = {
    decisionId: readText(message['decisionId']),
    by: readText(message['by']),
    note: readText(message['note']),
  };
  switch (kind) {
    case 'match':
    case 'reject':
      if (typeof said['recordingId'] !== 'string') return `a ${kind} needs the recordingId of a recording`;
      return { ...who, decision: { kind, recordingId: readText(said['recordingId']) } };
    case 'notMusic':
    case 'noSuchRecording':
    case 'abandon':
    case 'reopen':
      return { ...who, decision: { kind } };
    case undefined:
      return 'the decision does not say what was decided';
    default:
      return `nobody can decide ${JSON.stringify(kind)?.slice(0, 60) ?? 'that'}`;
  }
}

/** Prerelease metadata with only what can be used of it, or one sentence on why it says nothing. Total. */
export function readPrerelease(given: unknown): PrereleaseMetadata | string {
  const message = fieldsOf(given);
  const hash = readText(message['audioHash']);
  const artists = message['artists'];
  const metadata: PrereleaseMetadata = {
    title: readText(message['title']),
    artists: (Array.isArray(artists) ? artists.slice(0, mostArtists) : [artists])
      .map(readText)
      .filter((artist) => artist !== ''),
    isrc: normaliseIsrc(readText(message['isrc'])),
    releaseDate: readDay(readText(message['releaseDate'])),
    audioHash: /^[0-9a-f]{64}$/.test(hash) ? hash : null,
  };
  const saysNothing =
    metadata.title === '' && metadata.isrc === null && metadata.releaseDate === null && metadata.audioHash === null;
  return saysNothing ? 'the prerelease metadata names neither title, ISRC, date nor audio' : metadata;
}
