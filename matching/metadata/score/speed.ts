// What was done to either: speeds, pitches, effects.

import type { Reason, Relation } from '../../../domain/evidence.ts';
import { describeTag, ofKind, type Tag, type TagOf } from '../tags.ts';
import { weights } from '../weights.ts';
import { onlyAudioCanTell, reason, sentence } from './reason.ts';

type SpeedTag = TagOf<'speed'>;

export interface SpeedAgreement {
  readonly reasons: readonly Reason[];
  readonly relation: Relation;
  readonly block: string | null;
}

export function compareSpeed(ours: readonly SpeedTag[], theirs: readonly SpeedTag[]): SpeedAgreement {
  const our = strongest(ours);
  const their = strongest(theirs);
  const w = weights.version;
  if (our === null && their === null) return { reasons: [], relation: 'same', block: null };
  if (our === null) {
    const text = `The recording is ${describeTag(their!)}, the sound does not say so.`;
    return {
      reasons: [
        reason('speed', 'speed', w.speedOnlyInRecording, text),
        onlyAudioCanTell('Only audio can tell whether this is the altered release.'),
      ],
      relation: 'same',
      block: null,
    };
  }
  if (their === null) {
    if (our.effect === 'effect')
      return {
        reasons: [reason('speed', 'speed', w.effectOnlyInSound, `The sound says ${describeTag(our)}.`)],
        relation: 'effects',
        block: null,
      };
    return {
      reasons: [
        reason(
          'speed',
          'speed',
          w.speedOnlyInSound,
          `The sound is ${describeTag(our)}, this is the recording at its own speed.`,
        ),
      ],
      relation: our.effect,
      block: null,
    };
  }
  if (our.effect === their.effect) {
    const same = our.detail.join() === their.detail.join() && (our.ratio ?? their.ratio) === (their.ratio ?? our.ratio);
    if (same)
      return {
        reasons: [reason('speed', 'speed', w.speedEqual, `Both are ${describeTag(their)}.`)],
        relation: 'same',
        block: null,
      };
    return {
      reasons: [
        reason(
          'speed',
          'speed',
          w.speedEqualDetailApart,
          `The sound is ${describeTag(our)}, the recording ${describeTag(their)}.`,
        ),
      ],
      relation: 'same',
      block: null,
    };
  }
  const why = `the sound is ${describeTag(our)}, the recording ${describeTag(their)}`;
  return { reasons: [reason('speed', 'speed', w.speedOpposite, sentence(why))], relation: 'same', block: why };
}

/** Several speed tags ("sped up" twice, "slowed" and "reverb" apart) are read as one. */
function strongest(tags: readonly SpeedTag[]): SpeedTag | null {
  const main = tags.find((tag) => tag.effect !== 'effect') ?? tags[0];
  if (main === undefined) return null;
  return {
    ...main,
    detail: [...new Set(tags.flatMap((tag) => tag.detail))].sort(),
    ratio: tags.find((tag) => tag.ratio !== null)?.ratio ?? null,
  };
}

/** What the tags alone claim. */
export function relationOfTags(tags: readonly Tag[]): Relation {
  const speed = strongest(ofKind(tags, 'speed'));
  return speed === null ? 'same' : speed.effect === 'effect' ? 'effects' : speed.effect;
}
