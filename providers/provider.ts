// What providers look like to us, outside services that are asked: catalogue providers (they know recordings by name and code) and
// recognisers (they know audio). A client makes requests through the `fetch` it is given and never retries, waits or counts: the given
// `fetch` keeps the limits (one permit a request), Temporal retries, and "nothing found" is an answer, never an error.

import type { CatalogueName, ProviderName, RecogniserName } from '../domain/providers.ts';

/** What a client is made from besides its credentials; all of it replaceable in a test. */
export interface ProviderPorts {
  /** Keeps the provider's limits; may reject with a ProviderError of its own (`rate_limited`, `quota_exhausted`). */
  readonly fetch: typeof fetch;
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** Where the provider is; each client has the real address as its default. */
  readonly baseUrl?: string;
  /** For one request; `defaultRequestLimits` in http.ts when absent. */
  readonly limits?: RequestLimits;
}

export interface RequestLimits {
  /** From asking for it, a wait for a permit included, to the last byte of the answer. */
  readonly timeoutMs: number;
  /** Of one answer, decompressed. */
  readonly maxBytes: number;
}

/** An answer with what is needed to keep it: SHA-256 of the bodies as received, and when. */
export interface Answered<T> {
  readonly value: T;
  readonly rawHash: string;
  readonly atMs: number;
}

/** A recording as a catalogue provider describes it, before it is one of ours. Texts are as received. */
export interface ServiceRecording {
  readonly provider: CatalogueName;
  /** The provider's own id of the track or song. */
  readonly id: string;
  readonly isrc: string | null;
  readonly title: string;
  readonly artists: readonly string[];
  readonly version: string | null;
  readonly album: string | null;
  readonly albumId: string | null;
  readonly upc: string | null;
  readonly label: string | null;
  readonly durationMs: number | null;
  /** yyyy-mm-dd of the first territory; null when unknown or known only to the month. */
  readonly releaseDate: string | null;
  /** ISO 3166-1 territory → yyyy-mm-dd, as far as the provider says. */
  readonly releaseDates: Readonly<Record<string, string>>;
  /** About 30 s of audio that the provider's terms allow to be fetched for identification; null otherwise. */
  readonly previewUrl: string | null;
  readonly url: string | null;
  /** Ids of the same recording elsewhere that the provider itself names: {"spotify": ["…"]}. */
  readonly externalIds: Readonly<Record<string, readonly string[]>>;
}

export interface CatalogueProvider {
  readonly name: CatalogueName;
  /**
   * The host that a preview may be fetched from, null for an address that is none of the provider's. Absent where previews must not be
   * fetched: its terms forbid it, or nobody has switched it on.
   */
  readonly previewHost?: (url: string) => string | null;
  search(
    query: { readonly title: string; readonly artist: string | null; readonly limit: number },
    signal: AbortSignal,
  ): Promise<Answered<readonly ServiceRecording[]>>;
  /** Several providers hold several recordings under one code. A provider that cannot look up by it answers with null. */
  byIsrc(isrc: string, signal: AbortSignal): Promise<Answered<readonly ServiceRecording[]>> | null;
  byUpc(upc: string, signal: AbortSignal): Promise<Answered<readonly ServiceRecording[]>> | null;
  /** @returns null inside the answer for an id that the provider does not have (any more). */
  byId(id: string, signal: AbortSignal): Promise<Answered<ServiceRecording | null>>;
}

/** A piece of a sound as a recogniser gets it. */
export interface Sample {
  /** A WAV file: mono, 16 bit. */
  readonly wav: Uint8Array;
  readonly durationMs: number;
  /** Length of the whole upload that it was cut from, for providers that compare whole recordings. */
  readonly fullDurationMs: number;
}

/** One recording that a recogniser heard in a sample. */
export interface Recognition {
  readonly provider: RecogniserName;
  readonly id: string;
  /** `music` is the provider's public catalogue, `custom` a bucket of the user's own, `humming` a melody match (a cover at best). */
  readonly list: 'music' | 'custom' | 'humming';
  readonly title: string;
  readonly artists: readonly string[];
  readonly album: string | null;
  readonly isrc: string | null;
  readonly upc: string | null;
  readonly releaseDate: string | null;
  /** The provider's own confidence mapped to 0–1; null when it states none. */
  readonly score: number | null;
  /** Where in the recording the sample begins; null when it does not say. */
  readonly offsetMs: number | null;
  readonly externalIds: Readonly<Record<string, readonly string[]>>;
}

export interface Recogniser {
  readonly name: RecogniserName;
  /** What it can take: most seconds of a sample, and whether only whole recordings make sense. */
  readonly takes: { readonly sampleSeconds: number; readonly wholeOnly: boolean };
  identify(sample: Sample, signal: AbortSignal): Promise<Answered<readonly Recognition[]>>;
}

/** How asking can fail. `kind` decides what becomes of it; the message is for people and never holds a secret or a body. */
export class ProviderError extends Error {
  readonly provider: ProviderName;
  readonly kind: ProviderErrorKind;
  /** HTTP status, null when there was no answer. */
  readonly status: number | null;
  /** When it may be asked again (epoch milliseconds), if that is known. */
  readonly untilMs: number | null;

  constructor(
    provider: ProviderName,
    kind: ProviderErrorKind,
    message: string,
    more: { readonly status?: number | null; readonly untilMs?: number | null; readonly cause?: unknown } = {},
  ) {
    super(`${provider}: ${message}`, more.cause === undefined ? {} : { cause: more.cause });
    this.name = 'ProviderError';
    this.provider = provider;
    this.kind = kind;
    this.status = more.status ?? null;
    this.untilMs = more.untilMs ?? null;
  }
}

/**
 * rate_limited: asked too often, pause the provider until then · quota_exhausted: the day's or the plan's calls are spent ·
 * unavailable: no answer, a server error, a hang · credentials_rejected: a person must act · malformed: an answer that is not what
 * the provider documents · refused: this very request can never succeed (400).
 */
export type ProviderErrorKind =
  'rate_limited' | 'quota_exhausted' | 'unavailable' | 'credentials_rejected' | 'malformed' | 'refused';
