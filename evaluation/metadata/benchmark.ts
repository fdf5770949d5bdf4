// Speed of scoring: distinct sounds with 20 distinct candidates each, parse included, none seen before.

import { answer } from './answer.ts';
import type { Case } from './case.ts';
import { works } from './works.ts';

export interface Speed {
  /** Of one core, on CPU time. */
  readonly soundsPerSecond: number;
  readonly candidates: number;
  /** How often a second the same core does a fixed piece of string work: what the machine is worth at the moment. */
  readonly referencePerSecond: number;
  /** Sounds for one piece of reference work: comparable between machines, and on a busy one. */
  readonly soundsPerReference: number;
}

export function benchmark(sounds = 3000): Speed {
  const candidates = 20;
  const caseOf = (n: number): Case => ({
    id: String(n),
    sound: {
      title: `${works[n % works.length]!.title} ${n} (sped up) #fyp`,
      author: works[n % works.length]!.artists.join(' & '),
      original: false,
    },
    cands: Array.from({ length: candidates }, (__, k) => {
      const work = works[(n + k) % works.length]!;
      return { id: String(k), title: `${work.title} ${n} ${k % 3 === 0 ? '(Live)' : ''}`, artists: work.artists };
    }),
  });
  const cases = Array.from({ length: sounds }, (_, n) => caseOf(n));
  const rarity = { titleFrequency: () => 1, catalogueSize: 1_000_000 };
  // A worker runs for days: measured once the code is compiled (the first 3,000 sounds run a quarter slower), on titles not seen yet.
  for (let n = 0; n < sounds; n += 1) answer(caseOf(sounds + n), rarity);
  referenceWork();
  // In turns, so that both meet the same machine.
  let scoring = 0;
  let reference = 0;
  const turns = 6;
  for (let turn = 0; turn < turns; turn += 1) {
    reference += cpuSeconds(referenceWork);
    scoring += cpuSeconds(() => {
      for (let n = turn; n < sounds; n += turns) answer(cases[n]!, rarity);
    });
  }
  const soundsPerSecond = sounds / scoring;
  const referencePerSecond = turns / reference;
  return {
    soundsPerSecond: Math.round(soundsPerSecond),
    candidates,
    referencePerSecond: Math.round(100 * referencePerSecond) / 100,
    soundsPerReference: Math.round(soundsPerSecond / referencePerSecond),
  };
}

/** CPU time, not wall time: the figure is per core, whatever else the machine does. */
function cpuSeconds(work: () => unknown): number {
  const before = process.cpuUsage();
  work();
  const used = process.cpuUsage(before);
  return (used.user + used.system) / 1e6;
}

/** What scoring is made of, in a fixed amount and without any code of ours: words split, lowered, matched, counted and sorted. */
function referenceWork(): number {
  const counts = new Map<string, number>();
  for (let n = 0; n < 4000; n += 1) {
    const work = works[n % works.length]!;
    const text = `${work.title} ${n} (Live at ${work.artists.join(', ')}) #fyp`.normalize('NFKC').toLowerCase();
    for (const [word] of text.matchAll(/[\p{L}\p{N}]+/gu)) counts.set(word, (counts.get(word) ?? 0) + 1);
    if (/(?:^| )(?:live|acoustic|remix)(?: (?:at|from|in))?(?= |$)/u.test(text.replace(/[^\p{L}\p{N}]+/gu, ' ')))
      counts.set('', n);
  }
  return [...counts].sort(([a, n], [b, m]) => n - m || (a < b ? -1 : 1)).length;
}
