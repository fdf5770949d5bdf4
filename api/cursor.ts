// Cursors: where a page ended, as a text that callers hand back and need not understand.

import type * as z from 'zod';
import { Refusal } from './problems.ts';

export const cursorOf = (place: object | null): string | null =>
  place === null ? null : Buffer.from(JSON.stringify(place)).toString('base64url');

/** @throws Refusal for anything but a cursor that this endpoint gave. */
export function readCursor<Place>(cursor: string | undefined, schema: z.ZodType<Place>): Place | null {
  if (cursor === undefined) return null;
  let place: unknown;
  try {
    place = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
  } catch {
    place = undefined;
  }
  const read = schema.safeParse(place);
  if (!read.success)
    throw new Refusal(400, 'query.cursor: is no cursor of this list', {
      fix: 'hand back `next` of the page before as it is, or begin anew without it',
    });
  return read.data;
}
