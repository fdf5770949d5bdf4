// Asks one recogniser about pieces of a sound's audio, at the speeds that its own evidence suggests, until two pieces agree.

import { warp } from '../../audio/resample.ts';
import { encodeWav } from '../../audio/wav.ts';
import { readEvidence } from '../../store/sounds/evidence.ts';
import type { Sound } from '../../store/sounds/sounds.ts';
import type { AudioEvidence, RecognisedCandidate, RecogniserEvidence } from '../../domain/evidence.ts';
import type { SoundId } from '../../domain/naming.ts';
import type { RecogniserName } from '../../domain/providers.ts';
import { agreements, placesOf, speedsToTry, type Agreement, type Piece } from '../../matching/recognition.ts';
import { wordsOf } from '../../matching/soundWords.ts';
import type { ProviderDesk } from '../../providers/desk.ts';
import type { Recognition, Recogniser, Sample } from '../../providers/provider.ts';
import type { EvidenceLine } from '../../domain/evidenceLine.ts';
import { recognitionsColumn } from './answers.ts';
import { askOnce } from './askProvider.ts';
import { askService, type AskInput } from './askService.ts';
import type { Needs } from '../needs.ts';
import { beating, type Task } from '../task.ts';
import { takeEntries, type Described } from './takeEntries.ts';

/** Recognisers look at less than this; telephones sound like it. */
const sampleRateHz = 16_000;

type Asks = Needs<'database' | 'providers' | 'decoder' | 'blobs'>;

export function askRecogniser(deps: Asks, input: AskInput, task: Task): Promise<EvidenceLine> {
  const name = input.provider as RecogniserName;
  const recogniser = deps.providers?.recognisers.find((one) => one.name === name);
  return askService(deps, input, task, recogniser, (desk, client, sound) =>
    ask(deps, desk, client, sound, input, task),
  );
}

async function ask(
  deps: Asks,
  desk: ProviderDesk,
  recogniser: Recogniser,
  sound: Sound,
  input: AskInput,
  task: Task,
): Promise<RecogniserEvidence> {
  const { name, takes } = recogniser;
  const { audioHash } = sound;
  if (audioHash === null) return { kind: 'unusable', code: 'no_audio', reason: 'There is no audio to ask it with.' };
  const { signal } = task;
  const decoded = await beating(task, 'decoding', () =>
    deps.decoder.decode(deps.blobs.path(audioHash), { sampleRateHz, signal }),
  );
  if (decoded.kind === 'failed')
    return { kind: 'unavailable', reason: `its audio could not be read here: ${decoded.reason}`, untilMs: null };
  if (decoded.kind === 'unreadable')
    return { kind: 'unusable', code: 'unreadable', reason: `Its audio cannot be read: ${decoded.reason}` };
  const { pcm, durationMs } = decoded;

  const listen = async (piece: Piece): Promise<{ piece: Piece; hits: readonly Recognition[]; rawHash: string }> => {
    signal.throwIfAborted();
    const query = `audio:${audioHash}@${piece.speed.toFixed(3)}#${piece.startMs}+${piece.lengthMs}`;
    task.beat(query);
    const asking = { provider: name, query, priority: input.priority, paid: desk.isPaid(name), fresh: input.fresh };
    const { value, rawHash } = await askOnce({ ...desk, database: deps.database }, asking, recognitionsColumn, () =>
      recogniser.identify(sampleOf(pcm, piece, durationMs), signal),
    );
    return { piece, hits: value, rawHash };
  };

  if (takes.wholeOnly) {
    if (durationMs < wholeFromMs)
      return { kind: 'unusable', code: 'too_short', reason: 'It compares whole recordings, and this is an excerpt.' };
    const whole = { startMs: 0, lengthMs: Math.min(durationMs, takes.sampleSeconds * 1000), speed: 1 };
    const { hits, rawHash } = await listen(whole);
    // It compares all of it: what agrees there agrees in more than two pieces.
    const found = hits.map((hit) => ({ hit, speed: 1, offsetMs: hit.offsetMs, inPlace: false }));
    return conclude(deps, name, found, hits, rawHash, sound.id);
  }

  const places = placesOf(pcm, sampleRateHz, takes.sampleSeconds * 1000);
  const [here, there] = places;
  if (here === undefined || there === undefined)
    return { kind: 'unusable', code: 'too_short', reason: 'It is too short for two pieces that could agree.' };
  // Played slower it lasts longer, and must still be taken.
  const atSpeed = (place: typeof here, speed: number): Piece => ({
    startMs: place.startMs,
    lengthMs: Math.floor(Math.min(place.lengthMs, (takes.sampleSeconds * 1000) / speed)),
    speed,
  });
  const alone: Recognition[] = [];
  let hash = '';
  const audio = (await readEvidence(deps.database, sound.id)).find(({ source }) => source === 'audio');
  const speeds = speedsToTry((audio?.evidence ?? { kind: 'none', reason: '' }) as AudioEvidence, wordsOf(sound));
  for (const [i, speed] of speeds.entries()) {
    const first = await listen(atSpeed(here, speed));
    // At the likeliest speed the second piece is worth a call even where the first said nothing: somebody may talk over it.
    if (first.hits.length === 0 && i > 0) continue;
    const second = await listen(atSpeed(there, speed));
    hash = second.rawHash;
    const found = agreements(first, second);
    if (found.some(({ hit }) => hit.list !== 'humming')) return conclude(deps, name, found, [], hash, sound.id);
    alone.push(...first.hits, ...second.hits);
  }
  return conclude(deps, name, [], alone, hash, sound.id);
}

/** AcoustID knows whole recordings only and allows their lengths to differ by seconds: clips are shorter than any song. */
const wholeFromMs = 75_000;

function sampleOf(pcm: Float32Array, { startMs, lengthMs, speed }: Piece, fullDurationMs: number): Sample {
  const from = Math.floor((startMs / 1000) * sampleRateHz);
  const cut = pcm.subarray(from, from + Math.floor((lengthMs / 1000) * sampleRateHz));
  // Played slower by what it was sped up: the recording's own tempo and pitch.
  const played = speed === 1 ? cut : warp(cut, 1 / speed);
  return {
    wav: encodeWav(played, sampleRateHz),
    durationMs: Math.round((played.length / sampleRateHz) * 1000),
    fullDurationMs: Math.round(fullDurationMs),
  };
}

/** @param alone what was heard in one piece only: worth a word, no more. */
async function conclude(
  deps: Needs<'database'>,
  name: RecogniserName,
  found: readonly Agreement<Recognition>[],
  alone: readonly Recognition[],
  rawHash: string,
  soundId: SoundId,
): Promise<RecogniserEvidence> {
  if (found.length === 0) {
    const [one] = alone;
    const heard = one === undefined ? '' : ` It heard "${one.title}" in one piece only.`;
    return { kind: 'none', reason: `Not recognised by ${name}.${heard}` };
  }
  const described = found.slice(0, 3).map(({ hit }): Described => ({
    provider: name,
    id: hit.id,
    isrc: hit.isrc,
    title: hit.title,
    artists: hit.artists,
    version: null,
    album: hit.album,
    upc: hit.upc,
    label: null,
    durationMs: null,
    releaseDate: hit.releaseDate,
    externalIds: hit.externalIds,
  }));
  const agreed = new Map(described.map((entry, i) => [entry, found[i]!]));
  const { taken, refused } = await takeEntries(deps, described, rawHash, soundId);
  if (taken.length === 0)
    return { kind: 'none', reason: `What ${name} heard cannot be taken: ${refused.join('; ').slice(0, 500)}.` };
  return {
    kind: 'match',
    candidates: taken.map(({ recordingId, described: entry }): RecognisedCandidate => {
      const { hit, speed, offsetMs, inPlace } = agreed.get(entry)!;
      const { id, title, artists } = entry;
      return {
        recordingId,
        serviceId: id,
        provider: name,
        text: `"${title}" by ${artists.join(', ')}`,
        list: hit.list,
        speedRatio: speed,
        offsetMs,
        inPlace,
      };
    }),
  };
}
