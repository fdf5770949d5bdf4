// Twins are one answer: recordings that are one, delivered more than once, do not compete. The one that the evidence prefers stands for
// all (an ISRC or an album that the sound names gives it more bits), between equals the one that is preferred anyway (metadata/twins.ts).

import type { RecordingId } from '../domain/naming.ts';
import { areBeside, heardBits, type Sum } from './fusion.ts';
import { compareStrings } from './reasons.ts';

/** Bits by which reasons that say the same may differ: they are rounded to hundredths. */
const equalBits = 0.05;
/** Two that are heard at speeds further apart than this are not one, whatever their words say. */
const sameSpeed = 0.02;

/** One sum for each answer, with the twins that it stands for. */
export function oneForTwins(sums: readonly Sum[]): readonly Sum[] {
  if (!sums.some(({ twins }) => twins !== null)) return sums;
  const rankOf = ({ twins }: Sum): number => twins?.rank ?? Number.MAX_SAFE_INTEGER;
  // By bits in steps, so that sums which say the same are in the order of their ranks, and the order is one whatever came first.
  const stepOf = ({ bits }: Sum): number => Math.round(bits / (2 * equalBits));
  const ordered = sums.toSorted(
    (a, b) => stepOf(b) - stepOf(a) || rankOf(a) - rankOf(b) || b.bits - a.bits || compareStrings(a.id, b.id),
  );
  const taken = new Set<RecordingId>();
  return ordered.flatMap((sum) => {
    if (taken.has(sum.id)) return [];
    taken.add(sum.id);
    const joined = ordered.filter((each) => !taken.has(each.id) && isSameAnswer(sum, each));
    for (const { id } of joined) taken.add(id);
    return [{ ...sum, same: joined.map(({ id }) => id).sort(compareStrings) }];
  });
}

function isSameAnswer(one: Sum, other: Sum): boolean {
  return (
    one.twins?.ids.includes(other.id) === true &&
    (one.blockedBy === null) === (other.blockedBy === null) &&
    !areBeside(one, other) &&
    speedsAgree(one, other) &&
    // Heard in one and searched for in vain in the other: that proves them two.
    !(heardBits(one) > 0 && other.objections.some(({ fallsAtBits }) => fallsAtBits === Number.POSITIVE_INFINITY))
  );
}

function speedsAgree(one: Sum, other: Sum): boolean {
  const speeds = [one, other].map(({ heard }) => heard.find(({ found }) => found)?.speedRatio ?? null);
  return speeds[0] === null || speeds[1] === null || Math.abs(Math.log(speeds[0]! / speeds[1]!)) <= sameSpeed;
}
