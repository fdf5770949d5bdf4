// Lists sounds by state.

import { readRecords, type SoundRecord } from '../../store/sounds/records.ts';
import { countByState } from '../../store/sounds/state.ts';
import { soundStatuses, type SoundStatus } from '../../domain/sound.ts';
import { expectWords, flagNumber, flagText, type Call, type Command } from '../command.ts';
import { Misuse } from '../../domain/failures.ts';
import { withDatabase } from '../../app/connection.ts';
import { table } from '../terminal.ts';

export const soundHeader = ['sound', 'state', 'recording', 'relation', 'speed', 'offset', 'prob.', 'why'] as const;

/** One row of the table that `list`, `watch` and `demo` print. */
export const soundRow = (record: SoundRecord): string[] => [
  `${record.platform}:${record.id}`,
  record.state,
  record.recording ?? '–',
  record.relation ?? '–',
  record.speed_ratio?.toFixed(3) ?? '–',
  record.offset_ms === null ? '–' : `${(record.offset_ms / 1000).toFixed(2)} s`,
  record.probability?.toFixed(3) ?? '–',
  record.reasons[0] ?? '',
];

export function stateFlag(call: Call): SoundStatus | undefined {
  const state = flagText(call, 'state');
  if (state === null) return undefined;
  if (!(soundStatuses as readonly string[]).includes(state))
    throw new Misuse(`--state takes one of ${soundStatuses.join(', ')}, not "${state}"`);
  return state as SoundStatus;
}

export const list: Command = {
  name: 'list',
  summary: 'List sounds, all or those in one state.',
  words: '',
  options: {
    state: { type: 'string', value: 'STATE', help: soundStatuses.join(', ') },
    limit: { type: 'string', value: 'N', help: 'at most this many (default 100)' },
  },
  examples: ['fermata list --state waiting', 'fermata list --state review --limit 20 --json'],
  async run(call) {
    expectWords(call);
    const state = stateFlag(call);
    const limit = flagNumber(call, 'limit', 100, 1, 100_000);
    return withDatabase(call.config, async ({ database }) => {
      const rows = await readRecords(database, { afterId: '', limit, state });
      if (call.json) {
        call.terminal.out(JSON.stringify(rows.map((row) => row.record)));
        return 0;
      }
      call.terminal.out(
        table(
          [...soundHeader, 'next attempt'].toSpliced(-2, 2, 'next attempt', 'why'),
          rows.map(({ record }) =>
            soundRow(record).toSpliced(-1, 0, record.next_attempt_at?.slice(0, 16).replace('T', ' ') ?? '–'),
          ),
        ),
      );
      const counts = await countByState(database);
      call.terminal.talk(
        Object.entries(counts)
          .map(([name, n]) => `${n} ${name}`)
          .join(', ') || 'no sounds yet',
      );
      return 0;
    });
  },
};
