// What is read of MusicBrainz' answers (ws/2 as JSON).

import { filled, id, list, maybeList, numeric, object, optional, text } from '../schema.ts';

const credit = object({ name: text });

const area = optional(object({ 'iso-3166-1-codes': maybeList(text) }));

const release = object({
  id,
  title: filled,
  date: filled,
  barcode: filled,
  'release-events': maybeList(object({ date: filled, area })),
  'label-info': maybeList(object({ label: optional(object({ name: filled })) })),
});

const relation = object({
  'target-type': filled,
  ended: optional((value) => value === true),
  url: optional(object({ resource: text })),
});

const recordingFields = {
  id,
  title: text,
  length: optional(numeric),
  disambiguation: filled,
  isrcs: maybeList(text),
  'first-release-date': filled,
  'artist-credit': maybeList(credit),
  relations: maybeList(relation),
};

export const mbRecording = object({ ...recordingFields, releases: maybeList(release) });

export const mbRecordings = object({ recordings: list(mbRecording) });

export const mbReleases = object({ releases: list(release) });

export const mbRelease = object({
  id,
  title: filled,
  date: filled,
  barcode: filled,
  'release-events': maybeList(object({ date: filled, area })),
  'label-info': maybeList(object({ label: optional(object({ name: filled })) })),
  media: maybeList(object({ tracks: maybeList(object({ recording: object(recordingFields) })) })),
});

export const mbError = object({ error: text });
