// The one place where the environment and the command-line flags become typed values. Read once, frozen, passed on.

import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { PlatformError } from './failures.ts';

type Source = 'flag' | 'environment' | 'default';

interface Key<Value> {
  /** Environment variable. */
  readonly variable: string;
  /** Flag without the dashes, or null where a flag makes no sense (secrets never belong into a process list). */
  readonly flag: string | null;
  /** What it means, with its unit. */
  readonly meaning: string;
  readonly secret?: boolean;
  readonly fallback: (base: Base) => Value;
  /** Throws a plain Error whose message completes "NAME ". */
  readonly parse: (text: string, base: Base) => Value;
}

interface Base {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly folder: string;
}

function key<Value>(definition: Key<Value>): Key<Value> {
  return definition;
}

const text = (value: string): string => value;
const path = (value: string, base: Base): string =>
  value === '~' || value.startsWith('~/') ? join(homedir(), value.slice(1)) : resolve(base.folder, value);
const list = (value: string): readonly string[] =>
  value
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
const pathList = (value: string, base: Base): readonly string[] =>
  value
    .split(process.platform === 'win32' ? ';' : ':')
    .filter((part) => part !== '')
    .map((part) => path(part, base));

function whole(least: number, most: number): (value: string) => number {
  return (value) => {
    const number = Number(value);
    if (!/^\d+$/.test(value.trim()) || number < least || number > most) {
      throw new Error(`must be a whole number from ${least} to ${most}, not "${value}"`);
    }
    return number;
  };
}

function oneOf<const Choice extends string>(...choices: readonly Choice[]): (value: string) => Choice {
  return (value) => {
    const found = choices.find((choice) => choice === value.trim().toLowerCase());
    if (found === undefined) throw new Error(`must be one of ${choices.join(', ')}, not "${value}"`);
    return found;
  };
}

function flagValue(value: string): boolean {
  if (/^(1|true|yes|on)$/i.test(value.trim())) return true;
  if (/^(0|false|no|off)$/i.test(value.trim())) return false;
  throw new Error(`must be true or false, not "${value}"`);
}

/** Secrets are pasted and files end in a newline: blanks around them would break a header, or be part of a signature. */
const trimmed = (value: string): string => value.trim();

function territory(value: string): string {
  const code = value.trim().toUpperCase();
  if (!/^[A-Z]{2}$/.test(code)) throw new Error(`must be a two-letter territory like US, not "${value}"`);
  return code;
}

function hostName(value: string): string {
  const host = value.trim().toLowerCase();
  if (!/^[a-z0-9.-]+(:\d+)?$/.test(host)) throw new Error(`must be a host name without "https://", not "${value}"`);
  return host;
}

/** Names of services in settings; a test holds them against domain/providers.ts, which this folder may not use. */
const serviceNames = ['spotify', 'applemusic', 'deezer', 'musicbrainz', 'itunes', 'acrcloud', 'audd', 'acoustid'];

/** A typing error must not lift a budget, nor send a key to the service's own address. */
function mustBeService(name: string): void {
  if (!serviceNames.includes(name)) {
    throw new Error(`there is no service "${name.slice(0, 40)}"; they are ${serviceNames.join(', ')}`);
  }
}

function addresses(value: string): Readonly<Record<string, string>> {
  const pairs = list(value).map((pair) => {
    const [name = '', address = ''] = pair.split(/=(.*)/s);
    const url = URL.canParse(address) ? new URL(address) : null;
    if (name === '' || url === null || !/^https?:$/.test(url.protocol)) {
      throw new Error('must be pairs like deezer=http://127.0.0.1:8080');
    }
    mustBeService(name);
    if (url.username !== '' || url.password !== '') throw new Error(`must not hold a password (${name})`);
    return [name, address] as const;
  });
  return Object.freeze(Object.fromEntries(pairs));
}

/** `name=value` pairs, each value read by `read`; throws for one that it does not take. */
const pairsOf =
  <Value>(example: string, read: (text: string) => Value | null) =>
  (value: string): Readonly<Record<string, Value>> =>
    Object.freeze(
      Object.fromEntries(
        list(value).map((pair) => {
          const [name = '', text = ''] = pair.split(/\s*=\s*(.*)/s);
          const of = /^[a-z]+$/.test(name) ? read(text) : null;
          if (of === null) throw new Error(`must be pairs like ${example}, not "${pair}"`);
          mustBeService(name);
          return [name, of] as const;
        }),
      ),
    );

const amount = (text: string): number | null => (/^\d+(\.\d+)?$/.test(text) ? Number(text) : null);
const count = (text: string): number | null => (/^\d{1,12}$/.test(text) ? Number(text) : null);

interface Rate {
  readonly calls: number;
  readonly windowMs: number;
  /** As it was given. */
  readonly toString: () => string;
}

/** "50/5s": requests in a stretch of seconds or minutes. */
function rate(text: string): Rate | null {
  const [, calls = '', length = '', unit] = /^(\d{1,5})\s*\/\s*(\d{1,4})?\s*(s|min)$/.exec(text) ?? [];
  const windowMs = Number(length || '1') * (unit === 'min' ? 60_000 : 1_000);
  if (unit === undefined || Number(calls) === 0 || windowMs === 0) return null;
  return { calls: Number(calls), windowMs, toString: () => `${calls}/${length}${unit}` };
}

/** Two keys: the secret itself, or a file that holds it. The file is read by who needs the secret, so that nobody else must be allowed to. */
function secretOrFile<const Name extends string>(
  name: Name,
  variable: string,
  meaning: string,
): Record<Name | `${Name}File`, Key<string | null>> {
  return {
    [name]: key<string | null>({ variable, flag: null, meaning, secret: true, fallback: () => null, parse: trimmed }),
    [`${name}File`]: key<string | null>({
      variable: `${variable}_FILE`,
      flag: null,
      meaning: `file that holds ${variable}, instead of the variable`,
      fallback: () => null,
      parse: path,
    }),
  } as Record<Name | `${Name}File`, Key<string | null>>;
}

/** 0 and absence both mean "choose a free one": the remembered one, else the usual one, else any. */
const port = whole(0, 65_535);

const keys = {
  dataDir: key({
    variable: 'FERMATA_DATA_DIR',
    flag: 'data-dir',
    meaning: 'folder that holds all state: database, workflows, logs, addresses',
    fallback: (base) => join(base.folder, '.fermata'),
    parse: path,
  }),
  toolsDir: key({
    variable: 'FERMATA_TOOLS_DIR',
    flag: null,
    meaning: 'folder for the Temporal and Postgres programs that Fermata installs for itself',
    fallback: ({ environment }) =>
      join(environment['XDG_CACHE_HOME'] || join(environment['HOME'] || homedir(), '.cache'), 'fermata', 'tools'),
    parse: path,
  }),

  temporalAddress: key<string | null>({
    variable: 'TEMPORAL_ADDRESS',
    flag: null,
    meaning: 'host:port of a Temporal cluster to use; unset: start an embedded one',
    fallback: () => null,
    parse: text,
  }),
  temporalNamespace: key({
    variable: 'TEMPORAL_NAMESPACE',
    flag: null,
    meaning: 'Temporal namespace',
    fallback: () => 'default',
    parse: text,
  }),
  temporalApiKey: key<string | null>({
    variable: 'TEMPORAL_API_KEY',
    flag: null,
    meaning: 'API key for Temporal Cloud; switches TLS on',
    secret: true,
    fallback: () => null,
    parse: text,
  }),
  temporalTls: key<boolean | null>({
    variable: 'TEMPORAL_TLS',
    flag: null,
    meaning: 'connect to Temporal with TLS; unset: on when an API key or a certificate is given',
    fallback: () => null,
    parse: flagValue,
  }),
  temporalTlsServerName: key<string | null>({
    variable: 'TEMPORAL_TLS_SERVER_NAME',
    flag: null,
    meaning: 'server name to expect in the certificate of Temporal',
    fallback: () => null,
    parse: text,
  }),
  temporalTlsCaPath: key<string | null>({
    variable: 'TEMPORAL_TLS_SERVER_CA_CERT_PATH',
    flag: null,
    meaning: 'PEM file of the authority that signed the certificate of Temporal',
    fallback: () => null,
    parse: path,
  }),
  temporalTlsCertificatePath: key<string | null>({
    variable: 'TEMPORAL_TLS_CLIENT_CERT_PATH',
    flag: null,
    meaning: 'PEM file of the client certificate for Temporal',
    fallback: () => null,
    parse: path,
  }),
  temporalTlsKeyPath: key<string | null>({
    variable: 'TEMPORAL_TLS_CLIENT_KEY_PATH',
    flag: null,
    meaning: 'PEM file of the client key for Temporal',
    fallback: () => null,
    parse: path,
  }),
  databaseUrl: key<string | null>({
    variable: 'DATABASE_URL',
    flag: null,
    meaning: 'postgres:// URL of a Postgres with pgvector to use; unset: start an embedded one',
    secret: true,
    fallback: () => null,
    parse: (value) => {
      if (!/^postgres(ql)?:\/\//.test(value)) throw new Error('must start with postgres://');
      return value;
    },
  }),

  temporalBinary: key<string | null>({
    variable: 'TEMPORAL_BINARY',
    flag: null,
    meaning: 'path of the temporal program to start; unset: look for it, else install it',
    fallback: () => null,
    parse: path,
  }),
  postgresBinDir: key<string | null>({
    variable: 'FERMATA_POSTGRES_BIN_DIR',
    flag: null,
    meaning: 'folder with the postgres and initdb programs to start (pgvector installed); unset: look, else install',
    fallback: () => null,
    parse: path,
  }),
  temporalPort: key({
    variable: 'FERMATA_TEMPORAL_PORT',
    flag: 'temporal-port',
    meaning: 'port of the embedded Temporal on 127.0.0.1; 0: choose a free one, 7233 first',
    fallback: () => 0,
    parse: port,
  }),
  uiPort: key({
    variable: 'FERMATA_UI_PORT',
    flag: 'ui-port',
    meaning: 'port of the web UI of the embedded Temporal; 0: choose a free one, 8233 first',
    fallback: () => 0,
    parse: port,
  }),
  postgresPort: key({
    variable: 'FERMATA_POSTGRES_PORT',
    flag: 'postgres-port',
    meaning: 'port of the embedded Postgres on 127.0.0.1; 0: choose a free one, 54329 first',
    fallback: () => 0,
    parse: port,
  }),

  audioRoots: key<readonly string[]>({
    variable: 'FERMATA_AUDIO_ROOTS',
    flag: null,
    meaning: 'folders, separated by ":", whose audio may be read besides the folder of the submitted file',
    fallback: () => [],
    parse: pathList,
  }),
  audioHosts: key<readonly string[]>({
    variable: 'FERMATA_AUDIO_HOSTS',
    flag: null,
    meaning: 'hosts, separated by ",", from which audio may be fetched over http(s); none when unset',
    fallback: () => [],
    parse: list,
  }),
  audioMaxBytes: key({
    variable: 'FERMATA_AUDIO_MAX_BYTES',
    flag: null,
    meaning: 'largest audio file that is read or fetched, bytes',
    // 64 MiB: an hour of 128 kbit/s, or six minutes of CD-quality wav.
    fallback: () => 64 * 1024 * 1024,
    parse: whole(1, 4 * 1024 ** 3),
  }),
  audioFetchSeconds: key({
    variable: 'FERMATA_AUDIO_FETCH_SECONDS',
    flag: null,
    meaning: 'longest time to fetch one audio file, seconds',
    fallback: () => 30,
    parse: whole(1, 3600),
  }),
  audioMaxDurationSeconds: key({
    variable: 'FERMATA_AUDIO_MAX_DURATION_SECONDS',
    flag: null,
    meaning: 'longest audio that is looked at, seconds; the rest of a longer one is not decoded',
    fallback: () => 900,
    parse: whole(1, 24 * 3600),
  }),
  decoderMemoryMb: key({
    variable: 'FERMATA_DECODER_MEMORY_MB',
    flag: null,
    meaning: 'memory limit of the decoding process, megabytes',
    // A ten-minute m4a takes 513 MB; a file that asks for more is refused with that reason.
    fallback: () => 700,
    parse: whole(64, 65_536),
  }),
  decoderSeconds: key({
    variable: 'FERMATA_DECODER_SECONDS',
    flag: null,
    meaning: 'time limit of decoding one file, seconds',
    fallback: () => 60,
    parse: whole(1, 3600),
  }),

  engine: key({
    variable: 'FERMATA_ENGINE',
    flag: null,
    meaning: 'program that runs the audio-embedding network: onnx (onnxruntime-node) or tensorflow (TensorFlow.js)',
    fallback: () => 'onnx' as const,
    parse: oneOf('onnx', 'tensorflow') as (value: string) => 'onnx' | 'tensorflow',
  }),

  weightsPath: key<string | null>({
    variable: 'FERMATA_WEIGHTS',
    flag: null,
    meaning: 'file with fitted weights to decide with ("fermata fit" makes one); unset: the hand weights',
    fallback: () => null,
    parse: path,
  }),

  spotifyClientId: key<string | null>({
    variable: 'FERMATA_SPOTIFY_CLIENT_ID',
    flag: null,
    meaning: 'Spotify: client id of the app; Spotify is asked when it and the secret are set',
    fallback: () => null,
    parse: trimmed,
  }),
  ...secretOrFile('spotifyClientSecret', 'FERMATA_SPOTIFY_CLIENT_SECRET', 'Spotify: client secret of the app'),
  appleMusicKeyId: key<string | null>({
    variable: 'FERMATA_APPLEMUSIC_KEY_ID',
    flag: null,
    meaning: 'Apple Music: id of the MusicKit key; asked when it, the team id and the key are set',
    fallback: () => null,
    parse: trimmed,
  }),
  appleMusicTeamId: key<string | null>({
    variable: 'FERMATA_APPLEMUSIC_TEAM_ID',
    flag: null,
    meaning: 'Apple Music: id of the developer team',
    fallback: () => null,
    parse: trimmed,
  }),
  ...secretOrFile(
    'appleMusicPrivateKey',
    'FERMATA_APPLEMUSIC_PRIVATE_KEY',
    'Apple Music: private key (PEM, the .p8 file)',
  ),
  deezer: key({
    variable: 'FERMATA_DEEZER',
    flag: null,
    meaning: 'on: ask Deezer; it needs no key, its terms ask for a conscious choice (providers/deezer/README.md)',
    fallback: () => false,
    parse: flagValue,
  }),
  deezerPreviews: key({
    variable: 'FERMATA_DEEZER_PREVIEWS',
    flag: null,
    meaning:
      'on: listen to previews of Deezer where there is no other audio of a recording; a second choice that its terms ask for (providers/deezer/README.md)',
    fallback: () => false,
    parse: flagValue,
  }),
  itunes: key({
    variable: 'FERMATA_ITUNES',
    flag: null,
    meaning: 'on: ask the iTunes Search API; it needs no key, see its terms (providers/itunes/README.md)',
    fallback: () => false,
    parse: flagValue,
  }),
  musicBrainzContact: key<string | null>({
    variable: 'FERMATA_MUSICBRAINZ_CONTACT',
    flag: null,
    meaning: 'mail or web address that MusicBrainz can reach you by; MusicBrainz is asked when it is set',
    fallback: () => null,
    parse: trimmed,
  }),
  providerTerritory: key({
    variable: 'FERMATA_PROVIDER_TERRITORY',
    flag: null,
    meaning: 'two-letter territory whose catalogue is asked of Apple Music and iTunes',
    fallback: () => 'US',
    parse: territory,
  }),
  acrCloudHost: key<string | null>({
    variable: 'FERMATA_ACRCLOUD_HOST',
    flag: null,
    meaning:
      'ACRCloud: host of the project, like identify-eu-west-1.acrcloud.com; asked when host, key and secret are set',
    fallback: () => null,
    parse: hostName,
  }),
  acrCloudKey: key<string | null>({
    variable: 'FERMATA_ACRCLOUD_KEY',
    flag: null,
    meaning: 'ACRCloud: access key of the project',
    secret: true,
    fallback: () => null,
    parse: trimmed,
  }),
  ...secretOrFile('acrCloudSecret', 'FERMATA_ACRCLOUD_SECRET', 'ACRCloud: access secret of the project'),
  ...secretOrFile('auddToken', 'FERMATA_AUDD_TOKEN', 'AudD: API token; AudD is asked when it is set'),
  ...secretOrFile(
    'acoustIdKey',
    'FERMATA_ACOUSTID_KEY',
    'AcoustID: API key of the application; asked when it is set and fpcalc is installed',
  ),
  fpcalcPath: key<string | null>({
    variable: 'FERMATA_FPCALC',
    flag: null,
    meaning: 'path of the fpcalc program (Chromaprint), for AcoustID; unset: look for it on PATH',
    fallback: () => null,
    parse: path,
  }),
  providerLimits: key({
    variable: 'FERMATA_PROVIDER_LIMITS',
    flag: null,
    meaning:
      "name=requests/time pairs, separated by ',', where a service allows you more or less than usual: spotify=180/30s,acrcloud=2/1s",
    fallback: (): Readonly<Record<string, Rate>> => ({}),
    parse: pairsOf('spotify=180/30s', rate),
  }),
  providerPrices: key({
    variable: 'FERMATA_PROVIDER_PRICES',
    flag: null,
    meaning: 'name=price pairs: what one call costs, in the currency of your budgets: acrcloud=0.003,audd=0.005',
    fallback: (): Readonly<Record<string, number>> => ({}),
    parse: pairsOf('acrcloud=0.003', amount),
  }),
  providerCallsPerDay: key({
    variable: 'FERMATA_PROVIDER_CALLS_PER_DAY',
    flag: null,
    meaning: 'name=calls pairs: the most calls to a service in a day (UTC): acrcloud=1000; unset: as its limit allows',
    fallback: (): Readonly<Record<string, number>> => ({}),
    parse: pairsOf('acrcloud=1000', count),
  }),
  providerMoneyPerDay: key({
    variable: 'FERMATA_PROVIDER_MONEY_PER_DAY',
    flag: null,
    meaning: 'name=amount pairs: the most that calls to a service may cost in a day (UTC), by their price: acrcloud=5',
    fallback: (): Readonly<Record<string, number>> => ({}),
    parse: pairsOf('acrcloud=5', amount),
  }),
  providerUrls: key<Readonly<Record<string, string>>>({
    variable: 'FERMATA_PROVIDER_URLS',
    flag: null,
    meaning:
      'name=URL pairs, separated by ",", of services elsewhere than at their own address: a mirror, a proxy, a test',
    fallback: () => ({}),
    parse: addresses,
  }),
  watchFolders: key<readonly string[]>({
    variable: 'FERMATA_WATCH_FOLDERS',
    flag: null,
    meaning: 'folders, separated by ":", whose new or changed deliveries are taken into the catalogue by themselves',
    fallback: () => [],
    parse: pathList,
  }),
  watchSeconds: key({
    variable: 'FERMATA_WATCH_SECONDS',
    flag: null,
    meaning: 'how often watched folders are looked at, seconds',
    fallback: () => 30,
    parse: whole(5, 86_400),
  }),
  watchSettleSeconds: key({
    variable: 'FERMATA_WATCH_SETTLE_SECONDS',
    flag: null,
    meaning:
      'how long the files of a delivery must have been at rest before it is taken, unless it says that it is complete, seconds',
    fallback: () => 60,
    parse: whole(0, 86_400),
  }),
  syncMinutes: key({
    variable: 'FERMATA_SYNC_MINUTES',
    flag: null,
    meaning:
      'how often the catalogue services that are on are asked about codes and titles that are expected, minutes; 0: never',
    fallback: () => 45,
    parse: whole(0, 10_080),
  }),
  publish: key({
    variable: 'FERMATA_PUBLISH',
    flag: null,
    meaning:
      'when a link counts as published: at-release (its recording is out somewhere) or at-once; never while withdrawn',
    fallback: () => 'at-release' as const,
    parse: oneOf('at-release', 'at-once') as (value: string) => 'at-release' | 'at-once',
  }),

  horizonDays: key({
    variable: 'FERMATA_HORIZON_DAYS',
    flag: null,
    meaning: 'how long an unmatched sound is kept waiting before it expires, days',
    fallback: () => 90,
    parse: whole(1, 3650),
  }),
  scheduleFactor: key({
    variable: 'FERMATA_SCHEDULE_FACTOR',
    flag: null,
    meaning: 'how many times as fast as usual waiting sounds try again; 1 but in load runs',
    fallback: () => 1,
    parse: whole(1, 1_000_000),
  }),
  groupAlarm: key({
    variable: 'FERMATA_GROUP_ALARM',
    flag: null,
    meaning: 'sounds with the same unknown audio that come within a day before a warning is logged',
    fallback: () => 100,
    parse: whole(2, 1_000_000_000),
  }),
  waitingAudio: key({
    variable: 'FERMATA_WAITING_AUDIO',
    flag: null,
    meaning:
      'most different audio of waiting sounds that one audio worker holds to search with new recordings (7 KB each)',
    fallback: () => 300_000,
    parse: whole(1, 100_000_000),
  }),
  workerConcurrency: key({
    variable: 'FERMATA_WORKER_CONCURRENCY',
    flag: null,
    meaning: 'CPU-heavy activities that one worker runs at a time',
    fallback: () => 2,
    parse: whole(1, 256),
  }),
  cachedWorkflows: key({
    variable: 'FERMATA_CACHED_WORKFLOWS',
    flag: null,
    meaning:
      'workflows that one worker keeps warm (350 KB each); others are replayed from their histories when they go on',
    fallback: () => 1000,
    parse: whole(1, 1_000_000),
  }),
  logLevel: key({
    variable: 'FERMATA_LOG_LEVEL',
    flag: 'log-level',
    meaning: 'least important message that is logged: debug, info, warn or error',
    fallback: () => 'info' as const,
    parse: oneOf('debug', 'info', 'warn', 'error') as (value: string) => 'debug' | 'info' | 'warn' | 'error',
  }),
  logFormat: key({
    variable: 'FERMATA_LOG_FORMAT',
    flag: null,
    meaning: 'json (one object a line) or human; auto: human on a terminal, json elsewhere',
    fallback: () => 'auto' as const,
    parse: oneOf('auto', 'json', 'human') as (value: string) => 'auto' | 'json' | 'human',
  }),
};

type Keys = typeof keys;
type ValueOf<K> = K extends { readonly parse: (...given: never[]) => infer Value } ? Value : never;

/** All settings, resolved. Paths are absolute. */
export type Config = { readonly [Name in keyof Keys]: ValueOf<Keys[Name]> };

export interface ConfigRow {
  /** The environment variable, and the flag where there is one. */
  readonly key: string;
  readonly value: string;
  readonly default: string;
  readonly source: Source;
  readonly meaning: string;
}

const sources = new WeakMap<
  Config,
  { readonly of: Record<string, Source>; readonly defaults: Record<string, string> }
>();

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
  const defaults: Record<string, string> = {};
  for (const [name, definition] of Object.entries(keys) as [string, Key<unknown>][]) {
    const flagText = definition.flag === null ? undefined : input.flags?.[definition.flag];
    const variableText = base.environment[definition.variable] || undefined;
    const given = flagText ?? variableText;
    const fallback = definition.fallback(base);
    defaults[name] = show(fallback);
    of[name] = flagText !== undefined ? 'flag' : variableText !== undefined ? 'environment' : 'default';
    if (given === undefined) {
      values[name] = Array.isArray(fallback) ? Object.freeze(fallback) : fallback;
      continue;
    }
    try {
      const value = definition.parse(given, base);
      values[name] = Array.isArray(value) ? Object.freeze(value) : value;
    } catch (error) {
      const shown = flagText !== undefined ? `--${definition.flag}` : definition.variable;
      throw new PlatformError('config-invalid', `${shown} ${error instanceof Error ? error.message : String(error)}.`);
    }
  }
  const config = Object.freeze(values) as unknown as Config;
  sources.set(config, { of, defaults });
  return config;
}

/** One row per key, secrets masked, for a person or a program to read. */
export function describeConfig(config: Config): readonly ConfigRow[] {
  const known = sources.get(config);
  return (Object.entries(keys) as [keyof Config, Key<unknown>][]).map(([name, definition]) => ({
    key: definition.flag === null ? definition.variable : `${definition.variable} (--${definition.flag})`,
    value: definition.secret === true ? maskSecret(config[name] as string | null) : show(config[name]),
    default: known?.defaults[name] ?? '',
    source: known?.of[name] ?? 'default',
    meaning: definition.meaning,
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
