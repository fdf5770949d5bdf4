// Answers are read with zod, once at the edge. Here is what it lacks for them (ids that are numbers or text, "" for nothing, lists with
// gaps), and its errors in our words: they name the place and the types, never the value, which may be anything, a token included. Zod's
// own messages do not quote values either, but they do quote the keys of records, maps and strict objects: no answer is read as those.

import * as z from 'zod';

/** An answer is not what the provider documents. The message names the first place in the answer, and the two types. */
export class Malformed extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'Malformed';
  }
}

/** @throws `Malformed`. */
export function readAnswer<T>(schema: z.ZodType<T>, json: unknown): T {
  const read = schema.safeParse(json, { error: saying });
  if (read.success) return read.data;
  const { path, message } = read.error.issues[0]!;
  throw new Malformed(`${placeOf(path)} ${message}`);
}

/** For looking into an answer that may be anything, as for an error in it: null when it has not that shape. */
export const glimpse = <T>(schema: z.ZodType<T>, json: unknown): T | null => schema.safeParse(json).data ?? null;

const kinds: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  array: 'a list',
  object: 'an object',
};

const saying: z.core.$ZodErrorMap = (issue) =>
  issue.code === 'invalid_type'
    ? `should be ${kinds[issue.expected] ?? issue.expected}, not ${kindOf(issue.input)}`
    : undefined;

const wanted = (what: string) => ({
  error: ({ input }: { readonly input?: unknown }) => `should be ${what}, not ${kindOf(input)}`,
});

function kindOf(value: unknown): string {
  if (value === undefined) return 'missing';
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'an object';
  return typeof value === 'string' ? 'text' : `a ${typeof value}`;
}

const placeOf = (path: readonly PropertyKey[]): string =>
  path.reduce<string>(
    (place, step) =>
      typeof step === 'number' ? `${place}[${step}]` : `${place}${place === '' ? '' : '.'}${String(step)}`,
    '',
  ) || 'the answer';

/** Providers that send 30, 30.5 and "30" for the same field, depending on where the row came from. */
export const numeric = z.union(
  [
    z.number(),
    z
      .string()
      .trim()
      .regex(/^-?\d+(\.\d+)?$/, wanted('a number'))
      .transform(Number),
  ],
  wanted('a number'),
);

/** Ids: whole numbers as Deezer and Apple send them, or text; always text for us. A number that JSON.parse has rounded is refused. */
export const id = z.union([z.string().min(1, wanted('an id')), z.int().transform(String)], wanted('an id'));

/** Null for a field that is absent or null; a field that is there must have its type. */
export const orNull = <Schema extends z.ZodType>(schema: Schema) =>
  schema.nullish().transform((value) => value ?? null);

/** Text where a provider says "" for nothing. */
export const filled = z
  .string()
  .nullish()
  .transform((text) => text?.trim() || null);

/** Nulls in a list are left out: Spotify and Apple put them where an item is gone. */
export const list = <Schema extends z.ZodType>(schema: Schema) =>
  z.array(schema.nullable()).transform((items) => items.filter((item) => item !== null));

/** Whatever is there, or nothing. */
export const anything = z.unknown().optional();

/** An empty list for a field that is absent or null. */
export const listOrNone = <Schema extends z.ZodType>(schema: Schema) =>
  list(schema)
    .nullish()
    .transform((items) => items ?? []);

/** The same where a provider sends either one item or a list of them, or "" for none. */
export const someOf = <Schema extends z.ZodType>(schema: Schema) =>
  anything
    .transform((given) =>
      given === undefined || given === null || given === '' ? [] : Array.isArray(given) ? given : [given],
    )
    .pipe(list(schema));
