// Reads who may import whom from architecture.md, draws it, and makes the lint rules that hold it. `node docs/layers.ts` writes both anew.

import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
export const page = join(import.meta.dirname, 'architecture.md');
export const lintFile = join(root, '.oxlintrc.json');

export interface Layer {
  readonly name: string;
  readonly may: readonly string[];
  readonly mayTypes: readonly string[];
}

/** @throws when the page has no list, or a layer stands before one that it may import. */
export function readLayers(text: string): readonly Layer[] {
  const block = /```layers\n([\s\S]*?)```/.exec(text)?.[1];
  if (block === undefined) throw new Error('architecture.md has no list of layers');
  return block
    .trim()
    .split('\n')
    .map((line) => {
      const [name = '', rest = ''] = line.split('→').map((part) => part.trim());
      const types = /\(([^)]*)\)/.exec(rest)?.[1] ?? '';
      const names = (list: string): string[] => list.split(/\s+/).filter((one) => one !== '');
      return { name, may: names(rest.replace(/\([^)]*\)/, '')), mayTypes: names(types) };
    });
}

/** How many layers lie under one: those of one height know nothing of each other. */
function heights(layers: readonly Layer[]): ReadonlyMap<string, number> {
  const heightOf = new Map<string, number>();
  for (const { name, may } of layers) {
    const under = may.map((one) => heightOf.get(one) ?? NaN);
    heightOf.set(name, under.length === 0 ? 0 : 1 + Math.max(...under));
  }
  return heightOf;
}

/** A Mermaid drawing: layers by height, and those arrows that do not follow from others. */
export function picture(layers: readonly Layer[]): string {
  const heightOf = heights(layers);
  const reaches = (from: string, to: string): boolean =>
    layers.find((layer) => layer.name === from)!.may.some((one) => one === to || reaches(one, to));
  const lines = layers.flatMap(({ name, may, mayTypes }) => [
    ...may.filter((to) => !may.some((other) => other !== to && reaches(other, to))).map((to) => `  ${name} --> ${to}`),
    ...mayTypes.filter((to) => !may.some((other) => reaches(other, to))).map((to) => `  ${name} -.-> ${to}`),
  ]);
  const levels = Map.groupBy(layers, ({ name }) => heightOf.get(name)!);
  const groups = [...levels].map(
    ([height, of]) =>
      `  subgraph level${height} [" "]\n    direction LR\n${of.map(({ name }) => `    ${name}`).join('\n')}\n  end`,
  );
  return ['```mermaid', 'flowchart TB', ...groups.reverse(), ...lines, '```'].join('\n');
}

export const withPicture = (text: string): string =>
  text.replace(
    /<!-- picture -->[\s\S]*<!-- \/picture -->/,
    `<!-- picture -->\n\n${picture(readLayers(text))}\n\n<!-- /picture -->`,
  );

interface Rule {
  readonly regex: string;
  readonly allowTypeImports?: true;
  readonly message: string;
}

/** What lint refuses in a layer's files: every other layer that it may not import. */
export function rulesOf(layer: Layer, layers: readonly Layer[]): Rule[] {
  const outside = ['evaluation', 'examples', 'test'];
  const of = (names: readonly string[]): string => `^(\\.\\./)+(${names.join('|')})/`;
  const forbidden = [...layers.map(({ name }) => name), ...outside]
    .filter((name) => name !== layer.name && !layer.may.includes(name) && !layer.mayTypes.includes(name))
    .sort();
  const uses = layer.may.length === 0 ? 'nothing else of ours' : `${layer.may.join(', ')} only`;
  return [
    { regex: of(forbidden), message: `${layer.name}/ may use ${uses} (docs/architecture.md).` },
    ...(layer.mayTypes.length === 0
      ? []
      : [
          {
            regex: of(layer.mayTypes),
            allowTypeImports: true as const,
            message: `${layer.name}/ may use types of ${layer.mayTypes.join(', ')} only (docs/architecture.md).`,
          },
        ]),
  ];
}

export interface Override {
  files: string[];
  rules: Record<string, unknown>;
}
/** The lint file allows comments, as JSON does not. */
export const readLint = (text: string): { readonly overrides: Override[] } =>
  JSON.parse(text.replaceAll(/^\s*\/\/.*$/gm, '')) as { overrides: Override[] };

/** The lint file with the rules of the layers; what stands there beside them (packages, Node's own modules) is kept. */
export function withRules(text: string, layers: readonly Layer[]): string {
  const config = readLint(text);
  for (const layer of layers) {
    const files = [`${layer.name}/**`];
    let override = config.overrides.find((one) => one.files.length === 1 && one.files[0] === files[0]);
    if (override === undefined) config.overrides.push((override = { files, rules: {} }));
    const [, given] = (override.rules['no-restricted-imports'] ?? ['error', { patterns: [] }]) as [
      string,
      { patterns: Rule[] },
    ];
    const own = given.patterns.filter(({ message }) => !message.endsWith('(docs/architecture.md).'));
    override.rules['no-restricted-imports'] = ['error', { patterns: [...own, ...rulesOf(layer, layers)] }];
  }
  const from = text.indexOf('"overrides": ');
  return `${text.slice(0, from)}"overrides": ${JSON.stringify(config.overrides, null, 2)}\n}\n`;
}

if (import.meta.main) {
  const text = await readFile(page, 'utf8');
  await writeFile(page, withPicture(text));
  await writeFile(lintFile, withRules(await readFile(lintFile, 'utf8'), readLayers(text)));
}
