// Short ways to write cases that carry their answer.

import type { CaseCandidate, CaseSound } from '../case.ts';
import type { JudgedCase, RightAnswer } from './judged.ts';

export const rec = (id: string, title: string, artists: string, more: Partial<CaseCandidate> = {}): CaseCandidate => ({
  id,
  title,
  artists: artists.split('; '),
  dur: 204,
  ...more,
});

export const official = (title: string, author: string, more: Partial<CaseSound> = {}): CaseSound => ({
  title,
  author,
  original: false,
  dur: 30,
  ...more,
});

export const upload = (title: string, handle = 'velvetcrumbs', more: Partial<CaseSound> = {}): CaseSound => ({
  title,
  author: handle,
  handle,
  original: true,
  dur: 30,
  ...more,
});

export const same = (...ids: string[]): RightAnswer => ({ decision: 'accept', ids });
export const derived = (...ids: string[]): RightAnswer => ({ decision: 'derived', ids });
export const review: RightAnswer = { decision: 'review', ids: [] };
/** Somebody else's: nothing fits. */
export const none: RightAnswer = { decision: 'none', ids: [] };

export type Line = readonly [
  kind: string,
  sound: CaseSound,
  cands: readonly CaseCandidate[],
  answer: RightAnswer,
  why: string,
];

export function judgedCases(set: string, lines: readonly Line[]): readonly JudgedCase[] {
  return lines.map(([kind, sound, cands, answer, why], index) => ({
    id: `${set}-${index + 1}`,
    kind,
    sound,
    cands,
    answer,
    why,
  }));
}
