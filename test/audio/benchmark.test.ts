// What the benchmark stands on: parts that share nothing, graphs that say what they do, a probability that counts like the decision.

import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { AudioCandidate } from '../../domain/evidence.ts';
import { alterations, graphOf } from '../../evaluation/audio/alterations.ts';
import { probabilitiesOf } from '../../evaluation/audio/decide.ts';
import split from '../../evaluation/audio/split.json' with { type: 'json' };

const found = (bits: number, speedRatio = 1): AudioCandidate => ({
  recordingId: `r${bits}`,
  referenceId: bits,
  relation: 'same',
  speedRatio,
  pitchSemitones: 12 * Math.log2(speedRatio),
  offsetMs: 0,
  coverage: 1,
  logLikelihoodRatio: bits,
});

describe('the split', () => {
  it('shares no package, voice or room between its parts', () => {
    for (const kind of ['packages', 'voices', 'impulses'] as const) {
      const named = Object.values(split[kind]).map((part) =>
        [...new Set(JSON.stringify(part).match(/"[^"]+"/g))].filter(
          (word) => !/"(espeak-ng|flite|packages|files|decaySeconds)"/.test(word),
        ),
      );
      const all = named.flat();
      expect(new Set(all).size, kind).toBe(all.length);
    }
  });

  it('is the one that the network was trained by', () => {
    const training = JSON.parse(
      readFileSync(path.join(import.meta.dirname, '../../training/fingerprint/split.json'), 'utf8'),
    ) as { packages: Record<string, string[]> };
    expect(split.packages.tune.filter((name) => !training.packages['train']!.includes(name))).toEqual([]);
    expect([...split.packages.validation].sort()).toEqual([...training.packages['validation']!].sort());
    expect([...split.packages.test].sort()).toEqual([...training.packages['test']!].sort());
  });
});

describe('an alteration', () => {
  it('has a name of its own, and a pitch that follows from its speed unless they were changed apart', () => {
    expect(new Set(alterations.map(({ name }) => name)).size).toBe(alterations.length);
    for (const { name, speedRatio, pitchSemitones, family } of alterations) {
      const together = Math.abs(pitchSemitones - 12 * Math.log2(speedRatio)) < 1e-9;
      expect(together || ['tempo', 'pitch', 'tempo and pitch'].includes(family), name).toBe(true);
    }
  });

  it('is drawn like the usual ones did when later ones are added: what was reported is made of the same conditions', () => {
    expect(alterations.filter(({ set }) => set === 'usual')).toHaveLength(31);
  });

  it('brings music and voice to the levels that it says', () => {
    const voice = alterations.find(({ name }) => name === 'voice -6 dB')!;
    // Music at a root mean square of 0.2 is halved to 0.1; a voice of 0.05 is raised to 0.2, 6 dB above.
    expect(graphOf(voice, 0.2, 0.05, 15)).toMatch(/^\[0:a\]aresample=44100,volume=0\.50000,.*\[1:a\]volume=3\.99/);
  });
});

describe('the probability of the first candidate', () => {
  it.each([
    ['nobody', [], 100, 0],
    ['random bits', [found(0)], 100, 0.0001],
    ['the prior of ten thousand, made up for', [found(Math.log2(1e4))], 100, 0.5],
    ['the same in a larger index', [found(Math.log2(1e4))], 1e6, 0.0099],
    ['two that fit equally', [found(100), found(100)], 100, 0.5],
    ['a rival far behind, though both are beyond the cap', [found(100), found(40)], 100, 1],
    ['a sibling at another speed, with more bits', [found(100), found(104, 1.25)], 100, 0.99976],
  ])('%s', (_, candidates, indexSize, expected) => {
    expect(probabilitiesOf(candidates, indexSize)[0] ?? 0).toBeCloseTo(expected, 3);
  });
});
