// Whose previews an attempt that is not sure should listen to, and which of them it does without for now.

import type { Queryable } from '../../store/database.ts';
import { previewStandings } from '../../store/providers/previews.ts';
import { recordingsById } from '../../store/catalogue/recordings.ts';
import { saveEvidence, type StoredEvidence } from '../../store/sounds/evidence.ts';
import type { Sound } from '../../store/sounds/sounds.ts';
import type { NextQuestion } from '../../domain/asking.ts';
import type { ScoredCandidate } from '../../domain/decision.ts';
import type { ServiceEvidence } from '../../domain/evidence.ts';
import { printVersion } from '../../matching/audio/reference.ts';
import { worthHearing } from '../../matching/previews.ts';
import { previewsFrom, type ProviderDesk } from '../../providers/desk.ts';
import { unavailableBecause } from '../asking/takePreviews.ts';

/** Recordings that are looked at, and previews that are asked for at once. */
const mostLikely = 12;
const mostAtOnce = 3;

/**
 * @returns `ask`: the likeliest without audio, at most three, and once in an attempt unless a service has named more since; `missing`: that
 * some could not be had, if so.
 */
export async function previewsFor(
  database: Queryable,
  desk: ProviderDesk,
  attempt: {
    readonly sound: Sound;
    readonly stored: readonly StoredEvidence[];
    /** What it may be, weighed. */
    readonly ranked: readonly ScoredCandidate[];
    readonly attempt: number;
  },
): Promise<{
  readonly ask: Extract<NextQuestion, { kind: 'preview' }> | null;
  readonly missing: ServiceEvidence | null;
}> {
  const source = previewsFrom(desk);
  if (source === null) return { ask: null, missing: null };
  const { sound, stored } = attempt;
  const { name: provider } = source.client;
  const likely = worthHearing(attempt.ranked).slice(0, mostLikely);
  const known = new Map((await recordingsById(database, likely)).map((recording) => [recording.id, recording]));
  // What only a person knows is no recording that a service could let anybody hear.
  const ids = likely.filter((id) => {
    const recording = known.get(id);
    return recording?.provisional === false && source.idIn(recording.externalIds) !== null;
  });
  const terms = { printVersion, nowMs: desk.now() };
  const standings = ids.length === 0 ? [] : await previewStandings(database, provider, ids, terms);
  const silent = standings
    .map((standing, i) => ({ id: ids[i]!, standing }))
    .filter(({ standing }) => standing.kind !== 'heard' && standing.kind !== 'none')
    .slice(0, mostAtOnce);

  const last = stored.find((row) => row.source === 'preview') ?? null;
  const tried = last !== null && last.attempt === attempt.attempt ? last.at : null;
  const hasNews =
    tried === null ||
    stored.some(
      (row) => row.source !== 'preview' && row.source !== 'metadata' && row.source !== 'audio' && row.at > tried,
    );
  const wanted = silent.filter(({ standing }) => standing.kind !== 'failed').map(({ id }) => id);
  if (wanted.length > 0 && hasNews) return { ask: { provider, kind: 'preview', recordingIds: wanted }, missing: null };

  // Also that the whole activity failed, which no preview's row knows.
  const failed = tried !== null && last?.evidence.kind === 'unavailable' ? last.evidence : null;
  const missing = unavailableBecause(silent.map(({ standing }) => standing)) ?? failed;
  // What an earlier attempt could not have stands until it can be had, and no longer.
  if (tried === null && missing !== null) await saveEvidence(database, sound.id, 'preview', attempt.attempt, missing);
  else if (tried === null && last?.evidence.kind === 'unavailable') {
    const reason = 'Nothing that it may be is left without audio.';
    await saveEvidence(database, sound.id, 'preview', attempt.attempt, { kind: 'none', reason });
  }
  return { ask: null, missing };
}
