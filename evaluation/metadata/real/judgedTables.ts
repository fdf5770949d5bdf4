// Reports of cases that carry their answer: the guests' table case by case, and a file of answers by its kinds.

import { readFile } from 'node:fs/promises';
import { guestCases } from './guests.ts';
import { count, type Counts, judge, type JudgedCase, type Judgement, tableByKind } from './judged.ts';

export interface JudgedSet {
  readonly counts: Counts;
  readonly n: number;
  readonly table: string;
  readonly each: readonly {
    readonly case: JudgedCase;
    readonly judgement: Judgement;
    readonly why: string;
  }[];
}

export function judgeAll(cases: readonly JudgedCase[]): JudgedSet {
  const each = cases.map((given) => {
    const { judgement, verdict } = judge(given);
    return { case: given, judgement, why: verdict.why };
  });
  return {
    counts: count(each.map(({ judgement }) => judgement)),
    n: cases.length,
    table: tableByKind(each.map(({ case: { kind }, judgement }) => ({ kind, judgement }))),
    each,
  };
}

/** `{id, sound, cands, answer, kind, why}` a line. @throws when a line is no JSON or lacks one of them. */
export async function readAnswers(path: string): Promise<readonly JudgedCase[]> {
  const lines = (await readFile(path, 'utf8')).split('\n');
  return lines.flatMap((line, index) => {
    if (line.trim() === '') return [];
    const given = JSON.parse(line) as Partial<JudgedCase>;
    if (!given.sound || !given.cands || !given.answer || given.kind === undefined)
      throw new Error(`${path}:${index + 1}: a case needs sound, cands, answer and kind`);
    return [given as JudgedCase];
  });
}

/**
 * In the words in which such files are spoken of: of the cases that have a recording those that are right, sent to a person, missed;
 * of those that have none the ones linked falsely. A lost relation counts among the right there.
 */
export function sentence({ each }: JudgedSet): string {
  const has = count(each.filter((one) => one.case.answer.ids.length > 0).map((one) => one.judgement));
  const lacks = count(each.filter((one) => one.case.answer.ids.length === 0).map((one) => one.judgement));
  const n = (counts: Counts): number => Object.values(counts).reduce((sum, one) => sum + one, 0);
  return `Of ${n(has)} with a recording ${has.right + has['relation lost']} are linked to it (${has['relation lost']} with its relation lost), ${has.review} sent to a person, ${has.missed} missed, ${has.wrong} linked to another; of ${n(lacks)} without one ${lacks.right} are rightly not linked, ${lacks.shown} shown though nothing fits, ${lacks.false} linked falsely.`;
}

/** Every case of the guests' table: what is named where, what is right, and what becomes of it. */
export function guestsTable(): string {
  const { each, counts, n } = judgeAll(guestCases);
  const said = (text: string): string => text.replaceAll('|', '\\|');
  const right = ({ answer }: JudgedCase): string =>
    answer.decision === 'accept' ? `same: ${answer.ids.join(', ')}` : answer.decision === 'none' ? 'other' : 'review';
  const rows = each.map(
    ({ case: given, judgement }) =>
      `| ${said(given.kind)} | ${said(given.sound.title)} | ${said(given.sound.original === true ? '(upload)' : (given.sound.author ?? ''))}${given.sound.album === undefined ? '' : `, on "${given.sound.album}"`} | ${given.cands.map((cand) => `${cand.id}: ${said(cand.title)} – ${said(cand.artists.join('; '))}`).join('<br>')} | ${right(given)} | ${judgement === 'right' ? '' : `**${judgement}**`} | ${said(given.why)} |`,
  );
  return [
    '# Guests: who is credited beside whom',
    '',
    'Made by `npm run evaluate -- metadata --guests`; do not edit. Same: the sound is this recording; review: no machine should link by these',
    'words, and nothing linked is right too; other: nothing fits. Empty under "today": as it should be. Names and titles are made up.',
    '',
    `Of ${n} cases ${counts.right} are right, ${counts.false + counts.wrong} linked falsely, ${counts.missed} missed, ${counts.review} sent to a person who finds it obvious, ${counts.shown} shown though nothing fits.`,
    '',
    '| kind | the sound | by | the catalogue | right | today | why |',
    '| --- | --- | --- | --- | --- | --- | --- |',
    ...rows,
    '',
  ].join('\n');
}
