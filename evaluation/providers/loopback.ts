// The providers of the load runs: each a process of its own on the loopback, which checks the documented limit at every arrival.

import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { ProviderName } from '../../domain/providers.ts';
import type { FakeState, Fault } from '../../test/support/providers/server.ts';

/** How long the providers think about each answer. */
const latencyMs = 40;

export interface Rate {
  readonly calls: number;
  readonly windowMs: number;
}
/** The documented limits, which the providers on the loopback check at every arrival; Spotify publishes none. */
export const rates: Readonly<Partial<Record<ProviderName, Rate>>> = {
  deezer: { calls: 50, windowMs: 5_000 },
  spotify: { calls: 90, windowMs: 30_000 },
  musicbrainz: { calls: 1, windowMs: 1_000 },
  itunes: { calls: 20, windowMs: 60_000 },
  audd: { calls: 10, windowMs: 1_000 },
};

export const perWindow = ({ calls, windowMs }: Rate): string => `${calls} in ${windowMs / 1000} s`;

export interface Loopback {
  readonly name: ProviderName;
  readonly url: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly child: ChildProcess;
}

/** `options`: more for `serve.ts`. */
export async function startLoopback(
  name: ProviderName,
  recordings: number,
  options: readonly string[] = [],
): Promise<Loopback> {
  const { calls, windowMs } = rates[name]!;
  const child = spawn(
    process.execPath,
    [
      '--disable-warning=ExperimentalWarning',
      join(import.meta.dirname, '..', '..', 'test', 'support', 'providers', 'serve.ts'),
      '--provider',
      name,
      '--recordings',
      String(recordings),
      '--rate',
      `${calls}/${windowMs}`,
      '--latency',
      String(latencyMs),
      ...options,
    ],
    { stdio: ['pipe', 'pipe', 'inherit'] },
  );
  const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
  const { url, environment } = JSON.parse(line) as { url: string; environment: Record<string, string> };
  return { name, url, environment, child };
}

/** The settings that lead to all of them. */
export const environmentOf = (providers: readonly Loopback[]): Record<string, string> => ({
  ...Object.assign({}, ...providers.map((provider) => provider.environment)),
  FERMATA_PROVIDER_URLS: providers.map(({ name, url }) => `${name}=${url}`).join(','),
});

export const stateOf = async (url: string): Promise<FakeState> =>
  (await (await fetch(`${url}/_fake/state`)).json()) as FakeState;

/** From now on every answer is this one. */
export const misbehave = async (url: string, fault: Fault): Promise<void> => {
  await fetch(`${url}/_fake/misbehave`, { method: 'POST', body: JSON.stringify({ fault }) });
};
