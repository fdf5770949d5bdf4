// Says what was found, what is missing, and the line that fixes it.

import { diagnose } from '../../platform/doctor.ts';
import { expectWords, type Command } from '../command.ts';
import { table } from '../terminal.ts';

const marks = { ok: '✓', warning: '!', missing: '✗' } as const;

export const doctor: Command = {
  name: 'doctor',
  summary: 'Say what this machine has of what Fermata needs, and how to get the rest.',
  words: '',
  options: { install: { type: 'boolean', help: 'install the servers now instead of on the first start' } },
  examples: ['fermata doctor', 'fermata doctor --install', 'fermata doctor --json'],
  async run(call) {
    expectWords(call);
    const findings = await diagnose(call.config, { install: call.flags.install === true });
    const good = findings.every((finding) => finding.state !== 'missing');
    if (call.json) {
      call.terminal.out(JSON.stringify({ ok: good, findings }));
    } else {
      call.terminal.out(
        table(
          ['', 'what', 'found'],
          findings.map((finding) => [marks[finding.state], finding.name, finding.found]),
        ),
      );
      for (const finding of findings.filter((each) => each.fix !== null))
        call.terminal.out(`\n${finding.name}: ${finding.fix}`);
    }
    return good ? 0 : 1;
  },
};
