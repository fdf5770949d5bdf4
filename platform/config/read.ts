// Flags and environment become typed values: flag, else variable, else default.

import { createRequire } from 'node:module';
import { PlatformError } from '../failures.ts';
import type { Base, Schemas, Setting } from './setting.ts';
import { api } from './settings/api.ts';
import { audio } from './settings/audio.ts';
import { operation } from './settings/operation.ts';
import { providers } from './settings/providers.ts';
import { servers } from './settings/servers.ts';

export const settings = { ...servers, ...audio, ...providers, ...api, ...operation };

type Settings = typeof settings;

/** All settings, resolved. Paths are absolute. */
export type Config = {
  readonly [Name in keyof Settings]: Settings[Name] extends Setting<infer Value> ? Value : never;
};

/** The settings by name, where what each one holds does not matter. */
export const settingsByName = Object.entries(settings) as readonly (readonly [keyof Config, Setting<unknown>])[];

export type Source = 'flag' | 'environment' | 'default';

/** Where a configuration came from. */
interface Origin {
  readonly of: Readonly<Record<string, Source>>;
  readonly fallbacks: Readonly<Record<string, unknown>>;
}

const origins = new WeakMap<Config, Origin>();
export const originOf = (config: Config): Origin => origins.get(config) ?? { of: {}, fallbacks: {} };

export interface ConfigInput {
  /** Values of flags by their name without dashes, for example `{ 'data-dir': '/srv/fermata' }`. Unknown names are ignored. */
  readonly flags?: Readonly<Record<string, string | undefined>>;
  /** Default: the environment of this process. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** Folder that relative paths start from. Default: the current one. */
  readonly folder?: string;
}

/**
 * Reads the configuration: flag, else environment variable, else default. An empty variable counts as unset.
 * Throws `PlatformError` ('config-invalid') that names the variable or flag, what is wrong, and never a secret's value.
 */
export function readConfig(input: ConfigInput = {}): Config {
  const base: Base = { environment: input.environment ?? process.env, folder: input.folder ?? process.cwd() };
  const values: Record<string, unknown> = {};
  const of: Record<string, Source> = {};
  const fallbacks: Record<string, unknown> = {};
  for (const [name, setting] of settingsByName) {
    const flag = setting.flag === undefined ? undefined : input.flags?.[setting.flag];
    const variable = base.environment[setting.variable] || undefined;
    of[name] = flag !== undefined ? 'flag' : variable !== undefined ? 'environment' : 'default';
    fallbacks[name] = setting.fallback(base);
    const given = flag ?? variable;
    const value = given === undefined ? fallbacks[name] : valueOf(setting, given, flag !== undefined, base);
    values[name] = Array.isArray(value) ? Object.freeze(value) : value;
  }
  const config = Object.freeze(values) as unknown as Config;
  origins.set(config, { of, fallbacks });
  return config;
}

/** Loaded with the first setting that is given. Without a wait: a configuration is read by many who do not. */
const loadSchemas = (): Schemas =>
  (createRequire(import.meta.url)('./schemas.ts') as { readonly schemas: Schemas }).schemas;

function valueOf(setting: Setting<unknown>, given: string, isFlag: boolean, base: Base): unknown {
  const read = setting.schema(loadSchemas(), base).safeParse(given);
  if (read.success) return read.data;
  const shown = isFlag ? `--${setting.flag}` : setting.variable;
  throw new PlatformError('config-invalid', `${shown} ${read.error.issues[0]!.message}.`);
}
