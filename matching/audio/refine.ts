// Refining a verified place: a line through the partners' times gives speed and offset, the median of their bands the pitch; the sound is read
// once more at exactly that speed, with its frames on the recording's frames, until nothing moves, and then judged.

import type { Peaks } from '../../audio/peaks.ts';
import { alignNear, partners, peakWeights } from './constellation.ts';
import type { Hypothesis } from './hypotheses.ts';
import { precisionBits, type Judge, type Judged } from './judge.ts';
import { hopSamples, type PeaksByBand } from './reference.ts';
import type { Reading } from './reading.ts';
import type { Fit } from './verify.ts';

/** With so many the times are known well; nothing is smeared. */
const preciseBits = 10;
/** What is this far below chance is not saved by a better line: the most that one gained was 13 bits. */
const hopelessBits = -10;
/** How far a smeared fit strays from its line: fits under heavy reverb were up to 2 % off. */
const nearLine = 0.025;
/** The median error of a fitted speed is 0.01 %, the largest seen on right answers 0.06 %. */
const untouchedError = 0.0006;

const fineScales = Array.from({ length: 9 }, (_, i) => 1 + (i - 4) * 0.0008);

/** People change speed, tempo or pitch: where a smeared fit lies near one of these three lines, it is tried upon the line too. */
export function refine(rough: Fit, reading: Reading, judge: Judge): Judged {
  let best = refineFreely(rough, reading, judge);
  if (best.bits < hopelessBits || precisionBits(best.distances) > preciseBits) return best;
  const { time, frequency } = best.hypothesis;
  const lines: Hypothesis[] = [
    { time: frequency, frequency },
    { time: 1, frequency },
    { time, frequency: 1 },
  ];
  for (const hypothesis of lines) {
    const distance = Math.abs(Math.log(hypothesis.time / time)) + Math.abs(Math.log(hypothesis.frequency / frequency));
    if (distance < 1e-6 || distance > nearLine) continue;
    const { reference } = best;
    // Turned about the middle of the sound, where the fit is surest.
    const middle = (reading.middle * time) / hopSamples;
    let offset = best.offset + middle - (reading.middle * hypothesis.time) / hopSamples;
    const peaks = reading.exactly(hypothesis, offset);
    offset = alignNear(reference, peaks, peakWeights(reference, peaks), offset, 12, [1]).offset;
    const errors = partners(reference, peaks, offset, 1, 1.8).map(({ frameError }) => frameError);
    offset += errors.sort((a, b) => a - b)[errors.length >> 1] ?? 0;
    const tried = judge(reference, hypothesis, offset);
    if (tried.bits > best.bits) best = tried;
  }
  return best;
}

function refineFreely({ reference, hypothesis: roughly, offset: near }: Fit, reading: Reading, judge: Judge): Judged {
  let hypothesis = roughly;
  let offset = near;
  // One analysis at the rough alignment is enough for up to a window; over a longer sound the window's error has grown.
  const rounds = reading.windows.length > 1 ? 2 : 1;
  for (let round = 0; round < rounds; round++) {
    const peaks = reading.exactly(hypothesis, offset);
    const weights = peakWeights(reference, peaks);
    const aligned = alignNear(reference, peaks, weights, offset, round === 0 ? 12 : 4, fineScales);
    const line = fitLine(reference, peaks, aligned.offset, aligned.scale);
    hypothesis = {
      time: hypothesis.time * line.scale,
      frequency: hypothesis.frequency * 2 ** (-line.bandError / 24),
    };
    offset = line.offset;
    // Nothing plays at 1.0003: the difference is the fit's own error, which an offset read 6 minutes before the music would multiply to
    // 100 ms. The line turns about the middle of what it was fitted to.
    if (Math.abs(hypothesis.time - 1) < untouchedError) {
      const middle = line.middle * line.scale;
      offset += middle - middle / hypothesis.time;
      hypothesis = { time: 1, frequency: hypothesis.frequency };
    }
    // And a hundredth of a semitone off is the bands' error: what is not resampled is exact, and costs half.
    if (Math.abs(hypothesis.frequency - 1) < untouchedError) hypothesis = { time: hypothesis.time, frequency: 1 };
  }
  return judge(reference, hypothesis, offset);
}

/** Least squares through the partners' times, three times over with outliers trimmed; and the median of the bands. */
function fitLine(
  reference: PeaksByBand,
  peaks: Peaks,
  offset: number,
  scale: number,
): { readonly offset: number; readonly scale: number; readonly bandError: number; readonly middle: number } {
  let currentOffset = offset;
  let middleFrame = 0;
  let currentScale = scale;
  let bandError = 0;
  for (const reach of [2.5, 1.8, 1.25]) {
    const found = partners(reference, peaks, currentOffset, currentScale, reach);
    if (found.length < 6) break;
    let x = 0;
    let y = 0;
    for (const { peak, frameError } of found) {
      x += peaks.frame[peak]!;
      y += frameError;
    }
    x /= found.length;
    y /= found.length;
    middleFrame = x;
    let xx = 0;
    let xy = 0;
    for (const { peak, frameError } of found) {
      const dx = peaks.frame[peak]! - x;
      xx += dx * dx;
      xy += dx * (frameError - y);
    }
    const slope = xx > 0 ? Math.max(-0.004, Math.min(0.004, xy / xx)) : 0;
    currentOffset += y - slope * x;
    currentScale += slope;
    const errors = found.map((partner) => partner.bandError).sort((a, b) => a - b);
    const quarter = errors.length >> 2;
    const middle = errors.slice(quarter, errors.length - quarter);
    bandError = middle.reduce((sum, error) => sum + error, 0) / middle.length;
  }
  return { offset: currentOffset, scale: currentScale, bandError, middle: middleFrame };
}
