// A folder of audio as references: fingerprinted on all cores, and kept beside the answers.

import { appendFile, readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { printVersion } from '../../matching/audio/reference.ts';
import { openEmbedder } from '../../models/fingerprint/embedder.ts';
import { readConfig } from '../../platform/config/index.ts';
import type { IndexedFile, Pool, Task } from './jobs.ts';
import { createProgress, jsonLines, talk } from './lines.ts';

/** Listings that lie beside the audio. */
const noAudio = /\.(csv|jsonl?|txt|md|xml|ya?ml|html?|pdf|jpe?g|png|gif|cue|m3u8?|nfo|log|ini|db|sha\d*|md5)$/i;

interface StoredPrint {
  readonly name: string;
  readonly size: number;
  readonly mtimeMs: number;
  readonly version: number;
  readonly durationMs: number;
  /** Base 64. */
  readonly print: string;
  /** Of the second cue, base 64; null where it does not run. */
  readonly vectors: string | null;
  /** The weights that made them. */
  readonly model: string | null;
}

/** Fingerprints of the audio in a folder, kept in `storeFile` so that nothing is fingerprinted twice. */
export async function indexReferences(
  pool: Pool,
  folder: string,
  storeFile: string,
  model: string | null,
): Promise<{ files: IndexedFile[]; listed: number; problems: string[]; seconds: number; bytes: number }> {
  const names = (await readdir(folder, { recursive: true, withFileTypes: true }))
    .filter((entry) => !entry.isDirectory() && !entry.name.startsWith('.') && !noAudio.test(entry.name))
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)))
    .sort();
  const facts = new Map<string, { size: number; mtimeMs: number }>();
  for (const name of names) {
    // Follows links; one that leads nowhere is told as missing when it is decoded.
    const found = await stat(path.join(folder, name)).catch(() => null);
    facts.set(name, { size: found?.size ?? 0, mtimeMs: found?.mtimeMs ?? 0 });
  }
  const stored = await readStore(storeFile);
  const files = new Map<string, IndexedFile>();
  const missing: string[] = [];
  for (const name of names) {
    const known = stored.get(name);
    const fact = facts.get(name)!;
    const isFresh = known !== undefined && known.size === fact.size && known.mtimeMs === fact.mtimeMs;
    if (isFresh && known.version === printVersion && known.model === model) {
      const vectors = known.vectors === null ? null : new Int8Array(Buffer.from(known.vectors, 'base64'));
      files.set(name, { name, durationMs: known.durationMs, print: Buffer.from(known.print, 'base64'), vectors });
    } else missing.push(name);
  }
  const problems: string[] = [];
  const progress = createProgress('references', missing.length);
  let done = 0;
  let writing: Promise<void> = Promise.resolve();
  await pool.run(
    missing.map((name): Task => ({ kind: 'fingerprint', file: path.join(folder, name) })),
    (task, outcome) => {
      const name = missing[task]!;
      if (outcome.kind === 'fingerprint') {
        const { durationMs, print, vectors } = outcome;
        files.set(name, { name, durationMs, print, vectors });
        const row: StoredPrint = {
          name,
          ...facts.get(name)!,
          version: printVersion,
          durationMs,
          print: Buffer.from(print).toString('base64'),
          vectors: vectors === null ? null : Buffer.from(vectors.buffer).toString('base64'),
          model,
        };
        writing = writing.then(() => appendFile(storeFile, `${JSON.stringify(row)}\n`));
      } else problems.push(`${name}: ${outcome.kind === 'trouble' ? outcome.reason : 'no print'}`);
      progress(++done);
    },
  );
  await writing;
  const list = names.flatMap((name) => files.get(name) ?? []);
  return {
    files: list,
    listed: names.length,
    problems,
    seconds: list.reduce((sum, file) => sum + file.durationMs / 1000, 0),
    bytes: list.reduce((sum, file) => sum + file.print.length + (file.vectors?.length ?? 0), 0),
  };
}

/** Version of the weights of the second cue; null, and told, where its engine cannot run. */
export async function modelInUse(): Promise<string | null> {
  const outcome = await openEmbedder(readConfig().engine);
  if (outcome.kind === 'unavailable') {
    talk(`searched by the peaks alone: ${outcome.reason}`);
    return null;
  }
  await outcome.embedder.close();
  return outcome.embedder.modelVersion;
}

async function readStore(file: string): Promise<Map<string, StoredPrint>> {
  const found = new Map<string, StoredPrint>();
  for await (const value of jsonLines(file)) {
    const row = value as unknown as StoredPrint;
    if (typeof row.name === 'string' && typeof row.print === 'string') found.set(row.name, row);
  }
  return found;
}
