// What every shape of a payload is read into, and how their schemas read single fields.
//
// A schema names only what its shape is known by; every other field may be missing or nonsense and is then null. So a platform that adds or
// drops a field changes nothing, and no payload fails.

import * as z from 'zod';
import type { Hint } from '../soundText.ts';

export interface PayloadSound {
  /** The platform's id of the sound; null when the object has none, or a rounded one. */
  readonly id: string | null;
  readonly title: string | null;
  readonly author: string | null;
  readonly handle: string | null;
  readonly album: string | null;
  readonly durationMs: number | null;
  readonly original: boolean | null;
  /** What the uploader wrote under the video: never a title, but it may name one. */
  readonly caption: string | null;
  readonly hints: readonly Hint[];
}

export interface Shape {
  /** For people: "tikwm". */
  readonly name: string;
  /** Null when the object is of another shape. `notes` takes what could not be read. */
  read(root: unknown, notes: string[]): PayloadSound | null;
  /** Which platform such an object comes from; null when it does not say. */
  platformOf(root: unknown): string | null;
}

export const nothing: PayloadSound = {
  id: null,
  title: null,
  author: null,
  handle: null,
  album: null,
  durationMs: null,
  original: null,
  caption: null,
  hints: [],
};

// Read by hand and not by `catch`, which makes an error of every field that is missing: 146 µs for a post instead of 60 (two cores, shared).
const lenient = <T>(read: (value: unknown) => T) => z.unknown().optional().transform(read);

const text = (value: unknown): string | null =>
  typeof value === 'string' && value.trim() !== '' ? value.trim() : null;
const positive = (value: unknown): number | null => {
  const amount = typeof value === 'number' ? value : Number(text(value) ?? NaN);
  return amount > 0 && amount < 1e9 ? amount : null;
};

export const words = lenient(text);
export const flag = lenient((value) => (typeof value === 'boolean' ? value : null));
/** Exact ones only: a whole number beyond 2^53 was rounded on its way. */
export const id = lenient((value) => (Number.isSafeInteger(value) && Number(value) > 0 ? String(value) : text(value)));
/** Become whole milliseconds. */
export const seconds = lenient((value) => {
  const amount = positive(value);
  return amount === null || amount >= 1e6 ? null : Math.round(amount * 1000);
});
export const milliseconds = lenient((value) => {
  const amount = positive(value);
  return amount === null ? null : Math.round(amount);
});
/** An object of these fields, or null for anything else. */
export const part = <Shape extends z.ZodRawShape>(shape: Shape) => {
  const schema = z.object(shape);
  return lenient((value) =>
    typeof value === 'object' && value !== null ? (schema.safeParse(value).data ?? null) : null,
  );
};

export type Fields = Readonly<Record<string, unknown>>;

/** The first of some places in an object at which another object stands; null where none does. */
export function objectAt(root: unknown, paths: readonly (readonly string[])[]): Fields | null {
  for (const path of paths) {
    const at = path.reduce<unknown>(
      (value, step) =>
        typeof value === 'object' && value !== null && !Array.isArray(value) && Object.hasOwn(value, step)
          ? (value as Fields)[step]
          : null,
      root,
    );
    if (typeof at === 'object' && at !== null && !Array.isArray(at) && Object.keys(at).length > 0) return at as Fields;
  }
  return null;
}
