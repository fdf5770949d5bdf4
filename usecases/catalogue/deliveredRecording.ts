// A row of a delivery as a recording: its id, what it says, and what it says otherwise than before.

import { createHash } from 'node:crypto';
import type { RecordingChange } from '../../store/catalogue/changes.ts';
import type { CatalogueRecording } from '../../store/catalogue/recordings.ts';
import { listedAlone } from '../../store/catalogue/releases.ts';
import type { StandingOffer } from '../../store/catalogue/standing.ts';
import type { DeliveredRecording, Offer } from '../../domain/delivery.ts';
import type { RecordingId } from '../../domain/naming.ts';

/** The ISRC where there is one; else a hash of what names it, so that the same row is the same recording next time. */
export function recordingIdOf(entry: DeliveredRecording): string {
  return entry.isrc ?? `local:${nameHash(entry)}`;
}

export function nameHash(entry: DeliveredRecording): string {
  const name = [entry.title, ...entry.artists, entry.version ?? '', entry.file ?? ''].join('\u001f').toLowerCase();
  return createHash('sha256').update(name).digest('hex').slice(0, 16);
}

export function recordingOf(entry: DeliveredRecording): CatalogueRecording {
  const { isrc, title, artists, version, album, releaseDate, upc, label, durationMs, aliases, externalIds, credits } =
    entry;
  return {
    id: recordingIdOf(entry),
    isrc,
    title,
    artists,
    version,
    album,
    releaseDate,
    upc,
    label,
    durationMs,
    aliases,
    externalIds,
    credits,
    provisional: false,
  };
}

const compared = ['title', 'version', 'isrc', 'album', 'releaseDate', 'upc', 'label', 'durationMs'] as const;
const words: Readonly<Record<string, string>> = { releaseDate: 'release date', durationMs: 'duration (ms)' };

/** Every field that says something else than before, so that nothing is overwritten silently. */
export function differences(before: CatalogueRecording, after: CatalogueRecording): RecordingChange[] {
  const text = (value: string | number | null): string | null => (value === null ? null : String(value));
  const changes: RecordingChange[] = [];
  const compare = (what: string, was: string | null, is: string | null): void => {
    if (was !== is) changes.push({ recordingId: after.id, what, before: was, after: is });
  };
  for (const field of compared) compare(words[field] ?? field, text(before[field]), text(after[field]));
  compare('artists', before.artists.join('; '), after.artists.join('; '));
  compare('aliases', before.aliases.join('; '), after.aliases.join('; '));
  return changes;
}

export const isRelease = (id: string): boolean => !id.startsWith('listing:');

/** What is offered once this row is in: its own terms in the place of those that the same releases had before. */
export function combined(
  standing: readonly StandingOffer[],
  fresh: readonly Offer[],
  id: RecordingId,
  entry: DeliveredRecording,
): readonly StandingOffer[] {
  const replaced = new Set(fresh.map((offer) => offer.release.id));
  const now = fresh.map((offer): StandingOffer => ({ ...offer, withdrawnAtMs: null }));
  const others = standing.filter((offer) => isRelease(offer.release.id) && !replaced.has(offer.release.id));
  if (now.length + others.length > 0) return [...others, ...now];
  return entry.moments.length > 0
    ? [{ release: listedAlone(id), moments: entry.moments, withdrawnAtMs: null }]
    : standing.filter((offer) => !replaced.has(offer.release.id));
}
