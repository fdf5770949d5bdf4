// What stands beside the names: the film or album, and how long both last.

import type { Reason, Relation } from '../../../domain/evidence.ts';
import { fold } from '../fold.ts';
import type { RecordingSide, RecordingText } from '../recordingText.ts';
import type { SoundText, SoundWords } from '../soundText.ts';
import { ofKind, type Tag } from '../tags.ts';
import { parseTitle } from '../title.ts';
import { weights } from '../weights.ts';
import { type Agreement, reason, sentence } from './reason.ts';

export function compareContext(sound: SoundText, soundTags: readonly Tag[], side: RecordingSide): readonly Reason[] {
  const ours = ofKind(soundTags, 'context')
    .map((tag) => tag.of)
    .filter(Boolean);
  const theirs = ofKind(side.tags, 'context')
    .map((tag) => tag.of)
    .filter(Boolean);
  const album = side.recording.album ? fold(side.recording.album) : '';
  if (ours.length > 0 && theirs.length > 0) {
    const equal = ours.some((our) =>
      theirs.some((their) => their === our || their.includes(our) || our.includes(their)),
    );
    return [
      reason(
        'context',
        'context',
        equal ? weights.context.equal : weights.context.differ,
        equal ? `Both are from "${theirs[0]}".` : `One is from "${ours[0]}", the other from "${theirs[0]}".`,
      ),
    ];
  }
  const named = [...ours, ...(sound.album ? [albumKey(sound.album)] : [])].filter((key) => key !== '');
  if (album !== '' && named.some((key) => key === albumKey(album) || (key.length >= 6 && album.includes(key)))) {
    return [reason('context', 'context', weights.context.album, `The album "${side.recording.album}" agrees.`)];
  }
  return [];
}

function albumKey(album: string): string {
  const parsed = parseTitle(album);
  return parsed.baseKey === '' ? fold(album) : parsed.baseKey;
}

export function compareDuration(sound: SoundWords, recording: RecordingText, relation: Relation): Agreement | null {
  if (
    sound.userMade !== false ||
    sound.durationMs === null ||
    recording.durationMs === null ||
    recording.durationMs <= 0
  )
    return null;
  const { slowest, slackMs, tooLong } = weights.duration;
  const longestSlowed = recording.durationMs / slowest + slackMs;
  if (sound.durationMs <= (relation === 'slowed' ? longestSlowed : recording.durationMs + slackMs)) return null;
  const why = 'the sound is longer than the whole recording';
  return {
    reason: reason('duration', 'duration', tooLong, sentence(why)),
    block: sound.durationMs > longestSlowed ? why : null,
  };
}
