// Submits sounds one by one: each gets its workflow at once.

import { readSubmission } from '../../app/submission.ts';
import { expectWords, flagText, type Command } from '../command.ts';
import { checkEncoding } from '../encoding.ts';
import { withConnections } from '../../app/connection.ts';

const day = 24 * 3600 * 1000;

export const soundLineFormat = [
  'FILE may be - for standard input, or a folder of such files; gzip and UTF-16 are read. It holds JSON lines, or one JSON value (an array, a',
  'data export, the info JSON of yt-dlp): objects of platforms and scrapers as they are (docs/sounds.md), or one sound a line:',
  '  {"platform":"tiktok","id":"7123456789012345678","title":"…","author":"…","handle":"…","original":false,',
  '   "duration_ms":15000,"audio":"clip.m4a" or "https://…","payload":{the platform\'s own object}}',
  'platform and id are needed, the rest helps. Audio paths are relative to the file and may not leave its folder',
  '(FERMATA_AUDIO_ROOTS adds folders); URLs must be on a host in FERMATA_AUDIO_HOSTS.',
].join('\n');

export const submit: Command = {
  name: 'submit',
  summary: 'Submit sounds; each is reconciled by its own workflow. Submitting one twice is harmless.',
  words: 'FILE',
  options: {
    encoding: { type: 'string', value: 'NAME', help: 'of a file that is not UTF-8: windows-1252, shift_jis …' },
  },
  notes: soundLineFormat,
  examples: [
    'fermata submit examples/sounds.jsonl',
    'fermata submit clip.info.json',
    'echo \'{"platform":"tiktok","id":"1","title":"…"}\' | fermata submit -',
  ],
  async run(call) {
    const [file] = expectWords(call, 'FILE') as [string];
    const encoding = checkEncoding(flagText(call, 'encoding'));
    return withConnections(call.config, async ({ reconciliation }) => {
      const added: string[] = [];
      const problems: { line: number; place: string; problem: string }[] = [];
      const remarks: { line: number; place: string; remark: string }[] = [];
      let known = 0;
      let lines = 0;
      for await (const page of readSubmission({ file, encoding, horizonMs: call.config.horizonDays * day })) {
        const sounds = page.flatMap((line) => (line.sound === null ? [] : [line.sound]));
        const fresh = await reconciliation.submit(sounds);
        added.push(...fresh);
        known += sounds.length - fresh.length;
        lines += page.length;
        for (const { line, place, problem, remark } of page) {
          if (problem !== null) problems.push({ line, place, problem });
          if (remark !== null) remarks.push({ line, place, remark });
        }
        call.terminal.progress(`${lines} read, ${added.length} sounds new`);
      }
      call.terminal.settle();
      if (call.json)
        call.terminal.out(
          JSON.stringify({ submitted: added.length, known, refused: problems, remarks, sounds: added }),
        );
      else {
        call.terminal.out(`${added.length} sounds submitted, ${known} known already, ${problems.length} refused`);
        for (const { place, problem } of problems) call.terminal.out(`  ${place}: ${problem}`);
        for (const { place, remark } of remarks) call.terminal.out(`  ${place} is taken without a name: ${remark}`);
      }
      return problems.length > 0 && added.length + known === 0 ? 1 : 0;
    });
  },
};
