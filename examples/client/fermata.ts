// Made by examples/client/generate.ts from the description of Fermata 0.1.0. Not to be edited.

import { events, lines, send, type Connection } from './http.ts';

export type NewSound = {
  /** "tiktok" */
  readonly platform: string;
  readonly id: string | number;
  readonly title?: string | undefined;
  readonly author?: string | undefined;
  readonly handle?: string | undefined;
  /** a person made it, no label */
  readonly original?: boolean | null | undefined;
  readonly duration_ms?: number | null | undefined;
  /** an address on a host of FERMATA_AUDIO_HOSTS, or an absolute path under FERMATA_AUDIO_ROOTS */
  readonly audio?: string | null | undefined;
  /** the platform's own object */
  readonly payload?: unknown;
  readonly [field: string]: unknown;
};

export type Submitted = {
  readonly submitted: number;
  readonly known: number;
  /** line: the place in the list, from 1 */
  readonly refused: readonly {
    readonly line: number;
    readonly problem: string;
  }[];
  /** those that were new */
  readonly sounds: readonly string[];
};

/** submitted: no attempt has ended · matched: linked · review: a person should decide · waiting: nothing matches yet · unmatchable: neither audio nor words can tell · dismissed: a person said what it is not · abandoned: a person stopped it · expired: nothing matched within its horizon */
export type State =
  'submitted' | 'matched' | 'review' | 'waiting' | 'unmatchable' | 'dismissed' | 'abandoned' | 'expired';

export type Sound = {
  /** platform:id, which names it everywhere */
  readonly sound: string;
  readonly title: string;
  readonly author: string;
  readonly group: number | null;
  readonly submitted_at: string;
  readonly platform: string;
  /** the platform's own id */
  readonly id: string;
  readonly state: State;
  readonly isrc: string | null;
  readonly recording: string | null;
  readonly relation: Relation | null;
  readonly speed_ratio: number | null;
  readonly pitch_semitones: number | null;
  readonly offset_ms: number | null;
  readonly coverage: number | null;
  readonly probability: number | null;
  readonly decided_by: 'rule' | 'person' | null;
  readonly external_ids: Readonly<Record<string, readonly string[]>> | null;
  /** its recording is out, neither withdrawn nor provisional */
  readonly published: boolean;
  readonly publish_at: string | null;
  readonly withdrawn_at: string | null;
  /** what the linked recording was delivered as besides: on a single, an album, a compilation */
  readonly same_recordings: readonly string[] | null;
  /** why it is in its state, then the reasons of the decision */
  readonly reasons: readonly string[];
  readonly next_attempt_at: string | null;
  readonly attempts: number;
};

/** how the recording stands in the sound */
export type Relation = 'same' | 'sped_up' | 'slowed' | 'pitched' | 'effects' | 'contains' | 'remix_of' | 'covers';

export type WholeSound = {
  /** platform:id, which names it everywhere */
  readonly sound: string;
  readonly title: string;
  readonly author: string;
  readonly group: number | null;
  readonly submitted_at: string;
  readonly platform: string;
  /** the platform's own id */
  readonly id: string;
  readonly state: State;
  readonly isrc: string | null;
  readonly recording: string | null;
  readonly relation: Relation | null;
  readonly speed_ratio: number | null;
  readonly pitch_semitones: number | null;
  readonly offset_ms: number | null;
  readonly coverage: number | null;
  readonly probability: number | null;
  readonly decided_by: 'rule' | 'person' | null;
  readonly external_ids: Readonly<Record<string, readonly string[]>> | null;
  /** its recording is out, neither withdrawn nor provisional */
  readonly published: boolean;
  readonly publish_at: string | null;
  readonly withdrawn_at: string | null;
  /** what the linked recording was delivered as besides: on a single, an album, a compilation */
  readonly same_recordings: readonly string[] | null;
  /** why it is in its state, then the reasons of the decision */
  readonly reasons: readonly string[];
  readonly next_attempt_at: string | null;
  readonly attempts: number;
  readonly rejected: readonly string[];
  readonly prerelease: {
    readonly title: string;
    readonly artists: readonly string[];
    readonly isrc: string | null;
    readonly release_date: string | null;
    readonly audio_hash: string | null;
  } | null;
  readonly decisions: readonly Decision[];
  /** id of its workflow in Temporal's UI */
  readonly workflow: string;
};

export type Decision = {
  readonly id: string;
  readonly decided_by: 'rule' | 'person';
  readonly kind: string;
  readonly recording_id: string | null;
  readonly accepted: boolean;
  readonly why: string;
  readonly weights: string | null;
  readonly at: string;
  /** who, for a person */
  readonly by: string | null;
  readonly note: string | null;
};

export type Evidence = {
  /** metadata, audio, preview, or the name of a service */
  readonly source: string;
  readonly attempt: number;
  readonly at: string;
  readonly evidence:
    | {
        readonly kind: 'match';
        readonly candidates: readonly {
          readonly recording_id: string;
          readonly [field: string]: unknown;
        }[];
      }
    | {
        readonly kind: 'none';
        readonly reason: string;
      }
    | {
        readonly kind: 'unusable';
        readonly code: string;
        readonly reason: string;
      }
    | {
        readonly kind: 'unavailable';
        readonly reason: string;
        readonly until_ms: number | null;
        readonly tries?: number | undefined;
      };
};

export type Explanation = {
  readonly id: string;
  readonly title: string;
  readonly author: string | null;
  readonly status: State;
  readonly why: string;
  readonly decided_by: 'rule' | 'person' | null;
  readonly person: {
    readonly kind: string;
    readonly why: string;
    readonly recording_id: string | null;
  } | null;
  readonly rule: {
    readonly kind: string;
    readonly why: string;
    readonly weights: string | null;
  } | null;
  readonly standing: 'linked' | 'proposed' | 'closest' | null;
  readonly best: Candidate | null;
  readonly side_by_side: {
    readonly source: string;
    readonly sound: {
      readonly raw: string;
      readonly pieces: readonly {
        readonly kind: string;
        readonly raw: string;
      }[];
    };
    readonly recording: {
      readonly raw: string;
      readonly pieces: readonly {
        readonly kind: string;
        readonly raw: string;
      }[];
    };
    readonly aspects: readonly {
      readonly aspect: string;
      readonly sound: string | null;
      readonly recording: string | null;
      readonly agrees: boolean | null;
    }[];
  } | null;
  readonly sibling: {
    readonly recording_id: string;
    /** null: the catalogue does not hold it any more */
    readonly title: string | null;
    readonly artists: readonly string[];
    readonly version: string | null;
    readonly isrc: string | null;
    readonly relation: Relation;
    readonly speed_ratio: number | null;
    readonly offset_ms: number | null;
    readonly coverage: number | null;
    /** null: no machine has weighed it */
    readonly probability: number | null;
    readonly bits: number | null;
    readonly blocked_by: string | null;
    /** recordings that are this one, delivered again */
    readonly twins: readonly {
      readonly recording_id: string;
      /** null: the catalogue does not hold it any more */
      readonly title: string | null;
      readonly artists: readonly string[];
      readonly version: string | null;
      readonly isrc: string | null;
    }[];
    /** why another recording may be meant that the catalogue lacks, the likeliest reason first */
    readonly left_open: readonly {
      readonly text: string;
      readonly probability: number;
    }[];
    readonly waterfall: readonly {
      readonly feature: string;
      readonly text: string;
      /** log-likelihood ratio in bits: positive speaks for it */
      readonly bits: number;
      readonly sum: number;
    }[];
    readonly fact: string;
  } | null;
  readonly others: readonly Candidate[];
  /** probability that it is none of them */
  readonly none: number;
  readonly rejected: readonly {
    readonly recording_id: string;
    /** null: the catalogue does not hold it any more */
    readonly title: string | null;
    readonly artists: readonly string[];
    readonly version: string | null;
    readonly isrc: string | null;
  }[];
  readonly sources: readonly {
    readonly source: string;
    readonly kind: string;
    readonly text: string;
  }[];
};

export type Candidate = {
  readonly recording_id: string;
  /** null: the catalogue does not hold it any more */
  readonly title: string | null;
  readonly artists: readonly string[];
  readonly version: string | null;
  readonly isrc: string | null;
  readonly relation: Relation;
  readonly speed_ratio: number | null;
  readonly offset_ms: number | null;
  readonly coverage: number | null;
  /** null: no machine has weighed it */
  readonly probability: number | null;
  readonly bits: number | null;
  readonly blocked_by: string | null;
  /** recordings that are this one, delivered again */
  readonly twins: readonly {
    readonly recording_id: string;
    /** null: the catalogue does not hold it any more */
    readonly title: string | null;
    readonly artists: readonly string[];
    readonly version: string | null;
    readonly isrc: string | null;
  }[];
  /** why another recording may be meant that the catalogue lacks, the likeliest reason first */
  readonly left_open: readonly {
    readonly text: string;
    readonly probability: number;
  }[];
  readonly waterfall: readonly {
    readonly feature: string;
    readonly text: string;
    /** log-likelihood ratio in bits: positive speaks for it */
    readonly bits: number;
    readonly sum: number;
  }[];
};

export type SaidDecision = {
  readonly kind: 'match' | 'reject' | 'notMusic' | 'noSuchRecording' | 'abandon' | 'reopen';
  /** for match and reject: an id or an ISRC */
  readonly recording?: string | undefined;
  /** why; kept with the decision */
  readonly note?: string | undefined;
};

export type SaidPrerelease = {
  readonly title: string;
  readonly artists: readonly string[];
  readonly isrc?: string | null | undefined;
  readonly release_date?: string | null | undefined;
  /** SHA-256 that uploading its audio gave */
  readonly audio?: string | null | undefined;
};

export type Group = {
  readonly group: number;
  readonly sounds: number;
  readonly open: number;
  readonly last_day: number;
  readonly last_hour: number;
  readonly since: string;
  readonly newest: string;
  readonly recording: string | null;
  readonly title: string;
  readonly alarmed_at: string | null;
};

export type WholeGroup = {
  readonly group: number;
  readonly sounds: number;
  readonly open: number;
  readonly last_day: number;
  readonly last_hour: number;
  readonly since: string;
  readonly newest: string;
  readonly recording: string | null;
  readonly title: string;
  readonly alarmed_at: string | null;
  readonly members: readonly {
    readonly sound: string;
    readonly state: State;
    readonly title: string;
    readonly grouped_by: string;
    readonly speed: number | null;
    readonly pitch_semitones: number | null;
    readonly offset_ms: number | null;
    readonly submitted_at: string;
  }[];
};

export type Recording = {
  readonly id: string;
  readonly isrc: string | null;
  readonly title: string;
  readonly artists: readonly string[];
  readonly version: string | null;
  readonly album: string | null;
  readonly release_date: string | null;
  readonly upc: string | null;
  readonly label: string | null;
  readonly duration_ms: number | null;
  readonly aliases: readonly string[];
  /** ids at services: {"spotify": ["…"]} */
  readonly external_ids: Readonly<Record<string, readonly string[]>>;
  /** a person's word that no delivery has confirmed */
  readonly provisional: boolean;
};

export type Delivery = {
  readonly id: string;
  readonly folder: string;
  readonly entry: string | null;
  readonly state: 'started' | 'done' | 'failed';
  readonly problem: string | null;
  readonly listing: string | null;
  readonly notes: readonly string[];
  readonly started_at: string;
  readonly finished_at: string | null;
  readonly total: number;
  readonly pending: number;
  readonly added: number;
  readonly changed: number;
  readonly unchanged: number;
  readonly withdrawn: number;
  readonly refused: number;
  /** of all these, those whose audio is still to be heard */
  readonly unheard: number;
  /** sounds that its recordings called */
  readonly woken: number;
};

export type WholeDelivery = {
  readonly id: string;
  readonly folder: string;
  readonly entry: string | null;
  readonly state: 'started' | 'done' | 'failed';
  readonly problem: string | null;
  readonly listing: string | null;
  readonly notes: readonly string[];
  readonly started_at: string;
  readonly finished_at: string | null;
  readonly total: number;
  readonly pending: number;
  readonly added: number;
  readonly changed: number;
  readonly unchanged: number;
  readonly withdrawn: number;
  readonly refused: number;
  /** of all these, those whose audio is still to be heard */
  readonly unheard: number;
  /** sounds that its recordings called */
  readonly woken: number;
  readonly remarks: readonly {
    readonly line: number;
    readonly place: string | null;
    readonly state: string;
    readonly reason: string;
  }[];
  readonly changes: readonly {
    readonly recording_id: string;
    readonly what: string;
    readonly before: string | null;
    readonly after: string | null;
    readonly said_by: string;
    readonly line: number | null;
    readonly at: string;
  }[];
};

export type NewBatch = {
  /** letters, digits, dots and dashes; with the date it makes its id */
  readonly name: string;
  readonly concurrency?: number | undefined;
  readonly sounds?: readonly NewSound[] | undefined;
  /** instead of sounds: try all sounds again that wait or are undecided */
  readonly waiting?: true | undefined;
};

export type Batch = {
  readonly id: string;
  readonly state: 'running' | 'paused' | 'cancelled' | 'done';
  readonly total: number;
  readonly refused: number;
  readonly started_at: string;
  readonly finished_at: string | null;
  /** its sounds by their present state */
  readonly states: Partial<Readonly<Record<State, number>>>;
  readonly problems: readonly {
    readonly line: number;
    readonly problem: string;
  }[];
};

export type Change = {
  /** its place on the line of changes */
  readonly seq: number;
  readonly at: string;
  readonly sound: string;
  readonly state: State;
  readonly why: string;
  readonly recording: string | null;
  readonly decided_by: 'rule' | 'person' | null;
};

export type ExportedSound = {
  readonly platform: string;
  /** the platform's own id */
  readonly id: string;
  readonly state: State;
  readonly isrc: string | null;
  readonly recording: string | null;
  readonly relation: Relation | null;
  readonly speed_ratio: number | null;
  readonly pitch_semitones: number | null;
  readonly offset_ms: number | null;
  readonly coverage: number | null;
  readonly probability: number | null;
  readonly decided_by: 'rule' | 'person' | null;
  readonly external_ids: Readonly<Record<string, readonly string[]>> | null;
  /** its recording is out, neither withdrawn nor provisional */
  readonly published: boolean;
  readonly publish_at: string | null;
  readonly withdrawn_at: string | null;
  /** what the linked recording was delivered as besides: on a single, an album, a compilation */
  readonly same_recordings: readonly string[] | null;
  /** why it is in its state, then the reasons of the decision */
  readonly reasons: readonly string[];
};

export type Client = ReturnType<typeof createClient>;

export const createClient = (connection: Connection) => ({
  /** Who the token is, and what it may do.
   * Takes a token of role viewer. */
  async whoAmI(
    given: {
      readonly signal?: AbortSignal | undefined;
    } = {},
  ): Promise<{
    readonly token: string;
    readonly name: string;
    readonly role: 'viewer' | 'reviewer' | 'operator';
  }> {
    const response = await send(connection, { method: 'GET', path: '/api/v1/me', signal: given.signal });
    return (await response.json()) as {
      readonly token: string;
      readonly name: string;
      readonly role: 'viewer' | 'reviewer' | 'operator';
    };
  },

  /** Submit sounds; each is reconciled by its own workflow, at once.
   * Submitting one twice is harmless. A sound that cannot be taken is refused with its place in the list, and holds up none of the others; when none can be taken, the answer is a 400.
   * Takes a token of role operator. */
  async submitSounds(given: {
    readonly body: {
      readonly sounds: readonly NewSound[];
    };
    /** One for each request: sent again with it within a day, it is done once. */
    readonly key?: string | undefined;
    readonly signal?: AbortSignal | undefined;
  }): Promise<Submitted> {
    const response = await send(connection, {
      method: 'POST',
      path: '/api/v1/sounds',
      json: given.body,
      headers: given.key === undefined ? {} : { 'idempotency-key': given.key },
      signal: given.signal,
    });
    return (await response.json()) as Submitted;
  },

  /** List sounds, the newest first, or look for some.
   * Takes a token of role viewer. */
  async listSounds(
    given: {
      readonly state?: State | undefined;
      readonly platform?: string | undefined;
      readonly group?: number | undefined;
      /** its id, its platform's id, or a part of its title or its author */
      readonly q?: string | undefined;
      readonly limit?: number | undefined;
      /** `next` of the page before */
      readonly cursor?: string | undefined;
      readonly signal?: AbortSignal | undefined;
    } = {},
  ): Promise<{
    readonly sounds: readonly Sound[];
    /** cursor of the next page; null: this is the last */
    readonly next: string | null;
  }> {
    const response = await send(connection, {
      method: 'GET',
      path: '/api/v1/sounds',
      query: {
        state: given.state,
        platform: given.platform,
        group: given.group,
        q: given.q,
        limit: given.limit,
        cursor: given.cursor,
      },
      signal: given.signal,
    });
    return (await response.json()) as {
      readonly sounds: readonly Sound[];
      /** cursor of the next page; null: this is the last */
      readonly next: string | null;
    };
  },

  /** One sound: where it stands and why, and every decision.
   * Takes a token of role viewer. */
  async getSound(given: {
    /** platform:id, or the id alone */
    readonly sound: string;
    readonly signal?: AbortSignal | undefined;
  }): Promise<WholeSound> {
    const response = await send(connection, {
      method: 'GET',
      path: '/api/v1/sounds/{sound}',
      params: { sound: given.sound },
      signal: given.signal,
    });
    return (await response.json()) as WholeSound;
  },

  /** What each source found about a sound the last time it was asked.
   * Takes a token of role viewer. */
  async getEvidence(given: {
    /** platform:id, or the id alone */
    readonly sound: string;
    readonly signal?: AbortSignal | undefined;
  }): Promise<{
    readonly evidence: readonly Evidence[];
  }> {
    const response = await send(connection, {
      method: 'GET',
      path: '/api/v1/sounds/{sound}/evidence',
      params: { sound: given.sound },
      signal: given.signal,
    });
    return (await response.json()) as {
      readonly evidence: readonly Evidence[];
    };
  },

  /** Why a sound stands where it stands: both titles as read, every bit of evidence, the closest other recording.
   * Takes a token of role viewer. */
  async getExplanation(given: {
    /** platform:id, or the id alone */
    readonly sound: string;
    readonly signal?: AbortSignal | undefined;
  }): Promise<Explanation> {
    const response = await send(connection, {
      method: 'GET',
      path: '/api/v1/sounds/{sound}/explanation',
      params: { sound: given.sound },
      signal: given.signal,
    });
    return (await response.json()) as Explanation;
  },

  /** Decide about a sound. A person's word always wins.
   * Answered by the workflow: accepted, or refused with the reason (409). With an Idempotency-Key the decision counts once, however often it is sent.
   * Takes a token of role reviewer. */
  async decide(given: {
    /** platform:id, or the id alone */
    readonly sound: string;
    readonly body: SaidDecision;
    /** One for each request: sent again with it within a day, it is done once. */
    readonly key?: string | undefined;
    readonly signal?: AbortSignal | undefined;
  }): Promise<{
    readonly accepted: true;
    readonly sound: string;
    readonly state: State;
    /** the decision in words */
    readonly why: string;
  }> {
    const response = await send(connection, {
      method: 'POST',
      path: '/api/v1/sounds/{sound}/decisions',
      params: { sound: given.sound },
      json: given.body,
      headers: given.key === undefined ? {} : { 'idempotency-key': given.key },
      signal: given.signal,
    });
    return (await response.json()) as {
      readonly accepted: true;
      readonly sound: string;
      readonly state: State;
      /** the decision in words */
      readonly why: string;
    };
  },

  /** Try a waiting or undecided sound again now.
   * Takes a token of role reviewer. */
  async retry(given: {
    /** platform:id, or the id alone */
    readonly sound: string;
    /** One for each request: sent again with it within a day, it is done once. */
    readonly key?: string | undefined;
    readonly signal?: AbortSignal | undefined;
  }): Promise<{
    readonly sound: string;
    readonly state: State;
  }> {
    const response = await send(connection, {
      method: 'POST',
      path: '/api/v1/sounds/{sound}/retry',
      params: { sound: given.sound },
      headers: given.key === undefined ? {} : { 'idempotency-key': given.key },
      signal: given.signal,
    });
    return (await response.json()) as {
      readonly sound: string;
      readonly state: State;
    };
  },

  /** Say what an unreleased track is; the sound then waits for exactly that.
   * With `audio`, every sound that holds it is linked to this, unpublished, until a delivery confirms it. Upload the file first: POST /audio gives its SHA-256.
   * Takes a token of role reviewer. */
  async prerelease(given: {
    /** platform:id, or the id alone */
    readonly sound: string;
    readonly body: SaidPrerelease;
    /** One for each request: sent again with it within a day, it is done once. */
    readonly key?: string | undefined;
    readonly signal?: AbortSignal | undefined;
  }): Promise<{
    readonly sound: string;
    /** why its audio was left out; null: it was not */
    readonly audio_problem: string | null;
  }> {
    const response = await send(connection, {
      method: 'POST',
      path: '/api/v1/sounds/{sound}/prerelease',
      params: { sound: given.sound },
      json: given.body,
      headers: given.key === undefined ? {} : { 'idempotency-key': given.key },
      signal: given.signal,
    });
    return (await response.json()) as {
      readonly sound: string;
      /** why its audio was left out; null: it was not */
      readonly audio_problem: string | null;
    };
  },

  /** Hand in audio, to be named in prerelease data.
   * The file as it is. It is kept under the SHA-256 of its content; whether it can be heard is said where it is used.
   * Takes a token of role reviewer. */
  async uploadAudio(given: {
    readonly body: Uint8Array | string | ReadableStream<Uint8Array>;
    readonly signal?: AbortSignal | undefined;
  }): Promise<{
    readonly sha256: string;
    readonly bytes: number;
  }> {
    const response = await send(connection, {
      method: 'POST',
      path: '/api/v1/audio',
      bytes: { type: 'application/octet-stream', body: given.body },
      signal: given.signal,
    });
    return (await response.json()) as {
      readonly sha256: string;
      readonly bytes: number;
    };
  },

  /** Groups of waiting sounds with the same audio, the fastest growing and biggest first.
   * Takes a token of role viewer. */
  async listGroups(
    given: {
      readonly limit?: number | undefined;
      readonly signal?: AbortSignal | undefined;
    } = {},
  ): Promise<{
    readonly groups: readonly Group[];
  }> {
    const response = await send(connection, {
      method: 'GET',
      path: '/api/v1/groups',
      query: { limit: given.limit },
      signal: given.signal,
    });
    return (await response.json()) as {
      readonly groups: readonly Group[];
    };
  },

  /** One group with its sounds, the newest first.
   * Takes a token of role viewer. */
  async getGroup(given: {
    readonly group: string;
    readonly limit?: number | undefined;
    readonly signal?: AbortSignal | undefined;
  }): Promise<WholeGroup> {
    const response = await send(connection, {
      method: 'GET',
      path: '/api/v1/groups/{group}',
      params: { group: given.group },
      query: { limit: given.limit },
      signal: given.signal,
    });
    return (await response.json()) as WholeGroup;
  },

  /** Take sounds out of their group into one of their own; nothing but a person puts the two together again.
   * Takes a token of role reviewer. */
  async splitGroup(given: {
    readonly group: string;
    readonly body: {
      readonly sounds: readonly string[];
    };
    /** One for each request: sent again with it within a day, it is done once. */
    readonly key?: string | undefined;
    readonly signal?: AbortSignal | undefined;
  }): Promise<{
    readonly group: number;
    readonly from: number;
    readonly sounds: readonly string[];
  }> {
    const response = await send(connection, {
      method: 'POST',
      path: '/api/v1/groups/{group}/split',
      params: { group: given.group },
      json: given.body,
      headers: given.key === undefined ? {} : { 'idempotency-key': given.key },
      signal: given.signal,
    });
    return (await response.json()) as {
      readonly group: number;
      readonly from: number;
      readonly sounds: readonly string[];
    };
  },

  /** Make another group part of this one; decisions are then proposed for its sounds, not applied.
   * Takes a token of role reviewer. */
  async mergeGroups(given: {
    readonly group: string;
    readonly body: {
      readonly other: number;
    };
    /** One for each request: sent again with it within a day, it is done once. */
    readonly key?: string | undefined;
    readonly signal?: AbortSignal | undefined;
  }): Promise<{
    readonly group: number;
    readonly merged: number;
    /** sounds that look again */
    readonly open: readonly string[];
  }> {
    const response = await send(connection, {
      method: 'POST',
      path: '/api/v1/groups/{group}/merge',
      params: { group: given.group },
      json: given.body,
      headers: given.key === undefined ? {} : { 'idempotency-key': given.key },
      signal: given.signal,
    });
    return (await response.json()) as {
      readonly group: number;
      readonly merged: number;
      /** sounds that look again */
      readonly open: readonly string[];
    };
  },

  /** Look for recordings in the catalogue, or page through it.
   * With `q`: the recording of that ISRC or id, else those whose titles or artists fit, a slip in the spelling allowed, at most about a hundred, and no further page.
   * Takes a token of role viewer. */
  async findRecordings(
    given: {
      readonly q?: string | undefined;
      /** with q: who made it */
      readonly artist?: string | undefined;
      readonly limit?: number | undefined;
      readonly cursor?: string | undefined;
      readonly signal?: AbortSignal | undefined;
    } = {},
  ): Promise<{
    readonly recordings: readonly Recording[];
    readonly next: string | null;
  }> {
    const response = await send(connection, {
      method: 'GET',
      path: '/api/v1/recordings',
      query: { q: given.q, artist: given.artist, limit: given.limit, cursor: given.cursor },
      signal: given.signal,
    });
    return (await response.json()) as {
      readonly recordings: readonly Recording[];
      readonly next: string | null;
    };
  },

  /** One recording, by its id or its ISRC.
   * Takes a token of role viewer. */
  async getRecording(given: {
    readonly recording: string;
    readonly signal?: AbortSignal | undefined;
  }): Promise<Recording> {
    const response = await send(connection, {
      method: 'GET',
      path: '/api/v1/recordings/{recording}',
      params: { recording: given.recording },
      signal: given.signal,
    });
    return (await response.json()) as Recording;
  },

  /** Deliveries into the catalogue, the newest first, each with what became of its rows.
   * Takes a token of role viewer. */
  async listDeliveries(
    given: {
      readonly limit?: number | undefined;
      readonly signal?: AbortSignal | undefined;
    } = {},
  ): Promise<{
    readonly deliveries: readonly Delivery[];
  }> {
    const response = await send(connection, {
      method: 'GET',
      path: '/api/v1/deliveries',
      query: { limit: given.limit },
      signal: given.signal,
    });
    return (await response.json()) as {
      readonly deliveries: readonly Delivery[];
    };
  },

  /** One delivery: what its last run changed, and which rows were refused and why.
   * At most 1,000 remarks and 1,000 changes.
   * Takes a token of role viewer. */
  async getDelivery(given: {
    /** its id, the beginning of it, or its folder */
    readonly delivery: string;
    readonly signal?: AbortSignal | undefined;
  }): Promise<WholeDelivery> {
    const response = await send(connection, {
      method: 'GET',
      path: '/api/v1/deliveries/{delivery}',
      params: { delivery: given.delivery },
      signal: given.signal,
    });
    return (await response.json()) as WholeDelivery;
  },

  /** Start a bulk run over sounds, or over all sounds that wait or are undecided.
   * A run of the same name and day goes on: lines that are new are added. For more sounds than one request takes there is POST /batches/lines.
   * Takes a token of role operator. */
  async startBatch(given: {
    readonly body: NewBatch;
    /** One for each request: sent again with it within a day, it is done once. */
    readonly key?: string | undefined;
    readonly signal?: AbortSignal | undefined;
  }): Promise<Batch> {
    const response = await send(connection, {
      method: 'POST',
      path: '/api/v1/batches',
      json: given.body,
      headers: given.key === undefined ? {} : { 'idempotency-key': given.key },
      signal: given.signal,
    });
    return (await response.json()) as Batch;
  },

  /** Start a bulk run over sounds, one JSON object a line.
   * Lines are stored as they come, in bounded memory. Sent again, a run that was cut off goes on.
   * Takes a token of role operator. */
  async startBatchOfLines(given: {
    readonly name: string;
    readonly concurrency?: number | undefined;
    readonly body: Uint8Array | string | ReadableStream<Uint8Array>;
    readonly signal?: AbortSignal | undefined;
  }): Promise<Batch> {
    const response = await send(connection, {
      method: 'POST',
      path: '/api/v1/batches/lines',
      query: { name: given.name, concurrency: given.concurrency },
      bytes: { type: 'application/x-ndjson', body: given.body },
      signal: given.signal,
    });
    return (await response.json()) as Batch;
  },

  /** How far a bulk run is, and which of its lines were refused.
   * Takes a token of role viewer. */
  async getBatch(given: {
    /** its id, or the name of the newest */
    readonly batch: string;
    readonly signal?: AbortSignal | undefined;
  }): Promise<Batch> {
    const response = await send(connection, {
      method: 'GET',
      path: '/api/v1/batches/{batch}',
      params: { batch: given.batch },
      signal: given.signal,
    });
    return (await response.json()) as Batch;
  },

  /** Hold the further sounds of a bulk run back.
   * Takes a token of role operator. */
  async pauseBatch(given: {
    /** its id, or the name of the newest */
    readonly batch: string;
    /** One for each request: sent again with it within a day, it is done once. */
    readonly key?: string | undefined;
    readonly signal?: AbortSignal | undefined;
  }): Promise<Batch> {
    const response = await send(connection, {
      method: 'POST',
      path: '/api/v1/batches/{batch}/pause',
      params: { batch: given.batch },
      headers: given.key === undefined ? {} : { 'idempotency-key': given.key },
      signal: given.signal,
    });
    return (await response.json()) as Batch;
  },

  /** Let a paused bulk run go on.
   * Takes a token of role operator. */
  async resumeBatch(given: {
    /** its id, or the name of the newest */
    readonly batch: string;
    /** One for each request: sent again with it within a day, it is done once. */
    readonly key?: string | undefined;
    readonly signal?: AbortSignal | undefined;
  }): Promise<Batch> {
    const response = await send(connection, {
      method: 'POST',
      path: '/api/v1/batches/{batch}/resume',
      params: { batch: given.batch },
      headers: given.key === undefined ? {} : { 'idempotency-key': given.key },
      signal: given.signal,
    });
    return (await response.json()) as Batch;
  },

  /** End a bulk run; sounds that it has not begun are abandoned.
   * Takes a token of role operator. */
  async cancelBatch(given: {
    /** its id, or the name of the newest */
    readonly batch: string;
    /** One for each request: sent again with it within a day, it is done once. */
    readonly key?: string | undefined;
    readonly signal?: AbortSignal | undefined;
  }): Promise<Batch> {
    const response = await send(connection, {
      method: 'POST',
      path: '/api/v1/batches/{batch}/cancel',
      params: { batch: given.batch },
      headers: given.key === undefined ? {} : { 'idempotency-key': given.key },
      signal: given.signal,
    });
    return (await response.json()) as Batch;
  },

  /** Every change of a sound, in order: as server-sent events, or in pages.
   * With `Accept: text/event-stream` the connection stays open; each event `change` has its place on the line as its id, and a client that connects again with `Last-Event-ID` misses nothing. Without, a page of JSON after the place `after`. Without a place the stream begins now, and pages at the oldest change that is kept (FERMATA_CHANGES_DAYS); a place that is older than that is a 410.
   * Takes a token of role viewer. */
  async followChangesPage(
    given: {
      readonly after?: number | undefined;
      readonly limit?: number | undefined;
      readonly signal?: AbortSignal | undefined;
    } = {},
  ): Promise<{
    readonly changes: readonly Change[];
    /** `after` of the next page */
    readonly next: number;
  }> {
    const response = await send(connection, {
      method: 'GET',
      path: '/api/v1/changes',
      query: { after: given.after, limit: given.limit },
      signal: given.signal,
    });
    return (await response.json()) as {
      readonly changes: readonly Change[];
      /** `after` of the next page */
      readonly next: number;
    };
  },

  /** Every change of a sound, in order: as server-sent events, or in pages.
   * With `Accept: text/event-stream` the connection stays open; each event `change` has its place on the line as its id, and a client that connects again with `Last-Event-ID` misses nothing. Without, a page of JSON after the place `after`. Without a place the stream begins now, and pages at the oldest change that is kept (FERMATA_CHANGES_DAYS); a place that is older than that is a 410.
   * Takes a token of role viewer. */
  followChanges(
    given: {
      readonly after?: number | undefined;
      readonly limit?: number | undefined;
      readonly signal?: AbortSignal | undefined;
    } = {},
  ): AsyncGenerator<Change> {
    return events<Change>(
      connection,
      {
        method: 'GET',
        path: '/api/v1/changes',
        query: { after: given.after, limit: given.limit },
        signal: given.signal,
      },
      given.after,
    );
  },

  /** Every sound with its link, one a line.
   * Takes a token of role viewer. */
  async *exportSounds(
    given: {
      readonly state?: State | undefined;
      /** go on after this sound */
      readonly after?: string | undefined;
      readonly signal?: AbortSignal | undefined;
    } = {},
  ): AsyncGenerator<ExportedSound> {
    yield* lines<ExportedSound>(
      await send(connection, {
        method: 'GET',
        path: '/api/v1/export',
        query: { state: given.state, after: given.after },
        signal: given.signal,
      }),
    );
  },
});
