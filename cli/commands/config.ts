// Prints the configuration: each key, its value, where it came from; and which outside services that switches on.

import { describeConfig } from '../../platform/config/index.ts';
import { createProviders } from '../../providers/index.ts';
import { expectWords, type Command } from '../command.ts';
import { table } from '../terminal.ts';

export const config: Command = {
  name: 'config',
  summary:
    'Show every setting with its value, where it came from and what it means; secrets are masked. Then which outside services are on.',
  words: '',
  options: {},
  examples: ['fermata config', 'FERMATA_AUDIO_HOSTS=cdn.example.com fermata config --json'],
  async run(call) {
    expectWords(call);
    const rows = describeConfig(call.config);
    if (call.json) call.terminal.out(JSON.stringify(rows));
    else {
      call.terminal.out(
        table(
          ['key', 'value', 'from', 'meaning'],
          rows.map((row) => [row.key, String(row.value), row.source, row.meaning]),
        ),
      );
      // Nothing is asked here: the clients are made to hear which can be.
      const { states } = createProviders(call.config, { fetchFor: () => fetch, now: Date.now });
      call.terminal.out('');
      call.terminal.out(
        table(
          ['outside service', '', 'why'],
          states.map((state) => [state.name, state.on ? 'on' : 'off', state.on ? '' : state.why]),
        ),
      );
    }
    return 0;
  },
};
