// The line formats of the metadata evaluation: cases, answers and truths.

export interface CaseSound {
  readonly title: string;
  readonly author: string | null;
  readonly handle?: string;
  readonly album?: string;
  readonly caption?: string;
  /** Seconds. */
  readonly dur?: number;
  readonly original?: boolean;
  readonly matched?: { readonly title: string; readonly author?: string };
  readonly dsp?: readonly { readonly platform: number; readonly id: string }[];
}

export interface CaseCandidate {
  readonly id: string;
  readonly title: string;
  readonly artists: readonly string[];
  readonly album?: string;
  /** Seconds. */
  readonly dur?: number;
  readonly isrc?: string;
  readonly aliases?: readonly string[];
  /** The recording's id on Spotify. */
  readonly spotify?: string;
  readonly rel?: string;
  /** A row of a delivery that is not released yet. */
  readonly pre?: boolean;
}

export interface Case {
  readonly id: string;
  readonly sound: CaseSound;
  readonly cands: readonly CaseCandidate[];
}

export interface Answer {
  readonly id: string;
  readonly decision: 'accept' | 'derived' | 'review' | 'none' | 'pending';
  readonly ids: readonly string[];
  readonly probability: number;
  readonly reasons: readonly string[];
}

export interface Truth {
  readonly id: string;
  readonly kind: string;
  /** `linkOrDerived`: the words do not tell which; `review`: only a person may decide, `recording` is what they should see. */
  readonly expect: 'link' | 'derived' | 'linkOrDerived' | 'review' | 'none' | 'pending';
  readonly recording: string | null;
  readonly why: string;
}
