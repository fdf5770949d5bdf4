// What is read of AcoustID's answers, and of fpcalc's output.

import * as z from 'zod';
import { filled, id, listOrNone, numeric, orNull } from '../schema.ts';

const recording = z.object({
  id,
  title: filled,
  artists: listOrNone(z.object({ name: z.string() })),
  releasegroups: listOrNone(z.object({ title: filled })),
});

export const acoustIdAnswer = z.object({
  status: z.string(),
  results: listOrNone(z.object({ id, score: z.number(), recordings: listOrNone(recording) })),
});

export const acoustIdError = z.object({ error: z.object({ code: numeric }) });

export const printed = z.object({ fingerprint: z.string(), duration: orNull(numeric) });
