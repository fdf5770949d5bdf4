// Scoring one recording against one sound's words, in bits: title, artist, version, context, duration, identifiers.
// Every reading of the sound is tried and the best one counts; each feature is one root, so nothing is counted twice.
// A block is a fact that no amount of agreement outweighs: "the sound says live, the recording does not".

import type { MetadataEvidence, Reason, Relation, TextCandidate } from '../../domain/evidence.ts';
import type { Recording } from '../../domain/recording.ts';
import { compareCredits, type CreditAgreement, nameKey } from './credits.ts';
import { editDistance, fold, squeeze } from './fold.ts';
import { misspelledTag } from './misspelledTag.ts';
import { isTitleWord, type Rarity, titleBits } from './rarity.ts';
import {
  baseKeyOf,
  creditNames,
  isUserMade,
  type Reading,
  readingsOf,
  type SoundText,
  titleKeys,
} from './soundText.ts';
import { describeTag, describeVersion, type SoftVersion, type Tag } from './tags.ts';
import { type ParsedTitle, parseTitle } from './title.ts';
import { weights } from './weights.ts';

/** What scoring reads of a recording; a domain `Recording` is one. */
export interface RecordingText extends Pick<
  Recording,
  'id' | 'title' | 'artists' | 'version' | 'durationMs' | 'isrc' | 'releaseDate'
> {
  readonly album?: string | null;
  /** Other names of the recording or of its artists: translations, transliterations. */
  readonly aliases?: readonly string[];
  readonly externalIds?: readonly { readonly platform: string; readonly id: string }[];
}

/** The words alone must not link a candidate that carries a reason of this feature; audio has to agree. */
export const needsAudioFeature = 'needs-audio';

/** True when the words can say something; false for "original sound", emoji and empty titles without hints. */
export function hasUsableText(sound: SoundText): boolean {
  return readingsOf(sound).length > 0 || sound.hints.some((hint) => hint.kind !== 'named');
}

/** Scores every candidate and wraps the result as evidence; the order of the candidates does not matter. */
export function textEvidence(sound: SoundText, candidates: readonly RecordingText[], rarity: Rarity): MetadataEvidence {
  if (!hasUsableText(sound)) {
    const parsed = parseTitle(sound.title);
    return {
      kind: 'unusable',
      code: 'no_text',
      reason: parsed.placeholder
        ? 'The title is a placeholder, no text evidence.'
        : 'The title has no words, no text evidence.',
    };
  }
  if (candidates.length === 0)
    return { kind: 'none', reason: 'No recording in the catalogue is named like this sound.' };
  const prepared = prepare(sound);
  return { kind: 'match', candidates: candidates.map((candidate) => scorePrepared(prepared, candidate, rarity)) };
}

/** Total: never throws, whatever the strings hold. */
export function scoreText(sound: SoundText, candidate: RecordingText, rarity: Rarity): TextCandidate {
  return scorePrepared(prepare(sound), candidate, rarity);
}

/** What is the same for every candidate of one sound. */
interface PreparedSound {
  readonly sound: SoundText;
  readonly title: ParsedTitle;
  readonly userMade: boolean | null;
  readonly readings: readonly Reading[];
}

function prepare(sound: SoundText): PreparedSound {
  return { sound, title: parseTitle(sound.title), userMade: isUserMade(sound), readings: readingsOf(sound) };
}

/** The reading of the sound's words that speaks most for this recording; null when the words say nothing. */
export function readingFor(sound: SoundText, candidate: RecordingText, rarity: Rarity): Reading | null {
  return bestReading(prepare(sound), candidateSide(candidate), rarity)?.reading ?? null;
}

function bestReading(prepared: PreparedSound, side: CandidateSide, rarity: Rarity): Scored | null {
  let best: Scored | null = null;
  for (const reading of prepared.readings) {
    const scored = scoreReading(prepared, reading, side, rarity);
    if (best === null || scored.total > best.total) best = scored;
  }
  return best;
}

function scorePrepared(prepared: PreparedSound, candidate: RecordingText, rarity: Rarity): TextCandidate {
  const { sound, userMade } = prepared;
  const best = bestReading(prepared, candidateSide(candidate), rarity);
  const named = identifierReasons(sound, candidate, best, userMade);
  if (named !== null) return named;
  if (best === null) {
    return { recordingId: candidate.id, reasons: [], relation: 'same', blockedBy: null, artistAgrees: false };
  }
  return {
    recordingId: candidate.id,
    reasons: best.reasons,
    relation: best.relation,
    blockedBy: best.blockedBy,
    artistAgrees: best.artistAgrees,
  };
}

interface CandidateSide {
  readonly recording: RecordingText;
  readonly title: ParsedTitle;
  readonly tags: readonly Tag[];
  readonly aliases: readonly ParsedTitle[];
  /** Artists with all names in the title's credits. */
  readonly furtherArtists: readonly string[];
}

/** What a recording's title and version field say together. */
export function tagsOf(recording: Pick<RecordingText, 'title' | 'version'>): readonly Tag[] {
  const { tags } = parseTitle(recording.title);
  return recording.version === null || recording.version.trim() === ''
    ? tags
    : [...tags, ...versionTags(recording.version)];
}

function candidateSide(recording: RecordingText): CandidateSide {
  const title = parseTitle(recording.title);
  const tags = tagsOf(recording);
  return {
    recording,
    title,
    tags,
    aliases: (recording.aliases ?? []).map((alias) => parseTitle(alias)),
    furtherArtists: creditNames(tags),
  };
}

/** A catalogue's version field is a tag even where its wording is unknown to the grammar. */
function versionTags(version: string): readonly Tag[] {
  const parsed = parseTitle(`x (${version})`);
  if (parsed.subtitles.length === 0) return parsed.tags;
  return [...parsed.tags, { kind: 'version', version: 'version', who: fold(version).split(' ') }];
}

function artistSpellings(artist: string): readonly string[] {
  const key = fold(artist);
  return key.startsWith('the ') && key.length > 6 ? [key, key.slice(4)] : [key];
}

interface Scored {
  readonly reading: Reading;
  readonly total: number;
  readonly reasons: readonly Reason[];
  readonly relation: Relation;
  readonly blockedBy: string | null;
  readonly artistAgrees: boolean;
  readonly titleAgrees: boolean;
  readonly artistLevel: CreditAgreement['level'];
}

function scoreReading(
  { sound, title: ownTitle, userMade }: PreparedSound,
  reading: Reading,
  side: CandidateSide,
  rarity: Rarity,
): Scored {
  const reasons: Reason[] = [];
  const blocks: string[] = [];
  const fromUploader =
    reading.kind === 'direct' || reading.kind === 'split' || reading.kind === 'swapped' || reading.kind === 'mashup';
  const title = compareTitles(reading, side, rarity, fromUploader && userMade === true);
  reasons.push(title.reason);
  if (title.doubt) reasons.push(title.doubt);
  const artist = compareArtists(sound, reading, side, title.artistInTitle, title.reason.bits, userMade, fromUploader);
  if (artist.reason) reasons.push(artist.reason);
  if (artist.agrees && guestUnnamed(reading, side)) {
    reasons.push(
      reason('guest', 'guest', weights.artist.guestUnnamed, 'The recording names a guest that the sound does not.'),
    );
  }
  const soundTags =
    reading.title === ownTitle
      ? reading.title.tags
      : [...reading.title.tags, ...ownTitle.tags.filter((tag) => tag.kind === 'speed')];
  let relation: Relation = reading.kind === 'contains' ? 'contains' : 'same';
  if (title.agrees) {
    const version = compareVersions(soundTags, side, reading.artists);
    reasons.push(...version.reasons);
    blocks.push(...version.blocks);
    const slip = slippedTag(reading, side);
    if (slip) reasons.push(slip);
    if (version.relation !== 'same') relation = version.relation;
    reasons.push(...compareContext(sound, soundTags, side));
    const duration = compareDuration(sound, side.recording, userMade, relation);
    if (duration) {
      reasons.push(duration.reason);
      if (duration.block !== null) blocks.push(duration.block);
    }
    if (reading.kind === 'mashup') blocks.push('the title names several songs');
    if (reading.kind === 'caption')
      reasons.push(reason('named-by', 'caption', weights.named.caption, 'Only the caption names this song.'));
  }
  let total = 0;
  for (const each of reasons) total += each.bits;
  return {
    reading,
    total,
    reasons,
    relation,
    blockedBy: blocks[0] ?? null,
    artistAgrees: artist.agrees,
    titleAgrees: title.agrees,
    artistLevel: artist.level,
  };
}

function reason(feature: string, root: string, bits: number, text: string): Reason {
  return { feature, root, bits: Math.round(bits * 100) / 100, text };
}

// ---- title -----------------------------------------------------------------------------------------------------------

interface TitleAgreement {
  readonly reason: Reason;
  readonly agrees: boolean;
  /** The artist's name stood inside the sound's title, beside the song's. */
  readonly artistInTitle: boolean;
  /** Set when the spelling is close, but may be another word. */
  readonly doubt?: Reason | null;
}

const viaCost = {
  plain: 0,
  subtitle: weights.title.viaSubtitle,
  squeezed: weights.title.squeezed,
  romanised: weights.title.viaRomanised,
} as const;

function compareTitles(reading: Reading, side: CandidateSide, rarity: Rarity, userMade: boolean): TitleAgreement {
  const ours = soundKeys(reading);
  const theirs = titleKeys(side.title);
  const readingCost = reading.kind === 'split' || reading.kind === 'swapped' ? weights.title.viaSplit : 0;
  const shownBase = reading.baseIndex === null ? reading.title.base : (reading.title.bases[reading.baseIndex] ?? '');
  const theirBase = side.title.base;
  let cost = Number.NEGATIVE_INFINITY;
  let matched = '';
  for (const our of ours) {
    for (const their of theirs) {
      if (our.key !== their.key) continue;
      const here = viaCost[our.via] + viaCost[their.via];
      if (here > cost) {
        cost = here;
        matched = their.via === 'plain' ? their.key : our.key;
      }
    }
  }
  if (cost > Number.NEGATIVE_INFINITY) {
    const clash = subtitlesClash(reading.title, side.title) ? weights.title.viaSubtitle * 4 : 0;
    // The rarity of what was really compared: a rare recording found through its common subtitle is a common match.
    const bits = Math.max(0, titleBits(rarityKey(matched, side), rarity) + cost + readingCost + clash);
    const text =
      cost === 0 && readingCost === 0
        ? `Title "${theirBase}" agrees.`
        : `Title "${theirBase}" agrees with "${shownBase}".`;
    return { reason: reason('title', 'title', bits, text), agrees: true, artistInTitle: false };
  }
  for (const alias of side.aliases) {
    if (!titleKeys(alias).some((their) => ours.some((our) => our.key === their.key))) continue;
    const bits = Math.max(0, titleBits(alias.baseKey, rarity) + weights.title.viaAlias + readingCost);
    return {
      reason: reason('title', 'title', bits, `Title agrees with the other name "${alias.base}" of "${theirBase}".`),
      agrees: true,
      artistInTitle: false,
    };
  }
  const inTitle = titleWithArtist(ours, side);
  if (inTitle !== null) {
    const bits = Math.max(0, titleBits(inTitle, rarity) + weights.title.viaArtistInTitle + readingCost);
    return {
      reason: reason('title', 'title', bits, `"${shownBase}" names both the title "${theirBase}" and the artist.`),
      agrees: true,
      artistInTitle: true,
    };
  }
  const close = closeSpelling(ours, theirs, rarity);
  if (close !== null) {
    const bits = Math.max(0, (titleBits(side.title.baseKey, rarity) + readingCost) * close.share);
    const doubt = close.doubtful
      ? reason(needsAudioFeature, needsAudioFeature, 0, `"${shownBase}" may be another title than "${theirBase}".`)
      : null;
    return {
      reason: reason('title', 'title', bits, `Title "${shownBase}" is spelled almost like "${theirBase}".`),
      agrees: true,
      artistInTitle: false,
      doubt,
    };
  }
  const bits = userMade
    ? weights.title.noneUserMade
    : scriptsApart(shownBase, theirBase)
      ? weights.title.noneOtherScript
      : weights.title.none;
  return {
    reason: reason('title', 'title', bits, `Titles differ: "${shownBase}" and "${theirBase}".`),
    agrees: false,
    artistInTitle: false,
  };
}

function soundKeys(reading: Reading): readonly { readonly key: string; readonly via: keyof typeof viaCost }[] {
  if (reading.baseIndex === null) return titleKeys(reading.title);
  const key = baseKeyOf(reading);
  return squeeze(key) === key
    ? [{ key, via: 'plain' }]
    : [
        { key, via: 'plain' },
        { key: squeeze(key), via: 'squeezed' },
      ];
}

/** The frequency table holds folded base titles, so a squeezed or joined key is looked up as the recording's own base. */
function rarityKey(matched: string, side: CandidateSide): string {
  return squeeze(matched) === squeeze(side.title.baseKey) ? side.title.baseKey : matched;
}

function subtitlesClash(a: ParsedTitle, b: ParsedTitle): boolean {
  if (a.subtitles.length === 0 || b.subtitles.length === 0) return false;
  const ours = new Set(a.subtitles.map((subtitle) => squeeze(fold(subtitle))));
  return !b.subtitles.some((subtitle) => ours.has(squeeze(fold(subtitle))));
}

/** "harry styles as it was" for "As It Was" by Harry Styles: the key that remains, or null. */
function titleWithArtist(ours: readonly { readonly key: string }[], side: CandidateSide): string | null {
  const first = ours[0]?.key ?? '';
  // Cheap look first: some title of the recording must stand inside ours.
  if (
    !titleKeys(side.title).some(
      (their) => their.via === 'plain' && first.length > their.key.length && first.includes(their.key),
    )
  )
    return null;
  for (const artist of side.recording.artists.flatMap(artistSpellings)) {
    if (artist.length < 3) continue;
    for (const their of titleKeys(side.title)) {
      if (their.via !== 'plain' || their.key.length + artist.length + 1 > first.length) continue;
      const joined = [`${artist} ${their.key}`, `${their.key} ${artist}`, `${their.key} by ${artist}`];
      if (joined.includes(first)) return their.key;
    }
  }
  return null;
}

interface CloseSpelling {
  /** Share of the exact bits. */
  readonly share: number;
  /** The slip makes another word, as far as can be told: words alone must not link. */
  readonly doubtful: boolean;
}

const syllabic = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/u;

/** How a near spelling counts, or null. Digits must agree: "Vol 1" is not "Vol 2". */
function closeSpelling(
  ours: readonly { readonly key: string; readonly via: string }[],
  theirs: readonly { readonly key: string; readonly via: string }[],
  rarity: Rarity,
): CloseSpelling | null {
  const w = weights.title;
  let best: CloseSpelling | null = null;
  for (const our of ours) {
    if (our.via !== 'plain') continue;
    for (const their of theirs) {
      if (their.via !== 'plain') continue;
      // A Han character, a kana or a Korean syllable carries as much as two letters.
      const perLetter = syllabic.test(their.key) ? 2 : 1;
      const length = Math.max(our.key.length, their.key.length);
      const limit = Math.max(1, Math.floor(length * 0.12));
      if (Math.abs(our.key.length - their.key.length) > limit) continue;
      if (Math.min(our.key.length, their.key.length) * perLetter < 4 || digitsOf(our.key) !== digitsOf(their.key))
        continue;
      const distance = editDistance(our.key, their.key, limit);
      if (distance > limit) continue;
      const edit =
        our.key.length !== their.key.length ? 'inserted' : isSwap(our.key, their.key) ? 'swapped' : 'changed';
      // Four or five letters: never another letter ("Home", "Hope"); one too many or too few is for a person to see.
      if (length * perLetter < 6 && edit === 'changed') continue;
      const long = 1 - distance / (length * perLetter) >= 0.88 || (edit === 'swapped' && length * perLetter >= 6);
      const share = long
        ? w[edit]
        : { swapped: w.swappedShort, inserted: w.insertedShort, changed: w.changedShort }[edit];
      const doubtful = makesAnotherWord(our.key, their.key, edit === 'swapped', rarity);
      if (best === null || share > best.share) best = { share, doubtful };
    }
  }
  return best;
}

const basicLatin = /[A-Za-z]/;

/** Two texts in different scripts cannot be compared letter by letter; that they differ says little. */
function scriptsApart(a: string, b: string): boolean {
  if (basicLatin.test(a) && basicLatin.test(b)) return false;
  const [latinA, latinB] = [/\p{Script=Latin}/u.test(a), /\p{Script=Latin}/u.test(b)];
  return latinA !== latinB && /\p{L}/u.test(a) && /\p{L}/u.test(b);
}

function digitsOf(key: string): string {
  return key.replace(/\D+/g, ' ').trim();
}

/**
 * Whether the changed word may be another one: "City Nights" for "City Lights", "Good Girls" for "Good Girl". Two neighbours in the
 * wrong order, a letter doubled and the key beside the right one are slips of the hand, unless the word that they make is itself a
 * title in the catalogue or common in titles. Any other letter more, less or changed makes words at every length ("bride" and "bridge",
 * "addition" and "addiction", "resolution" and "revolution"): with those allowed inside long words, 4 of 150 pairs of words one
 * letter apart were linked.
 */
function makesAnotherWord(our: string, their: string, swapped: boolean, rarity: Rarity): boolean {
  let start = 0;
  while (start < our.length && our.charCodeAt(start) === their.charCodeAt(start)) start += 1;
  let end = 0;
  while (
    end < Math.min(our.length, their.length) - start &&
    our.charCodeAt(our.length - 1 - end) === their.charCodeAt(their.length - 1 - end)
  )
    end += 1;
  const word = wordAt(our, start, end);
  if (isTitleWord(word) || (word.length >= 4 && rarity.titleFrequency(word) > 0)) return true;
  if (swapped) return false;
  const length = Math.max(word.length, wordAt(their, start, end).length);
  const longer = our.length >= their.length ? our : their;
  if (our.length !== their.length)
    return !(length >= 5 && isDoubled(longer, start)) || doublingMakesWord(longer, start, length);
  const [ourLetter, theirLetter] = [our.charAt(start), their.charAt(start)];
  const inside = isLetter(our.charAt(start - 1)) && isLetter(our.charAt(start + 1));
  const slip = nextOnKeyboard(ourLetter, theirLetter) && !(vowels.includes(ourLetter) && vowels.includes(theirLetter));
  return !(length >= 5 && inside && slip && our.length - start - end === 1);
}

const isLetter = (char: string): boolean => char !== '' && char !== ' ';
const vowels = 'aeiouy';

/** The word in which two spellings differ; both are equal before `start` and in their last `end` letters. */
function wordAt(text: string, start: number, end: number): string {
  const wordStart = text.lastIndexOf(' ', Math.max(0, start - 1)) + 1;
  const wordEnd = text.indexOf(' ', Math.max(start, text.length - end - 1));
  return text.slice(wordStart, wordEnd < 0 ? text.length : wordEnd);
}

/** Whether the letter at which the longer spelling leaves the shorter one is there twice. The first difference follows a common run. */
function isDoubled(longer: string, at: number): boolean {
  return at > 0 && longer.charAt(at) === longer.charAt(at - 1);
}

/** "Princess", "employee" at the end; "dessert", "dinner" between vowels; "looser", "choose" anywhere. Longer words are safe from these. */
function doublingMakesWord(longer: string, at: number, length: number): boolean {
  const letter = longer.charAt(at);
  const after = longer.charAt(at + 1);
  if (after === '' || after === ' ') return letter === 's' || letter === 'e';
  if (length > 8) return false;
  return letter === 'o' || letter === 'e' || (vowels.includes(longer.charAt(at - 2)) && vowels.includes(after));
}

const keyRows = ['qwertyuiop', 'asdfghjkl', 'zxcvbnm'];

/** Neighbours on a QWERTY keyboard: beside each other, or touching in the next row. */
function nextOnKeyboard(a: string, b: string): boolean {
  const [rowA, rowB] = [a, b].map((letter) => keyRows.findIndex((row) => row.includes(letter))) as [number, number];
  if (rowA < 0 || rowB < 0 || Math.abs(rowA - rowB) > 1) return false;
  const apart = keyRows[rowA]!.indexOf(a) - keyRows[rowB]!.indexOf(b);
  // Each lower row starts half a key further right: "d" lies under "e" and "r".
  return rowA === rowB ? Math.abs(apart) === 1 : rowA < rowB ? apart === 0 || apart === 1 : apart === 0 || apart === -1;
}

function isSwap(a: string, b: string): boolean {
  return [...a].sort().join('') === [...b].sort().join('');
}

// ---- artist ----------------------------------------------------------------------------------------------------------

interface ArtistAgreement {
  readonly reason: Reason | null;
  readonly agrees: boolean;
  readonly level: CreditAgreement['level'];
}

function compareArtists(
  sound: SoundText,
  reading: Reading,
  side: CandidateSide,
  artistInTitle: boolean,
  titleAgreedBits: number,
  userMade: boolean | null,
  fromUploader: boolean,
): ArtistAgreement {
  const { artists } = side.recording;
  const all = artists.join(', ');
  const agreement = compareCredits(reading.artists, artists, side.furtherArtists);
  const viaAlias = agreement.level === 'none' && aliasNamed(reading.artists, side);
  if (agreement.level === 'equal' || agreement.level === 'lead' || agreement.level === 'some') {
    const w = weights.artist;
    const further = Math.min(w.furtherCreditCap, w.furtherCredit * Math.max(0, agreement.shared - 1));
    const base =
      agreement.level === 'equal'
        ? w.equal + further
        : agreement.level === 'lead'
          ? (agreement.alone ? w.leadAlone : w.lead) + further
          : w.some;
    const bits = base + (agreement.fuzzy ? w.fuzzy : 0);
    const sentence = { equal: 'Artists agree', lead: 'The lead artist agrees', some: 'One of the artists agrees' }[
      agreement.level
    ];
    return {
      reason: reason('artist', 'artist', bits, `${sentence}: ${all}.`),
      // A guest's name alone does not make the credit agree, unless the title leaves no doubt.
      agrees:
        agreement.level !== 'some' ||
        artistInTitle ||
        (agreement.alone && artists.length > 1 && titleAgreedBits >= w.someSufficesTitleBits),
      level: agreement.level,
    };
  }
  if (viaAlias)
    return {
      reason: reason('artist', 'artist', weights.artist.lead, `The artist is named by another spelling of ${all}.`),
      agrees: true,
      level: 'lead',
    };
  if (artistInTitle)
    return {
      reason: reason('artist', 'artist', weights.artist.lead, `The title names the artist ${all}.`),
      agrees: true,
      level: 'lead',
    };
  const handle = sound.handle === null ? '' : squeeze(fold(sound.handle)).replace(/(?:official|music|vevo|hq)$/, '');
  const lead = handle.length >= 5 ? nameKey(artists[0] ?? '') : '';
  if (handle.length >= 5 && handle === lead && fromUploader) {
    return {
      reason: reason(
        'artist',
        'artist',
        weights.artist.handle,
        `The account is named like the artist ${artists[0] ?? ''}.`,
      ),
      agrees: true,
      level: 'some',
    };
  }
  if (agreement.level === 'unstated') return { reason: null, agrees: false, level: 'unstated' };
  const bits =
    userMade === true && fromUploader
      ? weights.artist.noneUserMade
      : scriptsApart(reading.artists[0] ?? '', all)
        ? weights.artist.noneOtherScript
        : userMade === null && fromUploader
          ? weights.artist.noneUnknownMaker
          : weights.artist.none;
  const text =
    userMade === true && fromUploader
      ? `The uploader is not ${all}, which says little.`
      : `Artists differ: "${reading.artists[0] ?? ''}" and ${all}.`;
  return { reason: reason('artist', 'artist', bits, text), agrees: false, level: 'none' };
}

/** Only a guest in the recording's own title counts; services list guests among the artists of plain recordings too. */
function guestUnnamed(reading: Reading, side: CandidateSide): boolean {
  if (side.furtherArtists.length === 0) return false;
  return compareCredits(reading.artists, side.furtherArtists, []).level === 'none';
}

function aliasNamed(credits: readonly string[], side: CandidateSide): boolean {
  if (side.aliases.length === 0) return false;
  const named = new Set(credits.map((credit) => nameKey(credit)));
  return side.aliases.some((alias) => named.has(nameKey(alias.raw)));
}

// ---- version ---------------------------------------------------------------------------------------------------------

type SpeedTag = Extract<Tag, { kind: 'speed' }>;
type VersionTag = Extract<Tag, { kind: 'version' }>;

interface VersionAgreement {
  readonly reasons: readonly Reason[];
  readonly blocks: readonly string[];
  readonly relation: Relation;
}

function compareVersions(
  soundTags: readonly Tag[],
  side: CandidateSide,
  soundArtists: readonly string[],
): VersionAgreement {
  const reasons: Reason[] = [];
  const blocks: string[] = [];
  const hard = compareHard(
    ofKind(soundTags, 'version'),
    ofKind(side.tags, 'version'),
    soundArtists,
    side.recording.artists,
  );
  if (hard.reason) reasons.push(hard.reason);
  if (hard.block !== null) blocks.push(hard.block);
  const speed = compareSpeed(ofKind(soundTags, 'speed'), ofKind(side.tags, 'speed'));
  reasons.push(...speed.reasons);
  if (speed.block !== null) blocks.push(speed.block);
  const parts = compareParts(soundTags, side.tags);
  if (parts) {
    reasons.push(parts.reason);
    if (parts.block !== null) blocks.push(parts.block);
  }
  const soft = compareSoft(soundTags, side.tags);
  if (soft) reasons.push(soft);
  if (hard.plain && ofKind(soundTags, 'speed').length === 0 && ofKind(side.tags, 'speed').length === 0) {
    reasons.push(reason('version', 'version', weights.version.bothPlain, 'Neither names a version.'));
  }
  return { reasons, blocks, relation: speed.relation };
}

function ofKind<K extends Tag['kind']>(tags: readonly Tag[], kind: K): readonly Extract<Tag, { kind: K }>[] {
  return tags.filter((tag): tag is Extract<Tag, { kind: K }> => tag.kind === kind);
}

/** A group on one side only that may be a misspelled version: the plain recording must not be linked by words that may deny it. */
function slippedTag(reading: Reading, side: CandidateSide): Reason | null {
  const ours = unreadGroups(reading.title, reading.baseIndex ?? 0);
  const theirs = [side.title, ...side.aliases].flatMap((title) => unreadGroups(title, 0));
  if (ours.length === 0 && theirs.length === 0) return null;
  const keyOf = (text: string): string => squeeze(fold(text));
  const known = new Set(
    [side.title, ...side.aliases].flatMap((title) => [...title.bases, ...title.subtitles]).map(keyOf),
  );
  for (const artist of side.recording.artists) known.add(keyOf(artist));
  const named = new Set([...reading.title.bases, ...reading.title.subtitles].map(keyOf));
  const doubt = (text: string): Reason => reason(needsAudioFeature, needsAudioFeature, 0, text);
  for (const group of ours) {
    const slip = known.has(keyOf(group)) ? null : misspelledTag(group);
    if (slip)
      return doubt(
        `The sound's "${slip.written}" may be a misspelled "${slip.meant}", which the recording does not say.`,
      );
  }
  for (const group of theirs) {
    const slip = named.has(keyOf(group)) ? null : misspelledTag(group);
    if (slip)
      return doubt(
        `The recording's "${slip.written}" may be a misspelled "${slip.meant}", which the sound does not say.`,
      );
  }
  return null;
}

/** What stands beside a title's name and was read as another name of it. */
function unreadGroups(title: ParsedTitle, baseIndex: number): readonly string[] {
  return title.bases.length === 1
    ? title.subtitles
    : [...title.subtitles, ...title.bases.filter((_, i) => i !== baseIndex)];
}

interface HardAgreement {
  readonly reason: Reason | null;
  readonly block: string | null;
  readonly plain: boolean;
}

function compareHard(
  ours: readonly VersionTag[],
  theirs: readonly VersionTag[],
  soundArtists: readonly string[],
  artists: readonly string[],
): HardAgreement {
  if (ours.length === 0 && theirs.length === 0) return { reason: null, block: null, plain: true };
  const ourText = ours.map(describeVersion).join(', ');
  const theirText = theirs.map(describeVersion).join(', ');
  const w = weights.version;
  if (theirs.length === 0) return blocked(w.onlyInSound, `the sound says ${ourText}, the recording does not`);
  if (ours.length === 0) {
    // "Song" by Artist and Remixer may well be the remix, but a machine cannot know.
    return blocked(w.onlyInRecording, `the recording is "${theirText}", the sound does not say so`);
  }
  const unmatchedOurs = ours.filter((our) => !theirs.some((their) => their.version === our.version));
  const unmatchedTheirs = theirs.filter((their) => !ours.some((our) => our.version === their.version));
  if (unmatchedOurs.length > 0 || unmatchedTheirs.length > 0)
    return blocked(w.differ, `the sound says ${ourText}, the recording says ${theirText}`);
  let lessDetail = false;
  for (const our of ours) {
    const details = theirs
      .filter((their) => their.version === our.version)
      .map((their) => compareWho(our, their, soundArtists, artists));
    if (details.includes('equal')) continue;
    if (details.includes('less')) lessDetail = true;
    else return blocked(w.differ, `the sound says ${ourText}, the recording says ${theirText}`);
  }
  return {
    reason: lessDetail
      ? reason(
          'version',
          'version',
          w.sameKindLessDetail,
          `Both are ${ours[0]!.version}, one says more: "${ourText}", "${theirText}".`,
        )
      : reason('version', 'version', w.equal, `Both are "${theirText}".`),
    block: null,
    plain: false,
  };
}

function blocked(bits: number, why: string): HardAgreement {
  return {
    reason: reason('version', 'version', bits, `${why.charAt(0).toUpperCase()}${why.slice(1)}.`),
    block: why,
    plain: false,
  };
}

function compareWho(
  our: VersionTag,
  their: VersionTag,
  soundArtists: readonly string[],
  artists: readonly string[],
): 'equal' | 'less' | 'differ' {
  const ours = our.who;
  const theirs = their.who;
  const missingTheirs = theirs.filter((word) => !ours.some((other) => sameWord(word, other)));
  const missingOurs = ours.filter((word) => !theirs.some((other) => sameWord(word, other)));
  if (missingTheirs.length === 0 && missingOurs.length === 0) return 'equal';
  if (our.version === 'remix' || our.version === 'own' || our.version === 'language' || our.version === 'version') {
    // The remixer may stand in the credits instead: "Song (Remix)" by A & Tiësto.
    const ourCredits = new Set(soundArtists.flatMap((artist) => fold(artist).split(' ')));
    const theirCredits = new Set(artists.flatMap((artist) => fold(artist).split(' ')));
    if (ours.length === 0 && missingTheirs.every((word) => ourCredits.has(word))) return 'equal';
    if (theirs.length === 0 && missingOurs.every((word) => theirCredits.has(word))) return 'equal';
    return 'differ';
  }
  // A place or a year more on one side: "live" and "live at Wembley" are compatible, two places are not.
  if (ours.length === 0 || theirs.length === 0) return 'less';
  return missingTheirs.length === 0 || missingOurs.length === 0 ? 'less' : 'differ';
}

function sameWord(a: string, b: string): boolean {
  if (a === b) return true;
  return a.length >= 5 && b.length >= 5 && !/\d/.test(a + b) && editDistance(a, b, 1) <= 1;
}

interface SpeedAgreement {
  readonly reasons: readonly Reason[];
  readonly relation: Relation;
  readonly block: string | null;
}

function compareSpeed(ours: readonly SpeedTag[], theirs: readonly SpeedTag[]): SpeedAgreement {
  const our = strongest(ours);
  const their = strongest(theirs);
  const w = weights.version;
  if (our === null && their === null) return { reasons: [], relation: 'same', block: null };
  if (our === null) {
    const text = `The recording is ${describeTag(their!)}, the sound does not say so.`;
    return {
      reasons: [
        reason('speed', 'speed', w.speedOnlyInRecording, text),
        reason(needsAudioFeature, needsAudioFeature, 0, 'Only audio can tell whether this is the altered release.'),
      ],
      relation: 'same',
      block: null,
    };
  }
  if (their === null) {
    if (our.effect === 'effect')
      return {
        reasons: [reason('speed', 'speed', w.effectOnlyInSound, `The sound says ${describeTag(our)}.`)],
        relation: 'same',
        block: null,
      };
    return {
      reasons: [
        reason(
          'speed',
          'speed',
          w.speedOnlyInSound,
          `The sound is ${describeTag(our)}, this is the recording at its own speed.`,
        ),
      ],
      relation: our.effect,
      block: null,
    };
  }
  if (our.effect === their.effect) {
    const same = our.detail.join() === their.detail.join() && (our.ratio ?? their.ratio) === (their.ratio ?? our.ratio);
    if (same)
      return {
        reasons: [reason('speed', 'speed', w.speedEqual, `Both are ${describeTag(their)}.`)],
        relation: 'same',
        block: null,
      };
    return {
      reasons: [
        reason(
          'speed',
          'speed',
          w.speedEqualDetailApart,
          `The sound is ${describeTag(our)}, the recording ${describeTag(their)}.`,
        ),
      ],
      relation: 'same',
      block: null,
    };
  }
  const why = `the sound is ${describeTag(our)}, the recording ${describeTag(their)}`;
  return { reasons: [reason('speed', 'speed', w.speedOpposite, `T${why.slice(1)}.`)], relation: 'same', block: why };
}

/** Several speed tags ("sped up" twice, "slowed" and "reverb" apart) are read as one. */
function strongest(tags: readonly SpeedTag[]): SpeedTag | null {
  const main = tags.find((tag) => tag.effect !== 'effect') ?? tags[0];
  if (main === undefined) return null;
  return {
    ...main,
    detail: [...new Set(tags.flatMap((tag) => tag.detail))].sort(),
    ratio: tags.find((tag) => tag.ratio !== null)?.ratio ?? null,
  };
}

function compareParts(
  soundTags: readonly Tag[],
  theirTags: readonly Tag[],
): { readonly reason: Reason; readonly block: string | null } | null {
  const ours = ofKind(soundTags, 'part')
    .map((tag) => tag.part)
    .sort()
    .join(', ');
  const theirs = ofKind(theirTags, 'part')
    .map((tag) => tag.part)
    .sort()
    .join(', ');
  if (ours === theirs)
    return ours === ''
      ? null
      : { reason: reason('part', 'part', weights.version.partEqual, `Both are part ${ours}.`), block: null };
  const why =
    ours === ''
      ? `the recording is part ${theirs}, the sound does not say so`
      : theirs === ''
        ? `the sound says part ${ours}, the recording does not`
        : `the sound is part ${ours}, the recording part ${theirs}`;
  const bits = ours === '' || theirs === '' ? weights.version.partOnlyInOne : weights.version.partDiffers;
  return { reason: reason('part', 'part', bits, `T${why.slice(1)}.`), block: why };
}

function compareSoft(soundTags: readonly Tag[], theirTags: readonly Tag[]): Reason | null {
  const ours = softOf(soundTags);
  const theirs = softOf(theirTags);
  let bits = 0;
  const apart: string[] = [];
  for (const soft of new Set([...ours, ...theirs])) {
    if (ours.has(soft) && theirs.has(soft)) bits += weights.version.softEqual;
    else if (soft === 'explicit' && !ours.has('clean') && !theirs.has('clean')) bits += weights.version.softDiffers / 6;
    else {
      bits += weights.version.softDiffers;
      apart.push(soft);
    }
  }
  if (bits === 0) return null;
  return reason(
    'edition',
    'edition',
    bits,
    apart.length > 0 ? `Only one of them is marked ${apart.join(', ')}.` : 'The edition marks agree.',
  );
}

function softOf(tags: readonly Tag[]): ReadonlySet<SoftVersion> {
  return new Set(ofKind(tags, 'neutral').flatMap((tag) => (tag.soft === null ? [] : [tag.soft])));
}

// ---- context, duration, identifiers ----------------------------------------------------------------------------------

function compareContext(sound: SoundText, soundTags: readonly Tag[], side: CandidateSide): readonly Reason[] {
  const ours = ofKind(soundTags, 'context')
    .map((tag) => tag.of)
    .filter(Boolean);
  const theirs = ofKind(side.tags, 'context')
    .map((tag) => tag.of)
    .filter(Boolean);
  const album = side.recording.album ? fold(side.recording.album) : '';
  if (ours.length > 0 && theirs.length > 0) {
    const equal = ours.some((our) =>
      theirs.some((their) => their === our || their.includes(our) || our.includes(their)),
    );
    return [
      reason(
        'context',
        'context',
        equal ? weights.context.equal : weights.context.differ,
        equal ? `Both are from "${theirs[0]}".` : `One is from "${ours[0]}", the other from "${theirs[0]}".`,
      ),
    ];
  }
  const named = [...ours, ...(sound.album ? [albumKey(sound.album)] : [])].filter((key) => key !== '');
  if (album !== '' && named.some((key) => key === albumKey(album) || (key.length >= 6 && album.includes(key)))) {
    return [reason('context', 'context', weights.context.album, `The album "${side.recording.album}" agrees.`)];
  }
  return [];
}

function albumKey(album: string): string {
  const parsed = parseTitle(album);
  return parsed.baseKey === '' ? fold(album) : parsed.baseKey;
}

function compareDuration(
  sound: SoundText,
  recording: RecordingText,
  userMade: boolean | null,
  relation: Relation,
): { readonly reason: Reason; readonly block: string | null } | null {
  if (userMade !== false || sound.durationMs === null || recording.durationMs === null || recording.durationMs <= 0)
    return null;
  const { slowest, slackMs, tooLong } = weights.duration;
  const longestSlowed = recording.durationMs / slowest + slackMs;
  if (sound.durationMs <= (relation === 'slowed' ? longestSlowed : recording.durationMs + slackMs)) return null;
  const why = 'the sound is longer than the whole recording';
  return {
    reason: reason('duration', 'duration', tooLong, `T${why.slice(1)}.`),
    block: sound.durationMs > longestSlowed ? why : null,
  };
}

/** Identifiers decide or support; null when they say nothing and the words stand alone. */
function identifierReasons(
  sound: SoundText,
  candidate: RecordingText,
  best: Scored | null,
  userMade: boolean | null,
): TextCandidate | null {
  const byPlatform = sound.hints.find(
    (hint) =>
      hint.kind === 'dsp' &&
      (candidate.externalIds ?? []).some((external) => external.id === hint.id && external.platform === hint.platform),
  );
  if (byPlatform?.kind === 'dsp') {
    const decisive = reason(
      'platform-id',
      'platform-id',
      weights.identifier.platform,
      `The platform itself links the sound to this recording on ${byPlatform.platform}.`,
    );
    const speed = best?.titleAgrees ? best.relation : relationOfTags(parseTitle(sound.title).tags);
    // Words that agree stand beside it: without them a twin of the same title and artist would outweigh the recording that is meant.
    const words = best?.titleAgrees && best.artistAgrees ? best.reasons.filter((each) => each.bits > 0) : [];
    return {
      recordingId: candidate.id,
      reasons: [decisive, ...words],
      relation: speed,
      blockedBy: platformContradiction(sound, candidate, best, userMade),
      artistAgrees: true,
    };
  }
  const isrc = candidate.isrc === null ? null : normaliseIsrc(candidate.isrc);
  if (isrc !== null && sound.hints.some((hint) => hint.kind === 'isrc' && normaliseIsrc(hint.isrc) === isrc)) {
    const agrees = best !== null && best.titleAgrees;
    const bits = agrees ? weights.identifier.isrc : weights.identifier.isrcAlone;
    const text = agrees
      ? `ISRC ${isrc} agrees.`
      : `ISRC ${isrc} agrees, but nothing else confirms it; codes are sometimes wrong.`;
    return {
      recordingId: candidate.id,
      reasons: [...(best?.reasons ?? []), reason('isrc', 'isrc', bits, text)],
      relation: best?.relation ?? 'same',
      blockedBy: best?.blockedBy ?? null,
      artistAgrees: best?.artistAgrees ?? false,
    };
  }
  return null;
}

function relationOfTags(tags: readonly Tag[]): Relation {
  const speed = strongest(ofKind(tags, 'speed'));
  return speed === null || speed.effect === 'effect' ? 'same' : speed.effect;
}

/** An official sound whose words name another song or version than the platform's id: a person must look. */
function platformContradiction(
  sound: SoundText,
  candidate: RecordingText,
  best: Scored | null,
  userMade: boolean | null,
): string | null {
  if (best === null || userMade === true) return null;
  if (best.titleAgrees) return best.blockedBy;
  const latin = /^[\p{Script=Latin}\p{Script=Common}\p{Script=Inherited}]*$/u;
  if (userMade === false && best.artistLevel === 'none' && latin.test(sound.title + candidate.title)) {
    return `the platform links "${candidate.title}", but the sound is titled "${sound.title.slice(0, 80)}"`;
  }
  return null;
}

/** Upper case, without hyphens, spaces and the word ISRC; the input's letters when it is no valid code. */
export function normaliseIsrc(raw: string): string {
  return raw
    .toUpperCase()
    .replace(/^ISRC/, '')
    .replace(/[^A-Z0-9]/g, '');
}
