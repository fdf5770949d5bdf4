// Listens to the previews of recordings that a sound may be and that we have no audio of. A preview is fetched once, whoever needs it; its
// print and its vectors become reference audio of its recording, the file itself is gone at once.

import { rm } from 'node:fs/promises';
import { beginPreview, endPreview, type EndedPreview, type PreviewStanding } from '../../store/providers/previews.ts';
import { recordingsById, type CatalogueRecording } from '../../store/catalogue/recordings.ts';
import { addReference } from '../../store/catalogue/references.ts';
import { broughtBy } from '../../store/sounds/heardAudio.ts';
import { saveEvidence } from '../../store/sounds/evidence.ts';
import { requestPriorities, type RequestPriority } from '../../domain/asking.ts';
import type { ServiceEvidence } from '../../domain/evidence.ts';
import type { RecordingId } from '../../domain/naming.ts';
import type { CatalogueName } from '../../domain/providers.ts';
import { printVersion } from '../../matching/audio/reference.ts';
import { fetchFile, type FetchResult } from '../../platform/fetchFile.ts';
import { ProviderError } from '../../providers/provider.ts';
import { previewsFrom, type PreviewSource, type ProviderDesk } from '../../providers/desk.ts';
import type { EvidenceLine } from '../../domain/evidenceLine.ts';
import { serviceTitles } from './askCatalogue.ts';
import { mostTries, retryWhileShort } from './askService.ts';
import { lineOf } from '../../domain/evidenceLine.ts';
import { TryAgain } from '../failures.ts';
import type { AttemptOf } from '../attempt/fetchSound.ts';
import type { Needs } from '../needs.ts';
import { beating, type Task } from '../task.ts';
import { takeEntries } from './takeEntries.ts';

export interface TakePreviews extends AttemptOf {
  readonly provider: CatalogueName;
  readonly recordingIds: readonly RecordingId[];
  readonly priority: RequestPriority;
}

/** Half a minute of MP3 at 320 kbit/s is 1.2 MB, as lossless audio 3. */
const mostBytes = 4 * 2 ** 20;
const fetchMs = 20_000;
/** Longer than all of it takes: who has not ended by then was cut off. */
const askingMs = 120_000;
const minute = 60_000;
const day = 1440 * minute;
/** Before what went wrong may have mended itself: an address that ended, a file that is none, a recording that gets a preview later. */
const restMs = { unavailable: 10 * minute, gone: 60 * minute, unusable: day, none: 7 * day } as const;

/** @returns a match when there is audio of one of them now: the sound can be listened to again. @throws for short trouble. */
type Takes = Needs<'database' | 'providers' | 'blobs' | 'fetchLimits' | 'decoder' | 'analysis' | 'vectors'>;

export async function takePreviews(deps: Takes, input: TakePreviews, task: Task): Promise<EvidenceLine> {
  const evidence = await beating(task, input.provider, () => take(deps, input, task));
  await saveEvidence(deps.database, input.soundId, 'preview', input.attempt, evidence);
  return lineOf('preview', evidence);
}

async function take(deps: Takes, input: TakePreviews, task: Task): Promise<ServiceEvidence> {
  const { provider } = input;
  const source = deps.providers === undefined ? null : previewsFrom(deps.providers);
  if (deps.providers === undefined || source?.client.name !== provider)
    return { kind: 'unavailable', reason: 'previews are switched off where audio is listened to', untilMs: null };
  const taken: { readonly recording: CatalogueRecording; readonly standing: PreviewStanding }[] = [];
  const known = new Map((await recordingsById(deps.database, input.recordingIds)).map((one) => [one.id, one]));
  for (const recording of input.recordingIds.flatMap((id) => known.get(id) ?? [])) {
    task.signal.throwIfAborted();
    task.beat(recording.id);
    const taking = { deps, desk: deps.providers, source, recording, input, task };
    taken.push({ recording, standing: await takeOnce(taking) });
  }
  const heard = taken.filter(({ standing }) => standing.kind === 'heard').map(({ recording }) => recording);
  const isBusy = taken.some(({ standing }) => standing.kind === 'asking');
  if (isBusy && task.attempt < mostTries)
    throw new TryAgain('unavailable', 'its preview is being fetched for another sound', 2_000);
  if (heard.length > 0) {
    return {
      kind: 'match',
      candidates: heard.map(({ id, title, artists, externalIds }) => ({
        recordingId: id,
        serviceId: source.idIn(externalIds) ?? '',
        text: `preview of "${title}" by ${artists.join(', ')}`,
      })),
    };
  }
  return (
    unavailableBecause(taken.map(({ standing }) => standing)) ?? {
      kind: 'none',
      reason:
        taken.flatMap(({ standing }) => (standing.kind === 'none' ? [standing.reason] : [])).join(' ') ||
        `${serviceTitles[provider]} has no preview.`,
    }
  );
}

/** What previews that could not be had mean for a sound: not all that may be known is. Null when none is missing. */
export function unavailableBecause(
  standings: readonly PreviewStanding[],
): Extract<ServiceEvidence, { kind: 'unavailable' }> | null {
  const missing = standings.flatMap((standing): readonly { readonly reason: string; readonly untilMs: number }[] => {
    if (standing.kind === 'failed') return [standing];
    return standing.kind === 'asking' ? [{ ...standing, reason: 'one is being fetched for another sound' }] : [];
  });
  if (missing.length === 0) return null;
  return {
    kind: 'unavailable',
    reason: [...new Set(missing.map(({ reason }) => reason))].join('; '),
    untilMs: Math.min(...missing.map(({ untilMs }) => untilMs)),
  };
}

interface Taking {
  readonly deps: Takes;
  readonly desk: ProviderDesk;
  readonly source: PreviewSource;
  readonly recording: CatalogueRecording;
  readonly input: TakePreviews;
  readonly task: Task;
}

/** How one recording stands afterwards; never `open`. */
async function takeOnce(taking: Taking): Promise<PreviewStanding> {
  const { deps, desk, recording, input, task } = taking;
  const { provider } = input;
  const nowMs = desk.now();
  const begun = await beginPreview(deps.database, provider, recording.id, {
    askedBy: `${input.soundId}#${input.attempt}`,
    untilMs: nowMs + askingMs,
    printVersion,
    nowMs,
  });
  if (begun.kind !== 'open') return begun;
  const end = (ended: EndedPreview): Promise<void> => endPreview(deps.database, provider, recording.id, ended);
  try {
    const standing = await takeNow(taking);
    if (standing.kind === 'heard') return standing;
    const { kind, reason, untilMs, hostFailed } = standing;
    await end({ state: kind, reason, untilMs, hostFailed, endedMs: kind === 'failed' ? desk.now() : null });
    return standing;
  } catch (error) {
    if (error instanceof ProviderError) {
      // What is tried again soon stays ours.
      retryWhileShort(error, desk.now(), task);
      const reason = error.message.replace(`${provider}: `, '');
      const standing = { kind: 'failed', reason, untilMs: error.untilMs ?? desk.now() + restMs.gone } as const;
      await end({ state: 'failed', reason, untilMs: standing.untilMs, hostFailed: false, endedMs: null });
      return standing;
    }
    // A decision that ended the attempt, or our own database: the next who needs it need not wait.
    await end({ state: 'failed', reason: null, untilMs: 0, hostFailed: false, endedMs: null }).catch(() => undefined);
    throw error;
  }
}

type Taken =
  | { readonly kind: 'heard' }
  | {
      readonly kind: 'none' | 'failed';
      readonly reason: string;
      readonly untilMs: number;
      readonly hostFailed: boolean;
    };

async function takeNow({ deps, desk, source, recording, input, task: { signal } }: Taking): Promise<Taken> {
  const { client } = source;
  const { provider } = input;
  const whose = `${serviceTitles[provider]}'s preview of ${recording.id}`;
  const priority = requestPriorities.indexOf(input.priority);
  const not = (kind: 'none' | 'failed', reason: string, forMs: number, hostFailed = false): Taken => ({
    kind,
    reason,
    untilMs: desk.now() + forMs,
    hostFailed,
  });
  const none = (why: string): Taken => not('none', `${whose}: ${why}.`, restMs.none);

  // Its address ends a quarter of an hour after it was given out: it is asked for, not kept.
  const serviceId = source.idIn(recording.externalIds);
  if (serviceId === null) return none('it is not known there');
  const answered = await desk.limits
    .ask(provider, priority, () => client.byId(serviceId, signal))
    .catch((error: unknown) => {
      if (error instanceof ProviderError && error.kind === 'refused') return null;
      throw error;
    });
  const entry = answered?.value.value ?? null;
  if (answered === null || entry === null) return none('it is not known there (any more)');
  // An id that a delivery or another service gave us may be of something else.
  const { taken, refused } = await takeEntries(deps, [entry], answered.value.rawHash, input.soundId);
  const [tied] = taken;
  if (tied === undefined) return none(refused.join('; '));
  if (tied.recordingId !== recording.id) return none(`what bears its id there is ${tied.recordingId}`);
  if (entry.previewUrl === null) return none('there is none');
  const host = client.previewHost(entry.previewUrl);
  if (host === null) return not('failed', `${whose} lies on a host that is not the service's`, restMs.unusable);

  const draft = await deps.blobs.draft();
  try {
    const limits = {
      allowedHosts: [host],
      maxBytes: Math.min(mostBytes, deps.fetchLimits.maxBytes),
      timeoutMs: Math.min(fetchMs, deps.fetchLimits.timeoutMs),
    };
    const url = entry.previewUrl;
    // It counts as a request like any other. What its host answers says nothing about the service, and is kept here.
    const { value: fetched } = await desk.limits.ask(provider, priority, () =>
      desk.limits.permitted(provider, signal, () => fetchFile(url, draft, limits, signal)),
    );
    if (fetched.kind === 'unavailable') {
      const forMs = Math.max(restMs.unavailable, fetched.retryAfterMs ?? 0);
      return not('failed', `${whose} could not be fetched: ${fetched.reason}`, forMs, true);
    }
    if (fetched.kind === 'refused') {
      const isGone = /answered (403|404|410)$/.test(fetched.reason);
      const why = isGone ? `${fetched.reason}, it is not there or its address has ended` : fetched.reason;
      return not('failed', `${whose} could not be fetched: ${why}`, isGone ? restMs.gone : restMs.unusable);
    }
    return (await keep(deps, fetched, draft)) ?? { kind: 'heard' };
  } finally {
    await rm(draft, { force: true });
  }

  async function keep(
    { database, decoder, analysis, vectors: index }: Takes,
    { sha256 }: Extract<FetchResult, { kind: 'file' }>,
    path: string,
  ): Promise<Taken | null> {
    const decoded = await decoder.decode(path, { sampleRateHz: 8000, signal });
    if (decoded.kind !== 'audio')
      return not(
        'failed',
        `${whose} cannot be read: ${decoded.reason}`,
        decoded.kind === 'failed' ? restMs.unavailable : restMs.unusable,
      );
    const durationMs = Math.round(decoded.durationMs);
    const { verdict, print, vectors } = await analysis.gateAndFingerprint(decoded.pcm, signal);
    if (verdict === 'silence' || verdict === 'too_short')
      return none(verdict === 'silence' ? 'it is silent' : 'it is too short');
    await database.transaction(async (client_) => {
      await broughtBy(client_, input.soundId);
      const { id: referenceId, added } = await addReference(client_, {
        recordingId: recording.id,
        origin: 'preview',
        file: `${provider}:${serviceId}`,
        // Half a minute in common makes two recordings no copies of one file.
        fileHash: `preview:${sha256}`,
        durationMs,
        print,
        printVersion,
      });
      if (added && vectors !== null) await index?.add(client_, { referenceId, vectors });
      const ended = { state: 'kept', reason: null, untilMs: 0, hostFailed: false, endedMs: desk.now() } as const;
      await endPreview(client_, provider, recording.id, ended);
    });
    return null;
  }
}
