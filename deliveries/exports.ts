// Objects in which services export recordings, as rows in our own fields: MusicBrainz, ListenBrainz, JSPF playlists. Any other object is a row by itself.

import * as z from 'zod';

export type Row = Readonly<Record<string, unknown>>;

const optional = z.unknown().optional();

const musicBrainz = z.object({
  title: z.string(),
  'artist-credit': z.array(z.object({ name: z.string() })).min(1),
  id: optional,
  isrcs: z.array(z.unknown()).optional(),
  length: optional,
  disambiguation: optional,
  'first-release-date': optional,
});
const listen = z.object({
  track_metadata: z.object({
    track_name: z.string(),
    artist_name: z.string(),
    release_name: optional,
    additional_info: z.object({ isrc: optional, duration_ms: optional, recording_mbid: optional }).optional(),
    mbid_mapping: z
      .object({ recording_mbid: optional, artists: z.array(z.object({ artist_credit_name: z.string() })).optional() })
      .nullish(),
  }),
});
const jspfTrack = z.object({
  title: z.string(),
  creator: z.string(),
  album: optional,
  duration: optional,
  identifier: optional,
});

const collections = [
  z.object({ recordings: z.array(z.unknown()) }).transform(({ recordings }) => recordings),
  z.object({ payload: z.object({ listens: z.array(z.unknown()) }) }).transform(({ payload }) => payload.listens),
  z.object({ playlist: z.object({ track: z.array(z.unknown()) }) }).transform(({ playlist }) => playlist.track),
  z.object({ tracks: z.array(z.unknown()) }).transform(({ tracks }) => tracks),
  z.object({ items: z.array(z.unknown()) }).transform(({ items }) => items),
];

/** What an object holds many of; itself when it is one row. */
export function rowsOf(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value as unknown[];
  for (const schema of collections) {
    const read = schema.safeParse(value);
    if (read.success) return read.data;
  }
  return [value];
}

const without = (row: Row): Row =>
  Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null && value !== undefined && value !== ''));
const mbidOf = (identifier: unknown): string | null =>
  /\/recording\/([0-9a-f-]{36})/.exec([identifier].flat().join(' '))?.[1] ?? null;

interface InOurFields {
  readonly row: Row;
  readonly remark: string | null;
  /** A service knows it, so it is out. */
  readonly isOut: boolean;
}

/** In our own fields, with what should be known of it. */
export function inOurFields(row: Row): InOurFields {
  const recording = musicBrainz.safeParse(row);
  if (recording.success) {
    const read = recording.data;
    const isrcs = read.isrcs ?? [];
    return {
      row: without({
        title: read.title,
        version: read.disambiguation,
        artists: read['artist-credit'].map(({ name }) => name),
        isrc: isrcs[0],
        duration_ms: read.length,
        release_date: read['first-release-date'],
        musicbrainz_id: read.id,
      }),
      remark: isrcs.length > 1 ? `it has ${isrcs.length} ISRCs, of which the first is taken` : null,
      isOut: true,
    };
  }
  const heard = listen.safeParse(row);
  if (heard.success) {
    const { track_metadata: read } = heard.data;
    return {
      row: without({
        title: read.track_name,
        artists: read.mbid_mapping?.artists?.map((artist) => artist.artist_credit_name) ?? [read.artist_name],
        album: read.release_name,
        isrc: read.additional_info?.isrc,
        duration_ms: read.additional_info?.duration_ms,
        musicbrainz_id: read.additional_info?.recording_mbid ?? read.mbid_mapping?.recording_mbid,
      }),
      remark: null,
      isOut: true,
    };
  }
  const track = jspfTrack.safeParse(row);
  if (track.success && !('artist' in row) && !('artists' in row))
    return {
      row: without({
        title: track.data.title,
        artists: [track.data.creator],
        album: track.data.album,
        duration_ms: track.data.duration,
        musicbrainz_id: mbidOf(track.data.identifier),
      }),
      remark: null,
      isOut: true,
    };
  return { row, remark: null, isOut: false };
}
