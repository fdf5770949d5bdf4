// When nothing is left to decide: whether to wait, for what, and whether there is anything to wait for at all.

import type { AudioEvidence, MetadataEvidence } from '../domain/evidence.ts';
import type { Verdict } from '../domain/decision.ts';
import { isNotMusic } from './witnesses/audio.ts';
import { evidenceOf, type SoundEvidence } from './witnesses/witness.ts';

type Unavailable = Extract<AudioEvidence, { kind: 'unavailable' }>;

/** What could not be found out so often is no passing trouble: it is shown for what it is. The sound tries on by its schedule. */
const lastingTries = 5;

export function nothingSaid(sound: SoundEvidence): Verdict {
  const [text, audio] = [evidenceOf(sound, 'metadata'), evidenceOf(sound, 'audio')];
  const services = sound.evidence.filter(({ source }) => source !== 'metadata' && source !== 'audio');
  const unavailable: string[] = [];
  let most = 0;
  let untilMs: number | null = null;
  const wait = (what: string, { untilMs: until, tries = 1 }: Unavailable): void => {
    unavailable.push(what);
    most = Math.max(most, tries);
    if (until !== null) untilMs = untilMs === null ? until : Math.min(untilMs, until);
  };
  if (text.kind === 'unavailable') wait(`words: ${text.reason}`, text);
  if (audio.kind === 'unavailable') wait(`audio: ${audio.reason}`, audio);
  const silent = neverSpeaks(text, audio);
  if (silent !== null && unavailable.length === 0) return { kind: 'unusable', why: silent };
  for (const { source, evidence } of services)
    if (evidence.kind === 'unavailable') wait(`${source}: ${evidence.reason}.`, evidence);
  const said = [
    ...[text, audio].flatMap((each) => (each.kind === 'none' || each.kind === 'unusable' ? [each.reason] : [])),
    ...services.flatMap(({ evidence }) => (evidence.kind === 'none' ? [evidence.reason] : [])),
  ];
  const why =
    unavailable.length > 0
      ? most >= lastingTries
        ? `Could not look everywhere, in ${most} attempts in a row.`
        : 'Could not look everywhere yet.'
      : said.length > 0
        ? said.join(' ')
        : 'No recording in the catalogue fits.';
  return { kind: 'nothing', why, unavailable, untilMs };
}

/** Why neither words nor audio can ever speak, or null when one can. */
function neverSpeaks(text: MetadataEvidence, audio: AudioEvidence): string | null {
  if (audio.kind !== 'unusable') return null;
  if (text.kind === 'unusable') return `${audio.reason} ${text.reason}`;
  // A sound whose words are known is no worse off for audio that cannot be read, nor for silence, which platforms put in the place of what they mute:
  // it waits like one without any.
  if (!isNotMusic(audio.code) || audio.code === 'silence') return null;
  if (text.kind === 'none') return `${audio.reason} ${text.reason}`;
  // What the words named was not worth showing to anybody.
  return text.kind === 'match' ? `${audio.reason} No recording in the catalogue is named like it.` : null;
}
