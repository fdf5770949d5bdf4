import { describe, expect, it } from 'vitest';
import type { AudioCandidate, Reason } from '../../domain/evidence.ts';
import { heardInPreview, worthHearing } from '../../matching/previews.ts';
import { verdictOn } from './support.ts';

const candidate: AudioCandidate = {
  recordingId: 'a',
  referenceId: 1,
  relation: 'contains',
  speedRatio: 1,
  pitchSemitones: 0,
  offsetMs: 10_000,
  coverage: 0.33,
  logLikelihoodRatio: 60,
};

describe('what is heard in a preview', () => {
  it.each([
    // Sixty seconds, of which the preview has the first twenty: all that could be heard was.
    { soundMs: 60_000, coverage: 0.33, relation: 'same' },
    // Twenty seconds, all of which the preview has: two thirds of the sound are something else.
    { soundMs: 20_000, coverage: 0.33, relation: 'contains' },
    // Talked over throughout.
    { soundMs: 20_000, coverage: 0.95, relation: 'contains' },
  ])('in $coverage of $soundMs ms is "$relation"', ({ soundMs, coverage, relation }) => {
    expect(heardInPreview({ ...candidate, coverage }, { previewMs: 30_000, soundMs })).toMatchObject({
      relation,
      inPreview: true,
    });
  });

  it('says nothing about where in the recording the sound begins, and that it was a preview', () => {
    const heard = heardInPreview({ ...candidate, coverage: 1 }, { previewMs: 30_000, soundMs: 20_000 });
    const verdict = verdictOn({
      text: { kind: 'none', reason: '-' },
      audio: { kind: 'match', candidates: [heard] },
      rejected: [],
      catalogueSize: 100,
    });
    expect(verdict).toMatchObject({
      kind: 'sure',
      best: { link: { offsetMs: null, coverage: 1 } },
      why: expect.stringContaining('preview') as string,
    });
  });
});

describe('a preview is worth listening to', () => {
  const named = (feature: string, bits: number): Reason => ({ feature, root: feature, bits, text: '-' });
  const scored = (id: string, ...reasons: Reason[]) => ({
    link: {
      recordingId: id,
      relation: 'same',
      speedRatio: null,
      pitchSemitones: null,
      offsetMs: null,
      coverage: null,
    } as const,
    probability: 0,
    bits: 0,
    reasons: [{ feature: 'prior', root: 'prior', bits: -26, text: '-' }, ...reasons],
    blockedBy: null,
    twins: [],
  });
  it('when a recording is named, not when something else agrees', () => {
    const ranked = [
      scored('titled', named('title', 20), named('version', -12)),
      scored('common', named('title', 3)),
      scored('sung', named('artist', 9)),
      scored('linked', named('platform-id', 30)),
      scored('recognised', named('recogniser', 14)),
    ];
    expect(worthHearing(ranked)).toEqual(['titled', 'linked', 'recognised']);
  });
});
