// Which outside service is worth asking next. In order of value and price: those that know an exact id first, then the other catalogue
// services, then previews of what they know, then the recognisers; and only until the attempt is sure.

import type { Queryable } from '../../store/database.ts';
import { saveEvidence, type StoredEvidence } from '../../store/sounds/evidence.ts';
import type { Sound } from '../../store/sounds/sounds.ts';
import type { NextQuestion } from '../../domain/asking.ts';
import type { ServiceEvidence } from '../../domain/evidence.ts';
import type { ProviderName } from '../../domain/providers.ts';
import { firstMidnightMs, defaultSchedule } from '../../domain/schedule.ts';
import { lookupsFor } from '../../matching/lookups.ts';
import type { SoundWords } from '../../matching/metadata/soundText.ts';
import type { ProviderDesk } from '../../providers/desk.ts';

/** A recogniser that knew nothing is not paid again for the same sound within a week, unless a person asks. */
const recogniserRestMs = 7 * 86_400_000;

/** Since when an answer of a service still stands for a sound that nothing new is known of. */
export function standingSince(desk: ProviderDesk): { readonly name: ProviderName; readonly since: Date }[] {
  const midnight = new Date(Math.floor(desk.now() / 86_400_000) * 86_400_000);
  const aWeekAgo = new Date(desk.now() - recogniserRestMs);
  return [
    ...desk.catalogues.map(({ name }) => ({ name, since: midnight })),
    ...desk.recognisers.map(({ name }) => ({ name, since: aWeekAgo })),
  ];
}

/** What the services that are on have found, as far as it is known. */
export function serviceRows(
  desk: ProviderDesk,
  stored: readonly StoredEvidence[],
): { readonly source: ProviderName; readonly evidence: ServiceEvidence }[] {
  const on = new Set<string>([...desk.catalogues, ...desk.recognisers].map(({ name }) => name));
  return stored.flatMap(({ source, evidence }) =>
    source === 'metadata' || source === 'audio' || source === 'preview' || !on.has(source)
      ? []
      : [{ source, evidence: evidence as ServiceEvidence }],
  );
}

/** @param previews those worth listening to just now. @returns null when every service that is on was asked, has answered lately, or has nothing to be asked. */
export async function nextQuestion(
  database: Queryable,
  desk: ProviderDesk,
  {
    sound,
    words,
    stored,
    previews,
    ...input
  }: {
    readonly sound: Sound;
    readonly words: SoundWords;
    readonly stored: readonly StoredEvidence[];
    readonly attempt: number;
    readonly due: string | null;
    readonly previews: Extract<NextQuestion, { kind: 'preview' }> | null;
  },
): Promise<NextQuestion | null> {
  const fresh = input.due !== null || isAboutToBeReleased(sound.prerelease?.releaseDate ?? null, desk.now());
  const since = new Map<string, Date>(standingSince(desk).map((one) => [one.name, one.since]));
  const isAnswered = (name: ProviderName): boolean => {
    const row = stored.find(({ source }) => source === name);
    if (row === undefined) return false;
    if (row.attempt === input.attempt) return true;
    return !fresh && row.evidence.kind !== 'unavailable' && row.at >= since.get(name)!;
  };
  const open = desk.catalogues
    .filter(({ name }) => !isAnswered(name))
    .map(({ name }) => ({ name, lookups: lookupsFor(name, words) }));
  for (const { name } of open.filter(({ lookups }) => lookups.length === 0)) {
    await saveEvidence(database, sound.id, name, input.attempt, {
      kind: 'unusable',
      code: 'no_text',
      reason: 'There is nothing to ask it with.',
    });
  }
  const askable = open.filter(({ lookups }) => lookups.length > 0);
  const next = askable.find(({ lookups }) => lookups[0]!.kind !== 'search') ?? askable[0];
  if (next !== undefined) return { provider: next.name, kind: 'catalogue', fresh };
  if (previews !== null) return previews;
  const audio = stored.find(({ source }) => source === 'audio')?.evidence;
  for (const { name } of desk.recognisers.filter((one) => !isAnswered(one.name))) {
    if (audio?.kind === 'match' || audio?.kind === 'none') {
      // What one that is paused may know for nothing is not paid for meanwhile, unless a person waits.
      const isPaused = desk.catalogues.some((one) => isUnavailable(stored, one.name));
      if (isPaused && desk.isPaid(name) && input.due === null) continue;
      return { provider: name, kind: 'recogniser', fresh };
    }
    // Audio that could not be fetched yet may be there the next time.
    if (audio?.kind === 'unavailable') continue;
    await saveEvidence(database, sound.id, name, input.attempt, {
      kind: 'unusable',
      code: 'no_audio',
      reason: 'There is no audio to ask it with.',
    });
  }
  return null;
}

const isUnavailable = (stored: readonly StoredEvidence[], name: ProviderName): boolean =>
  stored.some(({ source, evidence }) => source === name && evidence.kind === 'unavailable');

/** Around its release date a recording may be there this hour that was not there the hour before. */
function isAboutToBeReleased(date: string | null, nowMs: number): boolean {
  const { beforeMs, afterMs } = defaultSchedule.release;
  const midnightMs = date === null ? null : firstMidnightMs(date);
  return midnightMs !== null && nowMs >= midnightMs - beforeMs && nowMs < midnightMs + afterMs;
}
