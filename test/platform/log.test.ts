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
  const log = createLog({ level: 'info', format: 'auto', file, now }).with({ worker: 'a' });
  log.debug('unseen');
  log.info('started\nnow', { port: 1 });
  log.error('failed', { error: new TypeError('bad'), big: 10n });
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
  createLog({ level: 'debug', format: 'json', file, now }).warn('loop', { loop });
  expect(JSON.parse(lines(file)[0] ?? '')).toMatchObject({ message: 'loop', loop: { self: '[seen before]' } });
});

it('writes lines for people', () => {
  const file = join(folder, 'log.txt');
  createLog({ level: 'debug', format: 'human', file, now }).warn('slow disk', { ms: 12, path: '/a b' });
  expect(lines(file)).toEqual(['03:04:05 warn  slow disk ms=12 path="/a b"']);
});
