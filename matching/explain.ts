// Why a sound stands where it stands, for a person: both titles as they were read, side by side; the bits of the best candidate one
// after the other; the closest recording that was not chosen and the one fact that separates the two. Pure: everything comes in, and
// what comes out is plain JSON, which the command prints and a page may draw.

import type { PastDecision, ScoredCandidate } from '../domain/decision.ts';
import type { Relation } from '../domain/evidence.ts';
import type { RecordingId, SoundId } from '../domain/naming.ts';
import type { DecidedBy, SoundLink, SoundStatus } from '../domain/sound.ts';
import { compareCredits } from './metadata/credits.ts';
import { fold } from './metadata/fold.ts';
import type { Rarity } from './metadata/rarity.ts';
import { type RecordingText, tagsOf } from './metadata/recordingText.ts';
import { readingFor } from './metadata/score.ts';
import { baseOf, type Reading, type SoundWords } from './metadata/soundText.ts';
import type { Piece } from './metadata/grammar/pieces.ts';
import { creditNames, describeTag, type Tag } from './metadata/tags.ts';
import { parseTitle } from './metadata/title.ts';
import type { SoundEvidence } from './witnesses/witness.ts';

export interface ExplainInput extends Pick<SoundEvidence, 'words' | 'evidence' | 'rejected'> {
  readonly id: SoundId;
  readonly status: SoundStatus;
  readonly why: string;
  readonly link: SoundLink | null;
  /** Oldest first. */
  readonly decisions: readonly Pick<
    PastDecision,
    'decidedBy' | 'kind' | 'recordingId' | 'accepted' | 'why' | 'weights' | 'detail'
  >[];
  /** The newest evidence weighed anew (weigh.ts): candidates that no decision kept are taken from here. */
  readonly ranked: readonly ScoredCandidate[];
  readonly recordings: ReadonlyMap<RecordingId, RecordingText>;
}

/** One bar of a waterfall: what was known before it plus its bits gives `sum`. */
export interface Step {
  readonly feature: string;
  readonly text: string;
  readonly bits: number;
  readonly sum: number;
}

export interface ExplainedRecording {
  readonly recordingId: RecordingId;
  /** Null when the catalogue does not hold it any more. */
  readonly title: string | null;
  readonly artists: readonly string[];
  readonly version: string | null;
  readonly isrc: string | null;
}

export interface ExplainedCandidate extends ExplainedRecording {
  readonly relation: Relation;
  readonly speedRatio: number | null;
  readonly offsetMs: number | null;
  readonly coverage: number | null;
  /** Null when no machine has weighed it: a person named it. */
  readonly probability: number | null;
  readonly bits: number | null;
  readonly blockedBy: string | null;
  readonly waterfall: readonly Step[];
  /** Recordings that are this one, delivered again: with it they are one answer. */
  readonly twins: readonly ExplainedRecording[];
  /** Why another recording of that title and artist may be meant which the catalogue lacks, the likeliest reason first. */
  readonly leftOpen: readonly { readonly text: string; readonly probability: number }[];
}

/** One aspect of the two titles; null where a side is silent, `agrees` null unless both speak. */
export interface ComparedAspect {
  readonly aspect: string;
  readonly sound: string | null;
  readonly recording: string | null;
  readonly agrees: boolean | null;
}

export interface TitleTree {
  readonly raw: string;
  /** Every character in order, each piece with its part in the title. */
  readonly pieces: readonly Piece[];
}

export interface SideBySide {
  /** Which of the sound's texts was read: "title", "author field", "caption" … */
  readonly source: string;
  readonly sound: TitleTree;
  readonly recording: TitleTree;
  readonly aspects: readonly ComparedAspect[];
}

export interface Explanation {
  readonly id: SoundId;
  readonly title: string;
  readonly author: string | null;
  readonly status: SoundStatus;
  readonly why: string;
  readonly decidedBy: DecidedBy | null;
  /** The last accepted word of a person, even when it no longer is what holds. */
  readonly person: { readonly kind: string; readonly recordingId: RecordingId | null; readonly why: string } | null;
  /** What the rules concluded last, and with which weights. */
  readonly rule: { readonly kind: string; readonly why: string; readonly weights: string | null } | null;
  /** `linked`: in force; `proposed`: a person should decide; `closest`: too little speaks for it. */
  readonly standing: 'linked' | 'proposed' | 'closest' | null;
  readonly best: ExplainedCandidate | null;
  readonly sideBySide: SideBySide | null;
  /** The likeliest of the others. `fact` is what sets it apart from the best, one sentence. */
  readonly sibling: (ExplainedCandidate & { readonly fact: string }) | null;
  /** The rest, the likeliest first. */
  readonly others: readonly ExplainedCandidate[];
  /** Probability that it is none of them. */
  readonly none: number;
  readonly rejected: readonly ExplainedRecording[];
  /** What each source came to. */
  readonly sources: readonly { readonly source: 'words' | 'audio'; readonly kind: string; readonly text: string }[];
}

/** Readings are chosen by which agrees best, for which no catalogue needs to be counted. */
const uncounted: Rarity = { titleFrequency: () => 1, catalogueSize: 1_000_000 };

export function explain(input: ExplainInput): Explanation {
  const accepted = input.decisions.filter((decision) => decision.accepted);
  const rule = accepted.findLast((decision) => decision.decidedBy === 'rule') ?? null;
  const person = accepted.findLast((decision) => decision.decidedBy === 'person') ?? null;
  const kept = rule?.detail.candidates ?? [];
  const scored = allCandidates(kept, input);
  const named = input.link?.recordingId ?? null;
  const best =
    named === null
      ? (scored[0] ?? null)
      : (scored.find((candidate) => candidate.link.recordingId === named) ?? unscored(input.link!));
  const others = scored.filter((candidate) => candidate.link.recordingId !== best?.link.recordingId);
  const bestText = best === null ? undefined : input.recordings.get(best.link.recordingId);
  const [sibling, ...rest] = others;
  return {
    id: input.id,
    title: input.words.title,
    author: input.words.author,
    status: input.status,
    why: input.why,
    decidedBy:
      input.link?.decidedBy ??
      (input.status === 'dismissed' || input.status === 'abandoned' ? 'person' : rule === null ? null : 'rule'),
    person: person === null ? null : { kind: person.kind, recordingId: person.recordingId, why: person.why },
    rule: rule === null ? null : { kind: rule.kind, why: rule.why, weights: rule.weights },
    standing:
      best === null ? null : input.link !== null ? 'linked' : input.status === 'review' ? 'proposed' : 'closest',
    best: best === null ? null : explained(best, input),
    sideBySide: bestText === undefined ? null : compareTexts(input.words, bestText),
    sibling:
      best === null || sibling === undefined
        ? null
        : { ...explained(sibling, input), fact: separatingFact(best, sibling, input) },
    others: rest.map((candidate) => explained(candidate, input)),
    none: noneOfThese(kept.length > 0 ? kept : input.ranked),
    rejected: input.rejected.map((id) => describeRecording(id, input)),
    sources: [...sourceLine('words', 'metadata', input), ...sourceLine('audio', 'audio', input)],
  };
}

type MaybeScored = Omit<ScoredCandidate, 'probability' | 'bits'> & {
  readonly probability: number | null;
  readonly bits: number | null;
};

/** What was decided upon, as it was then; candidates that were not kept follow as they weigh now. */
function allCandidates(kept: readonly ScoredCandidate[], input: ExplainInput): readonly ScoredCandidate[] {
  // A recording that stands for its twins may be another one of them by now.
  const known = new Set([...kept.flatMap(({ link, twins }) => [link.recordingId, ...twins]), ...input.rejected]);
  const added = input.ranked.filter((candidate) => !known.has(candidate.link.recordingId));
  return [...kept.filter((candidate) => !input.rejected.includes(candidate.link.recordingId)), ...added].sort(
    (a, b) => b.bits - a.bits || (a.link.recordingId < b.link.recordingId ? -1 : 1),
  );
}

const unscored = (link: SoundLink): MaybeScored => ({
  link,
  probability: null,
  bits: null,
  reasons: [],
  blockedBy: null,
  twins: [],
});

function noneOfThese(candidates: readonly ScoredCandidate[]): number {
  return Math.max(
    0,
    candidates.reduce((left, candidate) => left - candidate.probability, 1),
  );
}

/** Bits in the order in which they were found, each with what they add up to. */
export function waterfall(reasons: ScoredCandidate['reasons']): readonly Step[] {
  let sum = 0;
  return reasons.map(({ feature, text, bits }) => {
    sum += bits;
    return { feature, text, bits, sum };
  });
}

function describeRecording(id: RecordingId, input: ExplainInput): ExplainedRecording {
  const recording = input.recordings.get(id);
  return {
    recordingId: id,
    title: recording?.title ?? null,
    artists: recording?.artists ?? [],
    version: recording?.version ?? null,
    isrc: recording?.isrc ?? null,
  };
}

function explained(candidate: MaybeScored, input: ExplainInput): ExplainedCandidate {
  const { link, probability, bits, blockedBy } = candidate;
  return {
    ...describeRecording(link.recordingId, input),
    relation: link.relation,
    speedRatio: link.speedRatio,
    offsetMs: link.offsetMs,
    coverage: link.coverage,
    probability,
    bits,
    blockedBy,
    waterfall: waterfall(candidate.reasons),
    twins: candidate.twins.map((id) => describeRecording(id, input)),
    leftOpen: leftOpen(candidate.reasons),
  };
}

/** Each reason's odds as if nothing else were left open. */
const leftOpen = (reasons: ScoredCandidate['reasons']): ExplainedCandidate['leftOpen'] =>
  reasons
    .flatMap(({ text, elsewhere }) =>
      elsewhere === undefined ? [] : [{ text, probability: elsewhere / (1 + elsewhere) }],
    )
    .sort((a, b) => b.probability - a.probability);

function sourceLine(source: 'words' | 'audio', of: 'metadata' | 'audio', input: ExplainInput): Explanation['sources'] {
  const evidence = input.evidence.find((each) => each.source === of)?.evidence;
  if (evidence === undefined) return [];
  const text =
    evidence.kind === 'match'
      ? `${evidence.candidates.length} ${evidence.candidates.length === 1 ? 'recording' : 'recordings'} to consider`
      : evidence.reason;
  return [{ source, kind: evidence.kind, text }];
}

// ---- both titles side by side ----------------------------------------------------------------------------------------

/** Aspect by aspect what the sound says, in the reading that suits the recording best, and what the recording says. */
export function compareTexts(words: SoundWords, recording: RecordingText): SideBySide {
  const theirs = parseTitle(recording.title);
  const reading = readingFor(words, recording, uncounted);
  const ours = reading?.title ?? words.parsed;
  const ourTags = soundTags(words, reading);
  const theirTags = tagsOf(recording);
  const ourArtists = reading?.artists ?? (words.author === null ? [] : [words.author]);
  const level = compareCredits(ourArtists, recording.artists, creditNames(theirTags)).level;
  const aspects: ComparedAspect[] = [];
  const add = (
    aspect: string,
    sound: string,
    other: string,
    agrees: boolean | null = fold(sound) === fold(other),
  ): void => {
    if (sound === '' && other === '') return;
    const both = sound !== '' && other !== '';
    aspects.push({ aspect, sound: sound || null, recording: other || null, agrees: both ? agrees : null });
  };
  add('title', reading === null ? ours.bases.join(' – ') : baseOf(reading), theirs.bases.join(' – '));
  add('also called', ours.subtitles.join(', '), theirs.subtitles.join(', '));
  add('artists', ourArtists.join(', '), recording.artists.join(', '), level === 'equal' || level === 'lead');
  const ourTexts = textsOf(words, reading);
  const theirTexts = [recording.title, recording.version ?? '', ...recording.artists];
  for (const [aspect, kinds] of tagAspects) {
    const of = (tags: readonly Tag[], texts: readonly string[]): string =>
      tags
        .filter((tag) => kinds.includes(tag.kind))
        .map((tag) => asWritten(describeTag(tag), texts))
        .join(', ');
    add(aspect, of(ourTags, ourTexts), of(theirTags, theirTexts));
  }
  add('names several songs', (ours.mashup ?? []).join(' + '), (theirs.mashup ?? []).join(' + '));
  add('hashtags', ours.hashtags.join(' '), theirs.hashtags.join(' '));
  // A clip is shorter than its recording: the two lengths are shown, not compared.
  add('length', seconds(words.durationMs), seconds(recording.durationMs), null);
  add('not read', ours.note ?? '', theirs.note ?? '');
  return {
    source: reading?.source ?? 'title',
    sound: { raw: ours.raw, pieces: ours.pieces },
    recording: { raw: theirs.raw, pieces: theirs.pieces },
    aspects,
  };
}

const tagAspects: readonly (readonly [string, readonly Tag['kind'][]])[] = [
  ['credits', ['credit']],
  ['version', ['version']],
  ['speed', ['speed']],
  ['part', ['part']],
  ['edition', ['neutral']],
  ['context', ['context']],
  ['contains', ['contains']],
  ['announced', ['teaser']],
  ['placeholder', ['placeholder']],
];

function soundTags(words: SoundWords, reading: Reading | null): readonly Tag[] {
  const own = words.parsed;
  if (reading === null || reading.title.raw === own.raw) return own.tags;
  // A hint names the song; what was done to it still stands in the sound's own title.
  return [...reading.title.tags, ...own.tags.filter((tag) => tag.kind === 'speed' || tag.kind === 'placeholder')];
}

const textsOf = (words: SoundWords, reading: Reading | null): readonly string[] => [
  words.title,
  words.author ?? '',
  reading?.title.raw ?? '',
  ...(reading?.artists ?? []),
];

const seconds = (ms: number | null): string => {
  if (ms === null) return '';
  const whole = Math.round(ms / 1000);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`;
};

/** Folded words with the letters and capitals that one of the texts has: "tiesto remix" becomes "Tiësto Remix". */
function asWritten(folded: string, texts: readonly string[]): string {
  const written = new Map<string, string>();
  for (const text of texts)
    for (const word of text.split(/[^\p{L}\p{M}\p{N}'’$!]+/u)) {
      const key = fold(word);
      if (key !== '' && !written.has(key)) written.set(key, word);
    }
  return folded.replace(/[\p{L}\p{M}\p{N}]+/gu, (word) => written.get(word) ?? word);
}

// ---- the fact that separates two candidates --------------------------------------------------------------------------

/** The one fact that weighs most for `best` against `sibling`, as a sentence. */
function separatingFact(best: MaybeScored, sibling: ScoredCandidate, input: ExplainInput): string {
  if (best.bits === null) return 'A person named the recording; no machine has weighed it against this one.';
  const ours = bitsByRoot(best.reasons);
  const theirs = bitsByRoot(sibling.reasons);
  let root: string | null = null;
  let most = 0.005;
  for (const each of new Set([...ours.keys(), ...theirs.keys()])) {
    const difference = (ours.get(each)?.bits ?? 0) - (theirs.get(each)?.bits ?? 0);
    if (difference > most) [root, most] = [each, difference];
  }
  if (best.bits < sibling.bits - 0.005) {
    const text = `The evidence alone speaks more for this one, by ${(sibling.bits - best.bits).toFixed(1)} bits`;
    if (sibling.blockedBy !== null) return `${text}, but ${sibling.blockedBy}.`;
    return input.link?.decidedBy === 'person' ? `${text}; a person decided otherwise.` : `${text}.`;
  }
  if (root === null) return untold(best, sibling, input);
  if (root === 'version' || root === 'speed' || root === 'part') {
    const fact = versionFact(root, best, sibling, input);
    if (fact !== null) return fact;
  }
  const said = theirs.get(root);
  if (said !== undefined && said.bits < 0) return said.text;
  const only = ours.get(root)!;
  if (root === 'audio' && said !== undefined && said.bits > 0)
    return `Both are heard in the audio, this one ${most.toFixed(1)} bits less clearly.`;
  return said === undefined ? `Only of the other holds: ${only.text}` : `Less than of the other holds: ${said.text}`;
}

const bitsByRoot = (reasons: ScoredCandidate['reasons']): ReadonlyMap<string, { bits: number; text: string }> =>
  new Map(reasons.filter((reason) => reason.root !== 'prior').map((reason) => [reason.root, reason]));

/** "Candidate is Tiësto's remix, the sound says Fedde le Grand." */
function versionFact(
  root: 'version' | 'speed' | 'part',
  best: MaybeScored,
  sibling: ScoredCandidate,
  input: ExplainInput,
): string | null {
  const recording = input.recordings.get(sibling.link.recordingId);
  if (recording === undefined) return null;
  const chosen = input.recordings.get(best.link.recordingId);
  const reading = readingFor(input.words, recording, uncounted);
  const ofRoot = (tags: readonly Tag[]): readonly Tag[] => tags.filter((tag) => tag.kind === root);
  const theirTags = ofRoot(tagsOf(recording));
  const ourTags = ofRoot(soundTags(input.words, reading));
  const theirTexts = [recording.title, recording.version ?? '', ...recording.artists];
  const ourTexts = textsOf(input.words, reading);
  const [their, our] = [theirTags[0], ourTags[0]];
  if (their === undefined && our === undefined) return null;
  if (their === undefined)
    return `Candidate is the plain recording, the sound says ${asWritten(describeTag(our!), ourTexts)}.`;
  if (our === undefined) {
    const plain = chosen !== undefined && ofRoot(tagsOf(chosen)).length === 0;
    return `Candidate is ${nameOf(their, theirTexts)}, the sound ${plain ? 'names none' : 'does not say so'}.`;
  }
  if (their.kind === 'version' && our.kind === 'version' && their.version === our.version && our.who.length > 0)
    return `Candidate is ${nameOf(their, theirTexts)}, the sound says ${asWritten(our.who.join(' '), ourTexts)}.`;
  return `Candidate is ${nameOf(their, theirTexts)}, the sound says ${asWritten(describeTag(our), ourTexts)}.`;
}

/** "Tiësto's remix", "live (Wembley)", "sped up". */
function nameOf(tag: Tag, texts: readonly string[]): string {
  if (tag.kind === 'version' && (tag.version === 'remix' || tag.version === 'own') && tag.who.length > 0)
    return `${asWritten(tag.who.join(' '), texts)}'s ${tag.version === 'own' ? 'version' : 'remix'}`;
  return asWritten(describeTag(tag), texts);
}

/** Equal in all that was weighed: what the catalogue itself says apart. */
function untold(best: MaybeScored, sibling: ScoredCandidate, input: ExplainInput): string {
  const [a, b] = [input.recordings.get(best.link.recordingId), input.recordings.get(sibling.link.recordingId)];
  if (a === undefined || b === undefined) return 'Nothing that was weighed separates the two.';
  const apart = (
    [
      ['lead artist', a.artists[0] ?? null, b.artists[0] ?? null],
      ['album', a.album ?? null, b.album ?? null],
      ['length', seconds(a.durationMs) || null, seconds(b.durationMs) || null],
      ['release date', a.releaseDate, b.releaseDate],
      ['ISRC', a.isrc, b.isrc],
    ] as const
  ).find(([, left, right]) => left !== null && right !== null && left !== right);
  return apart === undefined
    ? 'Nothing that was weighed separates the two.'
    : `Nothing that the sound says separates the two; by the catalogue their ${apart[0]} differs: ${apart[1]} and ${apart[2]}.`;
}
