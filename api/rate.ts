// How often one may ask: a bucket for each, which fills by itself and is emptied by asking.

export interface Buckets {
  /** @returns 0 when it may go on, else the seconds after which it may. */
  take(who: string): number;
}

/** `burst`: what a full bucket holds. */
export function createBuckets(perSecond: number, burst: number, now: () => number = Date.now): Buckets {
  const buckets = new Map<string, { left: number; atMs: number }>();
  /** Full ones need no place. */
  const sweep = (atMs: number): void => {
    for (const [who, bucket] of buckets)
      if (bucket.left + ((atMs - bucket.atMs) / 1000) * perSecond >= burst) buckets.delete(who);
  };
  return {
    take(who) {
      const atMs = now();
      const bucket = buckets.get(who) ?? { left: burst, atMs };
      const left = Math.min(burst, bucket.left + ((atMs - bucket.atMs) / 1000) * perSecond);
      const isAllowed = left >= 1;
      buckets.set(who, { left: isAllowed ? left - 1 : left, atMs });
      if (buckets.size > 10_000) sweep(atMs);
      return isAllowed ? 0 : Math.max(1, Math.ceil((1 - left) / perSecond));
    },
  };
}
