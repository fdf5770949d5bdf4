// One loopback service as a process of its own, for load runs:
//
//   node test/support/providers/serve.ts --provider deezer --port 0
//
// prints one line of JSON with its address and the settings that lead to it. `GET ADDRESS/_fake/state` gives its counters,
// `POST ADDRESS/_fake/misbehave` with {"fault": {"kind": "hang"}, "times": 3} makes it misbehave. It ends with SIGTERM, and with its standard
// input when that is a pipe.

import { fstatSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { ProviderName } from '../../../domain/providers.ts';
import { services } from './index.ts';
import { type Rate, startFake } from './server.ts';
import { createWorld } from './world.ts';

const { values } = parseArgs({
  options: {
    provider: { type: 'string' },
    port: { type: 'string', default: '0' },
    /** How many recordings it knows. */
    recordings: { type: 'string', default: '10' },
    /** FIRST-LAST/OF: of each OF recordings it knows those at these places; all when left out. */
    knows: { type: 'string' },
    /** On how many releases each recording is. */
    editions: { type: 'string', default: '1' },
    /** REQUESTS/MILLISECONDS, or none; the service's own when left out. */
    rate: { type: 'string' },
    /** How long each answer takes, ms. */
    latency: { type: 'string', default: '0' },
  },
});

function rateOf(text: string): Rate | null {
  if (text === 'none') return null;
  const [requests, windowMs] = text.split('/').map(Number);
  if (!requests || !windowMs) throw new Error(`--rate is REQUESTS/MILLISECONDS or none, not "${text}"`);
  return { requests, windowMs };
}

function knowsOf(text: string): (at: number) => boolean {
  const [, first, last, of] = (/^(\d+)-(\d+)\/(\d+)$/.exec(text) ?? []).map(Number);
  if (first === undefined || last === undefined || !of) throw new Error(`--knows is FIRST-LAST/OF, not "${text}"`);
  return (at) => at % of >= first && at % of <= last;
}

const make = services[values.provider as ProviderName];
if (make === undefined) throw new Error(`--provider is one of ${Object.keys(services).join(', ')}`);
const service = make();
const fake = await startFake(service, {
  world: createWorld(
    Number(values.recordings),
    values.knows === undefined ? undefined : knowsOf(values.knows),
    Number(values.editions),
  ),
  port: Number(values.port),
  latencyMs: Number(values.latency),
  ...(values.rate === undefined ? {} : { rate: rateOf(values.rate) }),
});
const environment = { ...service.environment(), FERMATA_PROVIDER_URLS: `${service.name}=${fake.url}` };
console.log(JSON.stringify({ provider: service.name, url: fake.url, environment }));

const input = fstatSync(0);
if (input.isFIFO() || input.isSocket()) process.stdin.resume().on('end', () => process.exit(0));
