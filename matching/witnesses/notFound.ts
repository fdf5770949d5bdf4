// Searched and not found: the recording's own audio is in the index, the sound's audio was searched there, and it was not found.

import { heardRecordings } from './audio.ts';
import { evidenceOf, type Testimony, type Witness } from './witness.ts';
import { namedRecordings } from './words.ts';

const notFoundBits = -10;

const testimony: Testimony = {
  reasons: [
    {
      feature: 'audio',
      root: 'audio',
      bits: notFoundBits,
      text: 'Its reference audio was searched and not found in the sound.',
    },
  ],
  objections: [
    { why: 'The words agree, but the recording was not found in the audio.', fallsAtBits: Number.POSITIVE_INFINITY },
  ],
};

export const notFound: Witness = {
  name: 'searched and not found',
  by: 'ear',
  features: ['audio'],
  hear(sound) {
    const { kind } = evidenceOf(sound, 'audio');
    const searched = new Set(kind === 'match' || kind === 'none' ? sound.searched : []);
    const heard = heardRecordings(sound);
    const named = namedRecordings(sound);
    return {
      proposes: [],
      about(id) {
        if (heard.has(id)) return null;
        if (searched.has(id)) return testimony;
        // What is one recording sounds the same: a twin without audio of its own is missed with the one that has it.
        const twins = named.get(id)?.twins?.ids ?? [];
        return twins.some((twin) => searched.has(twin)) && !twins.some((twin) => heard.has(twin)) ? testimony : null;
      },
    };
  },
};
