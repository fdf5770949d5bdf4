// The way out of spotify-web-api-node. The library sends with a superagent of 2020 that knows neither a time limit nor a largest size,
// follows redirects with the token, and cannot be told of another address. Its http-manager is an object whose functions are looked up at each
// call, so they are replaced, once for the process: every request goes to whoever made the call, through the context that the call runs
// in, and a request outside such a context fails. Superagent is loaded by the library and never called.

import { AsyncLocalStorage } from 'node:async_hooks';
import type SpotifyWebApi from 'spotify-web-api-node';
import type { LibraryCallback, LibraryRequest } from 'spotify-web-api-node/src/http-manager.js';
import type { Ask, Reply } from '../http.ts';

/** `host` is the one that the library wants: api.spotify.com or accounts.spotify.com. */
type Send = (host: string, request: Ask) => Promise<Reply>;

const current = new AsyncLocalStorage<Send>();

/** Calls the library so that its requests are sent with `send`, and gives the one reply that it received. */
export async function through(send: Send, call: () => Promise<unknown>): Promise<Reply> {
  let received: Reply | null = null;
  const keeping: Send = async (host, request) => {
    received = await send(host, request);
    return received;
  };
  await current.run(keeping, call);
  if (received === null) throw new Error('the library made no request');
  return received;
}

function carry(method: 'GET' | 'POST', request: LibraryRequest, callback: LibraryCallback): void {
  const send = current.getStore();
  if (send === undefined) {
    callback(new Error('spotify-web-api-node is called through providers/spotify only'));
    return;
  }
  const body = request.getBodyParameters();
  const query: Record<string, string> = {};
  for (const [name, value] of Object.entries(request.getQueryParameters() ?? {})) {
    if (value !== undefined) query[name] = String(value);
  }
  send(request.getHost(), {
    method,
    path: request.getPath(),
    query,
    headers: request.getHeaders() ?? {},
    ...(body === undefined ? {} : { body: new URLSearchParams(body) }),
  }).then(
    // oxlint-disable promise/no-callback-in-promise -- the library wants a callback
    (reply) => callback(null, { body: reply.json, headers: {}, statusCode: reply.status }),
    (error: unknown) => callback(error),
    // oxlint-enable promise/no-callback-in-promise
  );
}

let opened: Promise<typeof SpotifyWebApi> | null = null;

/** The library on its new way out. Loaded when it is first needed: superagent takes half a second of it. */
export function openLibrary(): Promise<typeof SpotifyWebApi> {
  opened ??= (async () => {
    const { default: httpManager } = await import('spotify-web-api-node/src/http-manager.js');
    httpManager.get = (request, callback) => carry('GET', request, callback);
    httpManager.post = (request, callback) => carry('POST', request, callback);
    httpManager.put = httpManager.del = (_request, callback) => {
      callback(new Error('Spotify is only read from'));
    };
    return (await import('spotify-web-api-node')).default;
  })();
  return opened;
}
