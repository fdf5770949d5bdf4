// What the sound's words say: its title, credits and hints against the recording's (metadata/score.ts, stored as evidence).

import type { TextCandidate } from '../../domain/evidence.ts';
import type { RecordingId } from '../../domain/naming.ts';
import { needsAudioFeature } from '../metadata/score/reason.ts';
import { compareStrings, oncePerRoot, totalBits } from '../reasons.ts';
import { thresholds } from '../thresholds.ts';
import { evidenceOf, type Objection, type SoundEvidence, strongestOf, type Witness } from './witness.ts';

export const words: Witness = {
  name: 'words',
  by: 'words',
  features: [
    'title',
    'artist',
    'guest',
    'version',
    'speed',
    'part',
    'edition',
    'beside',
    'unread',
    'context',
    'album',
    'duration',
    'named-by',
    'platform-id',
    'isrc',
    'fits-worse',
    needsAudioFeature,
  ],
  hear(sound) {
    const named = namedRecordings(sound);
    const platformNamesOne = [...named.values()].some(isNamedByPlatform);
    return {
      proposes: [...named.keys()],
      about(id) {
        const candidate = named.get(id);
        if (candidate === undefined) return { reasons: [], objections: [unconfirmed] };
        const { relation, blockedBy, artistAgrees, twins } = candidate;
        const reasons = oncePerRoot(candidate.reasons);
        const unproven = reasons.find(({ feature }) => feature === needsAudioFeature);
        const objections: Objection[] = [];
        if (!artistAgrees) objections.push(unconfirmed);
        if (unproven !== undefined) objections.push({ why: unproven.text, fallsAtBits: thresholds.heardClearlyBits });
        // An official sound titled like one song and tied by the platform to another: either may be the mistake.
        if (platformNamesOne && !isNamedByPlatform(candidate)) objections.push(platformNamesAnother);
        return {
          reasons,
          relation,
          blockedBy,
          named: { artistAgrees, bits: totalBits(reasons), needsEar: unproven !== undefined },
          objections,
          ...(twins === undefined ? {} : { twins }),
        };
      },
    };
  },
};

const unconfirmed: Objection = {
  why: 'Neither the artist nor the audio confirms the title.',
  fallsAtBits: thresholds.heardClearlyBits,
};
const platformNamesAnother: Objection = {
  why: 'The words and the platform name different recordings.',
  fallsAtBits: thresholds.heardClearlyBits,
};

/** What the words say of each recording that they name. */
export function namedRecordings(sound: SoundEvidence): ReadonlyMap<RecordingId, TextCandidate> {
  const evidence = evidenceOf(sound, 'metadata');
  return strongestOf(
    evidence.kind === 'match' ? evidence.candidates : [],
    sound.rejected,
    (a, b) => bitsOf(b) - bitsOf(a) || compareStrings(JSON.stringify(a), JSON.stringify(b)),
  );
}

const bitsOf = ({ reasons }: TextCandidate): number => totalBits(oncePerRoot(reasons));

const isNamedByPlatform = ({ reasons }: TextCandidate): boolean =>
  reasons.some(({ feature }) => feature === 'platform-id');
