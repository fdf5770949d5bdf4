// Writes the table of settings in operations.md from the configuration itself: `node docs/settings.ts`. A test says when it is old.

import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describeConfig, readConfig } from '../platform/config/index.ts';

export const page = join(import.meta.dirname, 'operations.md');
const [from, to] = ['<!-- settings -->', '<!-- /settings -->'];

/** The page with its table as the configuration has it now. */
export function withSettings(text: string): string {
  // Folders as a reader has them, not as the machine that writes the page has them.
  const rows = describeConfig(readConfig({ environment: { HOME: '~' }, folder: '/' })).map((row) => {
    const fallback = row.default.replace(/^\/\.fermata$/, '.fermata');
    const [variable, flag] = row.key.split(' ');
    const name = `\`${variable}\`${flag === undefined ? '' : `, \`${flag.slice(1, -1)}\``}`;
    return `| ${name} | ${fallback === '' ? '' : `\`${fallback}\``} | ${row.meaning} |`;
  });
  const start = text.indexOf(from);
  const end = text.indexOf(to);
  if (start < 0 || end < start) throw new Error(`the page has no ${from} … ${to}`);
  const table = ['| setting | default | meaning |', '| --- | --- | --- |', ...rows].join('\n');
  return `${text.slice(0, start + from.length)}\n${table}\n${text.slice(end)}`;
}

if (import.meta.main) await writeFile(page, withSettings(await readFile(page, 'utf8')));
