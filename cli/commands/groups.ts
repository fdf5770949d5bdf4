// Groups of sounds with one audio: which there are, who is in them, taken apart and put together by a person.

import { listGroups, readMembers, type GroupSize } from '../../store/sounds/groups.ts';
import { expectWords, flagNumber, flagText, type Command } from '../command.ts';
import { Misuse } from '../../domain/failures.ts';
import { resolveSound, withDatabase, withConnections } from '../../app/connection.ts';
import { groupNamed, merge, split } from '../../app/people.ts';
import { table } from '../terminal.ts';

const day = (date: Date): string => date.toISOString().slice(0, 10);

/** "310 sounds of this unknown audio since 2026-11-17, 45 of them within a day". */
export const groupLine = (group: GroupSize): string =>
  `${group.sounds} sounds of this ${group.recording === null ? 'unknown audio' : `audio (${group.recording})`} since ${day(group.since)}, ${group.lastDay} of them within a day`;

const asJson = (group: GroupSize) => ({
  group: group.id,
  sounds: group.sounds,
  open: group.open,
  last_day: group.lastDay,
  last_hour: group.lastHour,
  since: group.since,
  newest: group.newest,
  recording: group.recording,
  title: group.title,
  alarmed_at: group.alarmedAt,
});

export const groups: Command = {
  name: 'groups',
  summary: 'List groups of waiting sounds with the same audio, the fastest growing and biggest first.',
  words: '',
  options: { limit: { type: 'string', value: 'N', help: 'at most this many (default 30)' } },
  notes:
    'Sounds with the same audio, at whatever speed, are one group. What is decided about one is applied to those that are played alike and\nproposed for the others. "!" marks growth past FERMATA_GROUP_ALARM.',
  examples: ['fermata groups', 'fermata groups --limit 5 --json'],
  async run(call) {
    expectWords(call);
    const limit = flagNumber(call, 'limit', 30, 1, 10_000);
    return withDatabase(call.config, async ({ database }) => {
      const found = await listGroups(database, limit);
      if (call.json) call.terminal.out(JSON.stringify(found.map(asJson)));
      else if (found.length === 0) call.terminal.talk('no sounds that wait have the same audio');
      else {
        call.terminal.out(
          table(
            ['group', 'sounds', 'open', 'last day', 'last hour', 'since', 'recording', 'a title'],
            found.map((group) => [
              `${group.id}${group.alarmedAt === null ? '' : ' !'}`,
              String(group.sounds),
              String(group.open),
              String(group.lastDay),
              String(group.lastHour),
              day(group.since),
              group.recording ?? '–',
              group.title,
            ]),
          ),
        );
      }
      return 0;
    });
  },
};

export const group: Command = {
  name: 'group',
  summary: 'One group of sounds with the same audio: show N | split SOUND … | merge N OTHER',
  words: 'show GROUP | split SOUND [SOUND …] | merge GROUP OTHER',
  options: {
    by: { type: 'string', value: 'NAME', help: 'who says so, for split' },
    limit: { type: 'string', value: 'N', help: 'with show: at most this many sounds, the newest first (default 50)' },
  },
  notes:
    'split: these sounds are not what the rest of their group is. They make a group of their own, and nothing but a person puts the two together again.\nmerge: the sounds of OTHER are of GROUP too. How they are played against each other is not known then, so decisions are proposed for them, not applied.',
  examples: [
    'fermata group show 12',
    'fermata group split tiktok:7123456789012345678 tiktok:7123456789012345679 --by ann',
    'fermata group merge 12 31 --json',
  ],
  async run(call) {
    const [verb, ...words] = call.words;
    const fits = { show: words.length === 1, split: words.length > 0, merge: words.length === 2 };
    if (verb === undefined || !Object.hasOwn(fits, verb) || !fits[verb as keyof typeof fits])
      throw new Misuse('group takes show GROUP, split SOUND …, or merge GROUP OTHER');
    return withConnections(call.config, async (connections) => {
      const { database } = connections;
      if (verb === 'show') {
        const found = await groupNamed(database, words[0]!);
        const members = await readMembers(database, found.id, flagNumber(call, 'limit', 50, 1, 100_000));
        if (call.json) {
          call.terminal.out(
            JSON.stringify({
              ...asJson(found),
              members: members.map((one) => ({
                sound: one.id,
                state: one.status,
                title: one.title,
                grouped_by: one.by,
                speed: one.speed,
                pitch_semitones: one.semitones,
                offset_ms: one.offsetMs,
                submitted_at: one.submittedAt,
              })),
            }),
          );
          return 0;
        }
        call.terminal.out(`group ${found.id}: ${groupLine(found)}`);
        call.terminal.out(
          table(
            ['sound', 'state', 'speed', 'pitch', 'offset', 'by', 'title'],
            members.map((one) => [
              one.id,
              one.status,
              one.speed?.toFixed(3) ?? '–',
              one.semitones === null ? '–' : `${one.semitones.toFixed(1)} st`,
              one.offsetMs === null ? '–' : `${(one.offsetMs / 1000).toFixed(2)} s`,
              one.by,
              one.title,
            ]),
          ),
        );
        return 0;
      }
      if (verb === 'split') {
        const ids: string[] = [];
        for (const word of words) ids.push(await resolveSound(connections, word));
        const { group: made, from } = await split(database, ids, flagText(call, 'by') ?? 'a person');
        if (call.json) call.terminal.out(JSON.stringify({ group: made, from, sounds: ids }));
        else call.terminal.out(`${ids.length} sounds of group ${from} are group ${made} now`);
        return 0;
      }
      const into = await groupNamed(database, words[0]!);
      const other = await groupNamed(database, words[1]!);
      const moved = await merge(connections, into, other);
      if (call.json) call.terminal.out(JSON.stringify({ group: into.id, merged: other.id, open: moved }));
      else
        call.terminal.out(`group ${other.id} is part of group ${into.id} now; ${moved.length} open sounds look again`);
      return 0;
    });
  },
};
