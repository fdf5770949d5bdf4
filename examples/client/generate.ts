// Makes fermata.ts from the OpenAPI description: a type for each schema, a function for each operation.
//
//   node examples/client/generate.ts                              from the program itself
//   node examples/client/generate.ts http://127.0.0.1:8484        from a server that runs
//
// Own code, because generators of types (openapi-typescript) stand on the compiler's JavaScript interface, which TypeScript 7 does not have.

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { format } from 'prettier';
import { describeApi } from '../../api/description.ts';
import { endpoints } from '../../api/endpoints/index.ts';

type Schema = Readonly<Record<string, unknown>>;

interface Operation {
  readonly operationId: string;
  readonly summary: string;
  readonly description: string;
  readonly parameters: readonly {
    readonly name: string;
    readonly in: 'path' | 'query' | 'header';
    readonly required: boolean;
    readonly description?: string;
    readonly schema: Schema;
  }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema?: Schema }>> };
  readonly responses: Readonly<
    Record<string, { readonly content: Readonly<Record<string, { readonly schema: Schema }>> }>
  >;
}

interface Description {
  readonly info: { readonly version: string };
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

export const file = join(import.meta.dirname, 'fermata.ts');

function typeOf(schema: Schema): string {
  if (typeof schema['$ref'] === 'string') return schema['$ref'].split('/').at(-1)!;
  if ('const' in schema) return JSON.stringify(schema['const']);
  if (Array.isArray(schema['enum'])) return (schema['enum'] as unknown[]).map((one) => JSON.stringify(one)).join(' | ');
  const choices = (schema['anyOf'] ?? schema['oneOf']) as readonly Schema[] | undefined;
  if (choices !== undefined) return choices.map(typeOf).join(' | ');
  if (Array.isArray(schema['type']))
    return (schema['type'] as string[]).map((type) => typeOf({ ...schema, type })).join(' | ');
  switch (schema['type']) {
    case 'string':
    case 'boolean':
    case 'null':
      return schema['type'];
    case 'integer':
    case 'number':
      return 'number';
    case 'array':
      return `readonly (${typeOf(schema['items'] as Schema)})[]`;
    case 'object':
      return objectOf(schema);
    default:
      return 'unknown';
  }
}

function objectOf(schema: Schema): string {
  const {
    properties,
    required = [],
    additionalProperties,
  } = schema as {
    properties?: Readonly<Record<string, Schema>>;
    required?: readonly string[];
    additionalProperties?: unknown;
  };
  if (properties === undefined) {
    const names = (schema['propertyNames'] ?? { type: 'string' }) as Schema;
    const values = typeof additionalProperties === 'object' ? (additionalProperties as Schema) : {};
    const record = `Readonly<Record<${typeOf(names)}, ${typeOf(values)}>>`;
    return typeOf(names) === 'string' ? record : `Partial<${record}>`;
  }
  const fields = Object.entries(properties).map(
    ([name, one]) =>
      `${comment(one['description'])}readonly ${name}${required.includes(name) ? '' : '?'}: ${required.includes(name) ? typeOf(one) : orUndefined(typeOf(one))};`,
  );
  // Fields that only the sender knows.
  const more = typeof additionalProperties === 'object' ? ['readonly [field: string]: unknown;'] : [];
  return `{\n${[...fields, ...more].join('\n')}\n}`;
}

const orUndefined = (type: string): string => (type === 'unknown' ? type : `${type} | undefined`);

const comment = (text: unknown): string =>
  typeof text === 'string' ? `/** ${text.replaceAll('\n\n', '\n * ')} */\n` : '';

const streams = { 'application/x-ndjson': 'lines', 'text/event-stream': 'events' } as const;

function functionsOf(method: string, path: string, operation: Operation): string[] {
  const of = (where: string) => operation.parameters.filter((parameter) => parameter.in === where);
  const json = operation.requestBody?.content['application/json']?.schema;
  const bytes = Object.keys(operation.requestBody?.content ?? {}).find((type) => type !== 'application/json');
  const given = [
    ...[...of('path'), ...of('query')].map(
      ({ name, required, schema, description }) =>
        `${comment(description)}readonly ${name}${required ? '' : '?'}: ${typeOf(schema)}${required ? '' : ' | undefined'};`,
    ),
    ...(json === undefined ? [] : [`readonly body: ${typeOf(json)};`]),
    ...(bytes === undefined ? [] : ['readonly body: Uint8Array | string | ReadableStream<Uint8Array>;']),
    ...(of('header').some(({ name }) => name === 'Idempotency-Key')
      ? [
          '/** One for each request: sent again with it within a day, it is done once. */\nreadonly key?: string | undefined;',
        ]
      : []),
    'readonly signal?: AbortSignal | undefined;',
  ];
  const isNeeded = operation.parameters.some(({ required }) => required) || operation.requestBody !== undefined;
  const argument = `given: {\n${given.join('\n')}\n}${isNeeded ? '' : ' = {}'}`;
  const picked = (where: string) =>
    `{ ${of(where)
      .map(({ name }) => `${name}: given.${name}`)
      .join(', ')} }`;
  const request = [
    `method: '${method.toUpperCase()}'`,
    `path: '${path}'`,
    ...(of('path').length === 0 ? [] : [`params: ${picked('path')}`]),
    ...(of('query').length === 0 ? [] : [`query: ${picked('query')}`]),
    ...(json === undefined ? [] : ['json: given.body']),
    ...(bytes === undefined ? [] : [`bytes: { type: '${bytes}', body: given.body }`]),
    ...(given.some((line) => line.includes('readonly key?'))
      ? [`headers: given.key === undefined ? {} : { 'idempotency-key': given.key }`]
      : []),
    'signal: given.signal',
  ].join(', ');
  const answers = Object.entries(operation.responses['200']!.content);
  return answers.map(([type, { schema }]) => {
    const about = comment(`${operation.summary}.\n\n${operation.description}`);
    if (type === 'application/json') {
      const name = answers.length === 1 ? operation.operationId : `${operation.operationId}Page`;
      return `${about}async ${name}(${argument}): Promise<${typeOf(schema)}> {
        const response = await send(connection, { ${request} });
        return (await response.json()) as ${typeOf(schema)};
      },`;
    }
    const kind = streams[type as keyof typeof streams];
    return kind === 'lines'
      ? `${about}async *${operation.operationId}(${argument}): AsyncGenerator<${typeOf(schema)}> {
        yield* lines<${typeOf(schema)}>(await send(connection, { ${request} }));
      },`
      : `${about}${operation.operationId}(${argument}): AsyncGenerator<${typeOf(schema)}> {
        return events<${typeOf(schema)}>(connection, { ${request} }, given.after);
      },`;
  });
}

export function clientOf(description: Description): Promise<string> {
  const types = Object.entries(description.components.schemas)
    .filter(([name]) => name !== 'Problem')
    .map(([name, schema]) => `${comment(schema['description'])}export type ${name} = ${typeOf(schema)};`);
  const functions = Object.entries(description.paths).flatMap(([path, operations]) =>
    Object.entries(operations).flatMap(([method, operation]) => functionsOf(method, path, operation)),
  );
  const text = `// Made by examples/client/generate.ts from the description of Fermata ${description.info.version}. Not to be edited.

import { events, lines, send, type Connection } from './http.ts';

${types.join('\n\n')}

export type Client = ReturnType<typeof createClient>;

export const createClient = (connection: Connection) => ({
${functions.join('\n\n')}
});
`;
  return format(text, { parser: 'typescript', singleQuote: true, printWidth: 120 });
}

export const ownDescription = (): Description => describeApi(endpoints) as unknown as Description;

if (import.meta.main) {
  const [url] = process.argv.slice(2);
  const description =
    url === undefined ? ownDescription() : ((await (await fetch(new URL('/openapi.json', url))).json()) as Description);
  await writeFile(file, await clientOf(description));
}
