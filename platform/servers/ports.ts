// Ports on 127.0.0.1: fixed by the person, else the one used last time (bookmarks keep working), else the usual one, else any.

import { createServer } from 'node:net';
import { PlatformError } from '../failures.ts';

/** True when this process could listen there now. Port 0 is always free. */
export function isPortFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => server.close(() => resolve(true)));
  });
}

/** Any free port. It stays free only by luck: whoever uses it must cope when another process is faster. */
export function anyFreePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen({ port: 0, host: '127.0.0.1' }, () => {
      const address = server.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      server.close(() => resolve(port));
    });
  });
}

export interface PortWish {
  /** For messages: "Temporal UI". */
  readonly what: string;
  /** For messages: "--ui-port or FERMATA_UI_PORT". */
  readonly setBy: string;
  /** 0: not fixed. */
  readonly fixed: number;
  readonly remembered: number | null;
  readonly usual: number;
  /** Ports already given to others in this start. */
  readonly taken: ReadonlySet<number>;
}

/** Throws `PlatformError` ('port-busy') only when the port was fixed and is in use. */
export async function choosePort(wish: PortWish): Promise<number> {
  if (wish.fixed !== 0) {
    if (!wish.taken.has(wish.fixed) && (await isPortFree(wish.fixed))) return wish.fixed;
    throw new PlatformError(
      'port-busy',
      `Port ${wish.fixed} for ${wish.what} is in use by another program.`,
      `choose another with ${wish.setBy}, or leave it out and a free one is chosen`,
    );
  }
  for (const candidate of [wish.remembered, wish.usual]) {
    if (candidate !== null && candidate > 0 && !wish.taken.has(candidate) && (await isPortFree(candidate)))
      return candidate;
  }
  for (;;) {
    const port = await anyFreePort();
    if (!wish.taken.has(port)) return port;
  }
}
