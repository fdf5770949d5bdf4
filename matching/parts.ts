// Stretches of a sound in which recordings are heard.

import type { SoundPart } from '../domain/evidence.ts';
import { thresholds } from './thresholds.ts';

interface HeardIn {
  readonly bits: number;
  readonly parts: readonly SoundPart[];
}

/** Whether two recordings are plainly heard, each in a part of the sound of its own. */
export function lieBeside(one: HeardIn, other: HeardIn): boolean {
  if (Math.min(one.bits, other.bits) < thresholds.heardPlainlyBits) return false;
  const shorter = Math.min(lengthOf(one.parts), lengthOf(other.parts));
  if (shorter === 0) return false;
  return sharedMs(one.parts, other.parts) <= thresholds.besideOverlap * shorter;
}

export function sharedMs(one: readonly SoundPart[], other: readonly SoundPart[]): number {
  let shared = 0;
  for (const a of one)
    for (const b of other) shared += Math.max(0, Math.min(a.toMs, b.toMs) - Math.max(a.fromMs, b.fromMs));
  return shared;
}

function lengthOf(parts: readonly SoundPart[]): number {
  return parts.reduce((length, { fromMs, toMs }) => length + toMs - fromMs, 0);
}
