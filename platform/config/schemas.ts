// Text becomes a value: one zod schema for each kind of setting. Its message completes "NAME ". It quotes what was given, which zod itself
// never does; those that secrets are read with quote nothing (test/platform/config.test.ts holds them to that).

import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import * as z from 'zod';
import type { Base } from './setting.ts';

const saying = (wanted: string) => ({
  error: ({ input }: { readonly input?: unknown }) => `${wanted}, not "${String(input)}"`,
});

const text = z.string();
/** Secrets are pasted and files end in a newline: blanks around them would break a header, or be part of a signature. */
const trimmed = z.string().trim();

const postgresUrl = z.string().regex(/^postgres(ql)?:\/\//, 'must start with postgres://');

const absolute = (path: string, folder: string): string =>
  path === '~' || path.startsWith('~/') ? join(homedir(), path.slice(1)) : resolve(folder, path);

const path = ({ folder }: Base) => z.string().transform((given) => absolute(given, folder));

/** Folders as PATH separates them. */
const pathList = ({ folder }: Base) =>
  z.string().transform((given): readonly string[] =>
    given
      .split(process.platform === 'win32' ? ';' : ':')
      .filter((part) => part !== '')
      .map((part) => absolute(part, folder)),
  );

const list = z.string().transform((given): readonly string[] =>
  given
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== ''),
);

function whole(least: number, most: number) {
  const wanted = saying(`must be a whole number from ${least} to ${most}`);
  return z
    .string()
    .trim()
    .regex(/^\d+$/, wanted)
    .transform(Number)
    .pipe(z.number().min(least, wanted).max(most, wanted));
}

/** 0 and absence both mean "choose a free one": the remembered one, else the usual one, else any. */
const port = whole(0, 65_535);

const oneOf = <const Choice extends string>(...choices: readonly Choice[]) =>
  z
    .string()
    .trim()
    .toLowerCase()
    .pipe(z.enum(choices, saying(`must be one of ${choices.join(', ')}`)));

const onOrOff = z
  .string()
  .trim()
  .pipe(
    z.stringbool({
      truthy: ['true', '1', 'yes', 'on'],
      falsy: ['false', '0', 'no', 'off'],
      ...saying('must be true or false'),
    }),
  );

const territory = z
  .string()
  .trim()
  .toUpperCase()
  .regex(/^[A-Z]{2}$/, saying('must be a two-letter territory like US'));

const hostName = z
  .string()
  .trim()
  .toLowerCase()
  .regex(/^[a-z0-9.-]+(:\d+)?$/, saying('must be a host name without "https://"'));

/** Where a server listens: an address of this machine, or a name of it. */
const listenHost = z
  .string()
  .trim()
  .regex(/^[A-Za-z0-9.:-]+$/, saying('must be an address like 127.0.0.1 or ::1'));

/** A test holds them against domain/providers.ts, which this folder may not use. */
const providerNames = ['spotify', 'applemusic', 'deezer', 'musicbrainz', 'itunes', 'acrcloud', 'audd', 'acoustid'];

/** A typing error must not lift a budget, nor send a key to the provider's own address. */
const providerName = z.enum(providerNames, {
  error: ({ input }) => `there is no service "${String(input).slice(0, 40)}"; they are ${providerNames.join(', ')}`,
});

/** `name=value` pairs, separated by ","; `value` is what may stand behind the "=", which `schema` makes a value of. */
const pairs = <Value>(example: string, value: RegExp, schema: z.ZodType<Value, string>) =>
  list
    .pipe(
      z.array(
        z
          .string()
          .regex(new RegExp(`^[a-z]+\\s*=\\s*(${value.source})$`), saying(`must be pairs like ${example}`))
          .transform((pair) => pair.split(/\s*=\s*(.*)/s).slice(0, 2))
          .pipe(z.tuple([providerName, schema])),
      ),
    )
    .transform((read): Readonly<Record<string, Value>> => Object.freeze(Object.fromEntries(read)));

const amounts = (example: string) => pairs(example, /\d+(\.\d+)?/, z.string().transform(Number));
const counts = (example: string) => pairs(example, /\d{1,12}/, z.string().transform(Number));

export interface Rate {
  readonly calls: number;
  readonly windowMs: number;
  /** As it was given. */
  readonly toString: () => string;
}

/** "50/5s": requests in a stretch of seconds or minutes, neither of them none. */
const rate = /(?!0+\s*\/)(\d{1,5})\s*\/\s*(?!0+\s*[sm])(\d{0,4})\s*(s|min)/;

const rates = (example: string) =>
  pairs(
    example,
    rate,
    z.string().transform((given): Rate => {
      const [, calls = '', length = '', unit = ''] = rate.exec(given) ?? [];
      const windowMs = Number(length || '1') * (unit === 'min' ? 60_000 : 1_000);
      return { calls: Number(calls), windowMs, toString: () => `${calls}/${length}${unit}` };
    }),
  );

/** The messages quote nothing: an address may hold a password, which it must not. */
const addresses = (example: string) =>
  list
    .pipe(
      z.array(
        z
          .string()
          .refine((pair) => isWebAddress(pair.replace(/^[^=]+=/, '')), `must be pairs like ${example}`)
          .transform((pair) => pair.split(/=(.*)/s).slice(0, 2))
          .pipe(z.tuple([providerName, z.string()]))
          .superRefine(([name, address], context) => {
            const { username, password } = new URL(address);
            if (username !== '' || password !== '')
              context.addIssue({ code: 'custom', message: `must not hold a password (${name})` });
          }),
      ),
    )
    .transform((read): Readonly<Record<string, string>> => Object.freeze(Object.fromEntries(read)));

const isWebAddress = (address: string): boolean => URL.canParse(address) && /^https?:$/.test(new URL(address).protocol);

export const schemas = {
  text,
  trimmed,
  path,
  pathList,
  list,
  whole,
  port,
  oneOf,
  onOrOff,
  postgresUrl,
  territory,
  hostName,
  listenHost,
  rates,
  amounts,
  counts,
  addresses,
};
