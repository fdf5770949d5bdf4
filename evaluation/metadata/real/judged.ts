// Cases that carry their answer, and what becomes of them: the format of the files that `--answers` takes, of the guests' table, of the
// subtitles and of the kinds that tests hold.

import type { Verdict } from '../../../domain/decision.ts';
import { verdictOn } from '../answer.ts';
import type { CaseCandidate, CaseSound } from '../case.ts';

export interface RightAnswer {
  /**
   * accept: the sound is one of these; derived: it is made of one of these; review: no machine should link by these words, and nothing
   * linked is right too; none: linking or showing a candidate is a mistake.
   */
  readonly decision: 'accept' | 'derived' | 'review' | 'none';
  readonly ids: readonly string[];
}

export interface JudgedCase {
  readonly id: string;
  readonly kind: string;
  readonly sound: CaseSound;
  readonly cands: readonly CaseCandidate[];
  readonly answer: RightAnswer;
  readonly why: string;
}

/** The worst last. `relation lost`: the right recording, as the recording itself where it was altered, or the reverse. */
export const judgements = ['right', 'review', 'missed', 'shown', 'relation lost', 'false', 'wrong'] as const;
export type Judgement = (typeof judgements)[number];

export function judgement(answer: RightAnswer, verdict: Verdict): Judgement {
  if (verdict.kind === 'sure') {
    const { recordingId, relation } = verdict.best.link;
    if (answer.ids.length === 0) return 'false';
    if (!answer.ids.includes(recordingId)) return 'wrong';
    return (relation === 'same') === (answer.decision === 'accept') ? 'right' : 'relation lost';
  }
  if (verdict.kind === 'undecided') {
    if (answer.decision === 'review') return 'right';
    if (answer.decision === 'none') return 'shown';
    return verdict.candidates.some(({ link }) => answer.ids.includes(link.recordingId)) ? 'review' : 'missed';
  }
  return answer.ids.length === 0 ? 'right' : 'missed';
}

export function judge(given: JudgedCase): { readonly judgement: Judgement; readonly verdict: Verdict } {
  // The answer, the kind and the reason are kept from the matcher.
  const verdict = verdictOn({ sound: given.sound, cands: given.cands });
  return { judgement: judgement(given.answer, verdict), verdict };
}

export type Counts = Readonly<Record<Judgement, number>>;

export function count(outcomes: Iterable<Judgement>): Counts {
  const counts = Object.fromEntries(judgements.map((each) => [each, 0])) as Record<Judgement, number>;
  for (const outcome of outcomes) counts[outcome] += 1;
  return counts;
}

/** One row for each kind with something wrong, the worst first; the others together. */
export function tableByKind(judged: readonly { readonly kind: string; readonly judgement: Judgement }[]): string {
  const kinds = [...Map.groupBy(judged, ({ kind }) => kind)].map(([kind, of]) => ({
    kind,
    n: of.length,
    counts: count(of.map((each) => each.judgement)),
  }));
  const weight = ({ wrong, false: linked, missed, review, shown, 'relation lost': lost }: Counts): number =>
    1000 * (wrong + linked) + 100 * lost + 10 * (missed + shown) + review;
  const row = (kind: string, n: number, counts: Counts): string =>
    `| ${[kind, n, ...judgements.map((each) => (counts[each] === 0 ? '' : counts[each]))].join(' | ')} |`;
  const faultless = kinds.filter(({ n, counts }) => counts.right === n);
  const rightOnes = faultless.reduce((sum, { n }) => sum + n, 0);
  return [
    `| kind | n | ${judgements.join(' | ')} |`,
    `| --- |${' --- |'.repeat(judgements.length + 1)}`,
    ...kinds
      .filter(({ n, counts }) => counts.right < n)
      .sort((a, b) => weight(b.counts) - weight(a.counts) || (a.kind < b.kind ? -1 : 1))
      .map(({ kind, n, counts }) => row(kind, n, counts)),
    ...(faultless.length === 0
      ? []
      : [row(`${faultless.length} other kinds`, rightOnes, count(Array<Judgement>(rightOnes).fill('right')))]),
    row('**all**', judged.length, count(judged.map((each) => each.judgement))),
  ].join('\n');
}
