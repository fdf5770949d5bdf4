import { describe, expect, it } from 'vitest';
import { guestCases } from '../../../evaluation/metadata/real/guests.ts';
import { judge, type JudgedCase } from '../../../evaluation/metadata/real/judged.ts';
import { kindCases } from '../../../evaluation/metadata/real/kinds.ts';
import { subtitleCases } from '../../../evaluation/metadata/real/subtitles.ts';
import { notYetRight } from './notYetRight.ts';

const nameOf = ({ kind, sound, why }: JudgedCase): string => `${kind}: "${sound.title}" by ${sound.author}, ${why}`;
const sets: readonly (readonly [string, readonly JudgedCase[]])[] = [
  ['kinds of names that led other tools astray', kindCases],
  ['guests', guestCases],
  ['subtitles', subtitleCases],
];

describe.each(sets)('%s', (_, cases) => {
  it.each(cases.filter((each) => !notYetRight.has(nameOf(each))).map((each) => [nameOf(each), each] as const))(
    '%s',
    (__, each) => {
      const { judgement, verdict } = judge(each);
      expect({ judgement, why: verdict.why }).toEqual({ judgement: 'right', why: verdict.why });
    },
  );
});

describe('what is not right yet', () => {
  const all = sets.flatMap(([, cases]) => cases);

  it('names cases that there are, each once', () => {
    const names = all.map(nameOf);
    expect(new Set(names).size).toBe(names.length);
    expect([...notYetRight].filter((name) => !names.includes(name))).toEqual([]);
  });

  it('holds nothing that is right by now', () => {
    const right = all.filter((each) => notYetRight.has(nameOf(each)) && judge(each).judgement === 'right');
    expect(right.map(nameOf)).toEqual([]);
  });
});
