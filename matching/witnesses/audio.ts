// What our own ear found: where in a reference recording the sound's audio is, and how fast (audio/, stored as evidence).

import type { AudioCandidate, Reason, Relation, SoundPart, UnusableCode } from '../../domain/evidence.ts';
import type { RecordingId } from '../../domain/naming.ts';
import { clamp } from '../reasons.ts';
import { thresholds } from '../thresholds.ts';
import { namedRecordings } from './words.ts';
import {
  evidenceOf,
  type Objection,
  type SoundEvidence,
  strongestOf,
  type Testimony,
  type Witness,
} from './witness.ts';

/** No fingerprint is calibrated further out than this. */
export const audioCapBits = 30;
const speedAgreesBits = 3;
const speedContradictsBits = -6;

export const audio: Witness = {
  name: 'audio',
  by: 'ear',
  features: ['audio', 'speed-heard'],
  hear(sound) {
    const heard = heardRecordings(sound);
    const named = namedRecordings(sound);
    const evidence = evidenceOf(sound, 'audio');
    const objections: readonly Objection[] =
      evidence.kind === 'unusable' && isNotMusic(evidence.code)
        ? [{ why: `The words agree, but the audio is ${evidence.code}.`, fallsAtBits: heardAtAll }]
        : [];
    return {
      proposes: [...heard.keys()],
      about(id) {
        const candidate = heard.get(id);
        if (candidate === undefined) return objections.length === 0 ? null : { reasons: [], objections };
        return { ...testimony(candidate, named.get(id)?.relation ?? null), objections };
      },
    };
  },
};

/** The least bits above none. */
const heardAtAll = Number.MIN_VALUE;

export const isNotMusic = (code: UnusableCode): boolean => code === 'silence' || code === 'speech' || code === 'noise';

/** @param claimed what the words say that the recording is in the sound; null when they say nothing. */
function testimony(candidate: AudioCandidate, claimed: Relation | null): Testimony {
  const bits = clamp(candidate.logLikelihoodRatio, audioCapBits);
  const reasons: Reason[] = [{ feature: 'audio', root: 'audio', bits, text: sentenceOf(candidate) }];
  const heard = {
    bits,
    found: candidate.logLikelihoodRatio > 0,
    coverage: candidate.coverage,
    parts: candidate.parts ?? [],
    speedRatio: candidate.speedRatio,
    pitchSemitones: candidate.pitchSemitones,
    // Where a preview was cut from the recording nobody says.
    offsetMs: candidate.inPreview === true ? null : candidate.offsetMs,
  };
  if (bits < thresholds.heardClearlyBits) return { reasons, heard };
  const speed = speedAgreement(claimed, candidate);
  if (speed) reasons.push(speed);
  // Audio knows what was done to the recording; words only claim it. Only "contains" and effects may come from words: audio under a voice
  // or with reverb on it, at the right speed, is the same recording to the ear of the fingerprint.
  const unheard = claimed === 'contains' || claimed === 'effects';
  const relation = candidate.relation === 'same' && unheard ? claimed : candidate.relation;
  return { reasons, heard, relation };
}

/** What was heard of each recording. */
export function heardRecordings(sound: SoundEvidence): ReadonlyMap<RecordingId, AudioCandidate> {
  const evidence = evidenceOf(sound, 'audio');
  return strongestOf(evidence.kind === 'match' ? evidence.candidates : [], sound.rejected, compareHeard);
}

/** The clearest first. */
export function compareHeard(a: AudioCandidate, b: AudioCandidate): number {
  return (
    b.logLikelihoodRatio - a.logLikelihoodRatio ||
    b.coverage - a.coverage ||
    a.referenceId - b.referenceId ||
    a.offsetMs - b.offsetMs
  );
}

export function isOwnSpeed(candidate: AudioCandidate): boolean {
  // Measured tempo errors are 0.05 %; the closest released alteration is about 5 % away.
  return Math.abs(candidate.speedRatio - 1) <= 0.02 && Math.abs(candidate.pitchSemitones) <= 0.35;
}

function speedAgreement(claimed: Relation | null, { speedRatio }: AudioCandidate): Reason | null {
  if (claimed !== 'sped_up' && claimed !== 'slowed') return null;
  const agrees = claimed === 'sped_up' ? speedRatio > 1.02 : speedRatio < 0.98;
  const heard = speedRatio.toFixed(2);
  return {
    feature: 'speed-heard',
    root: 'speed-heard',
    bits: agrees ? speedAgreesBits : speedContradictsBits,
    text: agrees
      ? `The audio runs at ${heard} of the recording's speed, as the title says.`
      : `The title says ${claimed.replace('_', ' ')}, but the audio runs at ${heard} of the recording's speed.`,
  };
}

function sentenceOf(candidate: AudioCandidate): string {
  if (candidate.logLikelihoodRatio <= 0) return 'The audio speaks against this recording.';
  const speed = isOwnSpeed(candidate) ? 'at its own speed' : `at ${candidate.speedRatio.toFixed(2)} of its speed`;
  const parts = candidate.coverage < 0.8 && candidate.parts !== undefined ? placesOf(candidate.parts) : '';
  const what = candidate.inPreview === true ? "The audio of the recording's preview" : 'The audio';
  return `${what} matches ${Math.round(clamp(candidate.coverage, 1) * 100)} % of the sound${parts} ${speed}.`;
}

/** `, 0:12–0:40 and 1:05–1:20,`; empty when there are none or too many to be of use. */
function placesOf(parts: readonly SoundPart[]): string {
  if (parts.length === 0 || parts.length > 3) return '';
  const clock = (ms: number): string =>
    `${Math.floor(ms / 60_000)}:${String(Math.floor(ms / 1000) % 60).padStart(2, '0')}`;
  const told = parts.map(({ fromMs, toMs }) => `${clock(fromMs)}–${clock(toMs)}`);
  return `, ${told.length === 1 ? told[0]! : `${told.slice(0, -1).join(', ')} and ${told.at(-1)!}`},`;
}
