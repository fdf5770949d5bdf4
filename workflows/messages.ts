// Every message that a workflow takes, with its payload. One object each, so that fields can be added later.

import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow';
import type { EvidenceLine } from '../domain/evidenceLine.ts';
import type { RecordingId, SoundId } from '../domain/naming.ts';
import type { PersonDecision, PrereleaseMetadata, SoundState, SoundStatus } from '../domain/sound.ts';

/** What every message of a person carries. */
interface Said {
  /** Made by the caller; repeating a message with the same id is harmless. */
  readonly decisionId: string;
  readonly by?: string;
  readonly note?: string;
}

export interface DecideInput extends Said {
  readonly decision: PersonDecision;
}

export type DecideResult =
  | { readonly kind: 'accepted'; readonly status: SoundStatus; readonly why: string }
  | { readonly kind: 'refused'; readonly why: string };

export const manualMatch = defineSignal<[Said & { readonly recordingId: RecordingId }]>('manualMatch');
export const rejectMatch = defineSignal<[Said & { readonly recordingId: RecordingId }]>('rejectMatch');
export const abandon = defineSignal<[Said]>('abandon');
export const reopen = defineSignal<[Said]>('reopen');
export const prereleaseMetadata = defineSignal<[PrereleaseInput]>('prereleaseMetadata');
/** `why` is shown to people: "a person asked", "new recording ZZFER2600001 in the catalogue". */
export const retryNow = defineSignal<[{ readonly why: string }]>('retryNow');

/** Same effect as the signals, when the caller must learn whether it was accepted. */
export const decide = defineUpdate<DecideResult, [DecideInput]>('decide');

export interface PrereleaseInput {
  readonly metadata: PrereleaseMetadata;
  readonly by?: string;
}
export type PrereleaseResult =
  /** `problem`: why the audio that came with it was left out; null: there was none, or it is in the index. */
  { readonly kind: 'accepted'; readonly problem: string | null } | { readonly kind: 'refused'; readonly why: string };
/** Same effect as `prereleaseMetadata`. */
export const prerelease = defineUpdate<PrereleaseResult, [PrereleaseInput]>('prerelease');

export const soundStatus = defineQuery<SoundState | null>('soundStatus');
/** What the last attempt of this run found, in words; the full evidence is in Postgres. */
export const soundEvidence = defineQuery<readonly EvidenceLine[]>('soundEvidence');

export interface ReconcileSoundInput {
  readonly soundId: SoundId;
  /** It is one of many, and nobody waits for it: providers are asked for it after others. */
  readonly bulk?: true;
  /** Handed over by continue-as-new; a new run begins from Postgres. */
  readonly carried?: CarriedState;
}

export interface CarriedState {
  readonly state: SoundState;
  readonly evidence: readonly EvidenceLine[];
  readonly log: readonly AttemptLine[];
}

/** One line of the table shown on the sound's page. */
export interface AttemptLine {
  readonly attempt: number;
  readonly atMs: number;
  readonly outcome: string;
}

export const pause = defineSignal('pause');
export const resume = defineSignal('resume');
/** Sounds of this bulk run have had their outcome: the rows say which. */
export const batchProgressed = defineSignal('batchProgressed');

export interface BatchProgress {
  readonly state: 'running' | 'paused' | 'cancelled' | 'done';
  readonly started: number;
  readonly concluded: number;
  readonly running: number;
  readonly skipped: number;
  readonly total: number;
}
export const batchProgress = defineQuery<BatchProgress>('batchProgress');

export interface ReconcileBatchInput {
  readonly batchId: string;
}

export interface IndexCatalogueInput {
  readonly deliveryId: string;
  readonly carried?: { readonly afterLine: number; readonly changed: number };
}

/** Recordings came that the waiting sounds are to be searched with: the rows say which. */
export const arrived = defineSignal('arrived');

export interface WatchFoldersInput {
  readonly folders: readonly string[];
  /** How long files must have been at rest. */
  readonly settleMs: number;
  /** How listings are to be read; see `deliveries/listing.ts`. */
  readonly options?: {
    readonly map?: Readonly<Record<string, string>>;
    readonly encoding?: string;
    readonly dates?: 'dmy' | 'mdy';
  };
}
export interface WatchFoldersResult {
  readonly taken: readonly { readonly deliveryId: string; readonly path: string }[];
  /** More were found than one run takes: the next one goes on. */
  readonly more: boolean;
}

export interface SyncServicesInput {
  /** Questions to each service at most; the rest is asked the next time. */
  readonly limit: number;
  /** How often around a release date. */
  readonly denseMs: number;
}
export interface SyncServicesResult {
  readonly asked: number;
  readonly added: number;
  readonly troubles: readonly string[];
}
