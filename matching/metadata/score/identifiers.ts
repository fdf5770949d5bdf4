// Identifiers: the platform's own mapping to a streaming service, and ISRCs.

import type { TextCandidate } from '../../../domain/evidence.ts';
import { foldIsrc } from '../fold.ts';
import type { RecordingText } from '../recordingText.ts';
import type { SoundWords } from '../soundText.ts';
import { weights } from '../weights.ts';
import type { ReadingScore } from './reading.ts';
import { reason } from './reason.ts';
import { relationOfTags } from './speed.ts';

/** Identifiers decide or support; null when they say nothing and the words stand alone. */
export function scoreIdentifiers(
  sound: SoundWords,
  candidate: RecordingText,
  best: ReadingScore | null,
): TextCandidate | null {
  const byPlatform = sound.hints.find(
    (hint) =>
      hint.kind === 'dsp' &&
      (candidate.externalIds ?? []).some((external) => external.id === hint.id && external.platform === hint.platform),
  );
  if (byPlatform?.kind === 'dsp') {
    const decisive = reason(
      'platform-id',
      'platform-id',
      weights.identifier.platform,
      `The platform itself links the sound to this recording on ${byPlatform.platform}.`,
    );
    const speed = best?.titleAgrees ? best.relation : relationOfTags(sound.parsed.tags);
    // Words that agree stand beside it: without them a twin of the same title and artist would outweigh the recording that is meant.
    const words = best?.titleAgrees && best.artistAgrees ? best.reasons.filter((each) => each.bits > 0) : [];
    return {
      recordingId: candidate.id,
      reasons: [decisive, ...words],
      relation: speed,
      blockedBy: platformContradiction(sound, candidate, best),
      artistAgrees: true,
    };
  }
  const isrc = candidate.isrc === null ? null : foldIsrc(candidate.isrc);
  if (isrc !== null && sound.hints.some((hint) => hint.kind === 'isrc' && foldIsrc(hint.isrc) === isrc)) {
    const agrees = best !== null && best.titleAgrees;
    const bits = agrees ? weights.identifier.isrc : weights.identifier.isrcAlone;
    const text = agrees
      ? `ISRC ${isrc} agrees.`
      : `ISRC ${isrc} agrees, but nothing else confirms it; codes are sometimes wrong.`;
    return {
      recordingId: candidate.id,
      // The code says which of several recordings it is: what the words leave open is closed.
      reasons: [
        ...(best?.reasons ?? []).filter(({ elsewhere }) => !agrees || elsewhere === undefined),
        reason('isrc', 'isrc', bits, text),
      ],
      relation: best?.relation ?? 'same',
      blockedBy: best?.blockedBy ?? null,
      artistAgrees: best?.artistAgrees ?? false,
    };
  }
  return null;
}

/** An official sound whose words name another song or version than the platform's id: a person must look. */
function platformContradiction(sound: SoundWords, candidate: RecordingText, best: ReadingScore | null): string | null {
  if (best === null || sound.userMade === true) return null;
  if (best.titleAgrees) return best.blockedBy;
  const latin = /^[\p{Script=Latin}\p{Script=Common}\p{Script=Inherited}]*$/u;
  if (sound.userMade === false && best.artistLevel === 'none' && latin.test(sound.title + candidate.title)) {
    return `the platform links "${candidate.title}", but the sound is titled "${sound.title.slice(0, 80)}"`;
  }
  return null;
}
