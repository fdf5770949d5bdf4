// What an endpoint is: one description from which requests are checked, answers typed, roles held, and the OpenAPI page made.

import type { Context } from 'hono';
import * as z from 'zod';
import type { Client } from '@temporalio/client';
import type { Reconciliation } from '../client/reconciliation.ts';
import type { loadWeights } from '../app/weights.ts';
import type { BlobStore } from '../platform/blobStore.ts';
import type { Config } from '../platform/config/index.ts';
import type { Log } from '../platform/log.ts';
import type { Bearer, Role } from '../store/access/tokens.ts';
import type { Database } from '../store/database.ts';
import type { News } from './news.ts';

/** What the endpoints work with. */
export interface Needs {
  readonly database: Database;
  readonly reconciliation: Reconciliation;
  /** Its calls are given up at a deadline, so that no request waits for workers that are not there. */
  readonly client: Pick<Client, 'withDeadline'>;
  readonly weights: Awaited<ReturnType<typeof loadWeights>>;
  readonly blobs: BlobStore;
  readonly news: News;
  readonly config: Pick<
    Config,
    'apiAnswerSeconds' | 'apiBodyBytes' | 'apiRequestsPerSecond' | 'apiStreams' | 'audioMaxBytes' | 'horizonDays'
  >;
  readonly log: Pick<Log, 'error'>;
}

export interface Asked<Params, Query, Body> {
  readonly params: Params;
  readonly query: Query;
  readonly body: Body;
  /** Who asks. */
  readonly bearer: Bearer;
  /** Made from the caller's key, the same whenever the request is repeated; null: it has none. */
  readonly repeatId: string | null;
}

type Types = 'application/json' | 'application/x-ndjson' | 'text/event-stream';

/** As the server sees it, whatever its types are. */
export interface Endpoint {
  /** `operationId`. */
  readonly id: string;
  readonly method: 'get' | 'post';
  /** Under /api/v1, with parameters in braces. */
  readonly path: string;
  readonly role: Role;
  readonly summary: string;
  readonly notes: string | null;
  readonly params: z.ZodObject;
  readonly query: z.ZodObject;
  /** Null: it takes none, or reads it itself. */
  readonly body: z.ZodType | null;
  /** What is sent as it is, and how much of it. */
  readonly bytes: { readonly type: string; readonly limit: (needs: Needs) => number } | null;
  /** What it answers with; of a stream, each line or event. */
  readonly answers: Readonly<Partial<Record<Types, z.ZodType>>>;
  readonly run: (asked: Asked<unknown, unknown, unknown>, needs: Needs, context: Context) => Promise<Response | object>;
}

const nothing = z.strictObject({});
type Nothing = typeof nothing;

interface Described<Params extends z.ZodObject, Query extends z.ZodObject, Body extends z.ZodType> {
  readonly id: string;
  readonly method: 'get' | 'post';
  readonly path: string;
  readonly role: Role;
  readonly summary: string;
  readonly notes?: string;
  readonly params?: Params;
  readonly query?: Query;
  readonly body?: Body;
}

/** An endpoint that takes and gives JSON. */
export function endpoint<
  Answer extends z.ZodType,
  Params extends z.ZodObject = Nothing,
  Query extends z.ZodObject = Nothing,
  Body extends z.ZodType = z.ZodUndefined,
>(
  given: Described<Params, Query, Body> & {
    readonly answer: Answer;
    readonly run: (
      asked: Asked<z.output<Params>, z.output<Query>, z.output<Body>>,
      needs: Needs,
    ) => Promise<z.input<Answer> & object>;
  },
): Endpoint {
  return { ...whole(given), bytes: null, answers: { 'application/json': given.answer }, run: given.run as never };
}

/** An endpoint that makes its response by itself: it reads bytes, or its answer has no end. */
export function rawEndpoint<Params extends z.ZodObject = Nothing, Query extends z.ZodObject = Nothing>(
  given: Described<Params, Query, z.ZodUndefined> & {
    readonly bytes?: NonNullable<Endpoint['bytes']>;
    readonly answers: Endpoint['answers'];
    readonly run: (
      asked: Asked<z.output<Params>, z.output<Query>, undefined>,
      needs: Needs,
      context: Context,
    ) => Promise<Response | object>;
  },
): Endpoint {
  return { ...whole(given), bytes: given.bytes ?? null, answers: given.answers, run: given.run as never };
}

const whole = ({ notes, params, query, body, ...rest }: Described<z.ZodObject, z.ZodObject, z.ZodType>) => ({
  id: rest.id,
  method: rest.method,
  path: rest.path,
  role: rest.role,
  summary: rest.summary,
  notes: notes ?? null,
  params: params ?? nothing,
  query: query ?? nothing,
  body: body ?? null,
});
