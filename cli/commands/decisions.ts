// What a person decides about one sound. Each waits for the workflow's answer: accepted, or refused with the reason.

import type { PersonDecision } from '../../domain/sound.ts';
import { expectWords, flagText, type Call, type Command } from '../command.ts';
import { Failed, Misuse } from '../../domain/failures.ts';
import { readOne, resolveSound, withConnections, type Connections } from '../../app/connection.ts';
import * as people from '../../app/people.ts';

const options = {
  by: { type: 'string', value: 'NAME', help: 'who decides; kept with the decision (default: nobody named)' },
  note: { type: 'string', value: 'TEXT', help: 'why; kept with the decision' },
  'decision-id': { type: 'string', value: 'ID', help: 'repeat a decision safely: the same id counts once' },
} as const;

const soundNote = 'SOUND is platform:id, or the id alone.';

async function say(call: Call, connections: Connections, soundId: string, decision: PersonDecision): Promise<number> {
  const decisionId = flagText(call, 'decision-id');
  const result = await connections.reconciliation.decide(soundId, decision, {
    by: flagText(call, 'by') ?? '',
    note: flagText(call, 'note') ?? '',
    ...(decisionId === null ? {} : { decisionId }),
  });
  if (result.kind === 'refused') {
    if (call.json) call.terminal.out(JSON.stringify({ accepted: false, why: result.why }));
    throw new Failed(`refused: ${result.why}`);
  }
  if (call.json) call.terminal.out(JSON.stringify({ accepted: true, ...(await readOne(connections, soundId)) }));
  else call.terminal.out(`accepted: ${soundId} is ${result.status}; ${result.why}`);
  return 0;
}

const aboutRecording = (name: 'match' | 'reject', summary: string, examples: string[]): Command => ({
  name,
  summary,
  words: 'SOUND RECORDING',
  options,
  notes: `${soundNote} RECORDING is an ISRC or a recording's id.`,
  examples,
  async run(call) {
    const [sound, recording] = expectWords(call, 'SOUND', 'RECORDING') as [string, string];
    return withConnections(call.config, async (connections) =>
      say(call, connections, await resolveSound(connections, sound), {
        kind: name,
        recordingId: await people.recordingNamed(connections.database, recording),
      }),
    );
  },
});

export const match = aboutRecording('match', "Decide that a sound contains a recording. A person's word always wins.", [
  'fermata match tiktok:7123456789012345678 ZZFER2600001 --by mara --note "the guitar take"',
]);
export const reject = aboutRecording(
  'reject',
  'Decide that a sound does not contain a recording; it is looked for elsewhere.',
  ['fermata reject 7123456789012345678 ZZFER2600001'],
);

const plain = (name: 'abandon' | 'reopen', summary: string, example: string): Command => ({
  name,
  summary,
  words: 'SOUND',
  options,
  notes: soundNote,
  examples: [example],
  async run(call) {
    const [sound] = expectWords(call, 'SOUND') as [string];
    return withConnections(call.config, async (connections) =>
      say(call, connections, await resolveSound(connections, sound), { kind: name }),
    );
  },
});

export const abandon = plain(
  'abandon',
  'Stop trying to match a sound.',
  'fermata abandon 7123456789012345678 --note "deleted by its author"',
);
export const reopen = plain(
  'reopen',
  'Take a settled sound up again; it is tried at once.',
  'fermata reopen 7123456789012345678',
);

export const dismiss: Command = {
  name: 'dismiss',
  summary: 'Decide that a sound is not music, or that no recording of it exists.',
  words: 'SOUND',
  options: { ...options, because: { type: 'string', value: 'REASON', help: 'not-music or no-such-recording' } },
  notes: soundNote,
  examples: ['fermata dismiss 7123456789012345678 --because not-music'],
  async run(call) {
    const [sound] = expectWords(call, 'SOUND') as [string];
    const kinds: Readonly<Record<string, 'notMusic' | 'noSuchRecording'>> = {
      'not-music': 'notMusic',
      'no-such-recording': 'noSuchRecording',
    };
    const kind = kinds[flagText(call, 'because') ?? ''];
    if (kind === undefined) throw new Misuse('--because takes not-music or no-such-recording');
    return withConnections(call.config, async (connections) =>
      say(call, connections, await resolveSound(connections, sound), { kind }),
    );
  },
};

export const retry: Command = {
  name: 'retry',
  summary: 'Try a waiting or undecided sound again now.',
  words: 'SOUND',
  options: {},
  notes: soundNote,
  examples: ['fermata retry 7123456789012345678'],
  async run(call) {
    const [typed] = expectWords(call, 'SOUND') as [string];
    return withConnections(call.config, async (connections) => {
      const id = await resolveSound(connections, typed);
      await people.retry(connections, id);
      if (call.json) call.terminal.out(JSON.stringify({ retried: id }));
      else call.terminal.out(`${id} is tried again now`);
      return 0;
    });
  },
};
