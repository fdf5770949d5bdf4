// One thread of `jobs.ts`: decodes, fingerprints and searches what it is sent, one thing at a time.

import { parentPort } from 'node:worker_threads';
import { createDecoder } from '../../audio/decode.ts';
import { judgeSound } from '../../audio/gates.ts';
import { createAudioIndex } from '../../matching/audio/audioIndex.ts';
import { fingerprintReference } from '../../matching/audio/reference.ts';
import { probabilityOfFirst } from './decide.ts';
import type { Outcome, Task } from './jobs.ts';

const sampleRateHz = 8000;
const port = parentPort!;
const decoder = createDecoder();
let index = createAudioIndex();

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
      if (decoded.kind === 'unreadable') return { kind: 'trouble', reason: decoded.reason };
      const decodedAt = performance.now();
      const print = fingerprintReference(decoded.pcm, sampleRateHz);
      const printMs = performance.now() - decodedAt;
      return {
        kind: 'fingerprint',
        durationMs: decoded.durationMs,
        print,
        printMs,
        decodeMs: decodedAt - startedAt,
      };
    }
    case 'index': {
      index = createAudioIndex();
      task.references.forEach(({ name, durationMs, print }, referenceId) =>
        index.add({ referenceId, recordingId: name, durationMs, print }),
      );
      return { kind: 'indexed' };
    }
    case 'answer': {
      const startedAt = performance.now();
      const decoded = await decoder.decode(task.file, { sampleRateHz });
      if (decoded.kind === 'unreadable') return { kind: 'trouble', reason: decoded.reason };
      const gate = judgeSound(decoded.pcm).kind;
      const searchedFrom = performance.now();
      const candidates = gate === 'ok' ? index.search(decoded.pcm, { minBits: lowestBits }) : [];
      const endedAt = performance.now();
      return {
        kind: 'heard',
        gate,
        candidates: candidates.map((candidate, rank) => ({
          name: candidate.recordingId,
          relation: candidate.relation,
          speedRatio: candidate.speedRatio,
          pitchSemitones: candidate.pitchSemitones,
          offsetMs: candidate.offsetMs,
          coverage: candidate.coverage,
          bits: candidate.logLikelihoodRatio,
          probability: rank === 0 ? probabilityOfFirst(candidates, index.size) : null,
        })),
        ms: endedAt - startedAt,
        searchMs: endedAt - searchedFrom,
      };
    }
  }
}

/** The ranking is of interest even where the bits would not name anybody. */
const lowestBits = -100;
