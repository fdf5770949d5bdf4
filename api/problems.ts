// What went wrong, as application/problem+json (RFC 9457): the status says whose trouble it is, `detail` what happened, `fix` what helps.
// docs/errors.md is the contract.

import {
  isGrpcServiceError,
  WorkflowUpdateFailedError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
} from '@temporalio/client';
import * as z from 'zod';
import { Failed, Misuse, NotFound } from '../domain/failures.ts';
import { failureOf } from '../store/failures.ts';

export const problemShape = z
  .object({
    type: z.string().meta({ description: 'about:blank: the status says it all' }),
    title: z.string(),
    status: z.number().int(),
    detail: z.string().meta({ description: 'what happened, for a person' }),
    fix: z.string().nullable().meta({ description: 'what helps; null when only the detail can tell' }),
    errors: z
      .array(z.object({ at: z.string(), what: z.string() }))
      .optional()
      .meta({ description: 'each place of the request that is wrong' }),
  })
  .meta({ id: 'Problem', description: 'RFC 9457' });

export type Problem = z.output<typeof problemShape>;

const titles = {
  400: 'The request makes no sense',
  401: 'Who is asking?',
  403: 'Not allowed',
  404: 'There is no such thing',
  405: 'Not done to this',
  406: 'Not to be had like this',
  408: 'Too slow',
  409: 'It cannot be done',
  410: 'Gone',
  413: 'Too large',
  415: 'Not understood',
  422: 'The key belongs to another request',
  429: 'Too many requests',
  431: 'Too large a head',
  500: 'A fault of ours',
  503: 'Not just now',
} as const;
export type Status = keyof typeof titles;

/** Ends a request with this status. */
export class Refusal extends Error {
  readonly status: Status;
  readonly fix: string | null;
  readonly headers: Readonly<Record<string, string>>;
  readonly errors: Problem['errors'];
  constructor(
    status: Status,
    detail: string,
    more: {
      readonly fix?: string | null;
      readonly headers?: Readonly<Record<string, string>>;
      readonly errors?: Problem['errors'];
    } = {},
  ) {
    super(detail);
    this.status = status;
    this.fix = more.fix ?? null;
    this.headers = more.headers ?? {};
    this.errors = more.errors;
  }
}

const later = (detail: string, seconds: number, fix: string): Refusal =>
  new Refusal(503, detail, { fix, headers: { 'retry-after': String(seconds) } });

/** The refusal that any error comes to; 500 for a fault of ours, of which a stranger learns nothing more. */
export function refusalOf(error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  if (error instanceof Misuse) return new Refusal(400, error.message);
  if (error instanceof NotFound) return new Refusal(404, error.message, { fix: error.fix });
  if (error instanceof Failed) return new Refusal(409, error.message, { fix: error.fix });
  if (isServerAway(error))
    return later(
      'the workflow did not answer in time',
      5,
      'ask again with the same Idempotency-Key: what was asked counts once',
    );
  if (error instanceof WorkflowUpdateFailedError)
    return new Refusal(409, `refused: ${error.cause?.message ?? error.message}`);
  const failure = failureOf(error);
  switch (failure.kind) {
    case 'away':
    case 'collided':
      return later('the database does not answer', 5, 'ask again: nothing is lost');
    case 'refused':
      return new Refusal(400, failure.reason);
    case 'fault':
      if ((error as { code?: unknown } | null)?.code === '57014')
        return later('the database took too long', 30, 'ask for less at a time');
      return new Refusal(500, 'the request met a fault of the server; its log says more');
  }
}

// Codes of gRPC: cancelled (at the deadline of the connection), deadline exceeded, resource exhausted, unavailable.
const away = new Set<unknown>([1, 4, 8, 14]);

function isServerAway(error: unknown): boolean {
  if (error instanceof WorkflowUpdateRPCTimeoutOrCancelledError) return true;
  if (isGrpcServiceError(error)) return away.has(error.code);
  return error instanceof Error && error.cause !== undefined && isServerAway(error.cause);
}

export function problemOf({ status, message, fix, errors }: Refusal): Problem {
  return {
    type: 'about:blank',
    title: titles[status],
    status,
    detail: message,
    fix,
    ...(errors === undefined ? {} : { errors }),
  };
}

export function problemResponse(refusal: Refusal): Response {
  return new Response(JSON.stringify(problemOf(refusal)), {
    status: refusal.status,
    headers: { 'content-type': 'application/problem+json', ...refusal.headers },
  });
}

/** What a schema finds wrong, place by place. */
export function misfit(part: string, error: z.ZodError): Refusal {
  const errors = error.issues.slice(0, 20).map(({ path, message }) => ({
    at: [part, ...path.map(String)].join('.'),
    what: message,
  }));
  const [first] = errors;
  return new Refusal(400, first === undefined ? `the ${part} is not understood` : `${first.at}: ${first.what}`, {
    fix: 'see /openapi.json for what it should look like',
    errors,
  });
}
