import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { isRunning } from '../../platform/servers/processes.ts';
import type { ProcessIdentity } from '../../platform/servers/processes.ts';
import { supervise } from '../../platform/servers/supervise.ts';
import type { ProcessSpec, SuperviseOptions, Supervised } from '../../platform/servers/supervise.ts';

// Real processes on a machine that may be busy.
vi.setConfig({ testTimeout: 30_000 });

let folder: string;
let running: Supervised[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'supervise-'));
  running = [];
});
afterEach(async () => {
  await Promise.all(running.map((one) => one.stop()));
  rmSync(folder, { recursive: true });
});

const log = (): string => join(folder, 'child.log');
function start(script: string, spec: Partial<ProcessSpec> = {}, options: Partial<SuperviseOptions> = {}): Supervised {
  const child = supervise(
    { name: 'child', command: 'sh', args: ['-c', script], ...spec },
    { logFile: log(), ...options },
  );
  running.push(child);
  return child;
}

it('starts it again when it dies, and tells the new pid', async () => {
  const pids: (number | null)[] = [];
  const deaths: string[] = [];
  const child = start(
    'sleep 1000',
    {},
    { onChange: (identity) => pids.push(identity?.pid ?? null), onDeath: (how) => deaths.push(how) },
  );
  await child.ready;
  const first = child.identity() as ProcessIdentity;
  process.kill(first.pid, 'SIGKILL');
  while (child.restarts() === 0 || child.identity() === null) await sleep(20);
  const second = child.identity() as ProcessIdentity;
  expect(second.pid).not.toBe(first.pid);
  expect(deaths).toEqual(['signal SIGKILL']);
  expect(pids).toEqual([first.pid, null, second.pid]);
  await child.stop();
  expect(isRunning(second)).toBe(false);
  expect(pids.at(-1)).toBeNull();
});

it('gives up on one that cannot start, with its last words', async () => {
  const child = start('echo the disk is full >&2; exit 3', {}, { quickDeaths: 3 });
  await expect(child.ready).rejects.toMatchObject({
    code: 'start-failed',
    message: expect.stringMatching(/child: .*exit code 3[^]*the disk is full/) as string,
  });
});

it('gives up on one that ran for a while and then dies at every start', async () => {
  const given = new Promise<Error>((resolve) => {
    const marker = join(folder, 'was-here');
    start(
      `[ -e '${marker}' ] && exit 4; touch '${marker}'; sleep 0.4; exit 5`,
      {},
      { quickDeaths: 3, onGiveUp: resolve },
    );
  });
  expect((await given).message).toContain('ended 3 times in a row soon after its start (exit code 4)');
});

it('does not try a program twice that is not there', async () => {
  const child = start('', { command: join(folder, 'nothing') });
  await expect(child.ready).rejects.toThrow('ENOENT');
  expect(child.restarts()).toBe(0);
});

it('is ready when asked it says so, and a start that never gets there is ended', async () => {
  let asked = 0;
  const child = start('sleep 1000', { isReady: () => Promise.resolve((asked += 1) > 3) });
  await child.ready;
  expect(asked).toBe(4);
  const never = start('sleep 1000', { isReady: () => Promise.reject(new Error('no')), readyLimitMs: 200 });
  await expect(never.ready).rejects.toThrow('not ready after 0 s');
  expect(never.identity()).toBeNull();
});

it('stops by closing the input, by the signal, and at last by force', async () => {
  const reader = start('trap "" TERM; read -r line; echo closed; exit 0', { name: 'reader' });
  await reader.ready;
  await reader.stop();
  expect(readFileSync(log(), 'utf8')).toContain('closed');

  const stubborn = start('trap "" TERM INT; while true; do sleep 0.1; done', { stopLimitMs: 300 });
  await stubborn.ready;
  const identity = stubborn.identity() as ProcessIdentity;
  await stubborn.stop();
  expect(isRunning(identity)).toBe(false);
});

it("keeps this program's settings from servers that are not ours", async () => {
  process.env['FERMATA_PLANTED_SECRET'] = 'planted';
  try {
    const ours = start('echo "ours:$FERMATA_PLANTED_SECRET:$HOME"; sleep 1000', { name: 'ours' });
    await ours.ready;
    const theirs = start('echo "theirs:$FERMATA_PLANTED_SECRET:$HOME"; sleep 1000', { seesSettings: false });
    await theirs.ready;
    const home = process.env['HOME'] ?? '';
    await expect.poll(() => readFileSync(ours.logFile, 'utf8')).toContain(`ours:planted:${home}`);
    await expect.poll(() => readFileSync(theirs.logFile, 'utf8')).toContain(`theirs::${home}`);
  } finally {
    delete process.env['FERMATA_PLANTED_SECRET'];
  }
});

it('can be stopped while it waits between two starts', async () => {
  const child = start('exit 1', {}, { quickDeaths: 100 });
  await sleep(1_200);
  const before = Date.now();
  await child.stop();
  expect(Date.now() - before).toBeLessThan(500);
  await expect(child.ready).rejects.toMatchObject({ code: 'stopped' });
});

it('sets a large log aside and keeps the small one', async () => {
  writeFileSync(log(), Buffer.alloc(11 * 1024 * 1024, 'x'));
  const child = start('echo fresh; sleep 1000');
  await child.ready;
  expect(statSync(`${log()}.1`).size).toBe(11 * 1024 * 1024);
  expect(statSync(log()).size).toBeLessThan(200);
  expect(statSync(log()).mode & 0o077).toBe(0);
});
