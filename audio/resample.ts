// Band-limited resampling by a windowed sinc.
//
//   y(t) = Σ x[n] · c·sinc(c·(t − n)) · w((t − n) / half)        (J. O. Smith, "Digital Audio Resampling")
//
// c is the cut-off as a share of the input's Nyquist frequency; w is a Kaiser window. The kernel is tabulated at `phases`
// positions between two samples and the nearest one is used: at 512 phases the rounding stays below −54 dB, far under what
// a lossy codec does to the same signal.

const phases = 512;

interface Kernel {
  readonly half: number;
  /** (phases + 1) rows of 2·half taps. */
  readonly taps: Float32Array;
}

const kernels = new Map<string, Kernel>();

function besselI0(x: number): number {
  let sum = 1;
  let term = 1;
  for (let k = 1; k < 40; k++) {
    term *= (x / (2 * k)) ** 2;
    sum += term;
    if (term < sum * 1e-10) break;
  }
  return sum;
}

/** `zeroCrossings` on each side of the centre, at the output's own rate when it is the lower one. */
function kernelFor(cutoff: number, zeroCrossings: number): Kernel {
  // One kernel per 1/256 of cut-off: the 75 hypotheses of a search then share a few dozen tables.
  const rounded = Math.max(1 / 256, Math.floor(cutoff * 256) / 256);
  const key = `${rounded}/${zeroCrossings}`;
  const known = kernels.get(key);
  if (known) return known;
  const half = Math.ceil(zeroCrossings / rounded);
  const taps = new Float32Array((phases + 1) * 2 * half);
  const beta = 7;
  const norm = besselI0(beta);
  for (let phase = 0; phase <= phases; phase++) {
    const row = phase * 2 * half;
    let sum = 0;
    for (let k = 0; k < 2 * half; k++) {
      const distance = k - half + 1 - phase / phases;
      const inside = 1 - (distance / half) ** 2;
      const x = Math.PI * rounded * distance;
      const sinc = Math.abs(x) < 1e-9 ? 1 : Math.sin(x) / x;
      const value = inside <= 0 ? 0 : (rounded * sinc * besselI0(beta * Math.sqrt(inside))) / norm;
      taps[row + k] = value;
      sum += value;
    }
    // Unit gain at zero frequency for every phase, else a constant input would ripple.
    for (let k = 0; k < 2 * half; k++) taps[row + k]! /= sum;
  }
  const kernel = { half, taps };
  if (kernels.size > 200) kernels.clear();
  kernels.set(key, kernel);
  return kernel;
}

function interpolate(
  input: Float32Array,
  from: number,
  step: number,
  count: number,
  kernel: Kernel,
  output: Float32Array,
  outputFrom: number,
): void {
  const { half, taps } = kernel;
  const width = 2 * half;
  for (let i = 0; i < count; i++) {
    const position = from + i * step;
    const whole = Math.floor(position);
    const row = Math.round((position - whole) * phases) * width;
    const first = whole - half + 1;
    let sum = 0;
    if (first >= 0 && first + width <= input.length) {
      for (let k = 0; k < width; k++) sum += input[first + k]! * taps[row + k]!;
    } else {
      const begin = Math.max(0, -first);
      const end = Math.min(width, input.length - first);
      for (let k = begin; k < end; k++) sum += input[first + k]! * taps[row + k]!;
    }
    output[outputFrom + i] = sum;
  }
}

/**
 * Reads `input` in steps of `step` samples: output[i] = input(i · step). A step above 1 raises every frequency and shortens
 * the signal; what would fold over is removed first.
 */
export function warp(input: Float32Array, step: number, zeroCrossings = 8): Float32Array {
  if (step === 1) return input;
  const output = new Float32Array(Math.max(0, Math.floor((input.length - 1) / step) + 1));
  interpolate(input, 0, step, output.length, kernelFor(Math.min(1, 1 / step), zeroCrossings), output, 0);
  return output;
}

/** Changes the sample rate, keeping pitch and duration. 32 taps at the lower of the two rates. */
export function resample(input: Float32Array, fromHz: number, toHz: number): Float32Array {
  return fromHz === toHz ? input : warp(input, fromHz / toHz, 16);
}

/** The same for a signal that arrives in pieces: `push` returns what can be computed so far, `finish` the rest. */
export interface StreamResampler {
  push(piece: Float32Array): Float32Array;
  finish(): Float32Array;
}

export function createStreamResampler(fromHz: number, toHz: number): StreamResampler {
  const step = fromHz / toHz;
  const kernel = kernelFor(Math.min(1, 1 / step), 16);
  let buffer = new Float32Array(0);
  /** Index in the whole signal of buffer[0], and how many samples came out so far. */
  let bufferFrom = 0;
  let emitted = 0;

  const emit = (until: number): Float32Array => {
    const count = Math.max(0, Math.floor((until - emitted * step) / step) + 1);
    const output = new Float32Array(count);
    interpolate(buffer, emitted * step - bufferFrom, step, count, kernel, output, 0);
    emitted += count;
    const keepFrom = Math.max(bufferFrom, Math.floor(emitted * step) - kernel.half);
    buffer = buffer.slice(keepFrom - bufferFrom);
    bufferFrom = keepFrom;
    return output;
  };

  return {
    push(piece) {
      if (step === 1) return piece;
      const joined = new Float32Array(buffer.length + piece.length);
      joined.set(buffer);
      joined.set(piece, buffer.length);
      buffer = joined;
      return emit(bufferFrom + buffer.length - 1 - kernel.half);
    },
    finish() {
      return step === 1 ? new Float32Array(0) : emit(bufferFrom + buffer.length - 1);
    },
  };
}
