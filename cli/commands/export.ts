// Exports sounds with their links, one a line, in bounded memory.

import { once } from 'node:events';
import { readRecords } from '../../store/sounds/records.ts';
import { expectWords, type Command } from '../command.ts';
import { withDatabase } from '../../app/connection.ts';
import { soundRow, stateFlag } from './list.ts';

const page = 1000;

export const exportSounds: Command = {
  name: 'export',
  summary: 'Write every sound with its link, one a line.',
  words: '',
  options: { state: { type: 'string', value: 'STATE', help: 'only sounds in this state' } },
  notes: [
    'With --json each line is {"platform","id","state","isrc","recording","relation","speed_ratio","pitch_semitones","offset_ms",',
    '"coverage","probability","decided_by","external_ids","published","publish_at","withdrawn_at","same_recordings","reasons":[…]};',
    'without it, tab-separated columns of the same order as "list". A link is published when its recording is out (FERMATA_PUBLISH).',
    '"same_recordings" are what the linked recording was delivered as besides: on a single, an album, a compilation.',
  ].join('\n'),
  examples: ['fermata export --json > links.jsonl', 'fermata export --json --state matched'],
  async run(call) {
    expectWords(call);
    const state = stateFlag(call);
    return withDatabase(call.config, async ({ database }) => {
      let afterId = '';
      for (;;) {
        const rows = await readRecords(database, { afterId, limit: page, state });
        for (const { record } of rows) {
          const { next_attempt_at: _next, attempts: _attempts, ...exported } = record;
          const line = call.json
            ? JSON.stringify(exported)
            : soundRow(record)
                .map((cell) => cell.replaceAll(/[\t\r\n]/g, ' '))
                .join('\t');
          // A slow reader of the pipe must not make us keep millions of lines.
          if (!process.stdout.write(`${line}\n`)) await once(process.stdout, 'drain');
        }
        if (rows.length < page) return 0;
        afterId = rows.at(-1)!.soundId;
      }
    });
  },
};
