// The picture of the layers is true: every import in the code is in its list, every arrow in the list is used, lint refuses the rest, and no file
// imports itself by way of others.

import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { describe, expect, it } from 'vitest';
import { lintFile, page, readLayers, readLint, rulesOf, withPicture } from '../../docs/layers.ts';

const root = join(import.meta.dirname, '..', '..');
const text = readFileSync(page, 'utf8');
const layers = readLayers(text);
const names = layers.map(({ name }) => name);
const files = execFileSync('git', ['ls-files', '-co', '--exclude-standard', '*.ts'], { cwd: root, encoding: 'utf8' })
  .split('\n')
  .filter((file) => names.includes(file.split('/')[0]!));

interface Import {
  readonly from: string;
  readonly to: string;
  readonly isType: boolean;
}
const statement = /(?:^|\n)\s*(?:import|export)\s+(type\s)?[^'";]*?from\s+'(\.[^']+)'|\bimport\('(\.[^']+)'\)/g;
const imports: readonly Import[] = files.flatMap((from) =>
  [...readFileSync(join(root, from), 'utf8').matchAll(statement)].map(([all, type, path, dynamic]) => ({
    from,
    to: posix.normalize(posix.join(posix.dirname(from), path ?? dynamic ?? '')),
    // `import { type A, type B }` is kept by Node, and no more than a type.
    isType: type !== undefined || /\{(\s*type\s[^,}]*,?)+\s*\}/.test(all),
  })),
);
const layerOf = (file: string): string => file.split('/')[0]!;
const across = imports.filter(({ from, to }) => layerOf(from) !== layerOf(to));

describe('the layers', () => {
  it('stand in an order: each imports those above it in the list', () => {
    for (const [i, { name, may }] of layers.entries())
      expect(
        may.filter((one) => !names.slice(0, i).includes(one)),
        name,
      ).toEqual([]);
  });

  it('import what the list says, and nothing else', () => {
    const wrong = across.filter(({ from, to, isType }) => {
      const layer = layers.find(({ name }) => name === layerOf(from))!;
      return !layer.may.includes(layerOf(to)) && !(isType && layer.mayTypes.includes(layerOf(to)));
    });
    expect(wrong).toEqual([]);
  });

  it('use every arrow that the list has', () => {
    const used = new Set(across.map(({ from, to }) => `${layerOf(from)} → ${layerOf(to)}`));
    const drawn = layers.flatMap(({ name, may, mayTypes }) => [...may, ...mayTypes].map((to) => `${name} → ${to}`));
    expect(drawn.filter((arrow) => !used.has(arrow))).toEqual([]);
  });

  it('are drawn as the list says', () => {
    expect(withPicture(text)).toBe(text);
  });

  it('are held by lint', () => {
    const lint = readLint(readFileSync(lintFile, 'utf8'));
    for (const layer of layers) {
      const overrides = lint.overrides.filter((one) => one.files.includes(`${layer.name}/**`));
      // Of two overrides for one rule the last one holds: the other would be dead.
      const restricting = overrides.filter((one) => 'no-restricted-imports' in one.rules);
      expect(restricting, layer.name).toHaveLength(1);
      const [, { patterns }] = restricting[0]!.rules['no-restricted-imports'] as [string, { patterns: unknown[] }];
      expect(patterns, layer.name).toEqual(expect.arrayContaining(rulesOf(layer, layers)));
    }
  });
});

describe('the files', () => {
  it('import themselves by no way round, types aside', () => {
    const next = Map.groupBy(
      imports.filter(({ isType }) => !isType),
      ({ from }) => from,
    );
    const done = new Set<string>();
    const circles: string[] = [];
    const visit = (file: string, path: readonly string[]): void => {
      if (path.includes(file)) circles.push([...path.slice(path.indexOf(file)), file].join(' → '));
      if (path.includes(file) || done.has(file)) return;
      for (const { to } of next.get(file) ?? []) visit(to, [...path, file]);
      done.add(file);
    };
    for (const file of files) visit(file, []);
    expect(circles).toEqual([]);
  });

  it('are short enough to be read, where they are not data', () => {
    const long = files
      .map((file) => [file, readFileSync(join(root, file), 'utf8').split('\n').length - 1] as const)
      .filter(([, lines]) => lines > 500);
    expect(long).toEqual([]);
  });
});

it('the walks of the architecture page name files that exist, at most eight each', () => {
  const walks = text
    .slice(text.indexOf('## Five walks'))
    .split(/\n\d\. /)
    .slice(1);
  expect(walks).toHaveLength(5);
  for (const walk of walks) {
    let folder = '';
    const named = [...walk.matchAll(/`([\w/]+\.ts)`/g)].map(([, file]) => {
      if (file!.includes('/')) folder = posix.dirname(file!);
      return file!.includes('/') ? file! : `${folder}/${file}`;
    });
    expect(named.length).toBeLessThanOrEqual(8);
    expect(named.filter((file) => !files.includes(file))).toEqual([]);
  }
});
