// Right, wrong link, false link, missed and review, per kind; and how far the stated probabilities can be believed.

import type { Answer, Truth } from './case.ts';

export type Outcome = 'right' | 'wrong link' | 'false link' | 'missed' | 'review';

/** `review` counts a linkable sound that a person gets to see with the right recording among the candidates. */
export function judge(truth: Truth, answer: Answer): Outcome {
  const linked = answer.decision === 'accept' || answer.decision === 'derived';
  const linkable = truth.expect === 'link' || truth.expect === 'derived' || truth.expect === 'linkOrDerived';
  if (linked) {
    if (truth.expect === 'none' || truth.expect === 'pending') return 'false link';
    if (truth.recording !== answer.ids[0]) return 'wrong link';
    if (truth.expect === 'link' && answer.decision !== 'accept') return 'wrong link';
    if (truth.expect === 'derived' && answer.decision !== 'derived') return 'wrong link';
    // Cases marked for review name what a person should see; only a person may link it.
    return truth.expect === 'review' ? 'wrong link' : 'right';
  }
  if (answer.decision === 'review') {
    if (truth.expect === 'none') return 'right';
    if (truth.recording !== null && !answer.ids.includes(truth.recording)) return 'missed';
    return linkable ? 'review' : 'right';
  }
  if (truth.expect === 'pending') return answer.decision === 'pending' ? 'right' : 'missed';
  return truth.expect === 'none' ? 'right' : 'missed';
}

export interface Tally {
  readonly kind: string;
  readonly counts: Readonly<Record<Outcome, number>>;
}

const outcomes: readonly Outcome[] = ['right', 'wrong link', 'false link', 'missed', 'review'];

export function tally(truths: readonly Truth[], answers: ReadonlyMap<string, Answer>): readonly Tally[] {
  const kinds = new Map<string, Record<Outcome, number>>();
  for (const truth of truths) {
    const given = answers.get(truth.id);
    if (!given) throw new Error(`no answer for case ${truth.id}`);
    const counts = kinds.get(truth.kind) ?? { right: 0, 'wrong link': 0, 'false link': 0, missed: 0, review: 0 };
    counts[judge(truth, given)] += 1;
    kinds.set(truth.kind, counts);
  }
  return [...kinds].map(([kind, counts]) => ({ kind, counts })).sort((a, b) => (a.kind < b.kind ? -1 : 1));
}

export function table(tallies: readonly Tally[]): string {
  const rows = [...tallies, { kind: '**all**', counts: sumOf(tallies) }];
  return [
    `| kind | n | ${outcomes.join(' | ')} |`,
    `| --- |${' --- |'.repeat(outcomes.length + 1)}`,
    ...rows.map(
      ({ kind, counts }) =>
        `| ${kind} | ${outcomes.reduce((n, each) => n + counts[each], 0)} | ${outcomes.map((each) => counts[each]).join(' | ')} |`,
    ),
  ].join('\n');
}

export function sumOf(tallies: readonly Tally[]): Record<Outcome, number> {
  const total: Record<Outcome, number> = { right: 0, 'wrong link': 0, 'false link': 0, missed: 0, review: 0 };
  for (const { counts } of tallies) for (const each of outcomes) total[each] += counts[each];
  return total;
}

/** Share of linkable cases that are linked, and that are linked or reviewed. */
export function linkRates(
  truths: readonly Truth[],
  answers: ReadonlyMap<string, Answer>,
): { readonly linkable: number; readonly linked: number; readonly reached: number } {
  const linkable = truths.filter(
    (truth) => truth.expect === 'link' || truth.expect === 'derived' || truth.expect === 'linkOrDerived',
  );
  const judged = linkable.map((truth) => judge(truth, answers.get(truth.id)!));
  return {
    linkable: linkable.length,
    linked: judged.filter((each) => each === 'right').length,
    reached: judged.filter((each) => each === 'right' || each === 'review').length,
  };
}

/** Stated probability of the first candidate against how often it was the right one, in bins. */
export function reliability(truths: readonly Truth[], answers: ReadonlyMap<string, Answer>): string {
  const edges = [0, 0.2, 0.5, 0.8, 0.95, 0.99, 1.01];
  const rows = edges.slice(0, -1).map((from, index) => {
    const to = edges[index + 1]!;
    const inBin = truths.filter((truth) => {
      const given = answers.get(truth.id)!;
      return given.ids.length > 0 && given.probability >= from && given.probability < to;
    });
    const right = inBin.filter((truth) => truth.recording === answers.get(truth.id)!.ids[0]).length;
    const mean = inBin.reduce((sum, truth) => sum + answers.get(truth.id)!.probability, 0) / Math.max(1, inBin.length);
    return `| ${from}–${Math.min(1, to)} | ${inBin.length} | ${inBin.length === 0 ? '' : mean.toFixed(3)} | ${inBin.length === 0 ? '' : (right / inBin.length).toFixed(3)} |`;
  });
  return ['| stated | n | mean stated | first candidate right |', '| --- | --- | --- | --- |', ...rows].join('\n');
}
