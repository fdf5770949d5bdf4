// `npm run evaluate -- NAME --help`: every measurement says what it can be told, every option among it.

import { execFile } from 'node:child_process';
import { readdirSync, readFileSync, existsSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';

const evaluation = path.join(import.meta.dirname, '..', '..', 'evaluation');
const names = readdirSync(evaluation).filter((name) => existsSync(path.join(evaluation, name, 'run.ts')));

describe('npm run evaluate -- NAME --help', () => {
  it.each(names)('%s', { timeout: 60_000 }, async (name) => {
    const { stdout } = await promisify(execFile)(process.execPath, [path.join(evaluation, 'main.ts'), name, '--help']);
    expect(stdout).toMatch(new RegExp(`^usage: npm run evaluate -- ${name} `));
    const source = readFileSync(path.join(evaluation, name, 'run.ts'), 'utf8');
    const options = [...source.matchAll(/'?([a-z-]+)'?: \{ type: '(?:string|boolean)'/g)].map(([, option]) => option!);
    expect(options.length).toBeGreaterThan(0);
    for (const option of options) expect(stdout, option).toMatch(new RegExp(`--${option}[ \\]\\n]`));
  });
});
