// "Sped up", "slowed + reverb", "1.25x": what was done to the recording.

import type { SpeedEffect, Tag } from '../tags.ts';
import {
  besideSpeed,
  effects,
  fasterWords,
  intensities,
  joinedFasterWords,
  joinedSlowerWords,
  joinedSpeedEndings,
  notASpeedAlone,
  pitchWords,
  slowerWords,
} from '../words/speeds.ts';
import { anyOf, whole, type Wordings } from '../words/wordings.ts';
import { readEdition } from './edition.ts';
import { readPart } from './part.ts';
import { readVersion } from './version.ts';

const intensity = `(?:${anyOf(...Object.values(intensities))} )*`;
const between = (wordings: Wordings, before = ''): RegExp =>
  new RegExp(`(?:^| )${before}${anyOf(wordings)}(?= |$)`, 'gu');
const joined = (wordings: Wordings): RegExp => new RegExp(`${anyOf(wordings)}${anyOf(joinedSpeedEndings)}?`, 'gu');

/** Each is taken out of the wording in turn; what is left must say nothing else. `detail` null: the words as they stand. */
const readers: readonly {
  readonly effect: SpeedEffect;
  readonly pattern: RegExp;
  readonly detail?: string | null;
}[] = [
  { effect: 'slowed', pattern: between(slowerWords, intensity) },
  { effect: 'sped_up', pattern: between(fasterWords, intensity) },
  { effect: 'sped_up', pattern: joined(joinedFasterWords) },
  { effect: 'slowed', pattern: joined(joinedSlowerWords) },
  { effect: 'pitched', pattern: between(pitchWords) },
  ...effects.map(({ detail, wordings }) => ({ effect: 'effect' as const, pattern: between(wordings), detail })),
];
/** Several are one: a nightcore is pitched too, and has reverb. */
const strongestFirst: readonly SpeedEffect[] = ['sped_up', 'slowed', 'pitched', 'effect'];

const ratioTag =
  /(?:^| )x ?([01])(?: ([0-9]{1,2}))(?= |$)|(?:^| )([012])(?: ([0-9]{1,2}))? ?(?:x|倍速?版?|배속)(?= |$)/gu;
const ultra = new RegExp(`^${anyOf(intensities.ultra)}\\b`);
const slightly = new RegExp(`^${anyOf(intensities.slightly)}\\b`);
const filler = whole(anyOf(besideSpeed));
const ambiguous = whole(anyOf(notASpeedAlone));

/** Speed words with nothing else beside filler; with other words beside them, those are read on their own. */
export function readSpeed(key: string): readonly Tag[] | null {
  let rest = key;
  let ratio: number | null = null;
  rest = rest.replace(ratioTag, (matched, a?: string, b?: string, c?: string, d?: string) => {
    const value = Number(`${a ?? c}.${b ?? d ?? '0'}`);
    if (!(value >= 0.4 && value <= 2.5) || value === 1) return matched;
    ratio = value;
    return ' ';
  });
  const found = new Set<SpeedEffect>();
  const details = new Set<string>();
  for (const { effect, pattern, detail } of readers) {
    rest = rest.replace(pattern, (matched: string) => {
      const words = matched.trim();
      found.add(effect);
      if (ultra.test(words)) details.add('ultra');
      if (slightly.test(words)) details.add('slightly');
      if (detail !== undefined) details.add(detail ?? words);
      if (/night ?core/.test(words)) details.add('nightcore');
      if (effect === 'pitched' && /^low|down|deep/.test(words)) details.add('down');
      return ' ';
    });
  }
  if (ratio !== null && !found.has('sped_up') && !found.has('slowed')) found.add(ratio > 1 ? 'sped_up' : 'slowed');
  const effect = strongestFirst.find((each) => found.has(each));
  if (effect === undefined) return null;
  const speed: Tag = { kind: 'speed', effect, detail: [...details].sort(), ratio };
  const left = rest.split(' ').filter(Boolean);
  if (left.every((word) => filler.test(word))) return ambiguous.test(key) ? null : [speed];
  if (left[0] === 'by') return [speed];
  const words = left.join(' ');
  const others = readVersion(words) ?? readEdition(words) ?? readPart(words);
  return others ? [speed, ...others] : null;
}
