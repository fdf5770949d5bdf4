// Submits sounds one by one: each gets its workflow at once.

import { readSubmission } from '../../app/submission.ts';
import { expectWords, type Command } from '../command.ts';
import { withConnections } from '../../app/connection.ts';

const day = 24 * 3600 * 1000;

export const soundLineFormat = [
  'One sound a line:',
  '  {"platform":"tiktok","id":"7123456789012345678","title":"…","author":"…","handle":"…","original":false,',
  '   "duration_ms":15000,"audio":"clip.m4a" or "https://…","payload":{the platform\'s own object}}',
  'platform and id are needed, the rest helps. Audio paths are relative to the file and may not leave its folder',
  '(FERMATA_AUDIO_ROOTS adds folders); URLs must be on a host in FERMATA_AUDIO_HOSTS.',
].join('\n');

export const submit: Command = {
  name: 'submit',
  summary: 'Submit sounds; each is reconciled by its own workflow. Submitting one twice is harmless.',
  words: 'FILE.jsonl',
  options: {},
  notes: `FILE may be - for standard input. ${soundLineFormat}`,
  examples: [
    'fermata submit examples/sounds.jsonl',
    'echo \'{"platform":"tiktok","id":"1","title":"…"}\' | fermata submit -',
  ],
  async run(call) {
    const [file] = expectWords(call, 'FILE.jsonl') as [string];
    return withConnections(call.config, async ({ reconciliation }) => {
      const added: string[] = [];
      const problems: { line: number; problem: string }[] = [];
      let known = 0;
      let lines = 0;
      for await (const page of readSubmission({ file, horizonMs: call.config.horizonDays * day })) {
        const sounds = page.flatMap((line) => (line.sound === null ? [] : [line.sound]));
        const fresh = await reconciliation.submit(sounds);
        added.push(...fresh);
        known += sounds.length - fresh.length;
        lines += page.length;
        for (const { line, problem } of page) if (problem !== null) problems.push({ line, problem });
        call.terminal.progress(`${lines} lines read, ${added.length} sounds new`);
      }
      call.terminal.settle();
      if (call.json)
        call.terminal.out(JSON.stringify({ submitted: added.length, known, refused: problems, sounds: added }));
      else {
        call.terminal.out(`${added.length} sounds submitted, ${known} known already, ${problems.length} lines refused`);
        for (const { line, problem } of problems) call.terminal.out(`  line ${line}: ${problem}`);
      }
      return problems.length > 0 && added.length + known === 0 ? 1 : 0;
    });
  },
};
