// Recordings as the catalogue knows them. "Track" is avoided elsewhere: it can mean recording, release position or file.

import type { RecordingId } from './naming.ts';

export interface Recording {
  readonly id: RecordingId;
  readonly isrc: string | null;
  readonly title: string;
  /** In credit order, the lead artist first. */
  readonly artists: readonly string[];
  /** "Sped Up", "Live at …"; null for the plain recording. */
  readonly version: string | null;
  /** yyyy-mm-dd, the first territory's; null when unknown. */
  readonly releaseDate: string | null;
  readonly upc: string | null;
  readonly label: string | null;
  readonly durationMs: number | null;
}
