// Names of fields as programs of any language write them: what is camelCase within is snake_case outside.

type SnakeName<Name extends string> = Name extends `${infer First}${infer Rest}`
  ? First extends Lowercase<First>
    ? `${First}${SnakeName<Rest>}`
    : `_${Lowercase<First>}${SnakeName<Rest>}`
  : Name;

export type Snake<T> = T extends string | number | boolean | null | undefined
  ? T
  : T extends Date
    ? string
    : T extends readonly (infer Item)[]
      ? Snake<Item>[]
      : T extends object
        ? { [Name in keyof T as Name extends string ? SnakeName<Name> : Name]: Snake<T[Name]> }
        : T;

/** For values whose fields' names are ours, not data. */
export function snake<T>(value: T): Snake<T> {
  return renamed(value) as Snake<T>;
}

function renamed(value: unknown): unknown {
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value)) return value.map(renamed);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inside]) => [snakeName(name), renamed(inside)]));
}

const snakeName = (name: string): string => name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
