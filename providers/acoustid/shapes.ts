// What is read of AcoustID's answers, and of fpcalc's output.

import { filled, id, maybeList, number, numeric, object, optional, text } from '../schema.ts';

const recording = object({
  id,
  title: filled,
  artists: maybeList(object({ name: text })),
  releasegroups: maybeList(object({ title: filled })),
});

export const acoustIdAnswer = object({
  status: text,
  results: maybeList(object({ id, score: number, recordings: maybeList(recording) })),
});

export const acoustIdError = object({ error: object({ code: numeric }) });

export const printed = object({ fingerprint: text, duration: optional(numeric) });
