// Fetches one file over http(s) from a host on the allow-list into a local file, trusting nothing that the server says.
//
// Only listed hosts, checked again after every redirect; never an address that is not public, checked on the address that the
// socket really connects to (a name may resolve to a public address once and to 127.0.0.1 the next time); limits on bytes,
// on the time in all and on the number of redirects. A literal private address on the list is meant: that is how a
// loopback server is used.

import { createHash } from 'node:crypto';
import { lookup as dnsLookup } from 'node:dns';
import { createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { pipeline } from 'node:stream/promises';
import ipaddr from 'ipaddr.js';

export interface FetchLimits {
  /** `host` or `host:port`, lower case; without a port only the scheme's own port is meant. */
  readonly allowedHosts: readonly string[];
  readonly maxBytes: number;
  readonly timeoutMs: number;
}

export type FetchResult =
  | { readonly kind: 'file'; readonly path: string; readonly bytes: number; readonly sha256: string }
  /** It will never be fetched: host not allowed, too large, gone, not http. */
  | { readonly kind: 'refused'; readonly reason: string }
  /** It may work later. */
  | { readonly kind: 'unavailable'; readonly reason: string; readonly retryAfterMs: number | null };

const maxRedirects = 5;

/** All of IPv6 that is routed publicly so far. By the classes alone ::127.0.0.1, and what is not given out yet, would be public. */
const globalUnicast = ipaddr.parseCIDR('2000::/3');

/** False for loopback, private, link-local, documentation and other special ranges, also written as IPv4-mapped IPv6. */
export function isPublicAddress(address: string): boolean {
  // ipaddr.js also reads 2130706433 and 0x7f.1, which no resolver hands out, and ::8.8.8.8 as if it were ::ffff:8.8.8.8: it is given what
  // a URL makes of an address, where each is written in one way. One with a zone is none there.
  const family = isIP(address);
  const url = `http://${family === 6 ? `[${address}]` : address}`;
  if (family === 0 || !URL.canParse(url)) return false;
  const plain = ipaddr.process(new URL(url).hostname.replace(/^\[|\]$/g, ''));
  return plain.range() === 'unicast' && (plain.kind() === 'ipv4' || plain.match(globalUnicast));
}

class Refused extends Error {}

/** Fetches `url` into `path`. Throws only when `signal` aborts; everything else is a result. */
export async function fetchFile(
  url: string,
  path: string,
  limits: FetchLimits,
  signal?: AbortSignal,
): Promise<FetchResult> {
  const timeout = AbortSignal.timeout(limits.timeoutMs);
  const either = signal === undefined ? timeout : AbortSignal.any([timeout, signal]);
  try {
    let target = url;
    for (let hop = 0; hop <= maxRedirects; hop += 1) {
      const checked = checkUrl(target, limits.allowedHosts);
      const response = await get(checked, either);
      const status = response.statusCode ?? 0;
      const location = response.headers.location;
      if (status >= 300 && status < 400 && location !== undefined) {
        response.destroy();
        target = resolveLocation(location, checked);
        continue;
      }
      if (status !== 200) {
        response.destroy();
        return answered(status, response.headers['retry-after']);
      }
      return await save(response, path, limits.maxBytes, either);
    }
    return { kind: 'refused', reason: `more than ${maxRedirects} redirects` };
  } catch (error) {
    await rm(path, { force: true });
    signal?.throwIfAborted();
    const message = error instanceof Error ? error.message : String(error);
    if (error instanceof Refused) return { kind: 'refused', reason: message };
    if (timeout.aborted) {
      return { kind: 'unavailable', reason: `not fetched within ${limits.timeoutMs / 1000} s`, retryAfterMs: null };
    }
    return { kind: 'unavailable', reason: message, retryAfterMs: null };
  }
}

/** A relative location belongs to the address that answered; one that is no address at all is left to `checkUrl`. */
const resolveLocation = (location: string, from: URL): string =>
  URL.canParse(location, from.href) ? new URL(location, from).href : location;

function checkUrl(raw: string, allowedHosts: readonly string[]): URL {
  let url: URL;
  try {
    url = new URL(raw);
  } catch {
    throw new Refused('not a valid address');
  }
  if (url.protocol !== 'http:' && url.protocol !== 'https:') throw new Refused(`${url.protocol} is not http or https`);
  if (url.username !== '' || url.password !== '') throw new Refused('the address carries a user name or password');
  // URL.host leaves out the scheme's own port, as the allow-list does.
  if (!allowedHosts.includes(url.host.toLowerCase()))
    throw new Refused(`host ${url.host} is not on the list of allowed hosts`);
  return url;
}

/** Resolves a name and hands out only public addresses; the socket connects to exactly what was checked. */
const publicLookup: LookupFunction = (hostname, options, callback) => {
  dnsLookup(hostname, { ...options, all: true }, (error, addresses) => {
    if (error !== null) return callback(error, '', 0);
    const open = addresses.filter(({ address }) => isPublicAddress(address));
    const first = open[0];
    if (first === undefined) {
      return callback(
        new Refused(`${hostname} resolves to an address that is not public`) as NodeJS.ErrnoException,
        '',
        0,
      );
    }
    return options.all === true ? callback(null, open) : callback(null, first.address, first.family);
  });
};

function get(url: URL, signal: AbortSignal): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const request = (url.protocol === 'https:' ? httpsRequest : httpRequest)(
      url,
      // Without an agent no connection is kept, so that the next fetch is checked again.
      {
        signal,
        agent: false,
        lookup: publicLookup,
        headers: { accept: 'audio/*, */*;q=0.1', 'user-agent': 'fermata' },
      },
      resolve,
    );
    request.on('error', reject);
    request.end();
  });
}

function answered(status: number, retryAfter: string | undefined): FetchResult {
  if (status === 429 || status === 408 || status >= 500) {
    return { kind: 'unavailable', reason: `the server answered ${status}`, retryAfterMs: parseRetryAfter(retryAfter) };
  }
  return { kind: 'refused', reason: `the server answered ${status}` };
}

/** Seconds or an HTTP date (RFC 9110 §10.2.3), in milliseconds from now; null when absent or nonsense. */
export function parseRetryAfter(header: string | undefined, nowMs = Date.now()): number | null {
  if (header === undefined) return null;
  if (/^\d{1,9}$/.test(header.trim())) return Number(header) * 1000;
  // Date.parse alone reads "1.5" and "-5" as days of the year 2001.
  const at = /^[A-Za-z]{3,9}, /.test(header.trim()) ? Date.parse(header) : Number.NaN;
  return Number.isNaN(at) ? null : Math.max(0, at - nowMs);
}

async function save(
  response: IncomingMessage,
  path: string,
  maxBytes: number,
  signal: AbortSignal,
): Promise<FetchResult> {
  const declared = Number(response.headers['content-length'] ?? 0);
  const tooLarge = (): Refused => new Refused(`larger than ${maxBytes} bytes`);
  if (declared > maxBytes) {
    response.destroy();
    throw tooLarge();
  }
  const hash = createHash('sha256');
  let bytes = 0;
  await pipeline(
    response,
    async function* (source: AsyncIterable<Buffer>) {
      for await (const part of source) {
        bytes += part.length;
        if (bytes > maxBytes) throw tooLarge();
        hash.update(part);
        yield part;
      }
    },
    createWriteStream(path, { mode: 0o600 }),
    { signal },
  );
  return { kind: 'file', path, bytes, sha256: hash.digest('hex') };
}
