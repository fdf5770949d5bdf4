// A service on the loopback: an HTTP server that answers as the service documents it, counts what it is asked, checks the service's rate
// with a rolling window, and misbehaves on demand.

import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { gzipSync } from 'node:zlib';
import type { ProviderName } from '../../../domain/providers.ts';
import type { World } from './world.ts';

export interface FakeRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
}

export interface FakeReply {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON; an empty body when left out. */
  readonly json?: unknown;
  /** Sent as it is, instead. */
  readonly body?: Uint8Array;
}

/** How one service answers. */
export interface Service {
  readonly name: ProviderName;
  /** Its documented rate, or what is known of it. */
  readonly limit: Rate;
  readonly contentType?: string;
  readonly answer: (request: FakeRequest, world: World) => FakeReply | Promise<FakeReply>;
  /** A request for a token, or the like: no part of the rate, and no fault hits it. */
  readonly isAside?: (request: FakeRequest) => boolean;
  /** How it says that it was asked too often. */
  readonly tooMany: () => FakeReply;
  /** An error with status 200, as it documents it or as gateways before it do. */
  readonly errorInside: () => FakeReply;
  /** All tokens end at once. */
  readonly expireTokens?: () => void;
  /** What `createProviders` needs to find it, besides its address. */
  readonly environment: () => Readonly<Record<string, string>>;
}

export interface Rate {
  readonly requests: number;
  readonly windowMs: number;
}

export type Fault =
  | {
      readonly kind: 'status';
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body?: string;
    }
  /** The service's own answer to too many requests. */
  | { readonly kind: 'tooMany' }
  | { readonly kind: 'errorInside' }
  /** Half of the right answer, then the connection is reset. */
  | { readonly kind: 'reset' }
  | { readonly kind: 'hang' }
  /** The right answer, one byte every so often. */
  | { readonly kind: 'slow'; readonly everyMs: number }
  | { readonly kind: 'redirect'; readonly to: string }
  | { readonly kind: 'page' }
  /** Half of the right answer, as if it were all. */
  | { readonly kind: 'truncated' }
  | { readonly kind: 'huge'; readonly bytes: number; readonly gzip?: boolean }
  /** The right answer with its texts as numbers and its numbers and ids as objects. */
  | { readonly kind: 'changedTypes' }
  | { readonly kind: 'expiredToken' };

export interface FakeOptions {
  readonly world: World;
  readonly port?: number;
  /** Null: any rate is fine. Default: the service's. */
  readonly rate?: Rate | null;
  /** How long each answer takes. */
  readonly latencyMs?: number;
}

export interface FakeState {
  readonly requests: number;
  /** Besides those for a token. */
  readonly apiRequests: number;
  /** How many times a request made the window overflow. */
  readonly violations: number;
  /** The most requests in any window. */
  readonly most: number;
  readonly bytesSent: number;
}

export interface Fake {
  readonly service: Service;
  readonly url: string;
  readonly state: () => FakeState;
  /** The last thousand requests. */
  readonly seen: readonly FakeRequest[];
  /** The next `times` requests (all, when left out) are answered so, those for which `where` holds when it is given; null ends it. */
  readonly misbehave: (fault: Fault | null, times?: number, where?: (request: FakeRequest) => boolean) => void;
  readonly reset: () => void;
  readonly close: () => Promise<void>;
}

const mostSeen = 1000;

export async function startFake(service: Service, options: FakeOptions): Promise<Fake> {
  const rate = options.rate === undefined ? service.limit : options.rate;
  const seen: FakeRequest[] = [];
  const sockets = new Set<Socket>();
  let arrivals: number[] = [];
  let counts = { requests: 0, apiRequests: 0, violations: 0, most: 0 };
  let fault: Fault | null = null;
  let faultsLeft = 0;
  let isHit = (_request: FakeRequest): boolean => true;

  const server = createServer((request, response) => {
    serve(request, response).catch((error: unknown) => {
      response.destroy(error instanceof Error ? error : new Error(String(error)));
    });
  });
  let bytesOfClosed = 0;
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => {
      bytesOfClosed += socket.bytesWritten;
      sockets.delete(socket);
    });
  });
  /** Written to connections since the last reset, as far as they took it. */
  const bytesSent = (): number =>
    [...sockets].reduce((sum, socket) => sum + socket.bytesWritten, bytesOfClosed) - bytesBefore;
  let bytesBefore = 0;
  // Only clients end idle connections: a busy machine may see a request on its way to a connection that is just being closed here.
  server.keepAliveTimeout = 0;
  server.listen(options.port ?? 0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  const state = (): FakeState => ({ ...counts, bytesSent: bytesSent() });

  async function serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const parts: Buffer[] = [];
    for await (const part of incoming) parts.push(part as Buffer);
    const target = new URL(incoming.url ?? '/', url);
    const request: FakeRequest = {
      method: incoming.method ?? 'GET',
      path: decodeURIComponent(target.pathname),
      query: target.searchParams,
      headers: incoming.headers,
      body: Buffer.concat(parts),
    };
    if (request.path.startsWith('/_fake/')) return control(request, response);

    counts.requests += 1;
    seen.push(request);
    if (seen.length > mostSeen) seen.shift();
    if (service.isAside?.(request) === true) {
      return send(response, await service.answer(request, options.world));
    }
    counts.apiRequests += 1;
    const exceeded = overRate();
    if ((options.latencyMs ?? 0) > 0) await new Promise((done) => setTimeout(done, options.latencyMs));
    if (exceeded) return send(response, service.tooMany());
    const now = fault;
    if (now === null || faultsLeft === 0 || !isHit(request))
      return send(response, await service.answer(request, options.world));
    faultsLeft -= 1;
    await commit(now, request, response);
  }

  /** Whether this request is one too many within the window that ends now. It counts either way, as with real services. */
  function overRate(): boolean {
    if (rate === null) return false;
    const now = performance.now();
    arrivals = arrivals.filter((at) => at > now - rate.windowMs);
    arrivals.push(now);
    counts.most = Math.max(counts.most, arrivals.length);
    if (arrivals.length <= rate.requests) return false;
    counts.violations += 1;
    return true;
  }

  function send(response: ServerResponse, reply: FakeReply): void {
    if (reply.body !== undefined) {
      response.writeHead(reply.status ?? 200, { 'content-type': 'audio/mpeg', ...reply.headers }).end(reply.body);
      return;
    }
    const text = reply.json === undefined ? '' : JSON.stringify(reply.json);
    response.writeHead(reply.status ?? 200, headersOf(text, reply.headers));
    response.end(text);
  }

  const headersOf = (text: string, more: Readonly<Record<string, string>> = {}): Record<string, string> => ({
    ...(text === '' ? {} : { 'content-type': service.contentType ?? 'application/json; charset=utf-8' }),
    'content-length': String(Buffer.byteLength(text)),
    ...more,
  });

  async function commit(bad: Fault, request: FakeRequest, response: ServerResponse): Promise<void> {
    const right = async (): Promise<FakeReply> => await service.answer(request, options.world);
    const rightText = async (): Promise<string> => JSON.stringify((await right()).json);
    switch (bad.kind) {
      case 'status':
        response.writeHead(bad.status, bad.headers ?? {});
        response.end(bad.body ?? '');
        return;
      case 'tooMany':
        return send(response, service.tooMany());
      case 'errorInside':
        return send(response, service.errorInside());
      case 'expiredToken':
        service.expireTokens?.();
        return send(response, service.expireTokens === undefined ? { status: 401 } : await right());
      case 'hang':
        return;
      case 'reset': {
        const text = await rightText();
        response.writeHead(200, headersOf(text));
        response.write(text.slice(0, text.length / 2), () => {
          response.socket?.resetAndDestroy();
        });
        return;
      }
      case 'slow': {
        const text = Buffer.from(await rightText());
        response.writeHead(200, headersOf(text.toString()));
        let sent = 0;
        const timer = setInterval(() => {
          response.write(text.subarray(sent, sent + 1));
          sent += 1;
          if (sent >= text.length) response.end();
        }, bad.everyMs);
        response.on('close', () => clearInterval(timer));
        return;
      }
      case 'redirect':
        response.writeHead(302, { location: bad.to });
        response.end();
        return;
      case 'page':
        response.writeHead(200, { 'content-type': 'text/html' });
        response.end('<html><title>Sign in to this network</title></html>');
        return;
      case 'truncated': {
        const text = await rightText();
        const half = text.slice(0, text.length / 2);
        response.writeHead(200, headersOf(half));
        response.end(half);
        return;
      }
      case 'huge':
        return await huge(bad.bytes, bad.gzip === true, response);
      case 'changedTypes':
        return send(response, { ...(await right()), json: changed((await right()).json) });
    }
  }

  /** A list that goes on and on; without a length, so that only counting ends it. */
  async function huge(bytes: number, gzip: boolean, response: ServerResponse): Promise<void> {
    response.writeHead(200, { 'content-type': 'application/json', ...(gzip ? { 'content-encoding': 'gzip' } : {}) });
    if (gzip) {
      response.end(zipped(bytes));
      return;
    }
    await pipeline(Readable.from(endless(bytes)), response).catch(() => undefined);
  }

  /** For load runs, which are other processes. */
  function control(request: FakeRequest, response: ServerResponse): void {
    if (request.path === '/_fake/misbehave') {
      const given = JSON.parse(request.body.toString()) as { readonly fault: Fault | null; readonly times?: number };
      misbehave(given.fault, given.times);
    }
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(state()));
  }

  function misbehave(next: Fault | null, times = Number.POSITIVE_INFINITY, where: typeof isHit = () => true): void {
    fault = next;
    faultsLeft = times;
    isHit = where;
  }

  return {
    service,
    url,
    seen,
    misbehave,
    state,
    reset: () => {
      counts = { requests: 0, apiRequests: 0, violations: 0, most: 0 };
      bytesBefore += bytesSent();
      arrivals = [];
      seen.length = 0;
      misbehave(null);
    },
    close: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

const part = Buffer.from(`${JSON.stringify({ data: 'x'.repeat(64 * 1024) })},`);
function* endless(bytes: number): Generator<Buffer> {
  yield Buffer.from('[');
  for (let sent = 0; sent < bytes; sent += part.length) yield part;
  yield Buffer.from('0]');
}

const zips = new Map<number, Buffer>();

function zipped(bytes: number): Buffer {
  const known = zips.get(bytes);
  if (known !== undefined) return known;
  const made = gzipSync(Buffer.concat(Array.from({ length: Math.ceil(bytes / part.length) }, () => part)));
  zips.set(bytes, made);
  return made;
}

/** Every leaf of another type, as after a change that nobody announced; the outermost fields keep theirs. */
function changed(value: unknown, depth = 0): unknown {
  if (Array.isArray(value)) return value.map((each) => changed(each, depth + 1));
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, changed(each, depth + 1)]));
  }
  if (depth < 2) return value;
  return typeof value === 'string' ? { value } : typeof value === 'number' ? { count: value } : value;
}
