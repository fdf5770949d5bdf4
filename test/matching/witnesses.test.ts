// What every witness keeps to, whoever is added.

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readSound, recordingText } from '../../evaluation/metadata/answer.ts';
import type { Case } from '../../evaluation/metadata/case.ts';
import type { AudioCandidate, RecognisedCandidate } from '../../domain/evidence.ts';
import { textEvidence } from '../../matching/metadata/score.ts';
import type { Weighing } from '../../matching/weigh.ts';
import type { Testimony, Witness } from '../../matching/witnesses/witness.ts';
import { witnesses } from '../../matching/witnesses/witnesses.ts';
import { rare } from './metadata/support.ts';
import { weighing } from './support.ts';

const cases = readFileSync(new URL('../../evaluation/metadata/cases/tuning.jsonl', import.meta.url), 'utf8')
  .split('\n')
  .filter((line) => line !== '')
  .map((line) => JSON.parse(line) as Case);

/** Each case with its words, and its candidates heard in turn at their own speed, faster, not at all, and by a recogniser. */
const sounds: readonly Weighing[] = cases.map(({ sound, cands }, n) => {
  const words = readSound(sound);
  const candidates = cands.map(recordingText);
  const heard = candidates.flatMap(({ id }, i): AudioCandidate[] =>
    (i + n) % 3 === 2
      ? []
      : [
          {
            recordingId: id,
            referenceId: i,
            relation: 'same',
            speedRatio: (i + n) % 3 === 0 ? 1 : 1.25,
            pitchSemitones: 0,
            offsetMs: 0,
            coverage: 0.9,
            logLikelihoodRatio: 20 + i,
          },
        ],
  );
  const recognised = candidates.slice(0, n % 3).map(({ id }, i): RecognisedCandidate => ({
    recordingId: id,
    serviceId: `s${i}`,
    provider: 'acrcloud',
    text: '',
    list: i === 0 ? 'music' : 'humming',
    speedRatio: 1,
    offsetMs: null,
    inPlace: n % 2 === 0,
  }));
  return {
    ...weighing({
      text: textEvidence(words, candidates, rare),
      audio:
        heard.length === 0 ? { kind: 'none', reason: 'Nothing sounds like it.' } : { kind: 'match', candidates: heard },
      recognised,
      searched: candidates.map(({ id }) => id),
    }),
    words,
  };
});

const candidatesOf = (sound: Weighing): readonly string[] => [
  ...new Set(witnesses.flatMap(({ hear }) => hear(sound).proposes)),
];
const testimonies = (witness: Witness, sound: Weighing): readonly Testimony[] => {
  const { about } = witness.hear(sound);
  return candidatesOf(sound).flatMap((id) => about(id) ?? []);
};

describe.each(witnesses.map((witness) => [witness.name, witness] as const))('%s', (_, witness) => {
  it('names the features of its reasons, and uses them', () => {
    const used = new Set(sounds.flatMap((sound) => testimonies(witness, sound)).flatMap(({ reasons }) => reasons));
    const features = new Set([...used].map(({ feature }) => feature));
    expect(witness.features).toEqual(expect.arrayContaining([...features]));
    expect(features.size).toBeGreaterThan(0);
  });

  it('gives one reason a root', () => {
    for (const sound of sounds)
      for (const { reasons } of testimonies(witness, sound))
        expect(new Set(reasons.map(({ root }) => root)).size).toBe(reasons.length);
  });

  it('proposes nothing that a person has rejected', () => {
    for (const sound of sounds) {
      const rejected = candidatesOf(sound);
      expect(witness.hear({ ...sound, rejected }).proposes).toEqual([]);
    }
  });

  it('shares no feature with a witness that knows by other means', () => {
    for (const other of witnesses.filter(({ by }) => by !== witness.by))
      expect(other.features.filter((feature) => witness.features.includes(feature))).toEqual([]);
  });
});
