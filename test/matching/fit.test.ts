import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DecidedSound } from '../../domain/decision.ts';
import { calibrate, fitWeights, isotonic, judges, reliability, solve } from '../../matching/fit.ts';
import { textEvidence } from '../../matching/metadata/score.ts';
import { calibrated, handWeights, type Weights, readWeights, scaled } from '../../matching/weights.ts';
import { official, rare, recording } from './metadata/support.ts';
import { verdictOn } from './support.ts';

/** mulberry32 */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Sounds whose people decide as if `truth` were the right weights. */
function simulate(n: number, truth: Pick<Weights, 'offsetBits' | 'scales'>, seed = 1): DecidedSound[] {
  const random = randomFrom(seed);
  return Array.from({ length: n }, (_, s) => {
    const candidates = Array.from({ length: 1 + Math.floor(random() * 3) }, (__, c) => ({
      link: { recordingId: `r${s}-${c}` },
      reasons: (
        [
          ['prior', -26.58],
          ['title', random() < 0.7 ? 12 + random() * 12 : -12],
          ['artist', random() < 0.6 ? 17 + random() * 4 : -14],
          ['version', random() < 0.5 ? 0.5 + random() * 5.5 : -9],
        ] as const
      ).map(([feature, bits]) => ({ feature, root: feature, bits, text: feature })),
    }));
    const odds = candidates.map(({ reasons }) => {
      const bits = reasons.reduce(
        (sum, { feature, bits: b }) => sum + b * (truth.scales[`${feature}${b > 0 ? '+' : '-'}`] ?? 1),
        truth.offsetBits,
      );
      return 2 ** bits;
    });
    let left = random() * (1 + odds.reduce((sum, each) => sum + each, 0));
    const index = odds.findIndex((each) => (left -= each) < 0);
    return {
      soundId: `s${s}`,
      kind: index < 0 ? 'noSuchRecording' : 'match',
      recordingId: index < 0 ? null : `r${s}-${index}`,
      weights: handWeights.set,
      candidates,
    };
  });
}

describe('fitting the weights to decisions', () => {
  it('recovers the weights that people decided by', () => {
    const truth = { offsetBits: 2, scales: { 'title+': 0.8, 'artist+': 1.1, 'artist-': 0.6, 'version-': 0.5 } };
    const fit = fitWeights(simulate(6000, truth), handWeights, { scaleSd: 1, offsetSd: 5 });
    if (fit.kind !== 'fitted') throw new Error(fit.why);
    expect(fit.better).toBe(true);
    expect(fit.weights.scales['version-']).toBeCloseTo(0.5, 1);
    expect(fit.weights.scales['artist+']! - fit.weights.scales['title+']!).toBeCloseTo(0.3, 0);
    expect(Math.abs(fit.weights.scales['title+']! - 0.8)).toBeLessThan(0.15);
    expect(Math.abs(fit.weights.scales['artist+']! - 1.1)).toBeLessThan(0.15);
    expect(fit.after.logLoss).toBeLessThan(fit.before.logLoss * 0.9);
  });

  it('learns what a recogniser is worth where the words agree with it', () => {
    const random = randomFrom(3);
    const recogniser = 0.7;
    const decided = Array.from({ length: 2000 }, (_, n): DecidedSound => {
      const title = 6 + random() * 6;
      // As fusion states it: on an ear's route the prior takes back what the words say in favour.
      const reasons = (
        [
          ['prior', -13.3 - title],
          ['title', title],
          ['recogniser', 14],
        ] as const
      ).map(([feature, bits]) => ({ feature, root: feature, bits, text: feature }));
      const odds = 2 ** (-13.3 + 14 * recogniser);
      const isIt = random() < odds / (1 + odds);
      return {
        soundId: `s${n}`,
        kind: isIt ? 'match' : 'noSuchRecording',
        recordingId: isIt ? `r${n}` : null,
        weights: handWeights.set,
        candidates: [{ link: { recordingId: `r${n}` }, reasons }],
      };
    });
    const fit = fitWeights(decided, handWeights, { scaleSd: 1, offsetSd: 0.001 });
    if (fit.kind !== 'fitted') throw new Error(fit.why);
    expect(fit.weights.scales['recogniser+']).toBeCloseTo(recogniser, 1);
    expect(fit.weights.scales['title+']).toBeUndefined();
  });

  it('stays near the hand weights when people decide as they do', () => {
    const fit = fitWeights(simulate(1500, { offsetBits: 0, scales: {} }));
    if (fit.kind !== 'fitted') throw new Error(fit.why);
    expect(Math.abs(fit.weights.offsetBits)).toBeLessThan(1);
    for (const scale of Object.values(fit.weights.scales)) expect(Math.abs(scale - 1)).toBeLessThan(0.2);
  });

  it('leaves the hand weights alone where decisions say nothing', () => {
    const fit = fitWeights(simulate(10, { offsetBits: 4, scales: { 'title+': 0.5 } }), handWeights, {
      leastDecisions: 1,
      leastOfEach: 0,
      scaleSd: 0.001,
      offsetSd: 0.001,
    });
    if (fit.kind !== 'fitted') throw new Error(fit.why);
    expect(fit.weights.offsetBits).toBeCloseTo(0, 2);
    for (const scale of Object.values(fit.weights.scales)) expect(scale).toBeCloseTo(1, 2);
  });

  it('refuses too few decisions and says how many are needed', () => {
    const fit = fitWeights(simulate(50, { offsetBits: 0, scales: {} }));
    expect(fit).toMatchObject({ kind: 'too few', usable: 50 });
    expect(fit.kind === 'too few' && fit.why).toContain('200 are needed, at least 30 of each');
  });

  it('learns from rejections, and ignores what other weights had scored', () => {
    const sounds = simulate(800, { offsetBits: 0, scales: {} });
    const rejected = sounds.map((sound): DecidedSound => {
      const wrong = sound.candidates.find((candidate) => candidate.link.recordingId !== sound.recordingId);
      return wrong === undefined ? sound : { ...sound, kind: 'reject', recordingId: wrong.link.recordingId };
    });
    const strangers = sounds.slice(0, 100).map((sound) => ({ ...sound, weights: 'hand-0' }));
    const fit = fitWeights([...rejected, ...strangers]);
    expect(fit).toMatchObject({ kind: 'fitted', ignored: 100 });
  });

  it('keeps every recording on one side of the split', () => {
    const sides = Array.from({ length: 4000 }, (_, n) => judges(`ZZFER26${String(n).padStart(5, '0')}`));
    expect(sides.filter(Boolean).length / sides.length).toBeCloseTo(0.3, 1);
    expect(judges('ZZFER2600001')).toBe(judges('ZZFER2600001'));
  });
});

describe('calibration', () => {
  const outcomes = fc.array(fc.record({ stated: fc.double({ min: 0, max: 1, noNaN: true }), right: fc.boolean() }), {
    maxLength: 400,
  });

  it('never falls, whatever the outcomes', () => {
    fc.assert(
      fc.property(
        outcomes,
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (given, a, b) => {
          const weights = { ...handWeights, calibration: calibrate(given) };
          const [low, high] = [Math.min(a, b), Math.max(a, b)];
          expect(calibrated(weights, low)).toBeLessThanOrEqual(calibrated(weights, high) + 1e-12);
          expect(calibrated(weights, high)).toBeLessThanOrEqual(1);
          expect(calibrated(weights, low)).toBeGreaterThanOrEqual(0);
        },
      ),
    );
  });

  it('pools neighbours that fall, keeping the mean', () => {
    const blocks = isotonic([0.1, 0.5, 0.3, 0.2, 0.9].map((y, x) => ({ x, y, weight: 1 })));
    expect(blocks.map(({ y }) => Number(y.toFixed(3)))).toEqual([0.1, 0.333, 0.9]);
    expect(blocks.reduce((sum, { y, weight }) => sum + y * weight, 0)).toBeCloseTo(2, 9);
  });

  it('changes nothing without outcomes, and brings boasting down', () => {
    expect(calibrated({ ...handWeights, calibration: calibrate([]) }, 0.9)).toBe(0.9);
    const random = randomFrom(3);
    const boasting = Array.from({ length: 2000 }, () => {
      const stated = 0.5 + random() / 2;
      return { stated, right: random() < stated - 0.2 };
    });
    const weights = { ...handWeights, calibration: calibrate(boasting) };
    expect(calibrated(weights, 0.9)).toBeGreaterThan(0.6);
    expect(calibrated(weights, 0.9)).toBeLessThan(0.8);
    for (const bin of reliability(boasting.map((each) => ({ ...each, stated: calibrated(weights, each.stated) }))))
      if (bin.n > 100) expect(Math.abs(bin.meanStated - bin.observed)).toBeLessThan(0.08);
  });

  it('solves its equations', () => {
    const x = solve(
      [
        [4, 0],
        [2, 3],
      ],
      [8, 7],
    );
    expect(x[0]).toBeCloseTo(1.25, 9);
    expect(x[1]).toBeCloseTo(1.5, 9);
  });
});

describe('fitted weights in force', () => {
  const sound = official('After Dark', 'Mr.Kitty');
  const song = recording('song', 'After Dark', 'Mr.Kitty');
  const input = {
    text: textEvidence(sound, [song, recording('live', 'After Dark (Live)', 'Mr.Kitty')], rare),
    audio: { kind: 'none', reason: 'nothing' } as const,
    rejected: [],
    catalogueSize: 1000,
  };

  it('scale reasons by feature and sign, and their offset is a reason of its own', () => {
    const weights: Weights = { ...handWeights, set: 'fitted-1', offsetBits: -30, scales: { 'title+': 0.5 } };
    expect(verdictOn(input).kind).toBe('sure');
    expect(verdictOn({ ...input, weights }).kind).not.toBe('sure');
    expect(scaled(weights, { feature: 'title', root: 'title', bits: 20, text: '' }).bits).toBe(10);
    expect(scaled(weights, { feature: 'title', root: 'title', bits: -12, text: '' }).bits).toBe(-12);
    expect(scaled(weights, { feature: 'prior', root: 'prior', bits: -26, text: '' }).bits).toBe(-26);
  });

  it('link only above the bar of the calibrated probability', () => {
    const weights: Weights = {
      ...handWeights,
      calibration: [
        [0, -3],
        [10, 2],
      ],
    };
    expect(verdictOn({ ...input, weights })).toMatchObject({ kind: 'undecided' });
  });

  it('are read with a reason where they make no sense', () => {
    const good = {
      ...handWeights,
      set: 'fitted-1',
      scales: { 'title+': 0.9 },
      calibration: [
        [-2, -3],
        [4, 3],
      ],
    };
    expect(readWeights(JSON.parse(JSON.stringify(good)))).toEqual(good);
    expect(() => readWeights({ ...good, basedOn: 'hand-0' })).toThrow('fit them again');
    expect(() => readWeights({ ...good, scales: { 'title+': -1 } })).toThrow('title+');
    expect(() =>
      readWeights({
        ...good,
        calibration: [
          [0, 1],
          [1, 0],
        ],
      }),
    ).toThrow('does not rise');
    expect(() => readWeights([])).toThrow('no name');
    expect(() => readWeights('x')).toThrow('no JSON object');
  });
});
