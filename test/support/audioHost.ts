// A web server on the loopback in the place of a platform's audio host; a story says how it behaves.

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface HostAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
}

export interface AudioHost {
  /** `127.0.0.1:port`, for the list of allowed hosts. */
  readonly host: string;
  readonly url: (path: string) => string;
  /** Replaces how every path is answered from now on. An answer that is never given keeps the caller waiting. */
  answer: (path: string) => HostAnswer | Promise<HostAnswer>;
  /** Paths asked for so far, in order. */
  readonly asked: readonly string[];
  readonly close: () => Promise<void>;
}

export async function openAudioHost(): Promise<AudioHost> {
  const asked: string[] = [];
  const host: { -readonly [Key in keyof AudioHost]: AudioHost[Key] } = {
    host: '',
    url: (path) => `http://${host.host}${path}`,
    answer: () => ({ status: 404 }),
    asked,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  const server = createServer((request, response) => {
    asked.push(request.url ?? '');
    void Promise.resolve(host.answer(request.url ?? '')).then(({ status, headers, body }) =>
      response.writeHead(status, headers).end(body),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  host.host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return host;
}
