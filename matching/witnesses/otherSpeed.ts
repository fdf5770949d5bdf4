// Releases of one recording at several speeds are all heard in the same sound, each at another ratio. The one that plays at its own
// speed explains the audio; its altered siblings are then explained by it. About all candidates together: `hear` finds that one.

import type { AudioCandidate } from '../../domain/evidence.ts';
import { lieBeside } from '../parts.ts';
import { compareStrings } from '../reasons.ts';
import { thresholds } from '../thresholds.ts';
import { compareHeard, heardRecordings, isOwnSpeed } from './audio.ts';
import type { Witness } from './witness.ts';

export const otherSpeedBits = -12;
/** A sibling that is heard more clearly than this beyond the one at its own speed is not explained by it. */
const clearerBits = 12;

export const otherSpeed: Witness = {
  name: 'another recording at its own speed',
  by: 'ear',
  features: ['sibling'],
  hear(sound) {
    const heard = heardRecordings(sound);
    const ownSpeed = clearestAtOwnSpeed([...heard.values()]);
    return {
      proposes: [],
      about(id) {
        const candidate = heard.get(id);
        if (candidate === undefined || ownSpeed === null || !isExplainedBy(candidate, ownSpeed)) return null;
        const text = 'Another recording explains the audio at its own speed.';
        return { reasons: [{ feature: 'sibling', root: 'sibling', bits: otherSpeedBits, text }] };
      },
    };
  },
};

/** The best audio match at the recording's own speed, if it is as good as proof. */
function clearestAtOwnSpeed(candidates: readonly AudioCandidate[]): AudioCandidate | null {
  const [best = null] = candidates
    .filter((candidate) => isOwnSpeed(candidate) && candidate.logLikelihoodRatio >= thresholds.heardClearlyBits)
    .sort((a, b) => compareHeard(a, b) || compareStrings(a.recordingId, b.recordingId));
  return best;
}

const isExplainedBy = (candidate: AudioCandidate, ownSpeed: AudioCandidate): boolean =>
  ownSpeed.recordingId !== candidate.recordingId &&
  !isOwnSpeed(candidate) &&
  !lieBeside(
    { bits: candidate.logLikelihoodRatio, parts: candidate.parts ?? [] },
    { bits: ownSpeed.logLikelihoodRatio, parts: ownSpeed.parts ?? [] },
  ) &&
  candidate.logLikelihoodRatio <= ownSpeed.logLikelihoodRatio + clearerBits;
