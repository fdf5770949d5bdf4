import { describe, expect, it } from 'vitest';
import type { Verdict } from '../../../domain/decision.ts';
import type { Relation } from '../../../domain/evidence.ts';
import { Calibration } from '../../../evaluation/metadata/real/calibration.ts';
import { judgement, type RightAnswer, tableByKind } from '../../../evaluation/metadata/real/judged.ts';
import { judgeAll, sentence } from '../../../evaluation/metadata/real/judgedTables.ts';
import {
  derived,
  judgedCases,
  none,
  official,
  rec,
  review,
  same,
} from '../../../evaluation/metadata/real/shorthand.ts';

const candidate = (recordingId: string, relation: Relation = 'same') => ({
  link: { recordingId, relation, speedRatio: null, pitchSemitones: null, offsetMs: null, coverage: null },
  probability: 0.99,
  bits: 7,
  reasons: [],
  blockedBy: null,
  twins: [],
});
const sure = (id: string, relation: Relation = 'same'): Verdict => ({
  kind: 'sure',
  best: candidate(id, relation),
  others: [],
  why: '',
});
const shown = (...ids: string[]): Verdict => ({
  kind: 'undecided',
  candidates: ids.map((id) => candidate(id)),
  why: '',
});
const nothing: Verdict = { kind: 'nothing', why: '', unavailable: [], untilMs: null };

describe('a judgement', () => {
  const table: readonly (readonly [RightAnswer, Verdict, string])[] = [
    [same('a'), sure('a'), 'right'],
    [same('a', 'b'), sure('b'), 'right'],
    [same('a'), sure('b'), 'wrong'],
    [same('a'), sure('a', 'sped_up'), 'relation lost'],
    [same('a'), shown('b', 'a'), 'review'],
    [same('a'), shown('b'), 'missed'],
    [same('a'), nothing, 'missed'],
    [derived('a'), sure('a', 'contains'), 'right'],
    [derived('a'), sure('a'), 'relation lost'],
    [derived('a'), sure('b', 'slowed'), 'wrong'],
    [review, sure('a'), 'false'],
    [review, shown('a'), 'right'],
    [review, nothing, 'right'],
    [none, sure('a'), 'false'],
    [none, shown('a'), 'shown'],
    [none, nothing, 'right'],
  ];
  it.each(table)('%j, %j: %s', (answer, verdict, expected) => {
    expect(judgement(answer, verdict)).toBe(expected);
  });
});

describe('tables', () => {
  it('put the worst kind first and those without a fault together', () => {
    const rows = tableByKind([
      { kind: 'fine', judgement: 'right' },
      { kind: 'also fine', judgement: 'right' },
      { kind: 'lost', judgement: 'missed' },
      { kind: 'bad', judgement: 'false' },
      { kind: 'bad', judgement: 'right' },
    ]).split('\n');
    expect(rows.slice(2).map((line) => line.split(' | ')[0])).toEqual([
      '| bad',
      '| lost',
      '| 2 other kinds',
      '| **all**',
    ]);
  });

  it('say in a sentence what became of those with a recording and those without', () => {
    const judged = judgeAll(
      judgedCases('set', [
        ['x', official('Tin Boats', 'Ada Quill'), [rec('a', 'Tin Boats', 'Ada Quill')], same('a'), ''],
        ['x', official('Tin Boats', 'Ada Quill'), [rec('a', 'Tin Boats', 'Ada Quill')], none, ''],
        ['x', official('Tin Boats', 'Ada Quill'), [rec('a', 'Glass Hills', 'Mara Voss')], none, ''],
      ]),
    );
    expect(sentence(judged)).toBe(
      'Of 1 with a recording 1 are linked to it (0 with its relation lost), 0 sent to a person, 0 missed, 0 linked to another; of 2 without one 1 are rightly not linked, 0 shown though nothing fits, 1 linked falsely.',
    );
  });
});

describe('calibration', () => {
  it('counts links and wrong ones by set and over everything asked', () => {
    const calibration = new Calibration();
    calibration.add({ set: 'one', probability: 0.97, right: true, linked: true });
    calibration.add({ set: 'one', probability: 0.9999, right: false, linked: true });
    calibration.add({ set: 'two', probability: 0.99, right: true, linked: true });
    calibration.add({ set: 'two', probability: 0.4, right: false, linked: false });
    calibration.addTo('part of two', { probability: 0.99, right: true, linked: true });
    expect(calibration.links('one')).toEqual({ n: 2, wrong: 1 });
    expect(calibration.links('part of two')).toEqual({ n: 1, wrong: 0 });
    expect(calibration.links()).toEqual({ n: 3, wrong: 1 });
    expect(calibration.linksTable().split('\n')[2]).toContain('| one | 2 | 1 | 500.00 |');
    expect(calibration.reliabilityTable()).toContain('| 0.4–0.5 | 1 | 0.4000 | 0.0000 |');
  });
});
