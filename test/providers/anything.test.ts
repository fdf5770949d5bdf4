// Whatever a service sends: a client answers in the contract's types, or says "malformed" in its own way. It never falls over, and
// never passes on what it was sent.

import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { catalogueNames, type ProviderName, recogniserNames } from '../../domain/providers.ts';
import { readConfig } from '../../platform/config/index.ts';
import { createProviders } from '../../providers/index.ts';
import {
  type Answered,
  type CatalogueProvider,
  ProviderError,
  type Recogniser,
  type Recognition,
  type ServiceRecording,
} from '../../providers/provider.ts';
import { nowMs, type Stage, stage } from '../support/providers/stage.ts';
import { ids, markedWav, upcAt } from '../support/providers/world.ts';

const signal = new AbortController().signal;
const idOf = {
  spotify: ids.spotify(0),
  applemusic: ids.apple(0),
  deezer: String(ids.deezer(0)),
  musicbrainz: ids.musicbrainz(0),
  itunes: ids.apple(0),
};

type Found = ServiceRecording | Recognition;
type Question = (client: CatalogueProvider | Recogniser) => Promise<Answered<readonly Found[] | Found | null>>;

const asCatalogue =
  (ask: (client: CatalogueProvider) => ReturnType<CatalogueProvider['byIsrc' | 'byId']>): Question =>
  (client) => {
    const asked = 'search' in client ? ask(client) : null;
    if (asked === null) throw new Error('a catalogue that looks up by this');
    return asked;
  };

function questionsFor(name: ProviderName): Readonly<Record<string, Question>> {
  const own = catalogueNames.find((known) => known === name);
  if (own === undefined) {
    const sample = { wav: markedWav(1), durationMs: 12_000, fullDurationMs: 161_000 };
    return {
      identify: (client) => ('identify' in client ? client.identify(sample, signal) : Promise.reject(new Error())),
    };
  }
  const query = { title: 'Harbour Lights', artist: 'Nora Vale', limit: 5 };
  return {
    search: asCatalogue((client) => client.search(query, signal)),
    byIsrc: asCatalogue((client) => client.byIsrc('ZZFPR2600000', signal)),
    byUpc: asCatalogue((client) => client.byUpc(upcAt(0), signal)),
    byId: asCatalogue((client) => client.byId(idOf[own], signal)),
  };
}

describe.each([...catalogueNames, ...recogniserNames])('%s', (name) => {
  let scene: Stage;
  beforeAll(async () => {
    scene = await stage(name);
  });
  afterAll(() => scene.fake.close());

  test.each(Object.entries(questionsFor(name)))('%s', async (_, question) => {
    // The right answers once, over the wire; what becomes of them then stays in this process.
    const bodies = new Map<string, unknown>();
    const recording: typeof fetch = async (input, init) => {
      const response = await fetch(input, init);
      bodies.set(keyOf(input), await response.clone().json());
      return response;
    };
    const environment = {
      ...scene.fake.service.environment(),
      FERMATA_PROVIDER_URLS: `${name}=${scene.fake.url}`,
    };
    const clientWith = (given: typeof fetch): CatalogueProvider | Recogniser => {
      const { catalogues, recognisers } = createProviders(readConfig({ environment }), {
        fetchFor: () => given,
        now: () => nowMs,
      });
      const [client] = [...catalogues, ...recognisers];
      if (client === undefined) throw new Error('it should be on');
      return client;
    };
    const { value } = await question(clientWith(recording));
    expect([value].flat()).not.toEqual([null]);

    const change = fc.record({
      at: fc.nat(),
      to: fc.oneof(fc.jsonValue({ maxDepth: 2 }), fc.constantFrom(...nasty)),
      remove: fc.boolean(),
    });
    // AcoustID starts a program for each of them.
    const numRuns = name === 'acoustid' ? 15 : 60;
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 3 }), async (changes) => {
        const twisted: typeof fetch = (input) => {
          const key = keyOf(input);
          const right = structuredClone(bodies.get(key) ?? {});
          const body = key === '/api/token' ? right : changes.reduce<unknown>((json, each) => twist(json, each), right);
          return Promise.resolve(Response.json(body));
        };
        try {
          const answer = await question(clientWith(twisted));
          for (const found of [answer.value].flat()) if (found !== null) expectInContract(found);
        } catch (error) {
          if (!(error instanceof ProviderError)) throw error;
          expect(error.message).not.toContain('planted');
          expect(error.message.length).toBeLessThan(200);
        }
      }),
      { numRuns },
    );
  });
});

const nasty = [
  'planted',
  '',
  '0000-00-00',
  'javascript:alert("planted")',
  -1,
  0,
  1e308,
  7_134_751_792_880_979_000,
  [],
  {},
  null,
  [null],
];

const keyOf = (input: Parameters<typeof fetch>[0]): string =>
  input instanceof URL ? input.pathname + input.search : '';

/** The value with its `at`-th part (counted modulo all of them) replaced or gone. */
function twist(json: unknown, { at, to, remove }: { at: number; to: unknown; remove: boolean }): unknown {
  const holders: { readonly holder: Record<string, unknown>; readonly name: string }[] = [];
  const walk = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    for (const [name, part] of Object.entries(value)) {
      holders.push({ holder: value as Record<string, unknown>, name });
      walk(part);
    }
  };
  walk(json);
  const place = holders[at % (holders.length + 1)];
  if (place === undefined) return to;
  if (remove) delete place.holder[place.name];
  else place.holder[place.name] = to;
  return json;
}

function expectInContract(found: Found): void {
  const text = expect.any(String) as string;
  const orNull = (value: unknown, wanted: RegExp): void => {
    if (value !== null) expect(value).toMatch(wanted);
  };
  expect(found).toMatchObject({ id: text, title: text });
  expect(found.id).not.toBe('');
  for (const artist of found.artists) expect(artist).toEqual(text);
  orNull(found.isrc, /^[A-Z]{2}[A-Z0-9]{3}\d{7}$/);
  orNull(found.upc, /^[1-9]\d{6,13}$/);
  orNull(found.album, /\S/);
  orNull(found.releaseDate, /^\d{4}-\d{2}-\d{2}$/);
  for (const ids of Object.values(found.externalIds)) for (const id of ids) expect(id).toMatch(/./);
  if ('durationMs' in found) {
    if (found.durationMs !== null) expect(found.durationMs > 0 && found.durationMs <= 86_400_000).toBe(true);
    orNull(found.url, /^https?:/);
    orNull(found.previewUrl, /^https?:/);
    for (const [code, day] of Object.entries(found.releaseDates)) {
      expect(code).toMatch(/^[A-Z]{2}$/);
      expect(day).toMatch(/^\d{4}-\d{2}-\d{2}$/);
    }
  } else {
    if (found.score !== null) expect(found.score >= 0 && found.score <= 1).toBe(true);
    if (found.offsetMs !== null) expect(found.offsetMs >= 0 && found.offsetMs <= 86_400_000).toBe(true);
  }
}
