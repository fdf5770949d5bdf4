// What never becomes a request: a head that is too large or too slow, or no HTTP at all. Node ends those by itself, with a status and nothing else.

import type { Server } from 'node:http';
import { problemOf, Refusal } from './problems.ts';

const refusalOf = (code: string | undefined): Refusal => {
  switch (code) {
    case 'HPE_HEADER_OVERFLOW':
      return new Refusal(431, 'the address and the headers are larger than 16 KB', {
        fix: 'send a shorter address; long values belong into a body',
      });
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return new Refusal(408, 'the request did not come in time');
    default:
      return new Refusal(400, 'that is no request');
  }
};

/** Answers them as everything else is answered. */
export function refuseUnreadable(server: Server): void {
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    if (!socket.writable || error.code === 'ECONNRESET') {
      socket.destroy();
      return;
    }
    const problem = problemOf(refusalOf(error.code));
    const body = JSON.stringify(problem);
    const head = [
      `HTTP/1.1 ${problem.status} ${problem.title}`,
      'content-type: application/problem+json',
      `content-length: ${Buffer.byteLength(body)}`,
      'connection: close',
    ];
    socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
  });
}
