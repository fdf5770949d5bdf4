// One recording of the catalogue: how it stands to the others, and a person's word that two are not one.

import { withDatabase, type Stored } from '../../app/connection.ts';
import { rejoin, separate } from '../../app/recordings.ts';
import { Failed, Misuse } from '../../domain/failures.ts';
import type { RecordingEdge } from '../../domain/relations.ts';
import { findRecording, recordingsById, type CatalogueRecording } from '../../store/catalogue/recordings.ts';
import { edgesOf } from '../../store/catalogue/relations.ts';
import { flagText, type Command } from '../command.ts';
import { table } from '../terminal.ts';

export const recordingCommand: Command = {
  name: 'recording',
  summary: 'One recording and what is one with it: show ID | separate ID OTHER | rejoin ID OTHER',
  words: 'show ID | separate ID OTHER | rejoin ID OTHER',
  options: {
    by: { type: 'string', value: 'NAME', help: 'who says so, for separate' },
    note: { type: 'string', value: 'TEXT', help: 'why, for separate' },
  },
  notes: [
    'ID is a recording id or an ISRC. Recordings with the same words and lengths, or joined by an identifier or a file, count as one, and a sound is',
    'linked to one of them. separate: they are two after all; what was linked because they counted as one is open again and looks anew.',
    'rejoin: takes that back.',
  ].join('\n'),
  examples: [
    'fermata recording show GBXYZ2600001',
    'fermata recording separate GBXYZ2600001 GBXYZ2600002 --by ann --note "the album has another take"',
    'fermata recording rejoin GBXYZ2600001 GBXYZ2600002 --json',
  ],
  async run(call) {
    const [verb, first, second, ...more] = call.words;
    const fits =
      more.length === 0 &&
      first !== undefined &&
      (verb === 'show' ? second === undefined : (verb === 'separate' || verb === 'rejoin') && second !== undefined);
    if (!fits) throw new Misuse('recording takes show ID, separate ID OTHER, or rejoin ID OTHER');
    return withDatabase(call.config, async (stored) => {
      const recording = await named(stored, first);
      const { database } = stored;
      if (second === undefined) {
        const edges = await edgesOf(database, recording.id);
        const others = new Map(
          (
            await recordingsById(
              database,
              edges.map((edge) => otherOf(edge, recording)),
            )
          ).map((one) => [one.id, one]),
        );
        if (call.json) call.terminal.out(JSON.stringify({ recording: recording.id, edges }));
        else {
          call.terminal.out(nameOf(recording));
          if (edges.length === 0) call.terminal.talk('it stands alone');
          else
            call.terminal.out(
              table(
                ['stands as', 'to', 'because'],
                edges.map((edge) => [
                  `${levelOf(edge)}${edge.confirmed ? '' : ' ?'}`,
                  nameOf(others.get(otherOf(edge, recording))!),
                  edge.evidence.map(({ text }) => text).join(' '),
                ]),
              ),
            );
        }
        return 0;
      }
      const other = await named(stored, second);
      if (other.id === recording.id) throw new Misuse('a recording is one with itself');
      if (verb === 'separate') {
        const said = { by: flagText(call, 'by') ?? 'A person', why: flagText(call, 'note') ?? '' };
        const open = await separate(database, recording.id, other.id, said);
        if (call.json) call.terminal.out(JSON.stringify({ recording: recording.id, separate: other.id, open }));
        else
          call.terminal.out(`${recording.id} and ${other.id} are two recordings now; ${open.length} sounds look again`);
        return 0;
      }
      if (!(await rejoin(database, recording, other.id)))
        throw new Failed(`nobody has separated ${recording.id} and ${other.id}`);
      if (call.json) call.terminal.out(JSON.stringify({ recording: recording.id, rejoined: other.id }));
      else call.terminal.out(`${recording.id} and ${other.id} stand to each other as their words have it`);
      return 0;
    });
  },
};

async function named({ database }: Stored, word: string): Promise<CatalogueRecording> {
  const found = await findRecording(database, word);
  if (found === null) throw new Failed(`there is no recording ${word} in the catalogue`);
  return found;
}

const otherOf = (edge: RecordingEdge, { id }: CatalogueRecording): string =>
  edge.recordingId === id ? edge.otherId : edge.recordingId;

const levelOf = ({ kind }: RecordingEdge): string =>
  'how' in kind ? `${kind.level} (${kind.how.replace('_', ', ')})` : kind.level.replace('_', ' ');

const nameOf = ({ id, title, artists, version }: CatalogueRecording): string =>
  `"${title}"${version === null ? '' : ` (${version})`} by ${artists.join(', ')}, ${id}`;
