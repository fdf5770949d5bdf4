import { describe, expect, it } from 'vitest';
import type { Link, ScoredCandidate, Verdict } from '../../domain/decision.ts';
import { withGroup, type GroupWord } from '../../domain/group.ts';

const link = (recordingId: string, offsetMs = 10_000): Link => ({
  recordingId,
  relation: 'same',
  speedRatio: 1,
  pitchSemitones: 0,
  offsetMs,
  coverage: 1,
});
const nothing: Verdict = { kind: 'nothing', why: 'no', unavailable: [], untilMs: null };
const best = (recordingId: string): ScoredCandidate => ({
  link: link(recordingId),
  probability: 0.99,
  bits: 20,
  reasons: [],
  blockedBy: null,
  twins: [],
});
const sure = (recordingId: string): Verdict => ({ kind: 'sure', best: best(recordingId), others: [], why: 'own' });
const here = { speed: 1, semitones: 0, offsetMs: 0 };
const matched = (recordingId: string, more: Partial<GroupWord> = {}): GroupWord => ({
  soundId: 'tiktok:1',
  by: 'ann',
  decidedBy: 'person',
  said: { kind: 'match', link: link(recordingId), probability: 1 },
  place: here,
  ...more,
});

describe('what a group says of one of its sounds', () => {
  it('is applied when it is played alike, with its own beginning', () => {
    const verdict = withGroup(nothing, [matched('R')], { ...here, offsetMs: 2500 }, []);
    expect(verdict).toMatchObject({
      kind: 'sure',
      best: { link: { recordingId: 'R', offsetMs: 12_500 }, probability: 1 },
    });
    expect(verdict.why).toBe('It has the same audio as tiktok:1, of which ann decided that it contains R.');
    // Both 1.25 times as fast as the group: a second of theirs is 1.25 of its.
    const fast = { speed: 1.25, semitones: 3.86, offsetMs: 0 };
    const word = matched('R', {
      place: fast,
      said: { kind: 'match', probability: 1, link: { ...link('R'), relation: 'sped_up', speedRatio: 1.25 } },
    });
    expect(withGroup(nothing, [word], { ...fast, offsetMs: 1250 }, [])).toMatchObject({
      best: { link: { relation: 'sped_up', offsetMs: 11_250 } },
    });
  });

  it.each([
    ['another speed', { ...here, speed: 1.02 }],
    ['another pitch', { ...here, semitones: 1 }],
    ['a place that only a person knows', null],
  ])('is proposed at %s', (_what, place) => {
    const verdict = withGroup(nothing, [matched('R')], place, []);
    expect(verdict).toMatchObject({ kind: 'undecided', candidates: [{ link: { recordingId: 'R' } }] });
  });

  it('does not touch what its own evidence says, unless a person contradicts it', () => {
    expect(withGroup(sure('R'), [matched('R')], here, [])).toEqual(sure('R'));
    expect(withGroup(sure('S'), [matched('R', { by: null, decidedBy: 'rule' })], here, [])).toEqual(sure('S'));
    expect(withGroup(sure('S'), [matched('R')], here, [])).toMatchObject({
      kind: 'undecided',
      candidates: [{ link: { recordingId: 'R' } }, { link: { recordingId: 'S' } }],
    });
  });

  it('never brings back what a person rejected for this very sound', () => {
    expect(withGroup(nothing, [matched('R')], here, ['R'])).toEqual(nothing);
  });

  it('asks a person when others were rejected or dismissed', () => {
    const rejected = matched('R', { said: { kind: 'reject', recordingId: 'R' } });
    expect(withGroup(sure('R'), [rejected], here, [])).toMatchObject({ kind: 'undecided' });
    expect(withGroup(sure('S'), [rejected], here, [])).toEqual(sure('S'));
    expect(withGroup(nothing, [rejected], here, [])).toEqual(nothing);
    const dismissed = matched('R', { said: { kind: 'notMusic' } });
    expect(withGroup(nothing, [dismissed], here, [])).toMatchObject({
      kind: 'undecided',
      why: 'ann decided that it is not music, of tiktok:1, which has the same audio.',
    });
  });

  it('says nothing about what cannot be used, or when nobody spoke', () => {
    const unusable: Verdict = { kind: 'unusable', why: 'silence' };
    expect(withGroup(unusable, [matched('R')], here, [])).toEqual(unusable);
    expect(withGroup(nothing, [], here, [])).toEqual(nothing);
  });
});
