// What stands beside the names: the film or album, and how long both last.

import type { Reason, Relation } from '../../../domain/evidence.ts';
import { fold } from '../fold.ts';
import { readTags } from '../grammar/clause.ts';
import type { RecordingSide, RecordingText } from '../recordingText.ts';
import type { SoundText, SoundWords } from '../soundText.ts';
import { ofKind, type Tag } from '../tags.ts';
import { parseTitle } from '../title.ts';
import { weights } from '../weights.ts';
import { mayBeAnother, reason, sentence } from './reason.ts';

export interface ContextAgreement {
  readonly reasons: readonly Reason[];
  readonly apart: number;
}

export function compareContext(sound: SoundText, soundTags: readonly Tag[], side: RecordingSide): ContextAgreement {
  const ours = filmsOf(soundTags);
  const theirs = filmsOf(side.tags);
  const album = side.recording.album ?? null;
  const reasons: Reason[] = [];
  let apart = ours.length === 0 && theirs.length > 0 ? 0.25 : 0;
  if (ours.length > 0 && theirs.length > 0) {
    const equal = ours.some((our) =>
      theirs.some((their) => their === our || their.includes(our) || our.includes(their)),
    );
    if (!equal) apart += 1;
    reasons.push(
      reason(
        'context',
        'context',
        equal ? weights.context.equal : weights.context.differ,
        equal ? `Both are from "${theirs[0]}".` : `One is from "${ours[0]}", the other from "${theirs[0]}".`,
      ),
    );
  }
  const onAlbum = album === null ? false : isOnAlbum(sound, ours, album);
  if (onAlbum) reasons.push(reason('album', 'album', weights.context.album, `The album "${album}" agrees.`));
  // Of two with the same words the album that the sound names decides.
  else if (sound.album !== null) apart += 1;
  if (album !== null && !onAlbum && isSessions(album) && !soundTags.some((tag) => tag.kind === 'version'))
    reasons.push(
      mayBeAnother(
        'album',
        weights.elsewhere.version,
        `The recording is on "${album}", of which the sound does not speak.`,
      ),
    );
  return { reasons, apart };
}

/** "Spotify Singles", "Audiotree Live": what is on it was recorded for it, and its titles often do not say so. */
const isSessions = (album: string): boolean =>
  readTags(album)?.some((tag) => tag.kind === 'version' && tag.version === 'session') ?? false;

const noFilms: readonly string[] = [];

function filmsOf(tags: readonly Tag[]): readonly string[] {
  const films = ofKind(tags, 'context');
  return films.length === 0 ? noFilms : films.map((tag) => tag.of).filter((of) => of !== '');
}

/** Whether the album that the sound names, or a film in its title, is this one. */
export function isOnAlbum(sound: SoundText, films: readonly string[], album: string): boolean {
  const named = [...films, ...(sound.album === null ? [] : [albumKey(sound.album)])].filter((key) => key !== '');
  if (named.length === 0) return false;
  const folded = fold(album);
  return named.some((key) => key === albumKey(album) || (key.length >= 6 && folded.includes(key)));
}

function albumKey(album: string): string {
  const parsed = parseTitle(album);
  return parsed.baseKey === '' ? fold(album) : parsed.baseKey;
}

export interface DurationAgreement extends ContextAgreement {
  readonly block: string | null;
}

const untold: DurationAgreement = { reasons: [], apart: 0, block: null };

/** A clip says nothing by its length but that its recording is no shorter; an official sound longer than any clip is the whole of it. */
export function compareDuration(sound: SoundWords, recording: RecordingText, relation: Relation): DurationAgreement {
  const [ours, theirs] = [sound.durationMs, recording.durationMs];
  if (sound.userMade !== false || ours === null || theirs === null || theirs <= 0) return untold;
  const { slowest, slackMs, tooLong, longestClipMs, equalMs, equal } = weights.duration;
  const longestSlowed = theirs / slowest + slackMs;
  if (ours > (relation === 'slowed' ? longestSlowed : theirs + slackMs)) {
    const why = 'the sound is longer than the whole recording';
    const reasons = [reason('duration', 'duration', tooLong, sentence(why))];
    if (ours > longestSlowed) return { reasons, apart: 2, block: why };
    return {
      reasons: [...reasons, mayBeAnother('duration', weights.elsewhere.length, lengthsApart(ours, theirs))],
      apart: 2,
      block: null,
    };
  }
  if (ours <= longestClipMs || relation !== 'same') return untold;
  if (Math.abs(ours - theirs) <= equalMs)
    return { reasons: [reason('duration', 'duration', equal, `Both last ${clock(theirs)}.`)], apart: 0, block: null };
  return {
    reasons: [mayBeAnother('duration', weights.elsewhere.length, lengthsApart(ours, theirs))],
    apart: 2,
    block: null,
  };
}

const lengthsApart = (ours: number, theirs: number): string =>
  `The sound lasts ${clock(ours)}, the recording ${clock(theirs)}.`;

const clock = (ms: number): string => {
  const seconds = Math.round(ms / 1000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
};
