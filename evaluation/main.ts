// `npm run evaluate -- NAME …`: runs evaluation/NAME/run.ts, which exports `main(argv)` and answers with an exit code.

import { access, readdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

interface Runner {
  readonly main: (argv: string[]) => Promise<number>;
  /** Every option, a line each. */
  readonly usage: string;
}

const here = fileURLToPath(new URL('.', import.meta.url));

async function runners(): Promise<readonly string[]> {
  const names: string[] = [];
  for (const entry of await readdir(here, { withFileTypes: true })) {
    if (!entry.isDirectory()) continue;
    const found = await access(`${here}${entry.name}/run.ts`).then(
      () => true,
      () => false,
    );
    if (found) names.push(entry.name);
  }
  return names.sort();
}

const [name, ...argv] = process.argv.slice(2);
const names = await runners();
if (name === undefined || !names.includes(name)) {
  process.stderr.write(`usage: npm run evaluate -- ${names.join(' | ')} [options]\n`);
  process.exitCode = 2;
} else {
  const runner = (await import(`./${name}/run.ts`)) as Runner;
  if (argv.includes('--help')) process.stdout.write(`${runner.usage.trimEnd()}\n`);
  else process.exitCode = await runner.main(argv);
}
