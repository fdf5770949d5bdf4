// Adding up reasons. What rests on one observation has one root, and counts once however often it is told.

import type { Reason } from '../domain/evidence.ts';

/** One reason per root: the one that says most; between equals the one that speaks against. */
export function oncePerRoot(reasons: readonly Reason[]): readonly Reason[] {
  if (!reasons.some((reason, i) => reasons.findIndex((other) => other.root === reason.root) !== i)) return reasons;
  const byRoot = new Map<string, Reason>();
  for (const reason of reasons) {
    const known = byRoot.get(reason.root);
    const stronger =
      known === undefined
        ? 1
        : Math.abs(reason.bits) - Math.abs(known.bits) ||
          known.bits - reason.bits ||
          compareStrings(known.text, reason.text);
    if (stronger > 0) byRoot.set(reason.root, reason);
  }
  return [...byRoot.values()];
}

export function totalBits(reasons: readonly Reason[]): number {
  let bits = 0;
  for (const reason of reasons) bits += reason.bits;
  return bits;
}

/** By code units, so that what is sorted does not depend on where it runs. */
export function compareStrings(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Within ±limit; 0 for what is no number. */
export function clamp(value: number, limit: number): number {
  return Number.isNaN(value) ? 0 : Math.max(-limit, Math.min(limit, value));
}
