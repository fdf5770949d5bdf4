// Every message that a workflow takes, with its payload. One object each, so that fields can be added later.

import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow';
import type { RecordingId, SoundId } from '../domain/naming.ts';
import type { EvidenceLine } from '../domain/evidenceLine.ts';
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
export const prereleaseMetadata =
  defineSignal<[{ readonly metadata: PrereleaseMetadata; readonly by?: string }]>('prereleaseMetadata');
/** `why` is shown to people: "a person asked", "new recording ZZFER2600001 in the catalogue". */
export const retryNow = defineSignal<[{ readonly why: string }]>('retryNow');
/** A bulk run has an open sound tried again, and is told of the outcome. */
export const lookAgain = defineSignal<[{ readonly why: string; readonly batchWorkflowId: string }]>('lookAgain');
/** A bulk run that found the sound already running asks to be told of its first outcome. */
export const reportTo = defineSignal<[{ readonly batchWorkflowId: string }]>('reportTo');

/** Same effect as the signals, when the caller must learn whether it was accepted. */
export const decide = defineUpdate<DecideResult, [DecideInput]>('decide');

export const soundStatus = defineQuery<SoundState | null>('soundStatus');

/** What the last attempt of this run found, in words; the full evidence is in Postgres. */
export const soundEvidence = defineQuery<readonly EvidenceLine[]>('soundEvidence');

export interface ReconcileSoundInput {
  readonly soundId: SoundId;
  /** Which sequence of commands the run plays; absent in runs that began before there were two. */
  readonly version?: 2;
  /** Workflow ids of bulk runs that wait for the first outcome. */
  readonly reportTo?: readonly string[];
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
export const soundConcluded =
  defineSignal<[{ readonly soundId: SoundId; readonly status: SoundStatus }]>('soundConcluded');

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
  /** How many sounds may be in their first attempt at once. */
  readonly concurrency: number;
  /** Why sounds that wait or are undecided are tried again; absent: the run is for sounds that were never tried. */
  readonly again?: string;
  readonly carried?: {
    readonly afterLine: number;
    readonly inFlight: readonly SoundId[];
    readonly started: number;
    readonly concluded: number;
    readonly skipped: number;
    readonly total: number;
    readonly paused: boolean;
  };
}

export interface IndexCatalogueInput {
  readonly deliveryId: string;
  readonly carried?: { readonly afterLine: number; readonly changed: number; readonly woken: number };
}
export interface IndexCatalogueResult {
  readonly woken: number;
}

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
