// `npm run evaluate -- gates --work DIR [--packages DIR]`: what the gates say of three hundred clips. Music that a gate stops is lost unheard,
// which is the one error that nothing later mends; speech and noise are searched and only called so when nothing was found.

import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { createDecoder } from '../../audio/decode.ts';
import { judgeSound, notMusic, type NotMusic } from '../../audio/gates.ts';
import { readOrSay } from '../options.ts';
import { makeClips, type Clip } from './clips.ts';

export const usage = `usage: npm run evaluate -- gates --work DIR [options]
  --work DIR       where the clips are made and the table is written
  --packages DIR   unpacked Debian packages; DIR/packages when not given, fetched when they are not there
  --natural-voices DIR  WAV files of evaluation/audio/naturalVoices.py, five clips more
  --help           this`;

const verdicts = ['ok', 'silence', 'too_short', 'unreadable'] as const;

interface Judged {
  readonly clip: Clip;
  readonly said: (typeof verdicts)[number];
  /** What it is called when nothing is found in it. */
  readonly unlessFound: NotMusic['kind'] | null;
  readonly features: unknown;
}

/** Exit code 0 done, 1 failed, 2 misuse. */
export async function main(argv: string[]): Promise<number> {
  const asked = readOrSay(usage, () => {
    const options = {
      work: { type: 'string' },
      packages: { type: 'string' },
      'natural-voices': { type: 'string' },
    } as const;
    const { values } = parseArgs({ args: argv, options });
    if (values.work === undefined) throw new Error('--work is needed');
    return {
      work: values.work,
      packages: values.packages ?? path.join(values.work, 'packages'),
      naturalVoices: values['natural-voices'] ?? null,
    };
  });
  if (asked === null) return 2;
  const decoder = createDecoder();
  try {
    const rows: Judged[] = [];
    for (const clip of makeClips(path.join(asked.work, 'clips'), asked.packages, asked.naturalVoices)) {
      const decoded = await decoder.decode(clip.file, { sampleRateHz: 8000 });
      if (decoded.kind !== 'audio') rows.push({ clip, said: 'unreadable', unlessFound: null, features: null });
      else {
        const { kind, features } = judgeSound(decoded.pcm);
        rows.push({
          clip,
          said: kind,
          unlessFound: kind === 'ok' ? (notMusic(features)?.kind ?? null) : null,
          features,
        });
      }
    }
    const text = tableOf(rows);
    await writeFile(path.join(asked.work, 'gates.md'), text);
    await writeFile(
      path.join(asked.work, 'gates.jsonl'),
      rows.map(({ clip, ...judged }) => `${JSON.stringify({ ...clip, ...judged })}\n`).join(''),
    );
    process.stdout.write(text);
    return 0;
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    return 1;
  } finally {
    decoder.close();
  }
}

function tableOf(rows: readonly Judged[]): string {
  // Of music every state by itself; of the rest the kind, and its makers together.
  const nameOf = ({ kind, state }: Clip): string => (kind === 'music' ? `music, ${state}` : kind);
  const names = [...new Set(rows.map(({ clip }) => nameOf(clip)))];
  const lines = names.map((name) => {
    const own = rows.filter(({ clip }) => nameOf(clip) === name);
    const counts = verdicts.map((verdict) => own.filter(({ said }) => said === verdict).length);
    const called = (['speech', 'noise'] as const).map((kind) => own.filter((row) => row.unlessFound === kind).length);
    return `| ${[name, own.length, counts[0], ...called, ...counts.slice(1)].join(' | ')} |`;
  });
  const music = rows.filter(({ clip }) => clip.kind === 'music');
  const lost = music.filter(({ said }) => said !== 'ok').length;
  return [
    '| clip | count | searched | … called speech unless found | … called noise | silence | too short | unreadable |',
    '| --- | --- | --- | --- | --- | --- | --- | --- |',
    ...lines,
    '',
    `Music lost unheard: ${lost} of ${music.length}.`,
    '',
  ].join('\n');
}
