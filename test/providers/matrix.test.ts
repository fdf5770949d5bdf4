// The contract of all clients, provider by fault: each call ends as it should, with a bounded number of requests, counted by the server,
// and without a secret in what it says. Prints the table.

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { inspect } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type CatalogueName, catalogueNames, type ProviderName, recogniserNames } from '../../domain/providers.ts';
import {
  type Answered,
  type CatalogueProvider,
  ProviderError,
  type ProviderErrorKind,
  type Recogniser,
  type RequestLimits,
} from '../../providers/provider.ts';
import type { Fault } from '../support/providers/server.ts';
import { nowMs, type Stage, stage } from '../support/providers/stage.ts';
import { ids, markedWav, upcAt } from '../support/providers/world.ts';

const names: readonly ProviderName[] = [...catalogueNames, ...recogniserNames];

// Far more than a loopback needs on the busiest machine, and nothing waits for it.
const patient: RequestLimits = { timeoutMs: 60_000, maxBytes: 256 * 1024 };
// For services that never finish: it is reached in any case, how soon does not matter.
const hasty: RequestLimits = { timeoutMs: 300, maxBytes: 256 * 1024 };

const httpDate = (ms: number): string => new Date(ms).toUTCString();
const hourMs = 3600_000;

/** Says yes to any connection, and counts who comes. */
let visits = 0;
const private_ = createServer((_request, response) => {
  visits += 1;
  response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
});
let privateUrl = '';

interface Row {
  readonly name: string;
  readonly fault: () => Fault | null;
  readonly ends: ProviderErrorKind | 'answer';
  /** Where a service differs from the rest. */
  readonly but?: Partial<Record<ProviderName, ProviderErrorKind | 'answer'>>;
  /** How long after now it may be asked again; undefined: not looked at. */
  readonly waitMs?: number | null;
  readonly butWaitMs?: Partial<Record<ProviderName, number | null>>;
  readonly limits?: RequestLimits;
  /** Most requests, those for a token aside (default 1). */
  readonly most?: number;
}

const rows: readonly Row[] = [
  { name: 'none', fault: () => null, ends: 'answer' },
  {
    name: '429, 17 s',
    fault: () => ({ kind: 'status', status: 429, headers: { 'retry-after': '17' }, body: '{"error":"slow down"}' }),
    ends: 'rate_limited',
    waitMs: 17_000,
  },
  { name: '429, no body', fault: () => ({ kind: 'status', status: 429 }), ends: 'rate_limited', waitMs: null },
  {
    name: '429, 13749 s',
    fault: () => ({ kind: 'status', status: 429, headers: { 'retry-after': '13749' } }),
    ends: 'rate_limited',
    waitMs: 13_749_000,
  },
  {
    name: '429, a date, its clock an hour ahead',
    fault: () => ({
      kind: 'status',
      status: 429,
      headers: { date: httpDate(nowMs + hourMs), 'retry-after': httpDate(nowMs + hourMs + 90_000) },
    }),
    ends: 'rate_limited',
    waitMs: 90_000,
  },
  {
    name: '429, a date, its clock a day behind',
    fault: () => ({
      kind: 'status',
      status: 429,
      headers: { date: httpDate(nowMs - 24 * hourMs), 'retry-after': httpDate(nowMs - 24 * hourMs + 5_000) },
    }),
    ends: 'rate_limited',
    waitMs: 5_000,
  },
  {
    name: 'too many, in its own words',
    fault: () => ({ kind: 'tooMany' }),
    ends: 'rate_limited',
    waitMs: null,
    butWaitMs: { spotify: 30_000, deezer: 5_000, musicbrainz: 5_000, itunes: 60_000, acrcloud: 1_000, acoustid: 1_000 },
  },
  { name: '500', fault: () => ({ kind: 'status', status: 500, body: 'oops' }), ends: 'unavailable', waitMs: null },
  {
    name: '503, 30 s',
    fault: () => ({ kind: 'status', status: 503, headers: { 'retry-after': '30' } }),
    ends: 'unavailable',
    but: { musicbrainz: 'rate_limited' },
    waitMs: 30_000,
  },
  { name: '400', fault: () => ({ kind: 'status', status: 400, body: '{}' }), ends: 'refused' },
  {
    name: '403',
    fault: () => ({ kind: 'status', status: 403 }),
    ends: 'credentials_rejected',
    but: { itunes: 'rate_limited' },
  },
  { name: '401, always', fault: () => ({ kind: 'status', status: 401 }), ends: 'credentials_rejected', most: 2 },
  {
    name: 'the token expired',
    fault: () => ({ kind: 'expiredToken' }),
    ends: 'credentials_rejected',
    but: { spotify: 'answer' },
    most: 2,
  },
  {
    name: 'an error inside 200',
    fault: () => ({ kind: 'errorInside' }),
    ends: 'unavailable',
    but: { deezer: 'rate_limited', itunes: 'refused', acrcloud: 'quota_exhausted', audd: 'quota_exhausted' },
  },
  { name: 'reset in the middle of a body', fault: () => ({ kind: 'reset' }), ends: 'unavailable' },
  { name: 'hang', fault: () => ({ kind: 'hang' }), ends: 'unavailable', limits: hasty },
  { name: 'slow bytes', fault: () => ({ kind: 'slow', everyMs: 50 }), ends: 'unavailable', limits: hasty },
  { name: 'a redirect to a private address', fault: () => ({ kind: 'redirect', to: privateUrl }), ends: 'malformed' },
  {
    name: 'a redirect to link-local metadata',
    fault: () => ({ kind: 'redirect', to: 'http://169.254.169.254/latest/meta-data/' }),
    ends: 'malformed',
  },
  { name: 'a redirect to no address', fault: () => ({ kind: 'redirect', to: 'http://' }), ends: 'malformed' },
  { name: 'a redirect to itself', fault: () => ({ kind: 'redirect', to: '/again' }), ends: 'malformed', most: 4 },
  { name: 'a page instead of JSON', fault: () => ({ kind: 'page' }), ends: 'malformed' },
  { name: 'truncated JSON', fault: () => ({ kind: 'truncated' }), ends: 'malformed' },
  { name: '50 MB of JSON', fault: () => ({ kind: 'huge', bytes: 50_000_000 }), ends: 'malformed' },
  { name: '50 MB in 50 KB of gzip', fault: () => ({ kind: 'huge', bytes: 50_000_000, gzip: true }), ends: 'malformed' },
  { name: 'fields of other types', fault: () => ({ kind: 'changedTypes' }), ends: 'malformed' },
];

const results = new Map<string, Map<ProviderName, string>>();

beforeAll(async () => {
  await new Promise<void>((done) => private_.listen(0, '127.0.0.1', done));
  privateUrl = `http://127.0.0.1:${(private_.address() as AddressInfo).port}/`;
});

afterAll(() => {
  private_.close();
  const short: Record<string, string> = {
    rate_limited: 'limited',
    quota_exhausted: 'quota',
    credentials_rejected: 'credentials',
  };
  const cell = (text: string, width: number): string => text.padEnd(width);
  const table = [...results].map(([row, cells]) =>
    [
      cell(row, 36),
      ...names.map((name) =>
        cell(
          (cells.get(name) ?? '').replace(/^\w+/, (kind) => short[kind] ?? kind),
          13,
        ),
      ),
    ].join(' '),
  );
  console.log(
    [
      'How each call ended, and with how many requests',
      [cell('', 36), ...names.map((name) => cell(name, 13))].join(' '),
      ...table,
    ].join('\n'),
  );
});

describe.each(names)('%s', (name) => {
  let scene: Stage;
  beforeAll(async () => {
    scene = await stage(name);
  });
  afterAll(() => scene.fake.close());

  test.each(rows)('$name', async (row) => {
    const { fake } = scene;
    const client = scene.client(row.limits ?? patient);
    const secrets = secretsOf(fake.service.environment());
    fake.reset();
    visits = 0;
    fake.misbehave(row.fault(), row.fault()?.kind === 'expiredToken' ? 1 : undefined);

    const { ended, error } = await outcome(() => call(client));
    const { requests, apiRequests, bytesSent } = fake.state();
    const cells = results.get(row.name) ?? new Map<ProviderName, string>();
    results.set(row.name, cells.set(name, `${ended} ${requests}`));

    expect(ended).toBe(row.but?.[name] ?? row.ends);
    expect(apiRequests).toBeGreaterThanOrEqual(1);
    // Only Spotify has a second try: its tokens can be renewed.
    const most = row.most ?? 1;
    expect(apiRequests).toBeLessThanOrEqual(row.name.startsWith('a redirect') || name === 'spotify' ? most : 1);
    expect(requests - apiRequests).toBeLessThanOrEqual(name === 'spotify' ? 2 : 0);
    // One request is one call of the given fetch: what keeps the limits sees all of them.
    expect(scene.calls()).toBe(requests);
    expect(visits).toBe(0);
    if (row.name === '50 MB of JSON') expect(bytesSent).toBeLessThan(20_000_000);
    const waitMs = row.butWaitMs?.[name] ?? row.waitMs;
    if (waitMs !== undefined) expect(error?.untilMs).toBe(waitMs === null ? null : nowMs + waitMs);
    if (error !== null) {
      expect(error.provider).toBe(name);
      expect(error.message.length).toBeLessThan(200);
      const said = [error.message, String(error.stack), JSON.stringify(error), inspect(error, { depth: 10 })].join(
        '\n',
      );
      for (const secret of [...secrets, fake.url, '127.0.0.1', 'Bearer']) expect(said).not.toContain(secret);
    }
  });

  test('a service that is not there is unavailable', async () => {
    const gone = await stage(name);
    const client = gone.client(patient);
    await gone.fake.close();
    expect(await outcome(() => call(client))).toMatchObject({ ended: 'unavailable' });
    expect(gone.calls()).toBe(1);
  });

  test('a call that is cancelled ends with the reason of the cancellation, at once', async () => {
    scene.fake.reset();
    scene.fake.misbehave({ kind: 'hang' });
    const client = scene.client(patient);
    const cancel = new AbortController();
    const reason = new Error('the worker stops');
    const asked = call(client, cancel.signal);
    asked.catch(() => undefined);
    await expect.poll(() => scene.fake.state().apiRequests).toBe(1);
    cancel.abort(reason);
    await expect(asked).rejects.toBe(reason);
    await expect(call(client, cancel.signal)).rejects.toBe(reason);
    expect(scene.fake.state().apiRequests).toBe(1);
  });

  test('what the given fetch decides is passed on: a provider that is paused is not asked', async () => {
    scene.fake.reset();
    const paused = new ProviderError(name, 'rate_limited', 'paused until later', { untilMs: nowMs + 1 });
    const client = scene.client(patient);
    const fetchBefore = globalThis.fetch;
    globalThis.fetch = () => Promise.reject(paused);
    try {
      await expect(call(client)).rejects.toBe(paused);
    } finally {
      globalThis.fetch = fetchBefore;
    }
    expect(scene.fake.state().requests).toBe(0);
  });
});

// The other questions of the catalogues go the same way; what they read is not the same, and neither is how often they ask.
const otherCalls = {
  byIsrc: (client: CatalogueProvider) => client.byIsrc('ZZFPR2600000', new AbortController().signal),
  byUpc: (client: CatalogueProvider) => client.byUpc(upcAt(6), new AbortController().signal),
  byId: (client: CatalogueProvider) => client.byId(idOf[client.name], new AbortController().signal),
};
const idOf: Readonly<Record<CatalogueName, string>> = {
  spotify: ids.spotify(0),
  applemusic: ids.apple(0),
  deezer: String(ids.deezer(0)),
  musicbrainz: ids.musicbrainz(0),
  itunes: ids.apple(0),
};
const otherRows = rows.filter(({ name }) =>
  [
    '429, 13749 s',
    'too many, in its own words',
    '500',
    'an error inside 200',
    'reset in the middle of a body',
    'a page instead of JSON',
    'truncated JSON',
    'fields of other types',
  ].includes(name),
);

describe.each(catalogueNames)('%s, asked otherwise', (name) => {
  let scene: Stage;
  beforeAll(async () => {
    scene = await stage(name);
  });
  afterAll(() => scene.fake.close());

  describe.each(Object.keys(otherCalls) as (keyof typeof otherCalls)[])('%s', (question) => {
    test.each(otherRows)('$name', async (row) => {
      const client = scene.client(patient) as CatalogueProvider;
      scene.fake.reset();
      scene.fake.misbehave(row.fault());
      const asked = otherCalls[question](client);
      if (asked === null) throw new Error('all of these look up by it');
      await expect(asked).rejects.toMatchObject({ provider: name, kind: row.but?.[name] ?? row.ends });
      // The first trouble ends the question, however many requests it would have taken. An empty list has no types that could be
      // wrong: a UPC is looked for in its other spellings first.
      const most = row.name === 'fields of other types' && question === 'byUpc' ? 4 : 1;
      expect(scene.fake.state().apiRequests).toBeLessThanOrEqual(most);
    });
  });
});

function call(
  client: CatalogueProvider | Recogniser,
  signal = new AbortController().signal,
): Promise<Answered<readonly unknown[]>> {
  return 'search' in client
    ? client.search({ title: 'Harbour Lights', artist: 'Nora Vale', limit: 10 }, signal)
    : client.identify({ wav: markedWav(0), durationMs: 180_000, fullDurationMs: 180_000 }, signal);
}

async function outcome(
  asked: () => Promise<Answered<readonly unknown[]>>,
): Promise<{ readonly ended: ProviderErrorKind | 'answer'; readonly error: ProviderError | null }> {
  try {
    const { value, rawHash, atMs } = await asked();
    expect(value.length).toBeGreaterThan(0);
    expect(rawHash).toMatch(/^[0-9a-f]{64}$/);
    expect(atMs).toBe(nowMs);
    return { ended: 'answer', error: null };
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error;
    return { ended: error.kind, error };
  }
}

/** What must never be seen: the settings, and what is made from them. */
function secretsOf(environment: Readonly<Record<string, string>>): readonly string[] {
  const given = Object.entries(environment)
    .filter(([variable]) => /SECRET|TOKEN|_KEY$/.test(variable))
    .flatMap(([, value]) => value.split('\n').filter((line) => line.length > 5 && !line.startsWith('-----')));
  return [...given, 'fake-token', 'Basic '];
}
