// One request to a provider and what became of it: the layer that every client shares. One request is one call of the given
// fetch. It keeps a time limit over the whole exchange, reads no more than it must, follows no redirect to another
// host, and turns every failure into a ProviderError whose message holds neither address, header nor body: that is where keys are.

import { createHash } from 'node:crypto';
import type * as z from 'zod';
import { normaliseIsrc, normaliseUpc } from '../domain/recording.ts';
import type { ProviderName } from '../domain/providers.ts';
import { parseRetryAfter } from '../platform/fetchFile.ts';
import {
  type Answered,
  ProviderError,
  type ProviderErrorKind,
  type ProviderPorts,
  type RequestLimits,
} from './provider.ts';
import { Malformed, readAnswer } from './schema.ts';

// The largest recorded answer is of 0.2 MB, a Spotify album of 50 tracks has 49 KB. A recogniser may think for ten seconds.
export const defaultRequestLimits: RequestLimits = { timeoutMs: 30_000, maxBytes: 4 * 1024 * 1024 };

const maxRedirects = 3;

export interface Ask {
  readonly method?: 'GET' | 'POST';
  /** Path and query, from the provider's base address. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | FormData | URLSearchParams;
}

/** A body as received, its JSON (null unless the status is 2xx), and the status: 2xx, or one that `expected` names. */
export interface Reply {
  readonly status: number;
  readonly json: unknown;
  readonly rawHash: string;
}

/** What an answer or a status means. `pauseMs` is how long to leave the provider alone where it does not say so itself. */
export interface Trouble {
  readonly kind: ProviderErrorKind;
  readonly message?: string;
  readonly pauseMs?: number;
}

export interface HttpRules {
  /** Statuses besides 2xx that are answers, like 404 for "no such id". */
  readonly expected?: readonly number[];
  /** What a status means with this provider where it differs from the usual meaning. */
  readonly meanings?: Readonly<Record<number, Trouble>>;
  /** Trouble that a JSON body tells of, with any status, 200 included; null when it tells of none. Its message quotes nothing of the body. */
  readonly troubleIn?: (json: unknown, status: number) => Trouble | null;
}

export interface Http {
  readonly ask: (request: Ask, signal: AbortSignal) => Promise<Reply>;
  /** Reads the JSON of a reply; throws ProviderError ('malformed') that names the place. */
  readonly read: <T>(reply: Reply, schema: z.ZodType<T>) => T;
  /** Puts a value together with the hash of the replies that it came from. */
  readonly answered: <T>(value: T, replies: readonly Reply[]) => Answered<T>;
  /** The code as providers take it; throws ProviderError ('refused') for what is none. */
  readonly isrc: (raw: string) => string;
  readonly upc: (raw: string) => string;
  readonly fail: (
    kind: ProviderErrorKind,
    message: string,
    more?: { readonly status?: number | null; readonly untilMs?: number | null },
  ) => ProviderError;
}

/** @param baseUrl where the provider is, unless the ports say otherwise; a path in it is kept. */
export function createHttp(provider: ProviderName, baseUrl: string, ports: ProviderPorts, rules: HttpRules = {}): Http {
  const limits = ports.limits ?? defaultRequestLimits;
  const base = new URL(ports.baseUrl ?? baseUrl);
  const fail: Http['fail'] = (kind, message, more) => new ProviderError(provider, kind, message, more);

  function code(raw: string, normalise: (raw: string) => string | null, what: string): string {
    const normal = normalise(raw);
    if (normal === null) throw fail('refused', `that is no ${what}`);
    return normal;
  }

  async function ask(request: Ask, signal: AbortSignal): Promise<Reply> {
    signal.throwIfAborted();
    const deadline = AbortSignal.timeout(limits.timeoutMs);
    const either = AbortSignal.any([signal, deadline]);
    try {
      let url = address(base, request);
      for (let hop = 0; hop <= maxRedirects; hop += 1) {
        const response = await ports.fetch(url, {
          method: request.method ?? 'GET',
          headers: { accept: 'application/json', ...request.headers },
          redirect: 'manual',
          signal: either,
          ...(request.body === undefined ? {} : { body: request.body }),
        });
        const next = redirect(response, url);
        if (next === null) return await read(response, either);
        await discard(response);
        // A POST that is answered with 301–303 would have to become a GET: no provider documents that.
        if ((request.method ?? 'GET') !== 'GET')
          throw fail('malformed', 'redirects a POST', { status: response.status });
        // The request carries credentials: they go to the host they were meant for, by the scheme they were meant for.
        if (next.origin !== base.origin) {
          throw fail('malformed', 'redirects to another host, which is not followed', { status: response.status });
        }
        url = next;
      }
      throw fail('malformed', `redirects more than ${maxRedirects} times`);
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof ProviderError) throw error;
      if (deadline.aborted) throw fail('unavailable', `no complete answer within ${limits.timeoutMs / 1000} s`);
      throw fail('unavailable', `no complete answer (${codeOf(error)})`);
    }
  }

  async function read(response: Response, signal: AbortSignal): Promise<Reply> {
    const status = response.status;
    const isAnswer = response.ok || (rules.expected ?? []).includes(status);
    if (!isAnswer) throw await refusal(response, signal);
    const declared = Number(response.headers.get('content-length') ?? 0);
    if (declared > limits.maxBytes) {
      await discard(response);
      throw tooLarge(status);
    }
    const body = await readBody(response, signal);
    const rawHash = createHash('sha256').update(body).digest('hex');
    if (!response.ok) return { status, json: null, rawHash };
    // iTunes sends text/javascript, others text/plain or nothing. A page, an image or XML is never JSON by accident.
    if (/html|xml|^(audio|video|image|multipart)\//i.test(response.headers.get('content-type') ?? '')) {
      throw fail('malformed', 'answered with something else than JSON, by its content type', { status });
    }
    const json = parsed(body);
    if (json === undefined) throw fail('malformed', `answered with ${body.length} bytes that are not JSON`, { status });
    const trouble = rules.troubleIn?.(json, status) ?? null;
    if (trouble !== null) throw troubled(trouble, response);
    return { status, json, rawHash };
  }

  /** What a status means stands even when the body that came with it cannot be read. */
  async function refusal(response: Response, signal: AbortSignal): Promise<ProviderError> {
    const status = response.status;
    const usual = rules.meanings?.[status] ?? { kind: usualMeaning(status) };
    let told: Trouble | null = null;
    if (rules.troubleIn === undefined) await discard(response);
    else {
      try {
        const json = parsed(await readBody(response, signal));
        told = json === undefined ? null : rules.troubleIn(json, status);
      } catch {
        signal.throwIfAborted();
      }
    }
    return troubled(told ?? usual, response);
  }

  function troubled(trouble: Trouble, response: Response): ProviderError {
    const nowMs = ports.now();
    const pauseMs = trouble.pauseMs ?? null;
    return fail(trouble.kind, `${trouble.message ?? sayings[trouble.kind]} (HTTP ${response.status})`, {
      status: response.status,
      untilMs: retryAt(response.headers, nowMs) ?? (pauseMs === null ? null : nowMs + pauseMs),
    });
  }

  async function readBody(response: Response, signal: AbortSignal): Promise<Buffer> {
    if (response.body === null) return Buffer.alloc(0);
    const parts: Uint8Array[] = [];
    let bytes = 0;
    const reader = response.body.getReader();
    try {
      for (;;) {
        const { done, value } = await reader.read();
        if (done) break;
        signal.throwIfAborted();
        bytes += value.byteLength;
        if (bytes > limits.maxBytes) throw tooLarge(response.status);
        parts.push(value);
      }
    } finally {
      // Ends the connection when the answer was not read to its end.
      await reader.cancel().catch(() => undefined);
    }
    return Buffer.concat(parts);
  }

  const tooLarge = (status: number): ProviderError =>
    fail('malformed', `answered with more than ${limits.maxBytes} bytes`, { status });

  return {
    ask,
    read: (reply, schema) => {
      try {
        return readAnswer(schema, reply.json);
      } catch (error) {
        if (error instanceof Malformed) throw fail('malformed', error.message, { status: reply.status });
        throw error;
      }
    },
    isrc: (raw) => code(raw, normaliseIsrc, 'ISRC'),
    upc: (raw) => code(raw, normaliseUpc, 'UPC'),
    answered: (value, replies) => ({ value, rawHash: hashOf(replies), atMs: ports.now() }),
    fail,
  };
}

/** undefined for what is not JSON, or not UTF-8. */
function parsed(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body)) as unknown;
  } catch {
    return undefined;
  }
}

/** One body: its own hash. Several: the hash of their hashes in order. */
function hashOf(replies: readonly Reply[]): string {
  const [only] = replies;
  if (replies.length === 1 && only !== undefined) return only.rawHash;
  const hash = createHash('sha256');
  for (const reply of replies) hash.update(reply.rawHash);
  return hash.digest('hex');
}

const sayings: Readonly<Record<ProviderErrorKind, string>> = {
  rate_limited: 'asks for fewer requests',
  quota_exhausted: 'says that its quota is spent',
  unavailable: 'is in trouble',
  credentials_rejected: 'does not accept the credentials',
  malformed: 'answered with an unexpected status',
  refused: 'refuses this request',
};

/** What a status means with most providers; also for a status that a body quotes. */
export function usualMeaning(status: number): ProviderErrorKind {
  if (status === 401 || status === 403) return 'credentials_rejected';
  if (status === 402) return 'quota_exhausted';
  if (status === 429) return 'rate_limited';
  if (status === 408 || status === 425 || status >= 500) return 'unavailable';
  return status >= 400 ? 'refused' : 'malformed';
}

function address(base: URL, request: Ask): URL {
  const url = new URL(base);
  url.pathname = `${base.pathname.replace(/\/$/, '')}${request.path}`;
  for (const [name, value] of Object.entries(request.query ?? {})) url.searchParams.set(name, value);
  return url;
}

/** Where an answer redirects to; null when it does not. A location that is no address is one of another host: it is never followed. */
function redirect(response: Response, from: URL): URL | null {
  if (![301, 302, 303, 307, 308].includes(response.status)) return null;
  const location = response.headers.get('location') ?? '';
  return URL.canParse(location, from.href) ? new URL(location, from.href) : new URL('invalid:');
}

async function discard(response: Response): Promise<void> {
  await response.body?.cancel().catch(() => undefined);
}

/**
 * When the provider may be asked again, by our clock. A date is taken relative to the answer's own Date header: a provider's clock, or
 * ours, may be minutes wrong, and what it means is a length of time.
 */
export function retryAt(headers: Headers, nowMs: number): number | null {
  const sent = Date.parse(headers.get('date') ?? '');
  const delayMs = parseRetryAfter(headers.get('retry-after') ?? undefined, Number.isNaN(sent) ? nowMs : sent);
  return delayMs === null ? null : nowMs + delayMs;
}

/** The system's word for what went wrong (ECONNRESET); never a message, which may quote a header or an address. */
function codeOf(error: unknown): string {
  let at: unknown = error;
  for (let depth = 0; depth < 5 && typeof at === 'object' && at !== null; depth += 1) {
    const code = (at as { readonly code?: unknown }).code;
    if (typeof code === 'string' && /^[A-Z][A-Z0-9_]{2,40}$/.test(code)) return code;
    at = (at as { readonly cause?: unknown }).cause;
  }
  return 'the request could not be made';
}
