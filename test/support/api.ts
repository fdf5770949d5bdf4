// The HTTP API on a loopback port, over a story's own servers. Every answer is held against the description: what it does not say fails the test that asked.

import { randomUUID } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import type { Server } from 'node:http';
import { join } from 'node:path';
import { serve } from '@hono/node-server';
import * as z from 'zod';
import { refuseUnreadable } from '../../api/unreadable.ts';
import { createApi } from '../../api/server.ts';
import type { Needs } from '../../api/endpoint.ts';
import { createNews } from '../../api/news.ts';
import { loadWeights } from '../../app/weights.ts';
import { openBlobStore } from '../../platform/blobStore.ts';
import { readConfig } from '../../platform/config/index.ts';
import { makeToken, type Role } from '../../store/access/tokens.ts';
import { openDatabase, type Database } from '../../store/database.ts';
import type { Stage } from './stage.ts';

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** Of JSON, whatever it is. */
  // oxlint-disable-next-line typescript/no-explicit-any
  readonly json: any;
}

export interface Asking {
  /** Default: operator; null: no token. */
  readonly as?: Role | null;
  /** In the place of a role's. */
  readonly token?: string;
  readonly json?: unknown;
  readonly body?: string | Uint8Array | ReadableStream<Uint8Array>;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface TestApi {
  readonly url: string;
  readonly description: Description;
  /** A token that bears the role's name. */
  token(role: Role): string;
  /** Asks `GET /sounds`; paths are under /api/v1 unless they begin with "//". */
  ask(request: string, asking?: Asking): Promise<Answer>;
  /** The response as it comes. */
  open(request: string, asking?: Asking, signal?: AbortSignal): Promise<Response>;
  readonly close: () => Promise<void>;
}

export interface Operation {
  readonly operationId: string;
  readonly 'x-role': Role;
  readonly parameters: readonly {
    readonly name: string;
    readonly in: 'path' | 'query' | 'header';
    readonly required: boolean;
    readonly schema: Record<string, unknown>;
  }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema?: Record<string, unknown> }>> };
  readonly responses: Readonly<
    Record<string, { readonly content: Readonly<Record<string, { readonly schema: Record<string, unknown> }>> }>
  >;
}

export interface Description {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Record<string, unknown>>> };
}

/** A schema of the description with all that it refers to. */
export const standalone = (description: Description, schema: Record<string, unknown>): Record<string, unknown> =>
  JSON.parse(
    JSON.stringify({ ...schema, $defs: description.components.schemas }).replaceAll(
      '#/components/schemas/',
      '#/$defs/',
    ),
  ) as Record<string, unknown>;

export async function serveApi(
  stage: Pick<Stage, 'client' | 'reconciliation' | 'databaseUrl' | 'folder'>,
  settings: Readonly<Record<string, string>> = {},
  change: (needs: Needs) => Needs = (needs) => needs,
): Promise<TestApi> {
  const config = readConfig({ environment: settings });
  const database = openDatabase(stage.databaseUrl, { maxConnections: 8 });
  const news = createNews(database);
  const faults: unknown[] = [];
  const app = createApi(
    change({
      database,
      client: stage.client,
      reconciliation: stage.reconciliation,
      weights: await loadWeights(config),
      blobs: openBlobStore(join(stage.folder, 'blobs')),
      news,
      config,
      log: { error: (fields: unknown) => void faults.push(fields) } as unknown as Needs['log'],
    }),
  );
  let server: Server;
  const { port } = await new Promise<AddressInfo>((resolve) => {
    server = serve({ fetch: app.fetch, hostname: '127.0.0.1', port: 0 }, resolve) as Server;
  });
  refuseUnreadable(server!);
  const url = `http://127.0.0.1:${port}`;
  const tokens = await makeTokens(database);
  const description = (await (await fetch(`${url}/openapi.json`)).json()) as Description;
  const checks = new Map<string, z.ZodType>();

  const open: TestApi['open'] = (request, asking = {}, signal) => {
    const [method = 'GET', path = ''] = request.split(/ (.*)/s);
    const { as = 'operator', token = as === null ? null : tokens[as], json, body, headers } = asking;
    return fetch(path.startsWith('//') ? url + path.slice(1) : `${url}/api/v1${path}`, {
      method,
      redirect: 'manual',
      headers: {
        ...(token === null ? {} : { authorization: `Bearer ${token}` }),
        ...(json === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(json === undefined ? (body === undefined ? {} : { body, duplex: 'half' }) : { body: JSON.stringify(json) }),
      ...(signal === undefined ? {} : { signal }),
    } as RequestInit);
  };

  /** Which operation that is, by the path's pattern. */
  const operationOf = (request: string): Operation | undefined => {
    const [method = '', path = ''] = request.split(' ');
    const [plain = ''] = `/api/v1${path}`.split('?');
    const found = Object.entries(description.paths)
      .filter(([pattern]) => new RegExp(`^${pattern.replaceAll(/\{\w+\}/g, '[^/]+')}$`).test(plain))
      .toSorted(([one], [other]) => one.split('{').length - other.split('{').length);
    return found[0]?.[1][method.toLowerCase()];
  };

  const check = (request: string, status: number, type: string, value: unknown): void => {
    const operation = operationOf(request);
    if (operation === undefined) return;
    const said = operation.responses[String(status)] ?? operation.responses[`${Math.floor(status / 100)}XX`];
    const schema = said?.content[type]?.schema;
    if (schema === undefined) throw new Error(`${request} answers ${status} with ${type}, which is not described`);
    const key = `${operation.operationId} ${status} ${type}`;
    const checker = checks.get(key) ?? z.fromJSONSchema(standalone(description, schema));
    checks.set(key, checker);
    const outcome = checker.safeParse(value);
    if (!outcome.success)
      throw new Error(
        `${request} answers ${status} otherwise than described: ${z.prettifyError(outcome.error)}\n${JSON.stringify(value)}`,
      );
  };

  return {
    url,
    description,
    token: (role) => tokens[role],
    open,
    async ask(request, asking) {
      const response = await open(request, asking);
      const text = await response.text();
      const type = response.headers.get('content-type')?.split(';')[0] ?? '';
      const isJson = type.endsWith('json') && text !== '';
      const json: unknown = isJson && type !== 'application/x-ndjson' ? JSON.parse(text) : undefined;
      if (response.status >= 500 && faults.length > 0)
        throw new Error(
          `${request} met a fault: ${JSON.stringify(faults.map((one) => String((one as { error: Error }).error.stack)))}`,
        );
      if (type === 'application/x-ndjson')
        for (const line of text.split('\n').filter((one) => one !== ''))
          check(request, response.status, type, JSON.parse(line));
      else if (!request.includes(' //')) check(request, response.status, type, json);
      return { status: response.status, headers: response.headers, text, json };
    },
    async close() {
      news.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await database.close();
    },
  };
}

async function makeTokens(database: Database): Promise<Readonly<Record<Role, string>>> {
  const make = (role: Role): Promise<string> =>
    database.transaction(async (inside) => (await makeToken(inside, { name: role, role }, 'a test')).secret);
  return { viewer: await make('viewer'), reviewer: await make('reviewer'), operator: await make('operator') };
}

export const newKey = (): string => randomUUID();
