// Sounds that have one audio, at whatever speed, are one group: what is decided about one of them speaks for the others. Pure.

import type { Link, ScoredCandidate, Verdict } from './decision.ts';
import type { RecordingId, SoundId } from './naming.ts';
import type { DecidedBy } from './sound.ts';

/** How a sound stands to its group's own time and pitch. */
export interface GroupPlace {
  /** Tempo over the group's. */
  readonly speed: number;
  /** Above the group's pitch. */
  readonly semitones: number;
  /** Where in the group's time it begins. */
  readonly offsetMs: number;
}

/** What was decided about another sound of the group. */
export interface GroupWord {
  readonly soundId: SoundId;
  /** `ann`, `a person`, or null for a rule. */
  readonly by: string | null;
  readonly decidedBy: DecidedBy;
  readonly said:
    | { readonly kind: 'match'; readonly link: Link; readonly probability: number }
    | { readonly kind: 'reject'; readonly recordingId: RecordingId }
    | { readonly kind: 'notMusic' | 'noSuchRecording' };
  /** Null when a person put the two into one group: how they stand to each other is not known. */
  readonly place: GroupPlace | null;
}

/** Within these two sounds count as played alike; the comparison's own error is 0.15 % and a quarter of a semitone. */
const sameSpeed = 0.006;
const sameSemitones = 0.3;

const isAlike = (one: GroupPlace, other: GroupPlace): boolean =>
  Math.abs(Math.log(one.speed / other.speed)) < sameSpeed && Math.abs(one.semitones - other.semitones) < sameSemitones;

/** Whether the candidate is this recording, under whichever of its ids. */
const isOf = (candidate: ScoredCandidate, id: RecordingId): boolean =>
  candidate.link.recordingId === id || candidate.twins.includes(id);

/** The link of one sound carried over to another that is played alike: only where it begins differs. */
function carried(link: Link, from: GroupPlace, to: GroupPlace): Link {
  if (link.offsetMs === null) return link;
  const laterMs = (to.offsetMs - from.offsetMs) / from.speed;
  return { ...link, offsetMs: link.offsetMs + (link.speedRatio ?? 1) * laterMs };
}

/**
 * What the group's words make of a sound's own verdict. The same audio played alike is the same answer: a link is carried over as sure. Whatever else the
 * others say is proposed to a person: another speed, a group that a person made, a sound that is "not music", a recording that was rejected. What
 * the sound's own evidence is sure of stands, unless a person said otherwise of the same audio.
 * @param words the newest first, people's before rules'.
 * @param place how this sound stands in the group; null when a person put it there.
 */
export function withGroup(
  verdict: Verdict,
  words: readonly GroupWord[],
  place: GroupPlace | null,
  rejected: readonly RecordingId[],
): Verdict {
  if (verdict.kind === 'unusable') return verdict;
  const own = verdict.kind === 'sure' ? verdict.best : null;
  const candidates: readonly ScoredCandidate[] =
    verdict.kind === 'sure'
      ? [verdict.best, ...verdict.others]
      : verdict.kind === 'undecided'
        ? verdict.candidates
        : [];
  for (const word of words) {
    const { said } = word;
    const who = word.by ?? 'a rule';
    const alike = place !== null && word.place !== null && isAlike(place, word.place);
    switch (said.kind) {
      case 'match': {
        if (rejected.includes(said.link.recordingId)) continue;
        if (own !== null && isOf(own, said.link.recordingId)) return verdict;
        // Another rule's answer weighs no more than one's own.
        if (own !== null && word.decidedBy === 'rule') continue;
        const why = `It has the same audio as ${word.soundId}, of which ${who} decided that it contains ${said.link.recordingId}.`;
        const link = alike ? carried(said.link, word.place, place) : said.link;
        const best: ScoredCandidate = {
          link,
          probability: said.probability,
          bits: 0,
          reasons: [{ bits: 0, feature: 'group', root: 'group', text: why }],
          blockedBy: null,
          twins: candidates.find((one) => one.link.recordingId === said.link.recordingId)?.twins ?? [],
        };
        const others = candidates.filter((one) => !isOf(one, said.link.recordingId));
        if (alike && own === null) return { kind: 'sure', best, others, why };
        const contradiction =
          own === null
            ? 'It is not played alike, so a person should look'
            : `Its own evidence says ${own.link.recordingId}`;
        return { kind: 'undecided', candidates: [best, ...others], why: `${why} ${contradiction}.` };
      }
      case 'reject':
        if (own === null || !isOf(own, said.recordingId)) continue;
        return {
          kind: 'undecided',
          candidates,
          why: `${who} rejected ${said.recordingId} for ${word.soundId}, which has the same audio.`,
        };
      case 'notMusic':
      case 'noSuchRecording':
        return {
          kind: 'undecided',
          candidates,
          why: `${who} decided that ${said.kind === 'notMusic' ? 'it is not music' : 'there is no such recording'}, of ${word.soundId}, which has the same audio.`,
        };
    }
  }
  return verdict;
}
