// Every operation of the description is asked what its schemas allow, nearly allow and do not allow. Whatever comes, the answer comes in time, is
// described, and is no fault.

import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { hostileText } from '../support/hostile.ts';
import { serveApi, standalone, type Operation, type TestApi } from '../support/api.ts';
import { builtBundle, migratedDatabaseUrl } from '../support/desk.ts';
import { openStage, type Stage } from '../support/stage.ts';

let stage: Stage;
let api: TestApi;
beforeAll(async () => {
  stage = await openStage({ databaseUrl: await migratedDatabaseUrl(), bundle: await builtBundle(), server: 'real' });
  api = await serveApi(stage, { FERMATA_API_REQUESTS_PER_SECOND: '100000' });
  await stage.deliver('label', [{ isrc: 'ZZFER2600001', title: 'Harbour Lights', artists: 'Ann Able' }]);
  const sounds = ['1', '2', '3'].map((id) => ({ platform: 'tiktok', id, title: 'Harbour Lights', author: 'Nobody' }));
  await api.ask('POST /sounds', { json: { sounds } });
  await api.ask('POST /batches', { json: { name: 'known', sounds } });
});
afterAll(async () => {
  await api?.close();
  await stage?.close();
});

type Schema = Record<string, unknown>;

/** Things that exist, so that not every request ends at "there is no such thing". */
const known = ['tiktok:1', '2', 'ZZFER2600001', 'known', 'label', '1', 'match', 'reject', 'reopen', 'retry', 'waiting'];
const anyText = fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...known) }, { weight: 1, arbitrary: hostileText });

/** Values that fit a schema, as far as it says what fits. */
function fitting(schema: Schema, root: Schema, depth = 0): fc.Arbitrary<unknown> {
  if (typeof schema['$ref'] === 'string')
    return fitting((root['$defs'] as Record<string, Schema>)[schema['$ref'].split('/').at(-1)!]!, root, depth);
  if ('const' in schema) return fc.constant(schema['const']);
  if (Array.isArray(schema['enum'])) return fc.constantFrom(...(schema['enum'] as unknown[]));
  const choices = (schema['anyOf'] ?? schema['oneOf']) as Schema[] | undefined;
  if (choices !== undefined) return fc.oneof(...choices.map((choice) => fitting(choice, root, depth)));
  const { minimum, maximum } = schema as { minimum?: number; maximum?: number };
  switch (Array.isArray(schema['type']) ? (schema['type'] as string[])[0] : schema['type']) {
    case 'integer':
      return fc.integer({ min: Math.max(minimum ?? -1e9, -1e9), max: Math.min(maximum ?? 1e9, 1e9) });
    case 'number':
      return fc.double();
    case 'boolean':
      return fc.boolean();
    case 'null':
      return fc.constant(null);
    case 'array':
      return fc.array(fitting((schema['items'] ?? {}) as Schema, root, depth + 1), { minLength: 1, maxLength: 3 });
    case 'object': {
      const properties = Object.entries((schema['properties'] ?? {}) as Record<string, Schema>);
      return fc.record(
        Object.fromEntries(properties.map(([name, inside]) => [name, fitting(inside, root, depth + 1)])),
        { requiredKeys: (schema['required'] ?? []) as string[] },
      );
    }
    case 'string':
      return typeof schema['pattern'] === 'string' && schema['pattern'].includes('{64}')
        ? fc.oneof(fc.constant('0'.repeat(64)), anyText)
        : anyText;
    default:
      return depth > 3 ? anyText : fc.anything({ maxDepth: 2 });
  }
}

/** Anything at all, where something else is meant. */
const misfitting: fc.Arbitrary<unknown> = fc.oneof(fc.jsonValue({ maxDepth: 4 }), hostileText);

interface Request {
  readonly params: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, unknown>>;
  readonly body: unknown;
  readonly raw: string | null;
  readonly headers: Readonly<Record<string, string>>;
}

function requests(operation: Operation): fc.Arbitrary<Request> {
  const of = (where: string) => operation.parameters.filter((parameter) => parameter.in === where);
  const valueOf = (schema: Schema): fc.Arbitrary<unknown> =>
    fc.oneof(
      { weight: 8, arbitrary: fitting(standalone(api.description, schema), standalone(api.description, schema)) },
      { weight: 1, arbitrary: hostileText },
    );
  const record = (where: string): fc.Arbitrary<Record<string, unknown>> =>
    fc.record(Object.fromEntries(of(where).map(({ name, schema }) => [name, valueOf(schema)])), {
      requiredKeys: of(where)
        .filter(({ required }) => required)
        .map(({ name }) => name),
    });
  const schema = operation.requestBody?.content['application/json']?.schema;
  const root = schema === undefined ? null : standalone(api.description, schema);
  return fc.record({
    params: record('path').map((given) =>
      Object.fromEntries(Object.entries(given).map(([name, value]) => [name, String(value) || 'x'])),
    ),
    query: fc.oneof(
      { weight: 4, arbitrary: record('query') },
      { weight: 1, arbitrary: fc.dictionary(fc.string({ maxLength: 5 }), hostileText, { maxKeys: 2 }) },
    ),
    body:
      root === null
        ? fc.constant(undefined)
        : fc.oneof({ weight: 4, arbitrary: fitting(root, root) }, { weight: 1, arbitrary: misfitting }),
    raw: fc.oneof({ weight: 9, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: hostileText }),
    headers: fc.record(
      {
        'idempotency-key': fc.oneof(
          { weight: 4, arbitrary: fc.uuid() },
          { weight: 1, arbitrary: fc.constantFrom('a', 'b') },
        ),
        'last-event-id': fc.constantFrom('0', '-1', 'x', '999999999999999'),
      },
      { requiredKeys: [] },
    ),
  });
}

const encoded = (value: unknown): string => encodeURIComponent(String(value).toWellFormed());

/** Long enough for a busy machine, far too short for anything that hangs. */
const longestMs = 15_000;
const runs = 40;

it('answers whatever it is asked: in time, as described, and never with a fault', { timeout: 600_000 }, async () => {
  const counts = new Map<string, number>();
  for (const [path, operations] of Object.entries(api.description.paths)) {
    for (const [method, operation] of Object.entries(operations)) {
      await fc.assert(
        fc.asyncProperty(requests(operation), async ({ params, query, body, raw, headers }) => {
          const filled = path
            .replace('/api/v1', '')
            .replaceAll(/\{(\w+)\}/g, (_, name: string) => encoded(params[name]));
          const search = Object.entries(query)
            .map(([name, value]) => `${encoded(name)}=${encoded(value)}`)
            .join('&');
          const type = Object.keys(operation.requestBody?.content ?? {})[0];
          const text = raw ?? (type === 'application/json' ? JSON.stringify(body) : String(raw));
          const beganMs = performance.now();
          const { status } = await api.ask(`${method.toUpperCase()} ${filled}${search === '' ? '' : `?${search}`}`, {
            ...(type === undefined ? {} : { body: (text ?? 'null').toWellFormed() }),
            headers: { ...headers, ...(type === undefined ? {} : { 'content-type': type }) },
          });
          expect(performance.now() - beganMs).toBeLessThan(longestMs);
          expect(status).toBeLessThan(500);
          counts.set(`${operation.operationId} ${status}`, (counts.get(`${operation.operationId} ${status}`) ?? 0) + 1);
        }),
        { numRuns: runs },
      );
    }
  }
  // It is no fuzz that is turned away at the door: most operations have also done what they are for.
  const done = new Set([...counts.keys()].filter((line) => line.endsWith(' 200')).map((line) => line.split(' ')[0]));
  console.log([...counts].map(([line, n]) => `${line}: ${n}`).join('\n'));
  expect(done.size).toBeGreaterThan(13);
});
