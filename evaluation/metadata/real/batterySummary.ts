// What the battery of wordings came to: by class and side, by kind, by language.

import type { Calibration } from './calibration.ts';
import { languages, type Side, sides, type WordingOutcome, type WordingResult, wordings } from './battery.ts';
import { percent } from './summary.ts';
import { classes, type WordingClass } from './wordings/format.ts';

const outcomes: readonly WordingOutcome[] = [
  'right',
  'not shown',
  'review',
  'missed',
  'relation lost',
  'linked across',
];

export class BatterySummary {
  readonly #cells = new Map<string, number>();
  readonly #across = new Set<string>();
  readonly #wordings = new Map<string, Set<string>>();

  add({ wording, side, outcome, probability, placement }: WordingResult, calibration: Calibration): void {
    this.#count(`${wording.class}\n${side}\n${outcome}`);
    const named = `${wording.language} ${wording.text}`;
    for (const group of groupsOf(wording)) {
      const known = this.#wordings.get(group) ?? new Set();
      this.#wordings.set(group, known.add(named));
      if (outcome === 'linked across' && placement !== 'bare') this.#across.add(`${group}\n${named}`);
    }
    if (probability !== null)
      calibration.add({
        set: `wordings, ${wording.class === 'version' ? 'of versions' : 'of anything else'}`,
        probability,
        right: outcome !== 'linked across',
        linked: true,
      });
  }

  #count(key: string): void {
    this.#cells.set(key, (this.#cells.get(key) ?? 0) + 1);
  }

  of(wording: WordingClass, side: Side, outcome: WordingOutcome): number {
    return this.#cells.get(`${wording}\n${side}\n${outcome}`) ?? 0;
  }

  asked(wording: WordingClass, side: Side): number {
    return outcomes.reduce((sum, outcome) => sum + this.of(wording, side, outcome), 0);
  }

  linkedAcross(wording: WordingClass): number {
    return sides.reduce((sum, side) => sum + this.of(wording, side, 'linked across'), 0);
  }

  /** Wordings of the group, and how many of them were linked across in some place behind a bracket or a dash. */
  wordingsOf(group: string): { readonly n: number; readonly across: number } {
    return {
      n: this.#wordings.get(group)?.size ?? 0,
      across: [...this.#across].filter((key) => key.startsWith(`${group}\n`)).length,
    };
  }
}

const groupsOf = (wording: WordingResult['wording']): readonly string[] =>
  wording.class === 'version'
    ? [`kind ${wording.kind}`, `language ${wording.language}`, 'class version']
    : [`class ${wording.class}`];

export function batteryTable(summary: BatterySummary): string {
  const cell = (n: number): string => (n === 0 ? '' : String(n));
  return [
    `| class | where the wording stands | n | ${outcomes.join(' | ')} |`,
    `| --- |${' --- |'.repeat(outcomes.length + 2)}`,
    ...classes
      .flatMap((wording) => sides.map((side) => ({ wording, side, n: summary.asked(wording, side) })))
      .map(
        ({ wording, side, n }) =>
          `| ${wording} | ${side} | ${n} | ${outcomes.map((outcome) => cell(summary.of(wording, side, outcome))).join(' | ')} |`,
      ),
  ].join('\n');
}

/** Versions by kind and by language: how many wordings are linked across somewhere. The worst first. */
export function acrossTable(reporting: BatterySummary, tuning: BatterySummary): string {
  const kinds = [...new Set(wordings.flatMap((each) => (each.class === 'version' ? [`kind ${each.kind}`] : [])))];
  const groups = [...kinds, ...languages.map(({ language }) => `language ${language}`), 'class version'];
  const share = (summary: BatterySummary, group: string): number => {
    const { n, across } = summary.wordingsOf(group);
    return n === 0 ? 0 : across / n;
  };
  const order = (group: string): number => ['kind', 'language', 'class'].indexOf(group.split(' ')[0]!);
  return [
    '| versions | wordings (reporting) | linked across | | wordings (tuning) | linked across |',
    '| --- | --- | --- | --- | --- | --- |',
    ...groups
      .sort((a, b) => order(a) - order(b) || share(reporting, b) - share(reporting, a))
      .map((group) => {
        const [ours, theirs] = [reporting.wordingsOf(group), tuning.wordingsOf(group)];
        const name = group === 'class version' ? '**all**' : group.replace('kind ', '').replace('language ', 'in ');
        return `| ${name} | ${ours.n} | ${ours.across} | ${percent(ours.across, ours.n, 0)} | ${theirs.n} | ${theirs.across} |`;
      }),
  ].join('\n');
}
