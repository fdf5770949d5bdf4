// What a setting is: data from which it is read, described and documented.

import type * as z from 'zod';
import type { schemas } from './schemas.ts';

/** What a setting depends on besides its own text. */
export interface Base {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Where relative paths start. */
  readonly folder: string;
}

/** What text may be. Handed to those that need it, because most commands are given no setting at all, and loading zod takes 35 ms. */
export type Schemas = typeof schemas;

export interface Setting<Value> {
  /** Environment variable. */
  readonly variable: string;
  /** Flag without the dashes; secrets have none: they never belong into a process list. */
  readonly flag?: string;
  readonly secret?: true;
  readonly meaning: string;
  readonly unit?: string;
  /** What 0 means. */
  readonly zero?: string;
  /** What happens without it. */
  readonly unset?: string;
  readonly schema: (of: Schemas, base: Base) => z.ZodType<unknown, string>;
  readonly fallback: (base: Base) => Value;
}

type Described<Value> = Omit<Setting<unknown>, 'schema' | 'fallback'> & {
  readonly schema: (of: Schemas, base: Base) => z.ZodType<Value, string>;
};

/** Without a default it is null where it is not set. */
export function setting<Value>(
  described: Described<Value> & { readonly default: NoInfer<Value> | ((base: Base) => NoInfer<Value>) },
): Setting<Value>;
export function setting<Value>(described: Described<Value>): Setting<Value | null>;
export function setting({
  default: given = null,
  ...described
}: Described<unknown> & { readonly default?: unknown }): Setting<unknown> {
  return {
    ...described,
    fallback: typeof given === 'function' ? (given as (base: Base) => unknown) : () => given,
  };
}

/** For the table of settings: what it means, in what unit, and what its special values do. */
export const meaningOf = ({ meaning, unit, zero, unset }: Setting<unknown>): string =>
  [
    unit === undefined ? meaning : `${meaning}, ${unit}`,
    ...(zero === undefined ? [] : [`0: ${zero}`]),
    ...(unset === undefined ? [] : [`unset: ${unset}`]),
  ].join('; ');
