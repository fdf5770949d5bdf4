// `npm run evaluate -- audio` as a process, on some of the examples: the contract of its files, going on after a stop, unreadable files.

import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';

vi.setConfig({ testTimeout: 240_000, hookTimeout: 60_000 });

const root = path.join(import.meta.dirname, '..', '..');
const sounds = path.join(root, 'examples', 'sounds');
let work: string;
let references: string;

beforeAll(() => {
  work = mkdtempSync(path.join(tmpdir(), 'fermata-evaluate-'));
  references = path.join(work, 'references');
  mkdirSync(path.join(references, 'more'), { recursive: true });
  const catalogue = path.join(root, 'examples', 'catalogue');
  cpSync(path.join(catalogue, 'ghost-warm-ink.ogg'), path.join(references, 'ghost-warm-ink.ogg'));
  symlinkSync(path.join(catalogue, 'muldjord-chaos-god.ogg'), path.join(references, 'more', 'chaos.ogg'));
  writeFileSync(path.join(references, 'broken.mp3'), 'this is no music');
  writeFileSync(path.join(references, 'catalogue.csv'), 'title,artists\n');
});
afterAll(() => rmSync(work, { recursive: true, force: true }));

async function evaluate(...args: string[]): Promise<{ code: number; talk: string }> {
  try {
    const { stderr } = await promisify(execFile)(
      process.execPath,
      [path.join(root, 'evaluation', 'main.ts'), 'audio', ...args],
      { cwd: work },
    );
    return { code: 0, talk: stderr };
  } catch (error) {
    const failed = error as { code: number; stderr: string };
    return { code: failed.code, talk: failed.stderr };
  }
}

const lines = (file: string): Record<string, unknown>[] =>
  readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);

it('answers every query once, also after it was stopped in the middle of a line', async () => {
  const queries = path.join(work, 'queries.jsonl');
  const out = path.join(work, 'out.jsonl');
  const rows = [
    { id: 'plain', file: path.join(sounds, 'official.m4a'), condition: 'codec' },
    { id: 7, file: 'beside.m4a', condition: 'speed' },
    { id: 'silent', file: path.join(sounds, 'silence.m4a'), condition: 'none' },
    { id: 'broken', file: path.join(sounds, 'not-audio.mp3'), condition: 'none' },
    { id: 'gone', file: 'nowhere.wav', condition: 'none' },
  ];
  cpSync(path.join(sounds, 'sped-up-115.m4a'), path.join(work, 'beside.m4a'));
  writeFileSync(queries, `${rows.map((row) => JSON.stringify(row)).join('\n')}\nnonsense\n`);
  writeFileSync(out, `${JSON.stringify({ id: 'silent', recording: null })}\n{"id":"plain","recor`);

  const args = ['--references', references, '--queries', queries, '--out', out, '--jobs', '2'];
  const first = await evaluate(...args);
  expect(first.code).toBe(0);
  expect(first.talk).toContain('broken.mp3: ');
  expect(first.talk).toContain('gone (nowhere.wav): The audio file is missing');
  expect(first.talk).toContain('line 6 has no "id" and "file"');
  expect(first.talk).toContain('2 of 3 files');

  const answers = new Map(lines(out).map((answer) => [answer['id'], answer]));
  expect(answers.size).toBe(5);
  const plain = answers.get('plain')!;
  expect(Object.keys(plain)).toEqual([
    'id',
    'recording',
    'speed_ratio',
    'pitch_semitones',
    'offset_ms',
    'coverage',
    'probability',
    'gate',
    'named',
    'ms',
  ]);
  expect(plain).toMatchObject({
    recording: 'ghost-warm-ink.ogg',
    speed_ratio: 1,
    gate: 'ok',
    named: [{ recording: 'ghost-warm-ink.ogg', relation: 'same', reasons: [expect.stringContaining('resembles')] }],
  });
  expect(Math.abs((plain['offset_ms'] as number) - 18_000)).toBeLessThan(40);
  expect(plain['probability']).toBeGreaterThan(0.99);
  expect(answers.get(7)).toMatchObject({ recording: path.join('more', 'chaos.ogg') });
  expect(answers.get(7)!['speed_ratio']).toBeCloseTo(1.15, 2);
  expect(answers.get('silent')).toEqual({ id: 'silent', recording: null });
  for (const id of ['broken', 'gone'])
    expect(answers.get(id)).toMatchObject({ recording: null, offset_ms: null, probability: 0 });

  const before = readFileSync(out, 'utf8');
  const second = await evaluate(...args);
  expect(second.code).toBe(0);
  expect(second.talk).toContain('of which 5 were answered before');
  expect(readFileSync(out, 'utf8')).toBe(before);
});

it('says what is wrong with its call', async () => {
  expect((await evaluate('--references', references)).code).toBe(2);
  expect((await evaluate('--colour')).code).toBe(2);
  const lost = await evaluate('--references', references, '--queries', 'lost.jsonl', '--out', 'x.jsonl');
  expect(lost.code).toBe(1);
  expect(lost.talk).toContain('lost.jsonl');
});
