// The HTTP API: where it listens, and what it puts up with.

import { setting } from '../setting.ts';

export const api = {
  apiHost: setting({
    variable: 'FERMATA_API_HOST',
    meaning:
      'address that the HTTP API listens on; other than loopback only behind something that speaks TLS: tokens travel as they are',
    schema: (of) => of.listenHost,
    default: '127.0.0.1',
  }),
  apiPort: setting({
    variable: 'FERMATA_API_PORT',
    flag: 'api-port',
    meaning: 'port of the HTTP API',
    zero: 'choose a free one, 8484 first',
    schema: (of) => of.port,
    default: 0,
  }),
  apiRequestsPerSecond: setting({
    variable: 'FERMATA_API_REQUESTS_PER_SECOND',
    meaning: 'requests that one token may make in a second, on average over two, to one API process',
    schema: (of) => of.whole(1, 100_000),
    default: 500,
  }),
  apiBodyBytes: setting({
    variable: 'FERMATA_API_BODY_BYTES',
    meaning:
      'largest request that the HTTP API takes; lines of a bulk run may be 64 times as much, audio FERMATA_AUDIO_MAX_BYTES',
    unit: 'bytes',
    schema: (of) => of.whole(1024, 1024 ** 3),
    default: 4 * 1024 * 1024,
  }),
  apiAnswerSeconds: setting({
    variable: 'FERMATA_API_ANSWER_SECONDS',
    meaning: "how long a request waits for a workflow's answer before it is told to ask again",
    unit: 'seconds',
    schema: (of) => of.whole(1, 600),
    default: 20,
  }),
  apiStreams: setting({
    variable: 'FERMATA_API_STREAMS',
    meaning: 'most programs and people that follow the changes of one API process at a time',
    schema: (of) => of.whole(1, 10_000),
    default: 200,
  }),
  changesDays: setting({
    variable: 'FERMATA_CHANGES_DAYS',
    meaning: 'how long changes of sounds are kept, for those who follow them and were away',
    unit: 'days',
    schema: (of) => of.whole(1, 3650),
    default: 30,
  }),
};
