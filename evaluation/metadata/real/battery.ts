// Wordings behind a title, on the sound's side, the recording's side and both: what names another recording must not be linked across,
// what says nothing must not hold back. Half of the wordings, by a hash of the wording, are kept for reporting.

import type { Rarity } from '../../../matching/metadata/rarity.ts';
import { verdictOn } from '../answer.ts';
import type { CaseCandidate, CaseSound } from '../case.ts';
import { halfOf, type Half } from './sample.ts';
import { plain } from './words.ts';
import { eastAsian } from './wordings/eastAsian.ts';
import { english } from './wordings/english.ts';
import { european } from './wordings/european.ts';
import type { LanguageWordings, WordingClass } from './wordings/format.ts';
import { romance } from './wordings/romance.ts';
import { southern } from './wordings/southern.ts';

export const languages: readonly LanguageWordings[] = [english, ...romance, ...european, ...eastAsian, ...southern];

export interface Wording {
  readonly text: string;
  readonly language: string;
  readonly class: WordingClass;
  /** Of versions: "live", "session", …; of relations the relation. */
  readonly kind: string;
  readonly half: Half;
  readonly song: readonly [title: string, artist: string];
  readonly other: string;
}

/** Several languages share some ("Acústico", "Karaokê"): the first has it, so that no wording is in both halves. */
const taken = new Set<string>();

export const wordings: readonly Wording[] = languages.flatMap((language) => {
  const read = (kind: string, listed: string, of: WordingClass): readonly Wording[] =>
    listed.split(' | ').flatMap((written, index) => {
      const key = plain(written).replaceAll(' ', '');
      if (taken.has(key)) return [];
      taken.add(key);
      const song = language.songs[(index + kind.length) % language.songs.length]!;
      const wording: Wording = {
        text: written.replaceAll('{artist}', song[1]).replaceAll('{other}', language.other),
        language: language.language,
        class: of,
        kind,
        half: halfOf(`wording ${key}`),
        song,
        other: language.other,
      };
      return [wording];
    });
  return [
    ...Object.entries(language.version).flatMap(([kind, listed]) => read(kind, listed, 'version')),
    ...read('edition', language.edition, 'edition'),
    ...read('neutral', language.neutral, 'neutral'),
    ...Object.entries(language.relation).flatMap(([kind, listed]) => read(kind, listed, 'relation')),
  ];
});

export const placements = ['(…)', '[…]', '- …', 'bare'] as const;
export type Placement = (typeof placements)[number];

const place: Readonly<Record<Placement, (title: string, wording: string) => string>> = {
  '(…)': (title, wording) => (/[()]/.test(wording) ? `${title} [${wording}]` : `${title} (${wording})`),
  '[…]': (title, wording) =>
    /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}ー]+$/u.test(wording)
      ? `${title}（${wording}）`
      : `${title} [${wording}]`,
  '- …': (title, wording) => `${title} - ${wording}`,
  bare: (title, wording) => `${title} ${wording}`,
};

/** Where the wording stands; `siblings`: the catalogue holds the recording with and without it. */
export const sides = ['sound', 'upload', 'recording', 'siblings, plain sound', 'siblings, worded sound'] as const;
export type Side = (typeof sides)[number];

export type WordingOutcome =
  /** A link where none belongs, or to the other of two. */
  | 'linked across'
  | 'relation lost'
  /** Should be linked and is sent to a person. */
  | 'review'
  /** Should be linked and is not even shown. */
  | 'missed'
  /** As it should be: linked, or shown to a person. */
  | 'right'
  /** Rightly not linked, but no person gets to see it either. */
  | 'not shown';

export interface WordingResult {
  readonly wording: Wording;
  readonly placement: Placement;
  readonly side: Side;
  readonly outcome: WordingOutcome;
  readonly sound: CaseSound;
  /** Of the linked candidate. */
  readonly probability: number | null;
  readonly why: string;
}

/** Bare words behind a title may belong to its name where they say nothing about the recording, so nothing is expected of them. */
const asked = (wording: Wording, placement: Placement): boolean =>
  placement !== 'bare' || wording.class === 'version' || wording.class === 'relation';

export function* runBattery(half: Half): Generator<WordingResult> {
  for (const wording of wordings) {
    if (wording.half !== half) continue;
    for (const placement of placements) {
      if (!asked(wording, placement)) continue;
      for (const side of sides) yield judged(wording, placement, side);
    }
  }
}

function judged(wording: Wording, placement: Placement, side: Side): WordingResult {
  const [title, artist] = wording.song;
  const worded = place[placement](title, wording.text);
  const candidate = (id: string, name: string, by = artist): CaseCandidate => ({
    id,
    title: name,
    artists: [by],
    dur: 201,
  });
  const plainOne = candidate('plain', title);
  const wordedOne = candidate('worded', worded);
  const namesake = candidate('namesake', title, wording.other);
  const official = (name: string): CaseSound => ({ title: name, author: artist, original: false, dur: 30 });
  const cases: Readonly<Record<Side, readonly [CaseSound, readonly CaseCandidate[]]>> = {
    sound: [official(worded), [plainOne, namesake]],
    upload: [
      { title: `${artist} - ${worded}`, author: 'velvetcrumbs', handle: 'velvetcrumbs', original: true, dur: 30 },
      [plainOne, namesake],
    ],
    recording: [official(title), [wordedOne, namesake]],
    'siblings, plain sound': [official(title), [plainOne, wordedOne, namesake]],
    'siblings, worded sound': [official(worded), [plainOne, wordedOne, namesake]],
  };
  const [sound, cands] = cases[side];
  const verdict = verdictOn({ sound, cands }, rarity);
  const result = (outcome: WordingOutcome): WordingResult => ({
    wording,
    placement,
    side,
    outcome,
    sound,
    probability: verdict.kind === 'sure' ? verdict.best.probability : null,
    why: verdict.why,
  });
  if (verdict.kind === 'sure') {
    const { recordingId, relation } = verdict.best.link;
    return result(rightLink(wording, side, recordingId, relation));
  }
  const mayLink =
    side.startsWith('siblings') ||
    wording.class === 'neutral' ||
    (wording.class === 'relation' && side !== 'recording');
  const shown = verdict.kind === 'undecided';
  if (mayLink) return result(shown ? 'review' : 'missed');
  return result(shown ? 'right' : 'not shown');
}

function rightLink(wording: Wording, side: Side, linked: string, relation: string): WordingOutcome {
  if (linked === 'namesake') return 'linked across';
  if (side === 'siblings, plain sound') return neutralOr(wording, linked === 'plain');
  if (side === 'siblings, worded sound') return neutralOr(wording, linked === 'worded');
  switch (wording.class) {
    case 'version':
      return 'linked across';
    case 'edition':
    case 'neutral':
      return 'right';
    case 'relation':
      // Only audio can tell whether a plain title means the altered release.
      if (side === 'recording') return 'linked across';
      return relation === 'same' || (wording.kind !== 'altered' && relation !== wording.kind)
        ? 'relation lost'
        : 'right';
  }
}

/** Of two that differ by a neutral wording either may be linked. */
function neutralOr(wording: Wording, rightOne: boolean): WordingOutcome {
  return wording.class === 'neutral' || rightOne ? 'right' : 'linked across';
}

/** As a catalogue of a million would count made-up titles. */
const rarity: Rarity = { titleFrequency: () => 1, catalogueSize: 1_000_000 };
