// What is read of MusicBrainz' answers (ws/2 as JSON).

import * as z from 'zod';
import { anything, filled, id, list, listOrNone, numeric, orNull } from '../schema.ts';

const credit = z.object({ name: z.string() });

const area = orNull(z.object({ 'iso-3166-1-codes': listOrNone(z.string()) }));

const release = z.object({
  id,
  title: filled,
  date: filled,
  barcode: filled,
  'release-events': listOrNone(z.object({ date: filled, area })),
  'label-info': listOrNone(z.object({ label: orNull(z.object({ name: filled })) })),
});

const relation = z.object({
  'target-type': filled,
  ended: anything.transform((value) => value === true),
  url: orNull(z.object({ resource: z.string() })),
});

const recordingFields = {
  id,
  title: z.string(),
  length: orNull(numeric),
  disambiguation: filled,
  isrcs: listOrNone(z.string()),
  'first-release-date': filled,
  'artist-credit': listOrNone(credit),
  relations: listOrNone(relation),
};

export const mbRecording = z.object({ ...recordingFields, releases: listOrNone(release) });

export const mbRecordings = z.object({ recordings: list(mbRecording) });

export const mbReleases = z.object({ releases: list(release) });

export const mbRelease = z.object({
  id,
  title: filled,
  date: filled,
  barcode: filled,
  'release-events': listOrNone(z.object({ date: filled, area })),
  'label-info': listOrNone(z.object({ label: orNull(z.object({ name: filled })) })),
  media: listOrNone(z.object({ tracks: listOrNone(z.object({ recording: z.object(recordingFields) })) })),
});

export const mbError = z.object({ error: z.string() });
