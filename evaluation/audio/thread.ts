// One thread of `jobs.ts`: decodes, fingerprints and searches what it is sent, one thing at a time.

import { parentPort } from 'node:worker_threads';
import { createDecoder } from '../../audio/decode.ts';
import { judgeSound, notMusic, type SoundVerdict } from '../../audio/gates.ts';
import type { AudioCandidate } from '../../domain/evidence.ts';
import { mentionedBits, searchWithBothCues } from '../../matching/audio/bothCues.ts';
import { peakTraitsOf } from '../../matching/audio/lookalikes.ts';
import { createMemoryVectors } from '../../matching/audio/memoryVectors.ts';
import { fingerprintReference } from '../../matching/audio/reference.ts';
import { createReferenceIndex } from '../../matching/audio/referenceIndex.ts';
import { createSoundEmbedder, embedReference } from '../../models/fingerprint/embedAudio.ts';
import { openEmbedder } from '../../models/fingerprint/embedder.ts';
import { readConfig } from '../../platform/config/index.ts';
import { autopsyOf } from './autopsy.ts';
import { probabilitiesOf } from './decide.ts';
import type { IndexedFile, Outcome, Task } from './jobs.ts';

const sampleRateHz = 8000;
const port = parentPort!;
const decoder = createDecoder();
const opened = await openEmbedder(readConfig().engine);
/** Null where it cannot run: the runner says so. */
const embedder = opened.kind === 'ready' ? opened.embedder : null;
let index = createReferenceIndex();
let vectors = createMemoryVectors();
let references: readonly IndexedFile[] = [];

process.on('exit', () => decoder.close());
port.on('message', (task: Task) => {
  void handle(task)
    .catch((error: unknown): Outcome => ({
      kind: 'trouble',
      reason: error instanceof Error ? error.message : String(error),
    }))
    .then((outcome) => port.postMessage(outcome));
});

async function handle(task: Task): Promise<Outcome> {
  switch (task.kind) {
    case 'fingerprint': {
      const startedAt = performance.now();
      const decoded = await decoder.decode(task.file, { sampleRateHz });
      if (decoded.kind !== 'audio') return { kind: 'trouble', reason: decoded.reason };
      const decodedAt = performance.now();
      const print = fingerprintReference(decoded.pcm, sampleRateHz);
      const vectors = embedder === null ? null : await embedReference(embedder, decoded.pcm);
      const printMs = performance.now() - decodedAt;
      return {
        kind: 'fingerprint',
        durationMs: decoded.durationMs,
        print,
        vectors,
        printMs,
        decodeMs: decodedAt - startedAt,
      };
    }
    case 'index': {
      index = createReferenceIndex();
      vectors = createMemoryVectors();
      references = task.references;
      for (const [referenceId, { name, print, vectors: sequence }] of task.references.entries()) {
        index.add({ referenceId, recordingId: name, print });
        if (sequence !== null) vectors.add(referenceId, sequence);
      }
      // Before the first answer, whose time it would be counted in.
      await index.settle();
      return { kind: 'indexed' };
    }
    case 'answer': {
      const startedAt = performance.now();
      const cpuBefore = process.cpuUsage();
      const decoded = await decoder.decode(task.file, { sampleRateHz });
      if (decoded.kind !== 'audio') return { kind: 'trouble', reason: decoded.reason };
      const verdict = judgeSound(decoded.pcm);
      const searchedFrom = performance.now();
      const cue = embedder === null ? null : { ...createSoundEmbedder(embedder), ...vectors };
      const { candidates, references: searched } =
        verdict.kind === 'ok'
          ? await searchWithBothCues(index, cue, decoded.pcm, { minBits: lowestBits })
          : { candidates: [], references: 0 };
      const endedAt = performance.now();
      const cpu = process.cpuUsage(cpuBefore);
      const [first] = candidates;
      const autopsy =
        task.autopsy === true && first !== undefined
          ? await autopsyOf(decoded.pcm, first, references[first.referenceId]!, cue)
          : null;
      const probabilities = probabilitiesOf(candidates, searched);
      return {
        kind: 'heard',
        gate: gateOf(verdict, candidates),
        candidates: candidates.map((candidate, rank) => ({
          name: candidate.recordingId,
          relation: candidate.relation,
          speedRatio: candidate.speedRatio,
          pitchSemitones: candidate.pitchSemitones,
          offsetMs: candidate.offsetMs,
          coverage: candidate.coverage,
          bits: candidate.logLikelihoodRatio,
          probability: probabilities[rank]!,
          parts: candidate.parts ?? [],
          traits: { chanceBits: candidate.chanceBits, ...peakTraitsOf(candidate), ...candidate.vectors },
        })),
        autopsy,
        ms: endedAt - startedAt,
        searchMs: endedAt - searchedFrom,
        cpuMs: (cpu.user + cpu.system) / 1000,
      };
    }
  }
}

/** What a machine would say of the sound: that it is no music only where nothing was found in it. */
function gateOf(verdict: SoundVerdict, candidates: readonly AudioCandidate[]): string {
  if (verdict.kind !== 'ok' || candidates.some(({ logLikelihoodRatio }) => logLikelihoodRatio >= mentionedBits))
    return verdict.kind;
  return notMusic(verdict.features)?.kind ?? 'ok';
}

/** The ranking is of interest even where the bits would not name anybody. */
const lowestBits = -100;
