// What a delivery says, whatever its format: recordings with the releases that offer them, releases as a whole, and takedowns.
// Plain JSON: rows of a delivery are staged in Postgres in this shape.

import type { ReleaseMoment } from './release.ts';

/** A part that somebody had in a recording besides being its billed artist. */
export interface Credit {
  readonly name: string;
  /** As delivered: "Remixer", "Composer". */
  readonly role: string;
}

/** Who says so: the sender of a message, or the listing. */
export interface Said {
  readonly by: string;
  readonly messageId: string | null;
  /** When the sender wrote it, ISO instant; null for listings, which have no clock of their own. */
  readonly at: string | null;
}

/** One release's terms for one recording. They replace what the release said of it before. */
export interface Offer {
  readonly release: ReleaseHead;
  readonly moments: readonly ReleaseMoment[];
}

/** `id`: `upc:…`, `grid:…` or `ddex:<sender>:<own id>`. */
export interface ReleaseHead {
  readonly id: string;
  readonly upc: string | null;
  readonly title: string | null;
  readonly label: string | null;
}

export interface DeliveredRecording {
  readonly kind: 'recording';
  /** Path under the delivery's folder; null without audio. */
  readonly file: string | null;
  /** What becomes of the row when the file is not there: a message may come ahead of its audio, a listing may not. */
  readonly fileMayBeMissing: boolean;
  readonly isrc: string | null;
  readonly title: string;
  /** Billed artists, the lead artist first. */
  readonly artists: readonly string[];
  readonly version: string | null;
  readonly album: string | null;
  /** yyyy-mm-dd, as the listing has it; where offers have moments, those count. */
  readonly releaseDate: string | null;
  readonly upc: string | null;
  readonly label: string | null;
  readonly durationMs: number | null;
  readonly aliases: readonly string[];
  readonly externalIds: Readonly<Record<string, readonly string[]>>;
  readonly credits: readonly Credit[];
  /** Moments that no release stands for: a listing without UPCs. */
  readonly moments: readonly ReleaseMoment[];
  readonly offers: readonly Offer[];
  readonly said: Said;
}

/** Comes after the recordings of a release: what it offered before and offers no longer is withdrawn. */
export interface DeliveredRelease {
  readonly kind: 'release';
  readonly release: ReleaseHead;
  /** How many rows before this one hold its recordings; as many as were not refused must be among them for anything to be dropped. */
  readonly recordings: number;
  /** How many rows the message has before this one; among them are its recordings. */
  readonly rowsBefore: number;
  readonly said: Said;
}

export interface Takedown {
  readonly kind: 'takedown';
  /** Null: every release of the recording. */
  readonly releaseId: string | null;
  /** Null: every recording of the release. */
  readonly isrc: string | null;
  /** From when, ISO instant; null: at once. */
  readonly from: string | null;
  readonly said: Said;
}

export type DeliveredItem = DeliveredRecording | DeliveredRelease | Takedown;

/** One row of a delivery as read: something to take, or the reason why not, and where it stands. */
export interface DeliveryRow {
  /** Position in the delivery, 1-based: in a listing the line, so that a refusal can be found in an editor. */
  readonly line: number;
  /** Where it stands when `line` is not enough: `single.xml:41 ResourceList/SoundRecording[2]`. */
  readonly place: string | null;
  readonly row: DeliveredItem | null;
  /** Why the row is refused; null when it is taken on. */
  readonly reason: string | null;
  /** What was left out of a row that is taken. */
  readonly remark: string | null;
}

/** Rows of a delivery that are read, and taken in, at once. */
export const rowsAtOnce = 500;

/** How a delivery's listing is to be read; see `deliveries/listing.ts`. */
export interface DeliveryOptions {
  readonly map?: Readonly<Record<string, string>>;
  readonly encoding?: string;
  readonly dates?: 'dmy' | 'mdy';
}
