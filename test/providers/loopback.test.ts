// The judges of the load runs are judged themselves: the rolling window, and a service as a process of its own.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { readConfig } from '../../platform/config/index.ts';
import { createProviders } from '../../providers/index.ts';
import { nowMs, stage } from '../support/providers/stage.ts';
import { createWorld, markedWav, markIn } from '../support/providers/world.ts';

const signal = new AbortController().signal;

test('one request more than the window holds is counted, and turned away as the service does it', async () => {
  // A window that cannot end within the test.
  const { fake, client } = await stage('deezer', { rate: { requests: 5, windowMs: 3_600_000 } });
  onTestFinished(() => fake.close());
  const deezer = client();
  if (!('byIsrc' in deezer)) throw new Error('Deezer is a catalogue');
  for (let request = 0; request < 5; request += 1) await deezer.byIsrc('ZZFPR2600000', signal);
  expect(fake.state()).toMatchObject({ violations: 0, most: 5 });
  await expect(deezer.byIsrc('ZZFPR2600000', signal)).rejects.toMatchObject({ kind: 'rate_limited' });
  expect(fake.state()).toMatchObject({ violations: 1, most: 6, apiRequests: 6 });
});

test('the window rolls: what is over is forgotten', async () => {
  const { fake, client } = await stage('deezer', { rate: { requests: 1, windowMs: 200 } });
  onTestFinished(() => fake.close());
  const deezer = client();
  if (!('byIsrc' in deezer)) throw new Error('Deezer is a catalogue');
  await deezer.byIsrc('ZZFPR2600000', signal);
  // The first of these comes too early or not; the next one is later than the window is long, however slow all this is.
  await expect
    .poll(() => deezer.byIsrc('ZZFPR2600000', signal)?.then(({ value }) => value.length), { interval: 300 })
    .toBe(1);
  expect(fake.state().most).toBeLessThanOrEqual(2);
});

test('as a process it says where it is and what leads there, misbehaves when told, and ends with its input', async () => {
  const program = join(import.meta.dirname, '../support/providers/serve.ts');
  const child = spawn(process.execPath, [program, '--provider', 'spotify', '--recordings', '2000', '--rate', 'none'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit');
  onTestFinished(() => void child.kill('SIGKILL'));
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
  const { url, environment } = JSON.parse(line) as { url: string; environment: Record<string, string> };
  const config = readConfig({ environment });
  const [spotify] = createProviders(config, { fetchFor: () => fetch, now: () => nowMs }).catalogues;
  const found = await spotify?.search({ title: 'Study No. 1999', artist: null, limit: 1 }, signal);
  expect(found?.value).toHaveLength(1);

  const fault = { fault: { kind: 'status', status: 500 }, times: 1 };
  await fetch(`${url}/_fake/misbehave`, { method: 'POST', body: JSON.stringify(fault) });
  await expect(spotify?.byIsrc('ZZFPR2600000', signal)).rejects.toMatchObject({ kind: 'unavailable' });
  expect((await spotify?.byIsrc('ZZFPR2600000', signal))?.value).toHaveLength(2);
  expect(await (await fetch(`${url}/_fake/state`)).json()).toMatchObject({
    requests: 4,
    apiRequests: 3,
    violations: 0,
  });

  child.stdin.end();
  expect(await ended).toEqual([0, null]);
});

test('a sample says what is heard in it; any other audio is always heard alike', () => {
  const world = createWorld(50);
  expect(world.heardIn(markedWav(7))?.at).toBe(7);
  expect(world.heardIn(markedWav(-1))).toBeNull();
  expect(markIn(Buffer.from('nothing'))).toBeNull();
  const heard = Array.from({ length: 70 }, (_, seed) => {
    const noise = Uint8Array.from({ length: 200 }, (_value, at) => (at * 31 + seed * 17) % 251);
    const first = world.heardIn(noise);
    expect(world.heardIn(noise)).toBe(first);
    return first;
  });
  expect(heard).toContain(null);
  expect(heard.filter((recording) => recording !== null).length).toBeGreaterThan(40);
});
