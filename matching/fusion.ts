// Weighing words and audio together.
//   log-odds of a candidate = prior + sum of its reasons, one reason per root
//   probability = 2^log-odds / (1 + Σ 2^log-odds)                    the 1 is "none of these"
// Two priors, because two mistakes are possible. Words compare a sound with every recording in the world, catalogued or not: a
// namesake outside the catalogue is the usual false link, so words start from 1 in 10^8 however small the catalogue is. Audio can
// only be confused with what is indexed, so it starts from 1 in the catalogue's size. A candidate takes the better of both routes,
// where on the audio route words may only speak against it.
// Candidates compete: a sound is one recording or another. Two that are plainly heard in different parts of the sound do not; neither takes
// anything from the other. The one that covers most of the sound is linked when the other is a snippet beside it; else a person
// sees both, each with its part.
// Everything here is independent of the order of the candidates.

import type {
  AudioCandidate,
  AudioEvidence,
  Evidence,
  MetadataEvidence,
  RecognisedCandidate,
  Reason,
  Relation,
  SoundPart,
  TextCandidate,
  UnusableCode,
} from '../domain/evidence.ts';
import type { Link, ScoredCandidate, Verdict } from '../domain/decision.ts';
import type { RecordingId } from '../domain/naming.ts';
import { needsAudioFeature } from './metadata/score/reason.ts';
import { calibrated, handWeights, scaled, type Weights } from './weights.ts';

export interface FusionInput {
  readonly text: MetadataEvidence;
  readonly audio: AudioEvidence;
  /** Recordings that a person has rejected for this sound. */
  readonly rejected: readonly RecordingId[];
  /** Recordings in the catalogue. */
  readonly catalogueSize: number;
  /** The sound is a person's upload, whose title need not name the music; unknown counts as false. */
  readonly userMade?: boolean;
  /** Candidates whose reference audio was searched; not being found there speaks against them. */
  readonly searched?: readonly RecordingId[];
  /** What outside services came to; what catalogue services know is among the words' candidates. */
  readonly services?: readonly { readonly source: string; readonly evidence: Evidence<unknown> }[];
  /** What outside recognisers heard in two pieces of the sound each. */
  readonly recognised?: readonly RecognisedCandidate[];
  /** The weights in force; the hand weights when absent. */
  readonly weights?: Weights;
}

export const thresholds = {
  /** Recordings that a title may mean. */
  world: 1e8,
  /** A small index still meets sounds that it does not hold. */
  smallestIndex: 1e4,
  sure: 0.95,
  review: 0.2,
  audioDecidesBits: 12,
  strongAudioBits: 25,
  strongAudioCoverage: 0.5,
  /** No fingerprint is calibrated further out than this. */
  audioCapBits: 30,
  notFoundBits: -10,
  speedAgreesBits: 3,
  speedContradictsBits: -6,
  otherSpeedSiblingBits: -12,
  /** Parts of the sound that share no more than this of the shorter one lie beside each other: seconds at a cut speak for both. */
  besideOverlap: 0.25,
  /**
   * A recogniser that names one recording for two pieces of a sound is wrong about once in some hundred: a remix on the same master, a
   * sample, a label's wrong entry. Stated against the index's prior (13.3 bits), 14 make that even odds or better, so that alone it is
   * shown to a person; with the words' agreement it decides.
   */
  recognisedBits: 14,
  /** Its two pieces lie in the recording as they lie in the sound, within seconds: chance and wrong labels do not do that. */
  recognisedInPlaceBits: 5,
  /** A melody that was hummed is somebody's cover at best: it may tip a scale, never move one. */
  hummedBits: 3,
  /** A recording heard in at least this share of the sound, and three times as much of it as another, is what the sound is about. */
  mainCoverage: 0.5,
  mainOverOther: 3,
} as const;

interface Weighed {
  readonly id: RecordingId;
  readonly text: TextCandidate | null;
  readonly audio: AudioCandidate | null;
  readonly recognised: RecognisedCandidate | null;
  readonly reasons: readonly Reason[];
  readonly bits: number;
  /** Log-odds if nothing about versions spoke against it: how much a person would like to see it. */
  readonly bitsWithoutBlock: number;
  readonly relation: Relation;
  readonly blockedBy: string | null;
}

/** Every candidate with its bits and probability, the likeliest first, whether or not anybody needs to see it. */
export function rank(input: FusionInput): readonly ScoredCandidate[] {
  return normalise(weighAll(input), input.weights ?? handWeights);
}

/** Total and pure. */
export function fuse(input: FusionInput): Verdict {
  const silent = silence(input.text, input.audio);
  const weighed = weighAll(input);
  if (weighed.length === 0) return withoutCandidates(input, silent);
  const scored = normalise(weighed, input.weights ?? handWeights);
  const best = scored[0]!;
  const bestWeighed = weighed.find((each) => each.id === best.link.recordingId)!;
  const objection = whyNotSure(best, bestWeighed, weighed, input);
  if (objection === null) {
    return { kind: 'sure', best, others: scored.slice(1), why: sentenceFor(best, bestWeighed) };
  }
  const worthSeeing = scored.filter((candidate) =>
    isWorthSeeing(
      candidate,
      weighed.find((each) => each.id === candidate.link.recordingId)!,
      input,
    ),
  );
  if (worthSeeing.length > 0) return { kind: 'undecided', candidates: worthSeeing, why: objection };
  return withoutCandidates(input, silent);
}

// ---- weighing --------------------------------------------------------------------------------------------------------

function weighAll(input: FusionInput): readonly Weighed[] {
  const rejected = new Set(input.rejected);
  const texts = new Map<RecordingId, TextCandidate>();
  if (input.text.kind === 'match') {
    for (const candidate of input.text.candidates) {
      const known = texts.get(candidate.recordingId);
      // Two entries for one recording (two releases of it): the stronger one speaks.
      if (known === undefined || compareText(candidate, known) < 0) texts.set(candidate.recordingId, candidate);
    }
  }
  const audios = new Map<RecordingId, AudioCandidate>();
  if (input.audio.kind === 'match') {
    for (const candidate of input.audio.candidates) {
      const known = audios.get(candidate.recordingId);
      if (known === undefined || compareAudio(candidate, known) < 0) audios.set(candidate.recordingId, candidate);
    }
  }
  const searched = new Set(input.audio.kind === 'match' || input.audio.kind === 'none' ? (input.searched ?? []) : []);
  const ownSpeed = strongestAtOwnSpeed(
    [...audios.values()].filter((candidate) => !rejected.has(candidate.recordingId)),
  );
  const recognised = new Map<RecordingId, RecognisedCandidate>();
  for (const candidate of input.recognised ?? []) {
    const known = recognised.get(candidate.recordingId);
    // Recognisers share labels and databases: what a second one says of the same recording is no second reason.
    if (known === undefined || compareRecognised(candidate, known) < 0)
      recognised.set(candidate.recordingId, candidate);
  }
  const ids = [...new Set([...texts.keys(), ...audios.keys(), ...recognised.keys()])]
    .filter((id) => !rejected.has(id))
    .sort();
  return ids.map((id) =>
    weigh(
      id,
      texts.get(id) ?? null,
      audios.get(id) ?? null,
      recognised.get(id) ?? null,
      searched.has(id),
      ownSpeed,
      input,
    ),
  );
}

function compareRecognised(a: RecognisedCandidate, b: RecognisedCandidate): number {
  return bitsRecognised(b) - bitsRecognised(a) || compareStrings(JSON.stringify(a), JSON.stringify(b));
}

function bitsRecognised(candidate: RecognisedCandidate | null): number {
  if (candidate === null) return 0;
  if (candidate.list === 'humming') return thresholds.hummedBits;
  return thresholds.recognisedBits + (candidate.inPlace ? thresholds.recognisedInPlaceBits : 0);
}

function recognisedSentence({ provider, list, speedRatio, inPlace }: RecognisedCandidate): string {
  if (list === 'humming') return `Its melody was heard by ${provider}.`;
  const speed = isPlainSpeed(speedRatio) ? '' : ` played at ${(1 / speedRatio).toFixed(2)} of the sound's speed`;
  return `${provider} recognised it in two pieces of the sound${speed}${inPlace ? ', each in its place' : ''}.`;
}

const isPlainSpeed = (speedRatio: number): boolean => Math.abs(speedRatio - 1) <= 0.02;

function compareText(a: TextCandidate, b: TextCandidate): number {
  return sum(b.reasons) - sum(a.reasons) || compareStrings(JSON.stringify(a), JSON.stringify(b));
}

function compareAudio(a: AudioCandidate, b: AudioCandidate): number {
  return (
    b.logLikelihoodRatio - a.logLikelihoodRatio ||
    b.coverage - a.coverage ||
    a.referenceId - b.referenceId ||
    a.offsetMs - b.offsetMs
  );
}

function compareStrings(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function sum(reasons: readonly Reason[]): number {
  let bits = 0;
  for (const reason of oncePerRoot(reasons)) bits += reason.bits;
  return bits;
}

/** One reason per root: the one that says most; between equals the one that speaks against. */
function oncePerRoot(reasons: readonly Reason[]): readonly Reason[] {
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

/** The best audio match at the recording's own speed, if it is as good as proof: its altered siblings are then explained by it. */
function strongestAtOwnSpeed(candidates: readonly AudioCandidate[]): AudioCandidate | null {
  const best = candidates
    .filter((candidate) => isOwnSpeed(candidate) && candidate.logLikelihoodRatio >= thresholds.audioDecidesBits)
    .sort((a, b) => compareAudio(a, b) || compareStrings(a.recordingId, b.recordingId))[0];
  return best ?? null;
}

function isOwnSpeed(candidate: AudioCandidate): boolean {
  // Measured tempo errors are 0.05 %; the closest released alteration is about 5 % away.
  return Math.abs(candidate.speedRatio - 1) <= 0.02 && Math.abs(candidate.pitchSemitones) <= 0.35;
}

function weigh(
  id: RecordingId,
  text: TextCandidate | null,
  audio: AudioCandidate | null,
  recognised: RecognisedCandidate | null,
  searched: boolean,
  ownSpeed: AudioCandidate | null,
  input: FusionInput,
): Weighed {
  const weights = input.weights ?? handWeights;
  const words = oncePerRoot(text?.reasons ?? []).map((reason) => scaled(weights, reason));
  const found: Reason[] = [];
  let relation: Relation = text?.relation ?? 'same';
  if (audio) {
    const bits = clamp(audio.logLikelihoodRatio, thresholds.audioCapBits);
    found.push({ feature: 'audio', root: 'audio', bits, text: audioSentence(audio) });
    if (bits >= thresholds.audioDecidesBits) {
      const speed = speedAgreement(text, audio);
      if (speed) found.push(speed);
      // Audio knows what was done to the recording; words only claim it. Only "contains" may come from words: audio under a voice
      // at the right speed is the same recording to the ear of the fingerprint.
      relation = audio.relation === 'same' && text?.relation === 'contains' ? 'contains' : audio.relation;
    }
    const sibling =
      ownSpeed !== null &&
      ownSpeed.recordingId !== id &&
      !isOwnSpeed(audio) &&
      !lieBeside(audio, ownSpeed) &&
      audio.logLikelihoodRatio <= ownSpeed.logLikelihoodRatio + 12;
    if (sibling) {
      found.push({
        feature: 'sibling',
        root: 'sibling',
        bits: thresholds.otherSpeedSiblingBits,
        text: 'Another recording explains the audio at its own speed.',
      });
    }
  } else if (searched) {
    found.push({
      feature: 'audio',
      root: 'audio',
      bits: thresholds.notFoundBits,
      text: 'Its reference audio was searched and not found in the sound.',
    });
  }
  if (recognised) {
    const bits = bitsRecognised(recognised);
    found.push({ feature: 'recogniser', root: 'recogniser', bits, text: recognisedSentence(recognised) });
    // Our own ear knows more about what was done to the recording than that it is recognised when played so.
    if (bits >= thresholds.audioDecidesBits && audio === null) relation = relationAt(recognised.speedRatio, relation);
  }
  const heard = found.map((reason) => scaled(weights, reason));
  const wordBits = total(words);
  const heardBits = total(heard);
  const isHeard =
    (audio !== null && audio.logLikelihoodRatio > 0) || (recognised !== null && recognised.list !== 'humming');
  const prior = priorBits(wordBits, isHeard, input.catalogueSize);
  const bits = prior + wordBits + heardBits + weights.offsetBits;
  const against = words.filter(
    (reason) =>
      reason.bits < 0 &&
      (reason.feature === 'version' ||
        reason.feature === 'part' ||
        reason.feature === 'speed' ||
        reason.feature === 'edition'),
  );
  return {
    id,
    text,
    audio,
    recognised,
    reasons: [
      { feature: 'prior', root: 'prior', bits: prior, text: 'Before any evidence: one recording among very many.' },
      ...(weights.offsetBits === 0
        ? []
        : [{ feature: 'offset', root: 'offset', bits: weights.offsetBits, text: 'As people have decided so far.' }]),
      ...words,
      ...heard,
    ],
    bits,
    bitsWithoutBlock: bits - total(against),
    relation,
    blockedBy: text?.blockedBy ?? null,
  };
}

function total(reasons: readonly Reason[]): number {
  let bits = 0;
  for (const reason of reasons) bits += reason.bits;
  return bits;
}

function clamp(value: number, limit: number): number {
  return Number.isNaN(value) ? 0 : Math.max(-limit, Math.min(limit, value));
}

/** The better of the two routes (see the head of this file), as one prior so that the bits of a waterfall add up. */
function priorBits(wordBits: number, isHeard: boolean, catalogueSize: number): number {
  const world = -Math.log2(Math.max(thresholds.world, catalogueSize));
  if (!isHeard) return world;
  const indexed = -indexBits(catalogueSize);
  return Math.max(world, indexed - Math.max(0, wordBits));
}

/** What a recording is in a sound that had to be played at another speed to be recognised; else what the words say. */
function relationAt(speedRatio: number, claimed: Relation): Relation {
  if (isPlainSpeed(speedRatio)) return claimed === 'contains' ? claimed : 'same';
  return speedRatio > 1 ? 'sped_up' : 'slowed';
}

function speedAgreement(text: TextCandidate | null, audio: AudioCandidate): Reason | null {
  const claimed = text?.relation;
  if (claimed !== 'sped_up' && claimed !== 'slowed') return null;
  const agrees = claimed === 'sped_up' ? audio.speedRatio > 1.02 : audio.speedRatio < 0.98;
  const heard = audio.speedRatio.toFixed(2);
  return agrees
    ? {
        feature: 'speed-heard',
        root: 'speed-heard',
        bits: thresholds.speedAgreesBits,
        text: `The audio runs at ${heard} of the recording's speed, as the title says.`,
      }
    : {
        feature: 'speed-heard',
        root: 'speed-heard',
        bits: thresholds.speedContradictsBits,
        text: `The title says ${claimed.replace('_', ' ')}, but the audio runs at ${heard} of the recording's speed.`,
      };
}

function audioSentence(audio: AudioCandidate): string {
  if (audio.logLikelihoodRatio <= 0) return 'The audio speaks against this recording.';
  const speed = isOwnSpeed(audio) ? 'at its own speed' : `at ${audio.speedRatio.toFixed(2)} of its speed`;
  const parts = audio.coverage < 0.8 && audio.parts !== undefined ? placesOf(audio.parts) : '';
  const what = audio.inPreview === true ? "The audio of the recording's preview" : 'The audio';
  return `${what} matches ${Math.round(clamp(audio.coverage, 1) * 100)} % of the sound${parts} ${speed}.`;
}

/** `, 0:12–0:40 and 1:05–1:20,`; empty when there are none or too many to be of use. */
function placesOf(parts: readonly SoundPart[]): string {
  if (parts.length === 0 || parts.length > 3) return '';
  const clock = (ms: number): string =>
    `${Math.floor(ms / 60_000)}:${String(Math.floor(ms / 1000) % 60).padStart(2, '0')}`;
  const told = parts.map(({ fromMs, toMs }) => `${clock(fromMs)}–${clock(toMs)}`);
  return `, ${told.length === 1 ? told[0]! : `${told.slice(0, -1).join(', ')} and ${told.at(-1)!}`},`;
}

/** Whether two recordings are plainly heard, each in a part of the sound of its own. */
function lieBeside(one: AudioCandidate, other: AudioCandidate): boolean {
  if (Math.min(one.logLikelihoodRatio, other.logLikelihoodRatio) < thresholds.strongAudioBits) return false;
  const [first, second] = [one.parts ?? [], other.parts ?? []];
  const shorter = Math.min(lengthOf(first), lengthOf(second));
  if (shorter === 0) return false;
  let shared = 0;
  for (const a of first) {
    for (const b of second) shared += Math.max(0, Math.min(a.toMs, b.toMs) - Math.max(a.fromMs, b.fromMs));
  }
  return shared <= thresholds.besideOverlap * shorter;
}

function lengthOf(parts: readonly SoundPart[]): number {
  return parts.reduce((length, { fromMs, toMs }) => length + toMs - fromMs, 0);
}

// ---- deciding --------------------------------------------------------------------------------------------------------

function normalise(weighed: readonly Weighed[], weights: Weights): readonly ScoredCandidate[] {
  const most = Math.max(0, ...weighed.map((each) => each.bits));
  // Summed from small to large in a fixed order, so that rounding does not depend on the input's order.
  const ascending = weighed.toSorted((a, b) => a.bits - b.bits);
  const massAgainst = (one: Weighed): number => {
    let mass = 2 ** -most;
    for (const each of ascending) if (!areBeside(one, each)) mass += 2 ** (each.bits - most);
    return mass;
  };
  const scored = weighed
    .toSorted((a, b) => b.bits - a.bits || coverageOf(b) - coverageOf(a) || compareStrings(a.id, b.id))
    .map((each) => ({
      link: linkOf(each),
      probability: calibrated(weights, 2 ** (each.bits - most) / massAgainst(each)),
      bits: each.bits,
      reasons: each.reasons,
      blockedBy: each.blockedBy,
    }));
  // Corrected one by one, they might claim more than all there is. Those that are heard side by side may both be right.
  const claimed = scored.reduce((sum, { probability }) => sum + probability, 0);
  const mayBothBe = weighed.some((one) => weighed.some((other) => areBeside(one, other)));
  return claimed <= 1 + 1e-9 || mayBothBe
    ? scored
    : scored.map((each) => ({ ...each, probability: each.probability / claimed }));
}

function areBeside(one: Weighed, other: Weighed): boolean {
  return one.audio !== null && other.audio !== null && one.id !== other.id && lieBeside(one.audio, other.audio);
}

function coverageOf(each: Weighed): number {
  return each.audio?.coverage ?? 0;
}

/** Null unless another recording is heard beside this one in so much of the sound that a person should say which one it is about. */
function anotherBeside(best: Weighed, all: readonly Weighed[]): string | null {
  const beside = all
    .filter((each) => areBeside(best, each))
    .sort((a, b) => coverageOf(b) - coverageOf(a) || compareStrings(a.id, b.id));
  const rival = beside.find(
    (each) =>
      coverageOf(best) < thresholds.mainCoverage ||
      coverageOf(best) < thresholds.mainOverOther * coverageOf(each) ||
      (wordsPointAt(each) && !wordsPointAt(best)),
  );
  // The title says which of them it is about.
  if (rival === undefined || (wordsPointAt(best) && !beside.some(wordsPointAt))) return null;
  const places = [best, ...beside].map((each) => Math.round(coverageOf(each) * 100));
  return `${beside.length === 1 ? 'Two' : 'Several'} recordings are heard in different parts of the sound, in ${places.slice(0, -1).join(', ')} and ${places.at(-1)!} % of it.`;
}

function linkOf(each: Weighed): Link {
  const audio = each.audio !== null && each.audio.logLikelihoodRatio > 0 ? each.audio : null;
  const recognised = each.recognised?.list === 'humming' ? null : each.recognised;
  return {
    recordingId: each.id,
    relation: each.relation,
    speedRatio: audio?.speedRatio ?? recognised?.speedRatio ?? null,
    pitchSemitones: audio?.pitchSemitones ?? null,
    // Where a preview was cut from the recording nobody says.
    offsetMs: (audio?.inPreview === true ? null : audio?.offsetMs) ?? recognised?.offsetMs ?? null,
    coverage: audio?.coverage ?? null,
  };
}

/** Null when the best candidate may be linked by a machine; else the reason why a person must look. */
function whyNotSure(
  best: ScoredCandidate,
  weighed: Weighed,
  all: readonly Weighed[],
  input: FusionInput,
): string | null {
  const heard = audioBits(weighed);
  if (best.blockedBy !== null) return `Held back: ${best.blockedBy}.`;
  const beside = anotherBeside(weighed, all);
  if (beside !== null) return beside;
  if (best.probability < thresholds.sure) {
    const rival = all.find((each) => each.id !== weighed.id && weighed.bits - each.bits < 5);
    if (rival !== undefined && weighed.bits > 4) return 'Several recordings fit equally well.';
    return `The best recording has a probability of ${Math.round(best.probability * 100)} % only.`;
  }
  const artistAgrees = weighed.text?.artistAgrees ?? false;
  if (!artistAgrees && heard < thresholds.audioDecidesBits)
    return 'Neither the artist nor the audio confirms the title.';
  const unproven = best.reasons.find((reason) => reason.feature === needsAudioFeature);
  if (unproven !== undefined && heard < thresholds.audioDecidesBits) return unproven.text;
  // An official sound titled like one song and tied by the platform to another: either may be the mistake.
  if (heard < thresholds.audioDecidesBits && !hasPlatformId(weighed) && all.some(hasPlatformId))
    return 'The words and the platform name different recordings.';
  if (input.audio.kind === 'unusable' && isNotMusic(input.audio.code) && heard <= 0) {
    return `The words agree, but the audio is ${input.audio.code}.`;
  }
  if (
    weighed.audio === null &&
    (input.searched ?? []).includes(weighed.id) &&
    (input.audio.kind === 'match' || input.audio.kind === 'none')
  ) {
    return 'The words agree, but the recording was not found in the audio.';
  }
  return wordsAgainstAudio(weighed, all, input);
}

function hasPlatformId(weighed: Weighed): boolean {
  return weighed.reasons.some((reason) => reason.feature === 'platform-id');
}

/** How clearly it is heard, by our own ear or a recogniser's, whichever is surer. */
function audioBits(weighed: Weighed): number {
  const own = weighed.audio === null ? 0 : clamp(weighed.audio.logLikelihoodRatio, thresholds.audioCapBits);
  return Math.max(own, bitsRecognised(weighed.recognised));
}

function isNotMusic(code: UnusableCode): boolean {
  return code === 'silence' || code === 'speech' || code === 'noise';
}

/** Text and audio that each point at a recording of their own. */
function wordsAgainstAudio(best: Weighed, all: readonly Weighed[], input: FusionInput): string | null {
  const rivalHeard = all.find(
    (each) =>
      each.id !== best.id && audioBits(each) >= thresholds.audioDecidesBits && audioBits(each) > audioBits(best) + 6,
  );
  if (rivalHeard !== undefined) return 'The title and the audio name different recordings.';
  const rivalNamed = all.find((each) => each.id !== best.id && wordsPointAt(each) && !wordsPointAt(best));
  if (rivalNamed === undefined) return null;
  const overrules =
    input.userMade === true &&
    audioBits(best) >= thresholds.strongAudioBits &&
    (best.audio?.coverage ?? 0) >= thresholds.strongAudioCoverage;
  // An altered release of the same song shares its words up to the version; there the audio is the better judge.
  return overrules ? null : 'The title and the audio name different recordings.';
}

/** Words that alone would be enough to show a person this recording. */
function wordsPointAt(weighed: Weighed): boolean {
  if (weighed.text === null) return false;
  const world = Math.log2(thresholds.world);
  return weighed.text.artistAgrees && sum(weighed.text.reasons) - world > -2;
}

function isWorthSeeing(candidate: ScoredCandidate, weighed: Weighed, input: FusionInput): boolean {
  if (candidate.probability >= thresholds.review) return true;
  // Equal siblings share the probability between them; each is worth seeing for what it would be alone.
  if (oddsToProbability(weighed.bits) >= thresholds.review) return true;
  // Heard clearly enough to ask about, whatever the words say against it.
  if (oddsToProbability(audioBits(weighed) - indexBits(input.catalogueSize)) >= thresholds.review) return true;
  const held = candidate.blockedBy !== null || candidate.reasons.some((reason) => reason.feature === needsAudioFeature);
  return held && oddsToProbability(weighed.bitsWithoutBlock) >= thresholds.review;
}

function oddsToProbability(bits: number): number {
  return 1 / (1 + 2 ** -bits);
}

function indexBits(catalogueSize: number): number {
  return Math.log2(Math.min(Math.max(thresholds.smallestIndex, catalogueSize), thresholds.world));
}

function sentenceFor(best: ScoredCandidate, weighed: Weighed): string {
  const top = best.reasons
    .filter((reason) => reason.bits > 0 && reason.feature !== 'prior')
    .sort((a, b) => b.bits - a.bits || compareStrings(a.text, b.text));
  const how = weighed.relation === 'same' ? '' : ` It is ${relationWords[weighed.relation]}.`;
  return `${top
    .slice(0, 2)
    .map((reason) => reason.text)
    .join(' ')}${how}`;
}

const relationWords: Readonly<Record<Relation, string>> = {
  same: 'the recording as released',
  sped_up: 'sped up',
  slowed: 'slowed',
  pitched: 'pitched',
  contains: 'contained in the sound',
  remix_of: 'a remix of it',
  covers: 'a cover of it',
};

// ---- nothing to decide -----------------------------------------------------------------------------------------------

/** Why neither source can ever speak, or null when one can. */
function silence(text: MetadataEvidence, audio: AudioEvidence): string | null {
  if (audio.kind !== 'unusable') return null;
  if (text.kind === 'unusable') return `${audio.reason} ${text.reason}`;
  if (!isNotMusic(audio.code) && audio.code !== 'unreadable') return null;
  if (text.kind === 'none') return `${audio.reason} ${text.reason}`;
  // Candidates that nobody needs to see are no candidates.
  return text.kind === 'match' ? `${audio.reason} No recording in the catalogue is named like it.` : null;
}

function withoutCandidates(input: FusionInput, silent: string | null): Verdict {
  const sources: readonly (readonly [string, MetadataEvidence | AudioEvidence])[] = [
    ['words', input.text],
    ['audio', input.audio],
  ];
  const unavailable: string[] = [];
  let untilMs: number | null = null;
  for (const [name, evidence] of sources) {
    if (evidence.kind !== 'unavailable') continue;
    unavailable.push(`${name}: ${evidence.reason}`);
    if (evidence.untilMs !== null) untilMs = untilMs === null ? evidence.untilMs : Math.min(untilMs, evidence.untilMs);
  }
  if (silent !== null && unavailable.length === 0) return { kind: 'unusable', why: silent };
  for (const { source, evidence } of input.services ?? []) {
    if (evidence.kind !== 'unavailable') continue;
    unavailable.push(`${source}: ${evidence.reason}.`);
    if (evidence.untilMs !== null) untilMs = untilMs === null ? evidence.untilMs : Math.min(untilMs, evidence.untilMs);
  }
  const said = sources.flatMap(([, evidence]) =>
    evidence.kind === 'none' || evidence.kind === 'unusable' ? [evidence.reason] : [],
  );
  for (const { evidence } of input.services ?? []) if (evidence.kind === 'none') said.push(evidence.reason);
  const why =
    unavailable.length > 0
      ? 'Could not look everywhere yet.'
      : said.length > 0
        ? said.join(' ')
        : 'No recording in the catalogue fits.';
  return { kind: 'nothing', why, unavailable, untilMs };
}
