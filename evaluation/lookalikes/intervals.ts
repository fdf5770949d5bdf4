// Intervals of a share: Clopper–Pearson, which keeps its promise also for none of a few, and Wilson, which is narrower and meant for shares
// near the middle. Both at 95 %. Queries from one song are not independent: where that matters the number of songs stands beside it.

export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** Natural logarithms of factorials, as far as they were asked for. */
const logFactorials: number[] = [0];

function logFactorial(n: number): number {
  for (let k = logFactorials.length; k <= n; k++) logFactorials.push(logFactorials[k - 1]! + Math.log(k));
  return logFactorials[n]!;
}

/** Chance of at most `hits` of `count` at a rate. */
export function binomialTail(hits: number, count: number, rate: number): number {
  if (rate <= 0) return 1;
  if (rate >= 1) return hits >= count ? 1 : 0;
  let sum = 0;
  for (let k = 0; k <= hits; k++) {
    const ways = logFactorial(count) - logFactorial(k) - logFactorial(count - k);
    sum += Math.exp(ways + k * Math.log(rate) + (count - k) * Math.log(1 - rate));
  }
  return Math.min(1, sum);
}

export function clopperPearson(hits: number, count: number, confidence = 0.95): Interval {
  if (count === 0) return { low: 0, high: 1 };
  const half = (1 - confidence) / 2;
  const solve = (isBelow: (rate: number) => boolean): number => {
    let [low, high] = [0, 1];
    for (let i = 0; i < 60; i++) {
      const middle = (low + high) / 2;
      if (isBelow(middle)) low = middle;
      else high = middle;
    }
    return (low + high) / 2;
  };
  return {
    low: hits === 0 ? 0 : solve((rate) => 1 - binomialTail(hits - 1, count, rate) < half),
    high: hits === count ? 1 : solve((rate) => binomialTail(hits, count, rate) > half),
  };
}

export function wilson(hits: number, count: number): Interval {
  if (count === 0) return { low: 0, high: 1 };
  const z = 1.959964;
  const share = hits / count;
  const middle = share + (z * z) / (2 * count);
  const reach = z * Math.sqrt((share * (1 - share)) / count + (z * z) / (4 * count * count));
  const scale = 1 + (z * z) / count;
  return { low: Math.max(0, (middle - reach) / scale), high: Math.min(1, (middle + reach) / scale) };
}
