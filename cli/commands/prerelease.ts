// Hands in what a person knows of a recording that is not in the catalogue yet.

import { join } from 'node:path';
import { openBlobStore } from '../../platform/blobStore.ts';
import { expectWords, flagText, type Call, type Command } from '../command.ts';
import { Failed } from '../../domain/failures.ts';
import { resolveSound, withConnections } from '../../app/connection.ts';
import { handIn, readPrerelease } from '../../app/people.ts';

/** Copies the file to where the workers read it. @returns its SHA-256. */
async function keepAudio(call: Call, file: string): Promise<string> {
  try {
    return await openBlobStore(join(call.config.dataDir, 'blobs')).copyIn(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') throw new Failed(`there is no file ${file}`);
    throw error;
  }
}

export const prerelease: Command = {
  name: 'prerelease',
  summary: 'Say what an unreleased track is; the sound then waits for exactly that.',
  words: 'SOUND',
  options: {
    title: { type: 'string', value: 'TITLE', help: 'title of the release (needed)' },
    artists: { type: 'string', value: 'NAMES', help: 'artists, ";" between them (needed)' },
    isrc: { type: 'string', value: 'ISRC', help: 'its ISRC, if it has one' },
    date: { type: 'string', value: 'DATE', help: 'release date like 2026-12-11: tried more often around it' },
    audio: {
      type: 'string',
      value: 'FILE',
      help: 'audio of the recording: it is indexed at once, so that its sounds are found before the release',
    },
    by: { type: 'string', value: 'NAME', help: 'who says so' },
  },
  notes: [
    'SOUND is platform:id, or the id alone.',
    'With --audio, every sound that holds it is linked to this, unpublished, until a delivery confirms it (two of code, title with artist,',
    'audio agree) and takes its place, or contradicts it, which goes to review. Without, this sound waits for it and nobody is linked.',
  ].join('\n'),
  examples: [
    'fermata prerelease 7123456789012345678 --title "Fermata" --artists "A;B" --isrc ZZFER2600001 --date 2026-12-11',
  ],
  async run(call) {
    const [typed] = expectWords(call, 'SOUND') as [string];
    const date = flagText(call, 'date');
    const metadata = readPrerelease({
      title: flagText(call, 'title') ?? '',
      artists: (flagText(call, 'artists') ?? '').split(';'),
      isrc: flagText(call, 'isrc'),
      date,
    });
    const { title, artists, isrc } = metadata;
    const audio = flagText(call, 'audio');
    return withConnections(call.config, async (connections) => {
      const id = await resolveSound(connections, typed);
      const keep = async (): Promise<string | null> => (audio === null ? null : keepAudio(call, audio));
      const problem = await handIn(connections, id, metadata, keep, flagText(call, 'by') ?? '');
      if (problem !== null) call.terminal.talk(`its audio was left out: ${problem}`);
      if (call.json)
        call.terminal.out(JSON.stringify({ sound: id, title, artists, isrc, date, audio_problem: problem }));
      else call.terminal.out(`${id} now waits for "${title}" by ${artists.join(', ')}`);
      return 0;
    });
  },
};
