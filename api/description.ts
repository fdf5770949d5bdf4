// The OpenAPI 3.1 description, made from the schemas that check requests.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import type { Endpoint } from './endpoint.ts';
import { problemShape } from './problems.ts';

const { version } = JSON.parse(readFileSync(join(import.meta.dirname, '..', 'package.json'), 'utf8')) as {
  version: string;
};

type Json = Record<string, unknown>;

/** Schemas with a name stand once under `components`, and are referred to. */
class Components {
  readonly schemas: Record<string, unknown> = {};

  of(schema: z.ZodType, io: 'input' | 'output'): Json {
    const {
      $schema: _,
      $defs = {},
      ...own
    } = z.toJSONSchema(schema, { io, target: 'draft-2020-12' }) as Json & {
      $defs?: Record<string, Json>;
    };
    for (const [name, definition] of Object.entries($defs)) this.schemas[name] = pointed(withoutId(definition));
    const { id } = own;
    if (typeof id !== 'string') return pointed(own);
    this.schemas[id] = pointed(withoutId(own));
    return { $ref: `#/components/schemas/${id}` };
  }
}

const withoutId = ({ id: _, ...schema }: Json): Json => schema;

const pointed = (schema: Json): Json =>
  JSON.parse(JSON.stringify(schema).replaceAll('"#/$defs/', '"#/components/schemas/')) as Json;

export function describeApi(endpoints: readonly Endpoint[]): Json {
  const components = new Components();
  const problem = { 'application/problem+json': { schema: components.of(problemShape, 'output') } };
  const paths: Record<string, Json> = {};
  for (const endpoint of endpoints)
    (paths[`/api/v1${endpoint.path}`] ??= {})[endpoint.method] = operation(endpoint, components, problem);
  return {
    openapi: '3.1.0',
    info: {
      title: 'Fermata',
      version,
      summary: 'Links short-video sounds to the recordings they contain.',
      description:
        'Whatever goes wrong is application/problem+json: 400 the request makes no sense, 401 and 403 who asks, 404 there is no such thing, 409 it cannot be done (`detail` says why, `fix` what helps), 429 and 503 later (`Retry-After`).',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    security: [{ token: [] }],
    paths,
    components: {
      schemas: components.schemas,
      securitySchemes: {
        token: { type: 'http', scheme: 'bearer', description: '"fermata token make" makes one' },
      },
    },
  };
}

function operation(endpoint: Endpoint, components: Components, problem: Json): Json {
  const hasBody = endpoint.body !== null || endpoint.bytes !== null;
  return {
    operationId: endpoint.id,
    summary: endpoint.summary,
    description: [endpoint.notes, `Takes a token of role ${endpoint.role}.`]
      .filter((text) => text !== null)
      .join('\n\n'),
    'x-role': endpoint.role,
    parameters: [
      ...parameters(components.of(endpoint.params, 'input'), 'path'),
      ...parameters(components.of(endpoint.query, 'input'), 'query'),
      ...(endpoint.method === 'post' && endpoint.bytes === null ? [keyParameter] : []),
      ...('text/event-stream' in endpoint.answers ? [lastEventParameter] : []),
    ],
    ...(hasBody
      ? {
          requestBody: {
            required: true,
            content:
              endpoint.body !== null
                ? { 'application/json': { schema: components.of(endpoint.body, 'input') } }
                : { [endpoint.bytes!.type]: {} },
          },
        }
      : {}),
    responses: {
      '200': {
        description: 'Done.',
        content: Object.fromEntries(
          Object.entries(endpoint.answers).map(([type, schema]) => [type, { schema: components.of(schema, 'output') }]),
        ),
      },
      '4XX': { description: 'It was not done; the problem says why.', content: problem },
      '503': { description: 'Not just now; ask again after Retry-After.', content: problem },
    },
  };
}

const keyParameter = {
  name: 'Idempotency-Key',
  in: 'header',
  required: false,
  description:
    'Made by the caller, one for each request: sent again with it within a day, it gets the same answer and is done once.',
  schema: { type: 'string', minLength: 1, maxLength: 200, pattern: '^[\\x21-\\x7e]+$' },
};

const lastEventParameter = {
  name: 'Last-Event-ID',
  in: 'header',
  required: false,
  description: 'The last place that was seen; instead of `after`.',
  schema: { type: 'string', pattern: '^\\d{1,15}$' },
};

function parameters(of: Json, where: 'path' | 'query'): Json[] {
  const { properties = {}, required = [] } = of as { properties?: Record<string, Json>; required?: string[] };
  return Object.entries(properties).map(([name, { description, ...own }]) => ({
    name,
    in: where,
    required: required.includes(name),
    ...(description === undefined ? {} : { description }),
    schema: own,
  }));
}
