import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createLog } from '../../platform/log.ts';

let folder: string;
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'log-'))));
afterEach(() => rmSync(folder, { recursive: true }));

const now = (): number => Date.UTC(2026, 0, 2, 3, 4, 5);
const lines = (file: string): readonly string[] => readFileSync(file, 'utf8').trimEnd().split('\n');

it('writes one JSON object a line, with bound fields, and leaves out what is below the level', () => {
  const file = join(folder, 'deep', 'log.jsonl');
  const log = createLog({ level: 'info', format: 'auto', file, now }).child({ worker: 'a' });
  log.debug('unseen');
  log.info({ port: 1 }, 'started\nnow');
  log.error({ error: new TypeError('bad'), big: 10n }, 'failed');
  const [first, second, ...rest] = lines(file).map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(rest).toEqual([]);
  expect(first).toEqual({
    at: '2026-01-02T03:04:05.000Z',
    level: 'info',
    message: 'started\nnow',
    worker: 'a',
    port: 1,
  });
  expect(second).toMatchObject({ level: 'error', big: '10', error: { name: 'TypeError', message: 'bad' } });
});

it('survives a field that contains itself', () => {
  const file = join(folder, 'log.jsonl');
  const loop: Record<string, unknown> = {};
  loop['self'] = loop;
  createLog({ level: 'debug', format: 'json', file, now }).warn({ loop }, 'loop');
  expect(JSON.parse(lines(file)[0] ?? '')).toMatchObject({ message: 'loop', loop: { self: '[Circular]' } });
});

it('writes lines for people', () => {
  const file = join(folder, 'log.txt');
  createLog({ level: 'debug', format: 'human', file, now }).warn(
    { ms: 12, path: '/a b', error: new TypeError('bad') },
    'slow disk',
  );
  expect(lines(file)).toEqual(['03:04:05 warn  slow disk ms=12 path="/a b" error="TypeError: bad"']);
});

it('says of an error its name, message and stack, and nothing that hangs on it', () => {
  const file = join(folder, 'log.jsonl');
  const error = Object.assign(new Error('refused'), { config: { headers: { authorization: 'planted' } } });
  createLog({ level: 'info', format: 'json', file, now }).warn({ error }, 'asked in vain');
  expect(Object.keys((JSON.parse(lines(file)[0] ?? '') as { error: object }).error)).toEqual([
    'name',
    'message',
    'stack',
  ]);
});

it('has written its line when it returns: what comes after may be a crash', () => {
  const file = join(folder, 'log.jsonl');
  const program = `import { createLog } from ${JSON.stringify(join(import.meta.dirname, '..', '..', 'platform', 'log.ts'))};
    for (const format of ['json', 'human']) createLog({ level: 'info', format, file: ${JSON.stringify(file)} }).error('going down');
    process.kill(process.pid, 'SIGKILL');`;
  spawnSync(process.execPath, ['--input-type=module', '--eval', program]);
  expect(lines(file)).toEqual([
    expect.stringContaining('"going down"'),
    expect.stringMatching(/^\S+ error going down$/),
  ]);
});
