// JSON columns: what is written into them fits into Postgres.

/**
 * The value as jsonb takes it. Postgres stores neither NUL nor half of a surrogate pair, in no string and no field's name: a NUL is left out, and half
 * a pair becomes U+FFFD.
 */
export function toJson(value: unknown): string {
  const text = JSON.stringify(value) ?? 'null';
  // JSON.stringify escapes both, so one look at the text is enough. A backslash before such letters is a false alarm, and harmless.
  return /\\u(?:0000|d[89a-f])/.test(text) ? JSON.stringify(storable(JSON.parse(text))) : text;
}

function storable(value: unknown): unknown {
  if (typeof value === 'string') return storableText(value);
  if (Array.isArray(value)) return value.map(storable);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inside]) => [storableText(name), storable(inside)]));
}

const storableText = (text: string): string => text.toWellFormed().replaceAll('\0', '');
