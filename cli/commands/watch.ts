// Follows changes of sounds as they happen.

import { readRecords } from '../../store/sounds/records.ts';
import { countByState } from '../../store/sounds/state.ts';
import { expectWords, type Command } from '../command.ts';
import { withDatabase } from '../../app/connection.ts';
import { soundRow } from './list.ts';

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
      let since = new Date(0);
      const shown = new Map<string, string>();
      while (!stopped) {
        // A transaction may commit after one with a later time: look back a little, and print only what differs.
        const { rows } = await database.query<{ id: string; updated_at: Date; now: Date }>(
          `select id, updated_at, now() as now from sounds where updated_at > $1 and status <> 'submitted' order by updated_at limit 500`,
          [new Date(since.getTime() - 5_000)],
        );
        const records = await readRecords(database, { afterId: '', limit: 500, ids: rows.map((row) => row.id) });
        for (const { soundId, record } of records) {
          const line = call.json ? JSON.stringify(record) : soundRow(record).join('  ');
          if (shown.get(soundId) === line) continue;
          shown.set(soundId, line);
          call.terminal.out(line);
        }
        since = rows.at(-1)?.updated_at ?? since;
        const counts = await countByState(database);
        call.terminal.progress(
          Object.entries(counts)
            .map(([name, n]) => `${n} ${name}`)
            .join(', '),
        );
        if (call.flags.idle === true && (counts.submitted ?? 0) === 0) break;
        if (rows.length < 500) await new Promise((resolve) => setTimeout(resolve, 1000));
      }
      call.terminal.settle();
      return 0;
    });
  },
};
