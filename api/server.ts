// The HTTP API: who asks, how often, what for, and what becomes of it. Start here.

import { createHash } from 'node:crypto';
import type { HttpBindings } from '@hono/node-server';
import { Hono, type Context } from 'hono';
import { secureHeaders } from 'hono/secure-headers';
import { note } from '../store/access/audit.ts';
import { answerRequest, claimRequest, giveUpRequest, type KeyedRequest } from '../store/access/requests.ts';
import { bearerOf, roles, type Bearer } from '../store/access/tokens.ts';
import { jsonOf } from './body.ts';
import { describeApi } from './description.ts';
import type { Endpoint, Needs } from './endpoint.ts';
import { endpoints } from './endpoints/index.ts';
import { misfit, problemOf, problemResponse, refusalOf, Refusal } from './problems.ts';
import { createBuckets, type Buckets } from './rate.ts';

/** From one address, without a valid token. Nobody guesses 256 bits at any rate: this keeps a program that has lost its way from costing everybody. */
const strangersPerSecond = 20;

/**
 * Requests that are answered at a time. Sixteen connections to the database serve them; whoever would wait behind more is told at once to come again, so that
 * a flood costs neither memory nor those who are being served.
 */
const mostAtOnce = 128;

interface Guards {
  /** Requests being answered. */
  underWay: number;
  readonly bearers: Buckets;
  readonly strangers: Buckets;
}

export function createApi(needs: Needs): Hono {
  const app = new Hono();
  const perSecond = needs.config.apiRequestsPerSecond;
  const guards: Guards = {
    underWay: 0,
    bearers: createBuckets(perSecond, 2 * perSecond),
    strangers: createBuckets(strangersPerSecond, 5 * strangersPerSecond),
  };
  app.use(
    secureHeaders({
      contentSecurityPolicy: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] },
      xFrameOptions: 'DENY',
      referrerPolicy: 'no-referrer',
    }),
  );
  app.use(async (context, next) => {
    await next();
    context.res.headers.set('cache-control', 'no-store');
  });
  app.get('/healthz', async (context) => {
    await needs.database.query('select 1');
    return context.json({ ok: true });
  });
  const description = describeApi(endpoints);
  app.get('/openapi.json', (context) => context.json(description));
  for (const endpoint of endpoints)
    app.on(endpoint.method, `/api/v1${endpoint.path.replaceAll(/\{(\w+)\}/g, ':$1')}`, async (context) => {
      if (guards.underWay >= mostAtOnce)
        throw new Refusal(503, 'too many requests at once', { fix: 'ask again', headers: { 'retry-after': '1' } });
      guards.underWay += 1;
      try {
        return await serve(endpoint, needs, guards, context);
      } finally {
        guards.underWay -= 1;
      }
    });
  app.notFound((context) => problemResponse(unknownPath(context)));
  app.onError((error, context) => {
    const refusal = refusalOf(error);
    if (refusal.status === 500) needs.log.error({ error, path: context.req.path }, 'a request met a fault');
    return problemResponse(refusal);
  });
  return app;
}

function unknownPath(context: Context): Refusal {
  const allowed = endpoints
    .filter(({ path }) =>
      new RegExp(`^/api/v1${path.replaceAll(/\{\w+\}/g, '[^/]+')}$`).test(new URL(context.req.url).pathname),
    )
    .map(({ method }) => method.toUpperCase());
  return allowed.length === 0
    ? new Refusal(404, `there is nothing at ${context.req.path}`, { fix: 'GET /openapi.json says what there is' })
    : new Refusal(405, `${context.req.method} is not done to ${context.req.path}`, {
        headers: { allow: [...new Set(allowed)].join(', ') },
      });
}

async function serve(endpoint: Endpoint, needs: Needs, guards: Guards, context: Context): Promise<Response> {
  const bearer = await whoAsks(needs, guards, context);
  if (roles.indexOf(bearer.role) < roles.indexOf(endpoint.role)) {
    await note(needs.database, {
      ...askedBy(bearer),
      action: endpoint.id,
      subject: subjectOf(context),
      outcome: 'denied',
    });
    throw new Refusal(403, `${bearer.name} is ${bearer.role}, and this takes ${endpoint.role}`, {
      fix: `ask for a token: fermata token make --role ${endpoint.role}`,
    });
  }
  const params = read('path', endpoint.params, context.req.param());
  const query = read('query', endpoint.query, context.req.query());
  const json = endpoint.body === null ? null : await jsonOf(context, needs.config.apiBodyBytes);
  const body = json === null ? undefined : read('body', endpoint.body!, json.value);
  const keyed = keyOf(endpoint, bearer, context, json?.text ?? '');
  const answer = (): Promise<Response | object> =>
    endpoint.run({ params, query, body, bearer, repeatId: keyed?.repeatId ?? null }, needs, context);
  if (endpoint.method === 'get') return asResponse(await answer());
  // Bytes may come slowly; everything else is given up in time.
  const work = (): Promise<Response | object> =>
    endpoint.bytes === null
      ? needs.client.withDeadline(Date.now() + 1000 * needs.config.apiAnswerSeconds, answer)
      : answer();
  const noted = (): Promise<Response> => auditing(endpoint, needs, bearer, context, work);
  return keyed === null ? noted() : once(keyed, needs, noted);
}

const askedBy = (bearer: Bearer) => ({ tokenId: bearer.id, who: bearer.name, role: bearer.role });
const subjectOf = (context: Context): string | null => Object.values(context.req.param())[0] ?? null;
const asResponse = (answer: Response | object): Response =>
  answer instanceof Response ? answer : Response.json(answer);

/** @throws Refusal for a stranger, and for whoever asks too often. */
async function whoAsks({ database }: Needs, { bearers, strangers }: Guards, context: Context): Promise<Bearer> {
  const [, secret] = /^Bearer +([\w.~+/-]{1,200})$/i.exec(context.req.header('authorization') ?? '') ?? [];
  const bearer = secret === undefined ? null : await bearerOf(database, secret);
  const { incoming } = (context.env ?? {}) as Partial<HttpBindings>;
  const wait = bearer === null ? strangers.take(incoming?.socket.remoteAddress ?? '') : bearers.take(bearer.id);
  if (wait > 0)
    throw new Refusal(429, 'too many requests', {
      fix: `wait ${wait} s${bearer === null ? '' : '; FERMATA_API_REQUESTS_PER_SECOND allows more'}`,
      headers: { 'retry-after': String(wait) },
    });
  if (bearer === null)
    throw new Refusal(
      401,
      secret === undefined ? 'the request carries no token' : 'the token is not valid (any more)',
      {
        fix: 'send "Authorization: Bearer TOKEN"; "fermata token make" makes one',
        headers: { 'www-authenticate': 'Bearer realm="fermata"' },
      },
    );
  return bearer;
}

function read(part: string, schema: Endpoint['params'] | NonNullable<Endpoint['body']>, value: unknown): unknown {
  const outcome = schema.safeParse(value);
  if (!outcome.success) throw misfit(part, outcome.error);
  return outcome.data;
}

/** Notes who asks before anything is done, and what became of it: what was done is in the log even when this process dies of it. */
async function auditing(
  endpoint: Endpoint,
  { database }: Needs,
  bearer: Bearer,
  context: Context,
  work: () => Promise<Response | object>,
): Promise<Response> {
  const line = { ...askedBy(bearer), action: endpoint.id, subject: subjectOf(context) };
  const of = await note(database, { ...line, outcome: 'asked' });
  try {
    const response = asResponse(await work());
    await note(database, { ...line, of, outcome: 'done' });
    return response;
  } catch (error) {
    const { status, message } = refusalOf(error);
    await note(database, {
      ...line,
      of,
      outcome: status < 500 ? 'refused' : 'failed',
      detail: { status, why: message.slice(0, 500) },
    }).catch(() => {
      // The database is away, which is what the caller learns.
    });
    throw error;
  }
}

type Keyed = KeyedRequest & { readonly repeatId: string };

/** The request's key, for what is answered with JSON and asked for with JSON: the rest may be repeated as it is. */
function keyOf(endpoint: Endpoint, bearer: Bearer, context: Context, body: string): Keyed | null {
  const key = context.req.header('idempotency-key');
  if (key === undefined || endpoint.method === 'get' || endpoint.bytes !== null) return null;
  if (!/^[\x21-\x7e]{1,200}$/.test(key))
    throw new Refusal(400, 'header.idempotency-key: takes at most 200 letters, digits and signs without blanks');
  const digest = (...parts: readonly string[]): Buffer => createHash('sha256').update(parts.join('\n')).digest();
  return {
    tokenId: bearer.id,
    key,
    hash: digest(context.req.method, new URL(context.req.url).pathname, body),
    repeatId: `api:${digest(bearer.id, key).toString('hex')}`,
  };
}

/** Answers a request that carries a key, or repeats what it was answered with. */
async function once(keyed: Keyed, { database }: Needs, answer: () => Promise<Response>): Promise<Response> {
  const claim = await claimRequest(database, keyed);
  switch (claim.kind) {
    case 'answered':
      return new Response(claim.body, {
        status: claim.status,
        headers: {
          'content-type': claim.status < 400 ? 'application/json' : 'application/problem+json',
          'idempotent-replayed': 'true',
        },
      });
    case 'busy':
      throw new Refusal(409, 'a request with this key is being answered just now', {
        fix: 'ask again in a moment',
        headers: { 'retry-after': '1' },
      });
    case 'other':
      throw new Refusal(422, 'this key was used for another request', { fix: 'make a new key for each request' });
    case 'ours':
      break;
  }
  const keep = (status: number, body: string): Promise<void> =>
    answerRequest(database, keyed, claim.claim, { status, body });
  try {
    const response = await answer();
    await keep(response.status, await response.clone().text());
    return response;
  } catch (error) {
    const refusal = refusalOf(error);
    // Trouble of ours is no answer: who asks again is to have one.
    if (refusal.status < 500) await keep(refusal.status, JSON.stringify(problemOf(refusal)));
    else await giveUpRequest(database, keyed, claim.claim).catch(() => {});
    throw error;
  }
}
