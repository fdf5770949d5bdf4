// Follows changes of sounds as they happen.

import { changedSounds, readRecords, type ChangedSound } from '../../store/sounds/records.ts';
import { countByState } from '../../store/sounds/state.ts';
import { expectWords, type Command } from '../command.ts';
import { withDatabase } from '../../app/connection.ts';
import { soundRow } from './list.ts';

/** Changes looked at together. */
const page = 500;

export const watch: Command = {
  name: 'watch',
  summary: 'Print each change of a sound as it happens, until Ctrl-C.',
  words: '',
  options: { idle: { type: 'boolean', help: 'end when no sound is in its first attempt any more' } },
  examples: ['fermata watch', 'fermata watch --idle', 'fermata watch --json | jq .state'],
  async run(call) {
    expectWords(call);
    return withDatabase(call.config, async ({ database }) => {
      let stopped = false;
      process.once('SIGINT', () => (stopped = true));
      let from: ChangedSound = { at: new Date(0).toISOString(), id: '' };
      const shown = new Map<string, string>();
      while (!stopped) {
        const changed = await changedSounds(database, from, page);
        const records = await readRecords(database, { afterId: '', limit: page, ids: changed.map(({ id }) => id) });
        for (const { soundId, record } of records) {
          const line = call.json ? JSON.stringify(record) : soundRow(record).join('  ');
          if (shown.get(soundId) === line) continue;
          shown.set(soundId, line);
          call.terminal.out(line);
        }
        from = changed.at(-1) ?? from;
        if (changed.length === page) continue;
        const counts = await countByState(database);
        call.terminal.progress(
          Object.entries(counts)
            .map(([name, n]) => `${n} ${name}`)
            .join(', '),
        );
        if (call.flags.idle === true && (counts.submitted ?? 0) === 0) break;
        // A transaction may commit after one with a later time: look back a little, and print only what differs.
        from = { at: new Date(Date.parse(from.at) - 5_000).toISOString(), id: '' };
        await new Promise((resolve) => setTimeout(resolve, 1000));
      }
      call.terminal.settle();
      return 0;
    });
  },
};
