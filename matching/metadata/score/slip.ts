// Groups on one side only that may be a misspelled version.

import type { Reason } from '../../../domain/evidence.ts';
import { fold, squeeze } from '../fold.ts';
import { misspelledTag } from '../misspelledTag.ts';
import type { RecordingSide } from '../recordingText.ts';
import type { Reading } from '../soundText.ts';
import type { ParsedTitle } from '../title.ts';
import { onlyAudioCanTell } from './reason.ts';

/** A group on one side only that may be a misspelled version: the plain recording must not be linked by words that may deny it. */
export function slippedTag(reading: Reading, side: RecordingSide): Reason | null {
  const ours = unreadGroups(reading.title, reading.baseIndex ?? 0);
  const theirs = [side.title, ...side.aliases].flatMap((title) => unreadGroups(title, 0));
  if (ours.length === 0 && theirs.length === 0) return null;
  const keyOf = (text: string): string => squeeze(fold(text));
  const known = new Set(
    [side.title, ...side.aliases].flatMap((title) => [...title.bases, ...title.subtitles]).map(keyOf),
  );
  for (const artist of side.recording.artists) known.add(keyOf(artist));
  const named = new Set([...reading.title.bases, ...reading.title.subtitles].map(keyOf));
  for (const group of ours) {
    const slip = known.has(keyOf(group)) ? null : misspelledTag(group);
    if (slip)
      return onlyAudioCanTell(
        `The sound's "${slip.written}" may be a misspelled "${slip.meant}", which the recording does not say.`,
      );
  }
  for (const group of theirs) {
    const slip = named.has(keyOf(group)) ? null : misspelledTag(group);
    if (slip)
      return onlyAudioCanTell(
        `The recording's "${slip.written}" may be a misspelled "${slip.meant}", which the sound does not say.`,
      );
  }
  return null;
}

/** What stands beside a title's name and was read as another name of it. */
function unreadGroups(title: ParsedTitle, baseIndex: number): readonly string[] {
  return title.bases.length === 1
    ? title.subtitles
    : [...title.subtitles, ...title.bases.filter((_, i) => i !== baseIndex)];
}
