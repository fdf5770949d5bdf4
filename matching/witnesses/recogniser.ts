// What outside recognisers heard in two pieces of the sound each (matching/recognition.ts says when two agree).

import type { RecognisedCandidate, Relation } from '../../domain/evidence.ts';
import { recognisedIn } from '../recognition.ts';
import { compareStrings } from '../reasons.ts';
import { thresholds } from '../thresholds.ts';
import { heardRecordings } from './audio.ts';
import { namedRecordings } from './words.ts';
import { strongestOf, type Testimony, type Witness } from './witness.ts';

/**
 * A recogniser that names one recording for two pieces of a sound is wrong about once in some hundred: a remix on the same master, a
 * sample, a label's wrong entry. Stated against the index's prior (13.3 bits), 14 make that even odds or better, so that alone it is
 * shown to a person; with the words' agreement it decides.
 */
export const recognisedBits = 14;
/** Its two pieces lie in the recording as they lie in the sound, within seconds: chance and wrong labels do not do that. */
const inPlaceBits = 5;
/** A melody that was hummed is somebody's cover at best: it may tip a scale, never move one. */
const hummedBits = 3;

export const recogniser: Witness = {
  name: 'recogniser',
  by: 'ear',
  features: ['recogniser'],
  hear(sound) {
    // Recognisers share labels and databases: what a second one says of the same recording is no second reason.
    const recognised = strongestOf(
      recognisedIn(sound.evidence.map(({ evidence }) => evidence)),
      sound.rejected,
      (a, b) => bitsOf(b) - bitsOf(a) || compareStrings(JSON.stringify(a), JSON.stringify(b)),
    );
    const heardByUs = heardRecordings(sound);
    const named = namedRecordings(sound);
    return {
      proposes: [...recognised.keys()],
      about(id) {
        const candidate = recognised.get(id);
        if (candidate === undefined) return null;
        const said = testimony(candidate);
        // Our own ear knows more about what was done to the recording than that it is recognised when played so.
        if (bitsOf(candidate) < thresholds.heardClearlyBits || heardByUs.has(id)) return said;
        return { ...said, relation: relationAt(candidate.speedRatio, named.get(id)?.relation ?? 'same') };
      },
    };
  },
};

function testimony(candidate: RecognisedCandidate): Testimony {
  const bits = bitsOf(candidate);
  const found = candidate.list !== 'humming';
  return {
    reasons: [{ feature: 'recogniser', root: 'recogniser', bits, text: sentenceOf(candidate) }],
    heard: {
      bits,
      found,
      coverage: null,
      parts: [],
      speedRatio: candidate.speedRatio,
      pitchSemitones: null,
      offsetMs: candidate.offsetMs,
    },
  };
}

function bitsOf({ list, inPlace }: RecognisedCandidate): number {
  if (list === 'humming') return hummedBits;
  return recognisedBits + (inPlace ? inPlaceBits : 0);
}

function sentenceOf({ provider, list, speedRatio, inPlace }: RecognisedCandidate): string {
  if (list === 'humming') return `Its melody was heard by ${provider}.`;
  const speed = isPlainSpeed(speedRatio) ? '' : ` played at ${(1 / speedRatio).toFixed(2)} of the sound's speed`;
  return `${provider} recognised it in two pieces of the sound${speed}${inPlace ? ', each in its place' : ''}.`;
}

const isPlainSpeed = (speedRatio: number): boolean => Math.abs(speedRatio - 1) <= 0.02;

/** What a recording is in a sound that had to be played at another speed to be recognised; else what the words say. */
function relationAt(speedRatio: number, claimed: Relation): Relation {
  if (isPlainSpeed(speedRatio)) return claimed === 'contains' || claimed === 'effects' ? claimed : 'same';
  return speedRatio > 1 ? 'sped_up' : 'slowed';
}
