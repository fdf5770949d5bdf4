// A small seeded sample of `evaluation/audio/fuzz.ts`, and its corpus of damaged files. WAV only where there is no ffmpeg to make the others.

import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { createDecoder, type Decoder } from '../../audio/decode.ts';
import { fuzz, fuzzLimits, listen } from '../../evaluation/audio/fuzz.ts';
import { damagedCorpus, makeSeeds, seedFormats } from '../../evaluation/audio/mutations.ts';

vi.setConfig({ testTimeout: 240_000, hookTimeout: 60_000 });

const hasFfmpeg = (process.env['PATH'] ?? '').split(path.delimiter).some((f) => existsSync(path.join(f, 'ffmpeg')));
let folder: string;
let seeds: Map<string, Buffer>;
let decoder: Decoder;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'fermata-fuzz-'));
  seeds = makeSeeds(path.join(folder, 'seeds'), hasFfmpeg ? seedFormats : ['wav']);
  decoder = createDecoder(fuzzLimits);
});
afterAll(() => {
  decoder.close();
  rmSync(folder, { recursive: true, force: true });
});

it('gives a named reason for each unpleasant file, or its audio', async () => {
  const wrong: string[] = [];
  for (const { name, file, expected } of damagedCorpus(path.join(folder, 'corpus'), seeds)) {
    const { outcome, fault } = await listen(file, decoder);
    if (fault !== null || (expected !== 'any' && expected !== (outcome === 'audio' ? 'audio' : 'unreadable')))
      wrong.push(`${name}: ${outcome}, ${fault}`);
  }
  expect(wrong).toEqual([]);
});

it('stands 120 mutated files', async () => {
  const result = await fuzz(folder, seeds, 120, 7, decoder);
  expect(result.faults).toEqual([]);
  // They are damaged, not destroyed: some are still read, some are not.
  expect(result.outcomes['audio']).toBeGreaterThan(10);
  expect(Object.keys(result.outcomes).length).toBeGreaterThan(1);
});
