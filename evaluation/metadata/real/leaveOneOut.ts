// Leave-one-out on a real catalogue: each recording is asked for by the words that would name it, once with the catalogue whole and
// once with the recording and its twins taken out.

import type { Verdict } from '../../../domain/decision.ts';
import { verdictOn } from '../answer.ts';
import type { CaseSound } from '../case.ts';
import type { CatalogueRow } from '../catalogueDatabase.ts';
import { differenceOf, type Difference } from './differences.ts';
import { type Form, officialForms, uploadForms, wholeAlbum } from './forms.ts';
import type { MemoryCatalogue } from './memoryCatalogue.ts';
import { drawn, type Half, type Sample } from './sample.ts';
import { alteredHow, apartMs, everybody, plainWords, twinSlackMs } from './words.ts';

export type Condition = 'present' | 'absent';

/** `refused`: neither linked nor shown, which is right where the recording is absent. */
export type Outcome = 'linked' | 'relation lost' | 'review' | 'refused' | 'another within 3 s' | 'another';

export interface Asked {
  readonly form: string;
  readonly condition: Condition;
  readonly row: CatalogueRow;
  readonly sound: CaseSound;
  /**
   * False when another recording bears all that the sound says, and nothing more than platforms and uploads leave out (a guest, an edition):
   * nothing but luck tells which of the two is missing from the catalogue.
   */
  readonly decidable: boolean;
  readonly outcome: Outcome;
  /** What is wrong, for grouping; null when all is well. */
  readonly kind: string | null;
  /** Of the linked candidate, or the first that is shown; null when there is none. */
  readonly probability: number | null;
  readonly first: string | null;
  readonly firstIsRight: boolean;
  readonly why: string;
}

export interface Setting {
  readonly sample: Sample;
  readonly catalogue: MemoryCatalogue;
}

/** Every form of the half's recordings, present and absent; `most` recordings are drawn for those that are not asked of all. */
export function* askAll(setting: Setting, half: Half, most: number): Generator<Asked> {
  const all = setting.sample.rowsOf(half);
  const some = drawn(all, most);
  for (const form of [...officialForms, ...uploadForms]) {
    for (const row of form.ofAll ? all : some) {
      for (const condition of ['present', 'absent'] as const) {
        const asked = ask(setting, row, form, condition);
        if (asked !== null) yield asked;
      }
    }
  }
  for (const row of all) {
    // A single is an album of one title too, but nobody uploads it as one.
    if (!setting.sample.hasAlbumOf(row)) continue;
    const asked = askWholeAlbum(setting, row);
    if (asked !== null) yield asked;
  }
}

/** Recordings that the form's words name as well as the row itself. */
export function rightFor(
  sample: Sample,
  row: CatalogueRow,
  form: Pick<Form, 'leavesOut' | 'relation'>,
): readonly CatalogueRow[] {
  const twins = sample.twinsOf(row);
  const near = form.leavesOut.guests ? sample.sungBySameLead(row).filter((other) => isNear(row, other)) : [];
  // The song's own release at that speed is what an upload of it sounds like.
  const released =
    form.relation === 'slowed' || form.relation === 'sped_up' ? sample.releasedAltered(row, form.relation) : [];
  return [...new Set([...twins, ...near, ...released])];
}

/** Other recordings that bear all that the sound says: the same song and version by everybody who is named, perhaps with more guests. */
function bearersOf({ sample }: Setting, row: CatalogueRow, form: Form, sound: CaseSound): readonly CatalogueRow[] {
  const named = new Set(form.leavesOut.guests ? [] : everybody(row).split('\n'));
  const isWhole = sound.original === false && sound.dur !== undefined && sound.dur > longestClipSeconds;
  return sample.sungBySameLead(row).filter((other) => {
    const theirs = new Set(everybody(other).split('\n'));
    return [...named].every((name) => theirs.has(name)) && (!isWhole || isNear(row, other));
  });
}

/** An official sound that lasts longer is the whole recording, and its length says which. */
const longestClipSeconds = 65;

const isNear = (a: CatalogueRow, b: CatalogueRow): boolean => {
  const apart = apartMs(a, b);
  return apart !== null && apart <= twinSlackMs;
};

/** Null when nobody would name this recording so. */
export function ask(setting: Setting, row: CatalogueRow, form: Form, condition: Condition): Asked | null {
  const sound = form.make(row);
  if (sound === null) return null;
  const { sample, catalogue } = setting;
  const right = rightFor(sample, row, form);
  const rightIds = new Set(right.map(({ id }) => id));
  const { cands, rarity } = catalogue.candidatesFor(sound, condition === 'absent' ? rightIds : undefined);
  const verdict = verdictOn({ sound, cands }, rarity);
  const outcome = outcomeOf(verdict, rightIds, form, row, sample);
  const first =
    verdict.kind === 'sure' ? verdict.best : verdict.kind === 'undecided' ? verdict.candidates[0] : undefined;
  return {
    form: form.name,
    condition,
    row,
    sound,
    decidable: bearersOf(setting, row, form, sound).every(({ id }) => rightIds.has(id)),
    outcome,
    kind: kindOf(outcome, condition, verdict, row, form, rightIds, new Set(cands.map(({ id }) => id)), sample),
    probability: first?.probability ?? null,
    first: first?.link.recordingId ?? null,
    firstIsRight: condition === 'present' && first !== undefined && rightIds.has(first.link.recordingId),
    why: verdict.why,
  };
}

export const wholeAlbumForm = 'artist - album [FULL ALBUM]';

/** A sound of the whole album against its title track: no link is right. Null when the album has none. */
export function askWholeAlbum({ sample, catalogue }: Setting, row: CatalogueRow): Asked | null {
  const sound = wholeAlbum(row);
  if (sound === null) return null;
  const { cands, rarity } = catalogue.candidatesFor(sound);
  const verdict = verdictOn({ sound, cands }, rarity);
  const first =
    verdict.kind === 'sure' ? verdict.best : verdict.kind === 'undecided' ? verdict.candidates[0] : undefined;
  const linked = verdict.kind === 'sure' ? sample.byId.get(verdict.best.link.recordingId)! : null;
  return {
    form: wholeAlbumForm,
    condition: 'absent',
    row,
    sound,
    decidable: true,
    outcome: linked !== null ? 'another' : verdict.kind === 'undecided' ? 'review' : 'refused',
    kind: linked === null ? null : `another: its track (${differenceOf(row, linked)})`,
    probability: first?.probability ?? null,
    first: first?.link.recordingId ?? null,
    firstIsRight: false,
    why: verdict.why,
  };
}

function outcomeOf(
  verdict: Verdict,
  right: ReadonlySet<string>,
  form: Form,
  row: CatalogueRow,
  sample: Sample,
): Outcome {
  if (verdict.kind === 'undecided') return 'review';
  if (verdict.kind !== 'sure') return 'refused';
  const { recordingId, relation } = verdict.best.link;
  // A release at another speed that the catalogue lacks is made of the recording that it has.
  const madeOf = relation !== 'same' && relation === alteredHow(row.title) && sample.isSongOf(row, recordingId);
  if (madeOf) return 'linked';
  if (!right.has(recordingId)) return isNear(row, sample.byId.get(recordingId)!) ? 'another within 3 s' : 'another';
  const asMeant =
    form.relation === 'altered'
      ? relation !== 'same'
      : relation === form.relation || (relation === 'same' && isReleasedAltered(sample, row, recordingId));
  return asMeant ? 'linked' : 'relation lost';
}

/** The release at another speed, linked as itself; or the recording itself, where that release is what the sound is called. */
const isReleasedAltered = (sample: Sample, row: CatalogueRow, linked: string): boolean =>
  linked !== row.id &&
  !sample.twinsOf(row).some(({ id }) => id === linked) &&
  alteredHow(sample.byId.get(linked)!.title) !== null;

function kindOf(
  outcome: Outcome,
  condition: Condition,
  verdict: Verdict,
  row: CatalogueRow,
  form: Form,
  right: ReadonlySet<string>,
  proposed: ReadonlySet<string>,
  sample: Sample,
): string | null {
  const differsFrom = (id: string): Difference => differenceOf(row, sample.byId.get(id)!);
  if (verdict.kind === 'sure') {
    if (outcome === 'linked') return null;
    if (outcome === 'relation lost') return `relation lost: linked as ${verdict.best.link.relation}`;
    // Present: a person would have been shown the right one had it stood first. Absent: which of the others tempted.
    return `${outcome}: ${differsFrom(verdict.best.link.recordingId)}`;
  }
  if (condition === 'absent') return null;
  if (verdict.kind === 'undecided') {
    const ids = verdict.candidates.map(({ link }) => link.recordingId);
    if (!ids.some((id) => right.has(id))) return `review without it: ${differsFrom(ids[0]!)}`;
    if (!right.has(ids[0]!)) return `review, another first: ${differsFrom(ids[0]!)}`;
    const rivals = ids.slice(1).filter((id) => id !== ids[0]);
    if (verdict.why.startsWith('Several') && rivals.length > 0)
      return `review, equal: ${right.has(rivals[0]!) ? 'twin' : differsFrom(rivals[0]!)}`;
    return `review: ${template(verdict.why)}${/probability/u.test(verdict.why) ? ` ${whyUnlikely(row, form)}` : ''}`;
  }
  return [...right].some((id) => proposed.has(id)) ? 'missed: found, thought too unlikely' : 'missed: not found';
}

/** What makes a probability low, as far as the judge can see. */
function whyUnlikely(row: CatalogueRow, form: Form): string {
  const { base, guests } = plainWords(row.title);
  if (form.leavesOut.guests && guests.length > 0) return '(the title’s guest is not named)';
  return base.includes(' ') ? '(a title of several words)' : '(a title of one word)';
}

/** A sentence about one sound as a sentence about its kind. */
export function template(why: string): string {
  return why
    .replace(/[“"][^”"]*[”"]/gu, '"…"')
    .replace(/\d+/gu, 'N')
    .replace(/(the sound says) (?!part\b).+?(?=, the recording)/u, '$1 …')
    .replace(/(the recording is) (?!part\b|longer).+?(?=, the sound|\.$)/u, '$1 …')
    .replace(/(The (?:sound|recording) names) .+?(?=, the (?:sound|recording))/u, '$1 …')
    .replace(/(does not name) .+?(?=\.$)/u, '$1 …')
    .replace(/(the recording says) (?!part\b).+?(?=\.$)/u, '$1 …')
    .slice(0, 140);
}
