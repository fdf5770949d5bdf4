// Work for several cores: a pool of threads that fingerprint references and answer queries. A thread that dies costs its item.

import { Worker } from 'node:worker_threads';
import { fileURLToPath } from 'node:url';
import type { SoundPart } from '../../domain/evidence.ts';
import type { PeakTraits, VectorStanding } from '../../matching/audio/lookalikes.ts';
import type { Autopsy } from './autopsy.ts';

export type Task =
  | { readonly kind: 'fingerprint'; readonly file: string }
  | { readonly kind: 'index'; readonly references: readonly IndexedFile[] }
  | { readonly kind: 'answer'; readonly file: string; readonly autopsy?: boolean };

export interface IndexedFile {
  readonly name: string;
  readonly durationMs: number;
  readonly print: Uint8Array;
  /** Of the second cue; null: searched by the peaks alone. */
  readonly vectors: Int8Array | null;
}

export interface Fingerprint {
  readonly kind: 'fingerprint';
  readonly durationMs: number;
  readonly print: Uint8Array;
  readonly vectors: Int8Array | null;
  /** Peaks and vectors without decoding, and decoding alone. */
  readonly printMs: number;
  readonly decodeMs: number;
}

export interface Heard {
  readonly kind: 'heard';
  /** `ok`, or the gate that ended it: `silence`, `speech`, `noise`, `too_short`. */
  readonly gate: string;
  readonly candidates: readonly HeardCandidate[];
  /** Of the first candidate, where it was asked for. */
  readonly autopsy: Autopsy | null;
  /** Decoding, gates and search. */
  readonly ms: number;
  readonly searchMs: number;
  /** CPU time of the whole process meanwhile: this answer's own where one thread works alone. */
  readonly cpuMs: number;
}

/** What its bits are made of: see matching/audio/lookalikes.ts. */
export type Traits = PeakTraits & Partial<VectorStanding> & { readonly chanceBits: number };

export interface HeardCandidate {
  readonly name: string;
  readonly relation: string;
  readonly speedRatio: number;
  readonly pitchSemitones: number;
  readonly offsetMs: number;
  readonly coverage: number;
  readonly bits: number;
  readonly probability: number;
  /** The seconds of the sound in which it is heard. */
  readonly parts: readonly SoundPart[];
  readonly traits: Traits;
}

export interface Trouble {
  readonly kind: 'trouble';
  readonly reason: string;
}

export type Outcome = Fingerprint | Heard | Trouble | { readonly kind: 'indexed' };

export interface Pool {
  /** Runs tasks on all threads; `onDone` in the order in which they end. */
  run(tasks: readonly Task[], onDone: (task: number, outcome: Outcome) => void): Promise<void>;
  /** Gives every thread, also those that replace dead ones, the same index. */
  index(references: readonly IndexedFile[]): Promise<void>;
  close(): Promise<void>;
}

interface Thread {
  worker: Worker;
  settle: ((outcome: Outcome) => void) | null;
}

export function createPool(size: number): Pool {
  let references: readonly IndexedFile[] = [];
  const threads: Thread[] = Array.from({ length: size }, () => start());

  function start(): Thread {
    const thread: Thread = { worker: new Worker(fileURLToPath(new URL('./thread.ts', import.meta.url))), settle: null };
    attach(thread);
    return thread;
  }

  function attach(thread: Thread): void {
    const { worker } = thread;
    const finish = (outcome: Outcome): void => {
      const settle = thread.settle;
      thread.settle = null;
      settle?.(outcome);
    };
    worker.on('message', finish);
    worker.on('error', (error) => finish({ kind: 'trouble', reason: `the thread died: ${String(error)}` }));
    worker.on('exit', () => finish({ kind: 'trouble', reason: 'the thread ended' }));
  }

  const ask = (thread: Thread, task: Task): Promise<Outcome> =>
    new Promise((resolve) => {
      thread.settle = resolve;
      thread.worker.postMessage(task);
    });

  const askOrReplace = async (thread: Thread, task: Task): Promise<Outcome> => {
    const outcome = await ask(thread, task);
    if (outcome.kind === 'trouble' && thread.worker.threadId === -1) {
      thread.worker = new Worker(fileURLToPath(new URL('./thread.ts', import.meta.url)));
      attach(thread);
      await ask(thread, { kind: 'index', references });
    }
    return outcome;
  };

  return {
    async run(tasks, onDone) {
      let next = 0;
      await Promise.all(
        threads.map(async (thread) => {
          while (next < tasks.length) {
            const mine = next++;
            onDone(mine, await askOrReplace(thread, tasks[mine]!));
          }
        }),
      );
    },
    async index(all) {
      references = all;
      await Promise.all(threads.map((thread) => ask(thread, { kind: 'index', references: all })));
    },
    async close() {
      await Promise.all(threads.map((thread) => thread.worker.terminate()));
    },
  };
}
