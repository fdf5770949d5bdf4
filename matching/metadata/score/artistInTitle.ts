// "harry styles as it was", "as it was by harry styles": the sound's title holds the recording's title and its artists, without a sign.

import { compareCredits } from '../credits.ts';
import type { Group } from '../names.ts';
import type { RecordingSide } from '../recordingText.ts';
import type { Reading } from '../soundText.ts';
import { byWords } from '../words/credits.ts';
import { anyOf } from '../words/wordings.ts';

export interface RunTogether {
  /** Folded. */
  readonly title: string;
  /** The words that name the artists. */
  readonly artists: readonly string[];
  /** What stands beside the recording's title. */
  readonly groups: readonly Group[];
}

const before = new RegExp(`^${anyOf(byWords)} (?=.)`, 'u');

/** Null when what is left beside the title names nobody of the recording, or somebody else as well. */
export function runTogether({ names: [our] }: Reading, side: RecordingSide): RunTogether | null {
  if (our === undefined) return null;
  for (const their of side.names) {
    if (our.key.length < their.key.length + 3) continue;
    const at = our.key.indexOf(their.key);
    if (at < 0) continue;
    if (our.key.startsWith(`${their.key} `)) {
      const rest = our.key.slice(their.key.length + 1);
      const artists = artistsOf(rest.replace(before, ''), side) ?? artistsOf(rest, side);
      if (artists !== null) return { title: their.key, artists, groups: their.groups };
    }
    if (our.key.endsWith(` ${their.key}`)) {
      const artists = artistsOf(our.key.slice(0, -their.key.length - 1), side);
      if (artists !== null) return { title: their.key, artists, groups: their.groups };
    }
  }
  return null;
}

function artistsOf(rest: string, side: RecordingSide): readonly string[] | null {
  if (rest.length < 2) return null;
  const agreement = compareCredits([rest], side.recording.artists, side.furtherArtists);
  const named = agreement.level === 'equal' || agreement.level === 'lead' || agreement.level === 'some';
  return named && !agreement.fuzzy && agreement.alone ? [rest] : null;
}
