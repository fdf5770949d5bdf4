// Prints the configuration: each key, its value, where it came from.

import { describeConfig } from '../../platform/config.ts';
import { expectWords, type Command } from '../command.ts';
import { table } from '../terminal.ts';

export const config: Command = {
  name: 'config',
  summary: 'Show every setting with its value, where it came from and what it means; secrets are masked.',
  words: '',
  options: {},
  examples: ['fermata config', 'FERMATA_AUDIO_HOSTS=cdn.example.com fermata config --json'],
  async run(call) {
    expectWords(call);
    const rows = describeConfig(call.config);
    if (call.json) call.terminal.out(JSON.stringify(rows));
    else
      call.terminal.out(
        table(
          ['key', 'value', 'from', 'meaning'],
          rows.map((row) => [row.key, String(row.value), row.source, row.meaning]),
        ),
      );
    return 0;
  },
};
