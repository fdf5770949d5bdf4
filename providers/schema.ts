// Shapes of answers, read once at the edge. Own and small on purpose: a library's messages quote the value that they refuse, and a
// value from a service may be anything, a token included. Ours name the place and the type, never the value.

/** Turns what JSON.parse gave into a typed value, or throws `Malformed` that names the place. */
export type Shape<T> = (value: unknown, place: string) => T;

export type Read<S> = S extends Shape<infer T> ? T : never;

/** An answer is not what the service documents. The message names the place in the answer and the two types. */
export class Malformed extends Error {
  constructor(place: string, wanted: string, value: unknown) {
    super(`${place === '' ? 'the answer' : place} should be ${wanted}, not ${kindOf(value)}`);
    this.name = 'Malformed';
  }
}

function kindOf(value: unknown): string {
  if (value === undefined) return 'missing';
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'an object';
  return typeof value === 'string' ? 'text' : `a ${typeof value}`;
}

export const text: Shape<string> = (value, place) => {
  if (typeof value !== 'string') throw new Malformed(place, 'text', value);
  return value;
};

export const number: Shape<number> = (value, place) => {
  if (typeof value !== 'number' || !Number.isFinite(value)) throw new Malformed(place, 'a number', value);
  return value;
};

/** Services that send 30, 30.5 and "30" for the same field, depending on where the row came from. */
export const numeric: Shape<number> = (value, place) => {
  if (typeof value === 'string' && /^-?\d+(\.\d+)?$/.test(value.trim())) return Number(value);
  return number(value, place);
};

/** Ids: whole numbers as Deezer and Apple send them, or text; always text for us. A number that JSON.parse has rounded is refused. */
export const id: Shape<string> = (value, place) => {
  if (typeof value === 'string' && value !== '') return value;
  if (typeof value === 'number' && Number.isSafeInteger(value)) return String(value);
  throw new Malformed(place, 'an id', value);
};

/** Null for a field that is absent or null; a field that is there must have its type. */
export const optional =
  <T>(shape: Shape<T>): Shape<T | null> =>
  (value, place) =>
    value === undefined || value === null ? null : shape(value, place);

/** Text where a service says "" for nothing. */
export const filled: Shape<string | null> = (value, place) => {
  const read = optional(text)(value, place)?.trim() ?? '';
  return read === '' ? null : read;
};

/** Nulls in a list are left out: Spotify and Apple put them where an item is gone. */
export const list =
  <T>(shape: Shape<T>): Shape<readonly T[]> =>
  (value, place) => {
    if (!Array.isArray(value)) throw new Malformed(place, 'a list', value);
    return value.flatMap((item: unknown, at) => (item === null ? [] : [shape(item, `${place}[${at}]`)]));
  };

/** An empty list for a field that is absent or null. */
export const maybeList =
  <T>(shape: Shape<T>): Shape<readonly T[]> =>
  (value, place) =>
    value === undefined || value === null ? [] : list(shape)(value, place);

/** One item where a service sends either one or a list of them. */
export const oneOrList =
  <T>(shape: Shape<T>): Shape<readonly T[]> =>
  (value, place) =>
    Array.isArray(value) ? list(shape)(value, place) : [shape(value, place)];

/** Fields that are not named are not read. */
export const object =
  <Fields extends Readonly<Record<string, Shape<unknown>>>>(
    fields: Fields,
  ): Shape<{ readonly [Name in keyof Fields]: Read<Fields[Name]> }> =>
  (value, place) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      throw new Malformed(place, 'an object', value);
    }
    const given = value as Record<string, unknown>;
    const read: Record<string, unknown> = {};
    for (const [name, shape] of Object.entries(fields)) {
      read[name] = shape(
        Object.hasOwn(given, name) ? given[name] : undefined,
        place === '' ? name : `${place}.${name}`,
      );
    }
    return read as { readonly [Name in keyof Fields]: Read<Fields[Name]> };
  };

/** For looking into an answer that may be anything, as for an error in it: `otherwise` when it has not that shape. */
export function lenient<T>(value: unknown, shape: Shape<T>, otherwise: T): T {
  try {
    return shape(value, '');
  } catch (error) {
    if (error instanceof Malformed) return otherwise;
    throw error;
  }
}
