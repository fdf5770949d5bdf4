// `npm run evaluate -- lookalikes` as a process, on some of the examples: a set is asked, counted and gone on with; what is missing is a sentence.

import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import type { LookalikeAnswer } from '../../evaluation/lookalikes/report.ts';

vi.setConfig({ testTimeout: 240_000 });

const root = path.join(import.meta.dirname, '..', '..');
const sounds = path.join(root, 'examples', 'sounds');
let work: string;

async function evaluate(...args: string[]): Promise<{ code: number; said: string; talk: string }> {
  const command = [path.join(root, 'evaluation', 'main.ts'), 'lookalikes', ...args];
  try {
    const { stdout, stderr } = await promisify(execFile)(process.execPath, command, { cwd: work });
    return { code: 0, said: stdout, talk: stderr };
  } catch (error) {
    const failed = error as { code: number; stdout: string; stderr: string };
    return { code: failed.code, said: failed.stdout, talk: failed.stderr };
  }
}

const truthOf = (id: string, role: string, more: Record<string, unknown>): Record<string, unknown> => ({
  id,
  family: role === 'version' ? 'version' : 'real',
  group: 'examples',
  variant: role === 'version' ? 'faster' : '',
  role,
  song: id,
  recording: null,
  version_of: null,
  condition: 'aac 96',
  seconds: 15,
  offset_ms: 0,
  speed_ratio: 1,
  pitch_semitones: 0,
  ...more,
});
const jsonl = (rows: readonly unknown[]): string => rows.map((row) => `${JSON.stringify(row)}\n`).join('');

beforeAll(() => {
  work = mkdtempSync(path.join(tmpdir(), 'fermata-lookalikes-'));
  for (const part of ['tuning', 'reporting']) {
    const folder = path.join(work, part);
    mkdirSync(path.join(folder, 'references'), { recursive: true });
    const song = path.join(root, 'examples', 'catalogue', 'ghost-warm-ink.ogg');
    cpSync(song, path.join(folder, 'references', 'ghost-warm-ink.ogg'));
    // The same excerpt three times, with three truths: right as a present sound, wrong as an absent one, and as a version wrong only as "same".
    const official = path.join(sounds, 'official.m4a');
    const queries = ['present', 'absent', 'version'].map((id) => ({ id, file: official, condition: 'aac 96' }));
    writeFileSync(path.join(folder, 'queries.jsonl'), jsonl([...queries, { id: 'gone', file: 'nowhere.m4a' }]));
    writeFileSync(
      path.join(folder, 'truth.jsonl'),
      jsonl([
        truthOf('present', 'present', { recording: 'ghost-warm-ink.ogg' }),
        truthOf('absent', 'absent', {}),
        truthOf('version', 'version', { version_of: 'ghost-warm-ink.ogg' }),
      ]),
    );
  }
});
afterAll(() => rmSync(work, { recursive: true, force: true }));

it('asks, counts by family, and goes on where it was', async () => {
  const first = await evaluate('--work', work, '--part', 'tuning', '--jobs', '1', '--limit', '2');
  expect(first.code).toBe(0);
  const second = await evaluate('--work', work, '--part', 'tuning', '--jobs', '1');
  expect(second.talk).toContain('4 queries, 2 answered before');
  expect(second.talk).toContain('gone not answered: ');
  expect(second.said).toContain('| real | 1 | 1 | 1 | 100 (2.5–100) |');
  expect(second.said).toContain('| faster | 1 | 1 |');

  const rows = readFileSync(path.join(work, 'tuning', 'answers.jsonl'), 'utf8')
    .trim()
    .split('\n');
  expect(rows).toHaveLength(3);
  const answer = JSON.parse(rows[0]!) as LookalikeAnswer;
  expect(answer).toMatchObject({ recording: 'ghost-warm-ink.ogg', relation: 'same', gate: 'ok', references: 1 });
  // An excerpt of the very recording: no other place of it comes near, and the vectors agree all along.
  expect(answer.autopsy!.eleventh).toBeLessThan(0.7);
  expect(answer.autopsy!.vector_support).toBeGreaterThan(3);
  expect(answer.autopsy!.hits / answer.autopsy!.peaks).toBeGreaterThan(0.5);

  const errors = readFileSync(path.join(work, 'tuning', 'errors.jsonl'), 'utf8');
  const named = errors
    .trim()
    .split('\n')
    .map((line) => (JSON.parse(line) as { id: string }).id);
  expect(named.sort()).toEqual(['absent', 'version']);
});

it('writes no errors of the reporting half', async () => {
  const { code } = await evaluate('--work', work, '--part', 'reporting', '--jobs', '1', '--limit', '3');
  expect(code).toBe(0);
  expect(readFileSync(path.join(work, 'reporting', 'report.md'), 'utf8')).toContain('| absent | songs | named |');
  expect(() => readFileSync(path.join(work, 'reporting', 'errors.jsonl'))).toThrow('ENOENT');
});

it('says what is missing', async () => {
  expect((await evaluate('--part', 'tuning')).code).toBe(2);
  expect((await evaluate('--work', work, '--part', 'test')).talk).toContain('--part is tuning or reporting');
  const nothing = await evaluate('--work', path.join(work, 'nowhere'), '--part', 'tuning');
  expect(nothing.code).toBe(1);
  expect(nothing.talk).toContain('holds no references: make the set first');
  expect((await evaluate('--help')).said).toContain('--limit N');
});
