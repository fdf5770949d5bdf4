// Which pieces of a sound a recogniser is asked about, and when what it heard in them counts.
//   a piece     some seconds of the sound, played at a recording's speed
//   agreement   two pieces in which one and the same recording is heard
// One piece proves nothing: recognisers answer noise with a song now and then, and long pieces make it worse. Each costs money, so
// the likeliest are asked first and asking ends with the first agreement.

import type { AudioEvidence, Evidence, RecognisedCandidate } from '../domain/evidence.ts';
import { fold } from './metadata/fold.ts';
import type { SoundWords } from './metadata/soundText.ts';

export interface Piece {
  /** Where in the sound it begins. */
  readonly startMs: number;
  readonly lengthMs: number;
  /** The sound's tempo over the recording's, as supposed: the piece is played slower by this. */
  readonly speed: number;
}

/** Seconds that recognisers are sure of: with 3–7 s they are at their best, beyond 15 they answer nothing. */
const bestMs = 10_000;
const shortestMs = 3_000;
/** No sound costs more calls than this at one recogniser: two pieces at two speeds. */
const mostSpeeds = 2;

/** A tempo of which the ear of a recogniser takes no notice. */
const sameSpeed = (a: number, b: number): boolean => Math.abs(a / b - 1) <= 0.02;

/** The usual alterations, where the words name one and not how much. */
const usualRatio = { sped_up: 1.2, slowed: 0.85 } as const;

/** The speeds worth trying, the likeliest first: those at which our own search heard something, then the recording's own, then what the title says. */
export function speedsToTry(audio: AudioEvidence, words: SoundWords): readonly number[] {
  const heard =
    audio.kind === 'match'
      ? audio.candidates
          .filter((candidate) => candidate.logLikelihoodRatio > 0)
          .toSorted((a, b) => b.logLikelihoodRatio - a.logLikelihoodRatio)
          .map((candidate) => candidate.speedRatio)
      : [];
  const tags = words.parsed.tags.filter((tag) => tag.kind === 'speed');
  const claimed = [
    ...tags.flatMap(({ ratio }) => (ratio === null ? [] : [ratio])),
    ...tags.flatMap(({ effect }) => (effect === 'sped_up' || effect === 'slowed' ? [usualRatio[effect]] : [])),
  ];
  const speeds: number[] = [];
  for (const speed of [...heard.slice(0, 1), 1, ...claimed])
    if (speed > 0.4 && speed < 2.5 && !speeds.some((known) => sameSpeed(known, speed))) speeds.push(speed);
  return speeds.slice(0, mostSpeeds);
}

/**
 * Two places of a sound to cut pieces from: the fullest, and the fullest that shares less than half with it. Loudness stands for music,
 * in decibels, so that a pause counts for more than a bang. @returns fewer for a sound that is too short.
 */
export function placesOf(pcm: Float32Array, sampleRateHz: number, mostMs: number): readonly Omit<Piece, 'speed'>[] {
  const soundMs = (pcm.length / sampleRateHz) * 1000;
  // Of a short sound each piece is two thirds, so that there are two that differ.
  const lengthMs = Math.floor(Math.min(bestMs, mostMs, Math.max(shortestMs, (soundMs * 2) / 3)));
  if (soundMs < lengthMs) return soundMs < shortestMs ? [] : [{ startMs: 0, lengthMs: Math.floor(soundMs) }];
  const stepMs = 500;
  const loudness: number[] = [];
  for (let atMs = 0; atMs + stepMs <= soundMs; atMs += stepMs) {
    const from = Math.floor((atMs / 1000) * sampleRateHz);
    const to = Math.floor(((atMs + stepMs) / 1000) * sampleRateHz);
    let energy = 0;
    for (let i = from; i < to; i += 1) energy += pcm[i]! * pcm[i]!;
    loudness.push(Math.log10(1e-9 + energy / (to - from)));
  }
  const steps = Math.max(1, Math.round(lengthMs / stepMs));
  const starts = Array.from({ length: Math.max(1, loudness.length - steps + 1) }, (_, i) => {
    const inside = loudness.slice(i, i + steps);
    const fullness = inside.reduce((sum, one) => sum + one, 0) / Math.max(1, inside.length);
    return { startMs: Math.min(i * stepMs, Math.floor(soundMs - lengthMs)), fullness };
  });
  const fullest = (among: typeof starts) =>
    among.reduce<(typeof starts)[number] | null>(
      (best, one) => (best === null || one.fullness > best.fullness ? one : best),
      null,
    );
  const first = fullest(starts)!;
  const apart = (least: number) => starts.filter(({ startMs }) => Math.abs(startMs - first.startMs) >= least);
  const second = fullest(apart(lengthMs)) ?? fullest(apart(lengthMs / 2)) ?? fullest(apart(1));
  return [first, ...(second === null ? [] : [second])].map(({ startMs }) => ({ startMs, lengthMs }));
}

/** What one recogniser said to have heard, as far as agreement needs it. */
export interface Heard {
  readonly id: string;
  readonly list: 'music' | 'custom' | 'humming';
  readonly isrc: string | null;
  readonly title: string;
  readonly artists: readonly string[];
  /** Where in the recording the piece begins. */
  readonly offsetMs: number | null;
}

export interface Agreement<Hit extends Heard> {
  readonly hit: Hit;
  readonly speed: number;
  /** Where in the recording the sound begins; null when the service does not say. */
  readonly offsetMs: number | null;
  /** The two pieces lie in the recording as they lie in the sound: chance and wrong labels do not do that. */
  readonly inPlace: boolean;
}

/** Entries of one service that stand for the same recording. */
function isSame(a: Heard, b: Heard): boolean {
  if (a.id === b.id) return true;
  if (a.isrc !== null && b.isrc !== null) return a.isrc === b.isrc;
  return fold(a.title) === fold(b.title) && fold(a.artists[0] ?? '') === fold(b.artists[0] ?? '');
}

/** Positions are told to the second or so, and a beat may be heard a bar early. */
const placeSlackMs = 2_500;

/** What was heard in both of two pieces, best first; a melody that was only hummed comes last. */
export function agreements<Hit extends Heard>(
  first: { readonly piece: Piece; readonly hits: readonly Hit[] },
  second: { readonly piece: Piece; readonly hits: readonly Hit[] },
): readonly Agreement<Hit>[] {
  const found: Agreement<Hit>[] = [];
  for (const hit of first.hits) {
    const same = second.hits.filter((other) => isSame(hit, other));
    const other = same.find((one) => isInPlace(hit, first.piece, one, second.piece)) ?? same[0];
    if (other === undefined || found.some((one) => isSame(one.hit, hit))) continue;
    const { startMs, speed } = first.piece;
    found.push({
      hit,
      speed,
      offsetMs: hit.offsetMs === null ? null : Math.round(hit.offsetMs - startMs * speed),
      inPlace: isInPlace(hit, first.piece, other, second.piece),
    });
  }
  return found.toSorted(
    (a, b) =>
      Number(a.hit.list === 'humming') - Number(b.hit.list === 'humming') || Number(b.inPlace) - Number(a.inPlace),
  );
}

function isInPlace(a: Heard, ofA: Piece, b: Heard, ofB: Piece): boolean {
  if (a.offsetMs === null || b.offsetMs === null || ofA.startMs === ofB.startMs) return false;
  const apartMs = (ofB.startMs - ofA.startMs) * ofA.speed;
  return Math.abs(b.offsetMs - a.offsetMs - apartMs) <= placeSlackMs;
}

/** What recognisers agreed on, out of what all services came to. */
export function recognisedIn(
  evidence: readonly Evidence<{ readonly recordingId: string }>[],
): readonly RecognisedCandidate[] {
  return evidence.flatMap((one) =>
    one.kind === 'match'
      ? one.candidates.filter((candidate): candidate is RecognisedCandidate => 'list' in candidate)
      : [],
  );
}
