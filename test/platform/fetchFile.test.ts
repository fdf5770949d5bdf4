// Audio from strangers' servers. Real sockets on the loopback; each server plays one fault.

import { createHash, randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import { createServer as createSocketServer, type AddressInfo, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { fetchFile, isPublicAddress, parseRetryAfter, type FetchLimits } from '../../platform/fetchFile.ts';

const cleanUps: (() => Promise<void>)[] = [];
let folder: string;
let path: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'fetch-'));
  path = join(folder, 'fetched');
});
afterEach(async () => {
  for (const end of cleanUps.splice(0)) await end();
  rmSync(path, { force: true });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A web server on the loopback. @returns its `host:port`. */
async function serve(answer: RequestListener, host = '127.0.0.1'): Promise<string> {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  cleanUps.push(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const { port } = server.address() as AddressInfo;
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

/** A server that speaks byte for byte what it is told, and then does with the socket what it is told. */
async function speak(bytes: string, then: (socket: Socket) => void = (socket) => void socket.end()): Promise<string> {
  const sockets = new Set<Socket>();
  const server = createSocketServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.once('data', () => socket.write(bytes, () => then(socket)));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  cleanUps.push(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const limits = (allowedHosts: readonly string[], more: Partial<FetchLimits> = {}): FetchLimits => ({
  allowedHosts,
  maxBytes: 100_000,
  timeoutMs: 10_000,
  ...more,
});
/** Fetches from a host that is allowed. */
const fetchFrom = (host: string, more: Partial<FetchLimits> = {}, url = `http://${host}/clip.m4a`) =>
  fetchFile(url, path, limits([host], more));

describe('a file', () => {
  it('is saved with its size and hash', async () => {
    const content = randomBytes(70_000);
    const host = await serve((_, response) => response.end(content));
    expect(await fetchFrom(host)).toEqual({
      kind: 'file',
      path,
      bytes: 70_000,
      sha256: createHash('sha256').update(content).digest('hex'),
    });
    expect(readFileSync(path)).toEqual(content);
  });

  it('is found behind five redirects on allowed hosts, each relative to the last', async () => {
    const host = await serve((request, response) => {
      const hop = Number(/\d+/.exec(request.url ?? '')?.[0] ?? 0);
      if (hop < 5) response.writeHead(302, { location: `/hop/${hop + 1}` }).end('not this');
      else response.end('this');
    });
    expect(await fetchFrom(host, {}, `http://${host}/hop/0`)).toMatchObject({ kind: 'file', bytes: 4 });
    expect(readFileSync(path, 'utf8')).toBe('this');
  });

  it('of exactly the largest size is taken', async () => {
    const host = await serve((_, response) => response.end(Buffer.alloc(1000)));
    expect(await fetchFrom(host, { maxBytes: 1000 })).toMatchObject({ kind: 'file', bytes: 1000 });
  });

  it('comes from an IPv6 address that is on the list', async () => {
    const host = await serve((_, response) => response.end('six'), '::1');
    expect(await fetchFrom(host)).toMatchObject({ kind: 'file', bytes: 3 });
  });
});

describe('refused for ever', () => {
  const refused = (result: unknown, reason: RegExp): void => {
    expect(result).toEqual({ kind: 'refused', reason: expect.stringMatching(reason) as string });
    expect(existsSync(path)).toBe(false);
  };

  it('when the host is not on the list, without a request', async () => {
    let asked = 0;
    const host = await serve((_, response) => response.end(String((asked += 1))));
    refused(await fetchFile(`http://${host}/`, path, limits([])), /not on the list/);
    // The list names ports: another port of an allowed machine is another service.
    refused(await fetchFile(`http://${host}/`, path, limits([host.split(':')[0]!])), /not on the list/);
    expect(asked).toBe(0);
  });

  it.each([
    ['another host', 'http://127.0.0.2:9/secret', /host 127\.0\.0\.2:9 is not on the list/],
    ['a private address', 'http://169.254.169.254/latest/meta-data/', /host 169\.254\.169\.254 is not on the list/],
    ['a decimal private address', 'http://2130706433/', /host 127\.0\.0\.1 is not on the list/],
    ['a hexadecimal private address', 'http://0x7f.1/', /host 127\.0\.0\.1 is not on the list/],
    ['a mapped private address', 'http://[::ffff:10.0.0.1]/', /host \[::ffff:a00:1\] is not on the list/],
    ['a file', 'file:///etc/passwd', /file: is not http/],
    ['a data address', 'data:audio/mp4;base64,AAAA', /data: is not http/],
    ['a name and password', 'http://user:secret@127.0.0.1/', /user name or password/],
    ['nonsense', 'http://[', /not a valid address/],
  ])('when a redirect leads to %s', async (_, location, reason) => {
    const host = await serve((request, response) =>
      request.url === '/clip.m4a' ? response.writeHead(302, { location }).end() : response.end('reached'),
    );
    refused(await fetchFrom(host), reason);
  });

  it('after six redirects', async () => {
    let asked = 0;
    const host = await serve((_, response) => response.writeHead(301, { location: `/${(asked += 1)}` }).end());
    refused(await fetchFrom(host), /more than 5 redirects/);
    expect(asked).toBe(6);
  });

  it.each([
    ['file:///etc/passwd', /file: is not http/],
    ['ftp://127.0.0.1/', /ftp: is not http/],
    ['//127.0.0.1/', /not a valid address/],
    ['http://', /not a valid address/],
    ['http://someone@127.0.0.1/', /user name or password/],
    ['http://127.0.0.1.:9/', /host 127\.0\.0\.1:9 is not on the list/],
  ])('%s', async (url, reason) => refused(await fetchFile(url, path, limits(['127.0.0.1'])), reason));

  it('when an allowed name resolves to an address that is not public', async () => {
    const host = await serve((_, response) => response.end('reached'));
    const name = `localhost:${host.split(':')[1]}`;
    refused(await fetchFrom(name), /localhost resolves to an address that is not public/);
  });

  it('when it says that it is too large, before a byte of it is read', async () => {
    const host = await serve((_, response) => {
      response.writeHead(200, { 'content-length': '100001' });
      response.flushHeaders();
    });
    refused(await fetchFrom(host), /larger than 100000 bytes/);
  });

  it('when it turns out too large without having said so', async () => {
    const host = await serve((_, response) => {
      const more = (): void => {
        while (response.write(Buffer.alloc(10_000)));
      };
      response.on('drain', more);
      more();
    });
    refused(await fetchFrom(host), /larger than 100000 bytes/);
  });

  it.each([401, 403, 404, 410, 204, 304])('when the server answers %d', async (status) => {
    const host = await serve((_, response) => response.writeHead(status).end());
    refused(await fetchFrom(host), new RegExp(`answered ${status}`));
  });
});

describe('perhaps later', () => {
  const unavailable = (result: unknown, reason: RegExp, retryAfterMs: unknown = null): void => {
    expect(result).toEqual({ kind: 'unavailable', reason: expect.stringMatching(reason) as string, retryAfterMs });
    expect(existsSync(path)).toBe(false);
  };

  it('when it trickles past the time limit', async () => {
    const host = await serve((_, response) => {
      const timer = setInterval(() => response.write('.'), 20);
      response.on('close', () => clearInterval(timer));
    });
    const startedAt = Date.now();
    unavailable(await fetchFrom(host, { timeoutMs: 300 }), /not fetched within 0\.3 s/);
    expect(Date.now() - startedAt).toBeLessThan(5000);
  });

  it('when the server never answers', async () => {
    const host = await speak('', () => {});
    unavailable(await fetchFrom(host, { timeoutMs: 300 }), /not fetched within 0\.3 s/);
  });

  it('when the connection breaks in the middle', async () => {
    const host = await speak('HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\nhalf of', (socket) =>
      setTimeout(() => socket.resetAndDestroy(), 50),
    );
    unavailable(await fetchFrom(host), /aborted|ECONNRESET/);
  });

  it('when there is less than the server said', async () => {
    const host = await speak('HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\nhalf of');
    unavailable(await fetchFrom(host), /aborted/);
  });

  it('when a chunked answer ends in the middle of a chunk', async () => {
    const host = await speak('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n40\r\nshort');
    unavailable(await fetchFrom(host), /aborted/);
  });

  it('when the answer is not HTTP', async () => {
    const host = await speak('SSH-2.0-OpenSSH_9.6\r\n');
    unavailable(await fetchFrom(host), /Parse Error/);
  });

  it('when nobody listens', async () => {
    const host = await serve(() => {});
    for (const end of cleanUps.splice(0)) await end();
    unavailable(await fetchFrom(host), /ECONNREFUSED/);
  });

  it('when the name does not resolve', async () => {
    unavailable(await fetchFrom('no-such-host.invalid'), /ENOTFOUND|EAI_AGAIN/);
  });

  it.each([
    [429, '120', 120_000],
    [429, undefined, null],
    [429, 'soon', null],
    [429, '-5', null],
    [503, ' 7 ', 7_000],
    [500, undefined, null],
    [502, '0', 0],
    [408, undefined, null],
  ])('when the server answers %d with Retry-After %s', async (status, retryAfter, expected) => {
    const host = await serve((_, response) =>
      response.writeHead(status, retryAfter === undefined ? {} : { 'retry-after': retryAfter }).end('busy'),
    );
    unavailable(await fetchFrom(host), new RegExp(`answered ${status}`), expected);
  });

  it('when Retry-After is an HTTP date', async () => {
    const date = new Date(Date.now() + 3600_000).toUTCString();
    const host = await serve((_, response) => response.writeHead(429, { 'retry-after': date }).end());
    const result = await fetchFrom(host);
    expect(result.kind === 'unavailable' && result.retryAfterMs).toBeGreaterThan(3_590_000);
    expect(result.kind === 'unavailable' && result.retryAfterMs).toBeLessThanOrEqual(3_600_000);
  });
});

describe('a cancelled fetch', () => {
  it('throws the reason and leaves no file', async () => {
    const host = await serve((_, response) => void response.write('a beginning'));
    const abort = new AbortController();
    const fetching = fetchFile(`http://${host}/`, path, limits([host]), abort.signal);
    void sleep(100).then(() => abort.abort(new Error('not wanted any more')));
    await expect(fetching).rejects.toThrow('not wanted any more');
    expect(existsSync(path)).toBe(false);
  });
});

it.each([
  ['8.8.8.8', true],
  ['1.1.1.1', true],
  ['172.15.255.255', true],
  ['172.32.0.1', true],
  ['100.63.255.255', true],
  ['100.128.0.1', true],
  ['2606:4700:4700::1111', true],
  ['::ffff:8.8.8.8', true],
  ['0.0.0.0', false],
  ['0.1.2.3', false],
  ['10.1.2.3', false],
  ['100.64.0.1', false],
  ['100.127.255.255', false],
  ['127.0.0.1', false],
  ['127.255.255.254', false],
  ['169.254.169.254', false],
  ['172.16.0.1', false],
  ['172.31.255.255', false],
  ['192.0.2.1', false],
  ['192.168.1.1', false],
  ['198.18.0.1', false],
  ['224.0.0.1', false],
  ['240.0.0.1', false],
  ['255.255.255.255', false],
  ['::', false],
  ['::1', false],
  ['::127.0.0.1', false],
  ['::ffff:127.0.0.1', false],
  ['::ffff:10.0.0.1', false],
  ['::FFFF:192.168.0.1', false],
  ['::ffff:7f00:1', false],
  ['0:0:0:0:0:ffff:7f00:1', false],
  ['0:0:0:0:0:ffff:10.0.0.1', false],
  ['::ffff:0:10.0.0.1', false],
  ['64:ff9b::a00:1', false],
  ['64:ff9b:1::a00:1', false],
  ['2001:db8::1', false],
  ['2002:a00:1::', false],
  ['fc00::1', false],
  ['fd12:3456::1', false],
  ['fe80::1', false],
  ['fe80::1%eth0', false],
  ['fec0::1', false],
  ['ff02::1', false],
  ['2130706433', false],
  ['0x7f.1', false],
  ['localhost', false],
  ['', false],
  // Documentation (RFC 5737, 3849, 9637), benchmarking (2544, 5180), 6to4 relays (7526), AS112 (7534).
  ['198.51.100.7', false],
  ['203.0.113.7', false],
  ['3fff::1', false],
  ['198.19.255.255', false],
  ['2001:2::1', false],
  ['192.88.99.1', false],
  ['192.31.196.1', false],
  // Carrier-grade NAT (6598), also as IPv4-mapped, 6to4 and NAT64.
  ['::ffff:100.64.0.1', false],
  ['2002:6440:1::1', false],
  ['64:ff9b::6440:1', false],
  // Multicast, limited broadcast.
  ['239.255.255.250', false],
  ['::ffff:224.0.0.1', false],
  ['ff0e::1', false],
  // Unique-local (4193), site-local, link-local, with a zone too.
  ['fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff', false],
  ['feff::1', false],
  ['febf::1', false],
  // 6to4 (3056) and Teredo (4380), whatever public address is in them; NAT64 (6052, 8215) by its well-known prefix.
  ['2002:808:808::1', false],
  ['2001:0:53aa:64c:0:0:f5ff:fffe', false],
  ['2001::1', false],
  ['64:ff9b::8.8.8.8', false],
  ['64:ff9b:1:ffff::8.8.8.8', false],
  // IPv4-translated (2765), IPv4-compatible, discard (6666), ORCHID (4843, 7343), segment routing (9602).
  ['::ffff:0:8.8.8.8', false],
  ['::8.8.8.8', false],
  ['100::1', false],
  ['2001:10::1', false],
  ['2001:20::1', false],
  ['5f00::1', false],
  // Not given out yet.
  ['4000::1', false],
  ['1::1', false],
  ['2001:4860:4860::8888', true],
  ['2001:200::1', true],
  ['2003::1', true],
  ['9.255.255.255', true],
  ['223.255.255.255', true],
  ['0177.0.0.1', false],
  ['127.1', false],
])('isPublicAddress(%s) is %s', (address, expected) => expect(isPublicAddress(address)).toBe(expected));

it.each([
  [undefined, null],
  ['', null],
  ['0', 0],
  ['30', 30_000],
  ['99999999999', null],
  ['1.5', null],
  ['Fri, 13 Nov 2026 12:00:10 GMT', 10_000],
  ['Fri, 13 Nov 2026 11:00:00 GMT', 0],
  ['tomorrow', null],
])('parseRetryAfter(%s) is %s', (header, expected) =>
  expect(parseRetryAfter(header, Date.parse('2026-11-13T12:00:00Z'))).toBe(expected),
);
