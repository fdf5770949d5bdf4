// The configuration for people: every setting with its value, where that came from, and what it means; secrets masked.

import { originOf, settingsByName, type Config, type Source } from './read.ts';
import { meaningOf } from './setting.ts';

export interface ConfigRow {
  /** The environment variable, and the flag where there is one. */
  readonly key: string;
  readonly value: string;
  readonly default: string;
  readonly source: Source;
  readonly meaning: string;
}

/** One row per setting, for a person or a program to read. */
export function describeConfig(config: Config): readonly ConfigRow[] {
  const { of, fallbacks } = originOf(config);
  return settingsByName.map(([name, setting]) => ({
    key: setting.flag === undefined ? setting.variable : `${setting.variable} (--${setting.flag})`,
    value: setting.secret === true ? maskSecret(config[name] as string | null) : show(config[name]),
    default: show(fallbacks[name] ?? null),
    source: of[name] ?? 'default',
    meaning: meaningOf(setting),
  }));
}

function show(value: unknown): string {
  if (value === null) return '';
  if (Array.isArray(value)) return value.join(', ');
  if (typeof value === 'object') {
    return Object.entries(value)
      .map(([name, of]) => `${name}=${String(of)}`)
      .join(', ');
  }
  return String(value as string | number | boolean);
}

/** A URL keeps what helps to recognise it (user, host, database); anything else shows only that it is set. */
export function maskSecret(secret: string | null): string {
  if (secret === null) return '';
  if (!URL.canParse(secret)) return '****';
  const url = new URL(secret);
  // Parameters can carry passwords too (`?password=`), so none is shown.
  return `${url.protocol}//${url.username}${url.password === '' ? '' : ':****'}${url.username === '' ? '' : '@'}${url.host}${url.pathname}${url.search === '' ? '' : '?****'}`;
}
