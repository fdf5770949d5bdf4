// Whether two recordings of the catalogue are one, of one family, or of one work: from their words, identifiers and durations.
//   the same ISRC, but titles, versions or durations (by more than 7 s) apart   a conflict, kept for people, nothing merged
//   equal words and artists, durations at most 3 s apart                        one recording on several releases
//   equal words, durations more than 7 s apart, no shared identifier            siblings: merging by words alone joins live takes and edits
//   words beside the title or artists on one side only                          siblings
// The order of the two does not matter.

import { isConfirmed, type EdgeKind, type RecordingRelation, type RelationEvidence } from '../../domain/relations.ts';
import { compareCredits, nameKey } from './credits.ts';
import { editDistance, fold } from './fold.ts';
import { compareNames, inOtherScript, type NameAgreement } from './names.ts';
import { sideOf, type RecordingSide, type RecordingText } from './recordingText.ts';
import { describeVersion, type VersionKind } from './tags.ts';
import { weights } from './weights.ts';

/** Fades, leading silence and rounding make one recording's durations differ by less. */
export const durationSlackMs = 7000;

export interface SharedEvidence {
  /** The same id on the same service. */
  readonly externalId: boolean;
  /** Their reference audio is one and the same file. */
  readonly sameFile: boolean;
}

type Side = RecordingSide;

export function relate(a: RecordingText, b: RecordingText, shared: SharedEvidence): RecordingRelation {
  if (a.id === b.id) return { kind: 'unrelated' };
  const [first, second] = a.id < b.id ? [a, b] : [b, a];
  const left = sideOf(first);
  const right = sideOf(second);
  const isrc = first.isrc !== null && first.isrc === second.isrc ? first.isrc : null;
  const title = sameTitle(left, right);
  const titlesAgree = title !== null;
  const artists = sameArtists(left, right);
  if (isrc !== null) {
    const apart = whatIsApart(left, right, titlesAgree);
    if (apart !== null)
      return { kind: 'conflict', conflict: { recordingId: first.id, otherId: second.id, isrc, ...apart } };
  }
  const sameWords = title !== null && artists !== null;
  const evidence: RelationEvidence[] = [];
  if (isrc !== null) evidence.push({ kind: 'id', text: `Both have the ISRC ${isrc}.` });
  else if (shared.externalId) evidence.push({ kind: 'id', text: 'One service knows both under one id.' });
  if (sameWords)
    evidence.push({ kind: 'text', text: `Both are called "${left.title.base}" by ${first.artists[0] ?? ''}.` });
  if (shared.sameFile) evidence.push({ kind: 'audio', text: 'Both were delivered with the same audio file.' });
  if (evidence.length === 0) return coverOf(left, right, titlesAgree);
  if (!sameWords) return edge({ level: 'same_recording' }, left, right, evidence);
  const plainly = isPlain(title) && artists === 'equal';
  const kind = kindOf(left, right, evidence, plainly);
  if (kind === null) return { kind: 'unrelated' };
  const apartMs = lengthsApartMs(left, right);
  if (kind.level === 'same_recording' && plainly && apartMs !== null && apartMs <= weights.duration.equalMs)
    evidence.push({ kind: 'length', text: 'Both last as long.' });
  return edge(kind, left, right, evidence);
}

function edge(kind: EdgeKind, left: Side, right: Side, evidence: readonly RelationEvidence[]): RecordingRelation {
  // The one with more to its title is made from the other.
  const turn = weight(right) > weight(left) && (kind.level === 'family' || kind.level === 'work');
  const [derived, original] = turn ? [right, left] : [left, right];
  return {
    kind: 'edge',
    edge: { recordingId: derived.recording.id, otherId: original.recording.id, kind, evidence },
  };
}

const weight = ({ tags }: Side): number =>
  tags.filter((tag) => tag.kind === 'version' || tag.kind === 'speed' || (tag.kind === 'neutral' && tag.soft !== null))
    .length;

/** How their titles agree; null when they are two. */
function sameTitle(left: Side, right: Side): Pick<NameAgreement, 'onlyOurs' | 'onlyTheirs'> | null {
  const agreement = compareNames(left.names, right.names);
  // "Everywhere" and "How Far Have You Gone (Everywhere)" are two songs, a translation in brackets is none.
  if (agreement !== null && (agreement.crossed === null || inOtherScript(left.title.base, right.title.base)))
    return agreement;
  for (const [one, other] of [
    [left, right],
    [right, left],
  ] as const)
    for (const alias of other.aliases) {
      const viaAlias = compareNames(one.names, alias.names);
      if (viaAlias !== null && viaAlias.crossed === null) return viaAlias;
    }
  const [a, b] = [left.title.baseKey, right.title.baseKey];
  // A label's own typo; in short titles one letter makes another song.
  const isTypo = Math.min(a.length, b.length) >= 8 && !/\d/.test(a + b) && editDistance(a, b, 1) <= 1;
  return isTypo ? { onlyOurs: left.names[0]?.groups ?? [], onlyTheirs: right.names[0]?.groups ?? [] } : null;
}

const isPlain = ({ onlyOurs, onlyTheirs }: Pick<NameAgreement, 'onlyOurs' | 'onlyTheirs'>): boolean =>
  onlyOurs.length === 0 && onlyTheirs.length === 0;

/** `equal`: the same people, as sets, guests in the title included; `lead`: some of them, the lead among these; null: others. */
function sameArtists(left: Side, right: Side): 'equal' | 'lead' | null {
  // Either lead artist named by the other side will do: guests are credited in any order.
  const agreements = [
    compareCredits(everybody(left), right.recording.artists, right.furtherArtists),
    compareCredits(everybody(right), left.recording.artists, left.furtherArtists),
  ];
  const isEqual = agreements.some(
    (agreement) => 'unnamed' in agreement && agreement.unnamed.length === 0 && agreement.unknown.length === 0,
  );
  if (isEqual) return 'equal';
  return agreements.some(({ level }) => level === 'equal' || level === 'lead') ? 'lead' : null;
}

const everybody = ({ recording, furtherArtists }: Side): readonly string[] => [...recording.artists, ...furtherArtists];

function whatIsApart(
  left: Side,
  right: Side,
  titlesAgree: boolean,
): { readonly over: 'title' | 'duration' | 'version'; readonly why: string } | null {
  if (!titlesAgree) {
    const why = `one is called "${left.recording.title}", the other "${right.recording.title}"`;
    return { over: 'title', why };
  }
  const versions = [left, right].map((side) =>
    [...hardVersions(side), ...speeds(side), ...parts(side)].sort().join(', '),
  );
  if (versions[0] !== versions[1])
    return { over: 'version', why: `one is ${versions[0] || 'plain'}, the other ${versions[1] || 'plain'}` };
  if (!durationsApart(left, right)) return null;
  const [a, b] = [left, right].map(({ recording }) => Math.round((recording.durationMs ?? 0) / 1000));
  return { over: 'duration', why: `one lasts ${a} s, the other ${b} s` };
}

const durationsApart = (left: Side, right: Side): boolean => (lengthsApartMs(left, right) ?? 0) > durationSlackMs;

function lengthsApartMs(left: Side, right: Side): number | null {
  const [a, b] = [left.recording.durationMs, right.recording.durationMs];
  return a === null || b === null ? null : Math.abs(a - b);
}

const hardVersions = ({ tags }: Side): readonly string[] => [
  ...new Set(tags.flatMap((tag) => (tag.kind === 'version' ? [describeVersion(tag)] : []))),
];
const speeds = ({ tags }: Side): readonly string[] => [
  ...new Set(tags.flatMap((tag) => (tag.kind === 'speed' ? [[tag.effect, ...tag.detail].join(' ')] : []))),
];
const parts = ({ tags }: Side): readonly string[] => tags.flatMap((tag) => (tag.kind === 'part' ? [tag.part] : []));
const isSoft = (side: Side, soft: string): boolean =>
  side.tags.some((tag) => tag.kind === 'neutral' && tag.soft === soft);
/** "radio", "single": which cuts of the take. */
const cuts = ({ tags }: Side): string =>
  [...new Set(tags.flatMap((tag) => (tag.kind === 'neutral' && tag.soft === 'cut' ? [tag.wording] : [])))]
    .sort()
    .join();

/** Of two recordings with equal title and artist; null: two songs after all. `plainly`: neither names anything or anybody that the other does not. */
function kindOf(left: Side, right: Side, evidence: readonly RelationEvidence[], plainly: boolean): EdgeKind | null {
  if (parts(left).join() !== parts(right).join()) return null;
  const ours = hardVersions(left);
  const theirs = hardVersions(right);
  const differing = [...left.tags, ...right.tags].flatMap((tag) =>
    tag.kind === 'version' && ours.includes(describeVersion(tag)) !== theirs.includes(describeVersion(tag))
      ? [tag.version]
      : [],
  );
  if (differing.length > 0 || isSoft(left, 'mono') !== isSoft(right, 'mono'))
    return { level: 'work', how: workOf(differing) };
  if (speeds(left).join() !== speeds(right).join())
    return { level: 'family', how: 'speed', ratio: ratioOf(left, right) };
  if (isSoft(left, 'remaster') !== isSoft(right, 'remaster')) return { level: 'family', how: 'remaster' };
  if (isSoft(left, 'clean') !== isSoft(right, 'clean') || isSoft(left, 'explicit') !== isSoft(right, 'explicit'))
    return { level: 'family', how: 'clean_explicit' };
  const kind = { level: 'same_recording' } as const;
  if (!isConfirmed({ kind, evidence }) && (!plainly || durationsApart(left, right) || cuts(left) !== cuts(right)))
    return { level: 'sibling' };
  return kind;
}

const performances: ReadonlySet<VersionKind> = new Set(['live', 'acoustic', 'demo', 'own', 'language']);
const copies: ReadonlySet<VersionKind> = new Set(['cover', 'karaoke']);

function workOf(differing: readonly VersionKind[]): 'live' | 'remix' | 'cover' {
  if (differing.some((version) => copies.has(version))) return 'cover';
  return differing.some((version) => performances.has(version)) ? 'live' : 'remix';
}

/** The altered one's tempo over the other's: as its title says, else as the durations have it where they agree with the words. */
function ratioOf(left: Side, right: Side): number | null {
  const [altered, other] = weight(right) > weight(left) ? [right, left] : [left, right];
  const effects = altered.tags.flatMap((tag) => (tag.kind === 'speed' ? [tag] : []));
  const named = effects.find((tag) => tag.ratio !== null)?.ratio;
  if (named !== undefined && named !== null) return named;
  const [ours, theirs] = [altered.recording.durationMs, other.recording.durationMs];
  if (ours === null || theirs === null || speeds(other).length > 0) return null;
  const ratio = theirs / ours;
  const faster = effects.some((tag) => tag.effect === 'sped_up');
  const slower = effects.some((tag) => tag.effect === 'slowed');
  if (faster === slower) return null;
  // Released alterations lie between half and twice the speed; anything else is another edit.
  return (faster ? ratio > 1.02 && ratio < 2 : ratio < 0.98 && ratio > 0.5) ? Math.round(ratio * 1000) / 1000 : null;
}

/** Another artist's, that names whose song it is: "(Originally Performed by Adele)", "(Adele Cover)". */
function coverOf(left: Side, right: Side, titlesAgree: boolean): RecordingRelation {
  if (!titlesAgree) return { kind: 'unrelated' };
  for (const [cover, original] of [
    [left, right],
    [right, left],
  ] as const) {
    const lead = nameKey(original.recording.artists[0] ?? '');
    if (lead === '') continue;
    const naming = cover.tags.some(
      (tag) =>
        (tag.kind === 'credit' && tag.role === 'original artist' && nameKey(tag.names) === lead) ||
        (tag.kind === 'version' && copies.has(tag.version) && nameKey(fold(tag.who.join(' '))) === lead),
    );
    if (naming && hardVersions(original).length === 0) {
      const text = `"${cover.recording.title}" names ${original.recording.artists[0]} as the original artist.`;
      return {
        kind: 'edge',
        edge: {
          recordingId: cover.recording.id,
          otherId: original.recording.id,
          kind: { level: 'work', how: 'cover' },
          evidence: [{ kind: 'text', text }],
        },
      };
    }
  }
  return { kind: 'unrelated' };
}
