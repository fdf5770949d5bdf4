// Sounds to run through: the short clips of the examples under new ids, each with bytes of its own, so that nothing is answered
// from what an equal file has already cost.

import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readTruth } from '../../cli/commands/demo.ts';

const examples = join(import.meta.dirname, '..', '..', 'examples');
const longestMs = 60_000;
/** Music that no catalogue of the examples has. */
const unknownMusic = 'unknown-music.m4a';

interface Line {
  readonly platform: string;
  readonly id: string;
  readonly duration_ms?: number;
  readonly audio: string | null;
}

async function readExamples(): Promise<Line[]> {
  const text = await readFile(join(examples, 'sounds.jsonl'), 'utf8');
  return text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => JSON.parse(line) as Line);
}

/** Writes `n` sounds with music in them and the file that lists them. @returns its path. */
export async function makeMusic(folder: string, n: number): Promise<string> {
  const truths = new Map((await readTruth()).map((truth) => [truth.id, truth]));
  const lines = (await readExamples()).filter(
    ({ id, audio, duration_ms: durationMs }) =>
      audio !== null &&
      audio.endsWith('.m4a') &&
      (durationMs ?? Infinity) <= longestMs &&
      // Silence, speech and broken files are answered without a search: they would flatter the number.
      truths.get(id)?.state !== 'unmatchable',
  );
  return write(
    folder,
    'music',
    Array.from({ length: n }, (_, i) => ({ ...lines[i % lines.length]!, platform: 'tiktok', id: `music-${i}` })),
  );
}

/** Writes `n` sounds that will wait, with audio that nothing matches or with words only. @returns the file's path. */
export async function makeWaiting(folder: string, kind: 'audio' | 'words', n: number): Promise<string> {
  const unknown = (await readExamples()).find(({ audio }) => audio?.endsWith(unknownMusic));
  if (unknown === undefined) throw new Error(`${unknownMusic} is not among the examples`);
  return write(
    folder,
    `waiting-${kind}`,
    Array.from({ length: n }, (_, i) => ({
      platform: 'tiktok',
      id: `waiting-${kind}-${i}`,
      title: `Quelthorn Ambervale ${i}`,
      author: `Brindlemoss ${i}`,
      original: false,
      duration_ms: 18_000,
      audio: kind === 'audio' ? unknown.audio : null,
    })),
  );
}

async function write(folder: string, name: string, lines: readonly Line[]): Promise<string> {
  await mkdir(join(folder, name), { recursive: true });
  const clips = new Map<string, Buffer>();
  const listed: string[] = [];
  for (const [i, line] of lines.entries()) {
    if (line.audio === null) {
      listed.push(JSON.stringify(line));
      continue;
    }
    const clip = clips.get(line.audio) ?? (await readFile(join(examples, line.audio)));
    clips.set(line.audio, clip);
    const audio = join(name, `${i}.m4a`);
    await writeFile(join(folder, audio), Buffer.concat([clip, freeBox(i)]));
    listed.push(JSON.stringify({ ...line, audio }));
  }
  const file = join(folder, `${name}.jsonl`);
  await writeFile(file, listed.map((line) => `${line}\n`).join(''));
  return file;
}

/** A box of ISO base media (ISO/IEC 14496-12 §8.1.2) that readers skip: length, "free", eight bytes of ours. */
function freeBox(n: number): Buffer {
  const box = Buffer.alloc(16);
  box.writeUInt32BE(16, 0);
  box.write('free', 4, 'latin1');
  box.writeUInt32BE(n, 12);
  return box;
}
