// Asks one catalogue service about a sound; what it knows enters our catalogue, where the words are weighed like any other's.

import { activityInfo, heartbeat } from '@temporalio/activity';
import { countRecordings, titleFrequencies } from '../catalogue/recordings.ts';
import { readSound, saveEvidence } from '../catalogue/sounds.ts';
import type { RequestPriority } from '../domain/asking.ts';
import type { ServiceEvidence } from '../domain/evidence.ts';
import type { CatalogueName } from '../domain/providers.ts';
import { lookupKey, lookupsFor, type Lookup } from '../matching/lookups.ts';
import { recordingKeys } from '../matching/metadata/keys.ts';
import { scoreText } from '../matching/metadata/score.ts';
import type { SoundText } from '../matching/metadata/soundText.ts';
import { wordsOf } from '../matching/soundWords.ts';
import { ProviderError, type Answered, type CatalogueProvider, type ServiceRecording } from '../providers/provider.ts';
import type { EvidenceLine } from '../workflows/messages.ts';
import { askOnce } from './askProvider.ts';
import { lineOf } from './evidenceLine.ts';
import { notFound, retrySoon } from './failures.ts';
import type { AttemptOf } from './fetchSound.ts';
import type { Deps } from './index.ts';
import type { ProviderDesk } from '../providers/desk.ts';
import { recordingOf, takeEntries } from './takeEntries.ts';
import { answerCalls } from './settleProvisional.ts';
import { wakeSounds } from './wakeSounds.ts';

export interface AskInput extends AttemptOf {
  readonly provider: string;
  readonly priority: RequestPriority;
  readonly fresh: boolean;
}

/** Results of one search that are looked at. */
const searchLimit = 10;
/** A search that names no codes is followed by this many look-ups of what it found. */
const mostDetails = 3;

export async function askCatalogue(deps: Deps, input: AskInput, signal: AbortSignal): Promise<EvidenceLine> {
  const sound = await readSound(deps.database, input.soundId);
  if (sound === null) throw notFound(`there is no sound ${input.soundId}`);
  const name = input.provider as CatalogueName;
  const provider = deps.providers?.catalogues.find((one) => one.name === name);
  const evidence =
    deps.providers === undefined || provider === undefined
      ? switchedOff
      : await ask(deps, deps.providers, provider, wordsOf(sound), input, signal).catch((error: unknown) =>
          inTrouble(error, deps.providers!.now()),
        );
  await saveEvidence(deps.database, sound.id, name, input.attempt, evidence);
  return lineOf(name, evidence);
}

/** Asked for while it was on, answered by a worker that has it off: the next attempt knows. */
export const switchedOff = { kind: 'unavailable', reason: 'it is switched off', untilMs: null } as const;

/** Longer than this a question is not kept waiting: the sound sleeps until then, and says so. */
const patienceMs = 60_000;
const mostTries = 5;

/** What an error of a service means for the sound. @throws for short trouble, so that the server asks again. */
export function inTrouble(error: unknown, nowMs: number): Exclude<ServiceEvidence, { kind: 'match' }> {
  if (!(error instanceof ProviderError)) throw error;
  const reason = error.message.replace(`${error.provider}: `, '');
  if (error.kind === 'refused') return { kind: 'unusable', code: 'refused', reason: `It ${reason}.` };
  const inMs = error.untilMs === null ? null : Math.max(0, error.untilMs - nowMs);
  const isShort = inMs === null ? error.kind === 'unavailable' || error.kind === 'malformed' : inMs <= patienceMs;
  if (isShort && error.kind !== 'credentials_rejected' && activityInfo().attempt < mostTries)
    throw retrySoon(error.kind, error.message, inMs);
  return { kind: 'unavailable', reason, untilMs: error.untilMs };
}

async function ask(
  deps: Deps,
  desk: ProviderDesk,
  provider: CatalogueProvider,
  words: SoundText,
  input: AskInput,
  signal: AbortSignal,
): Promise<ServiceEvidence> {
  const { name } = provider;
  const found = new Map<string, ServiceRecording>();
  let hash = '';
  const once = async (
    query: string,
    work: () => Promise<Answered<readonly ServiceRecording[]>> | null,
  ): Promise<readonly ServiceRecording[]> => {
    signal.throwIfAborted();
    heartbeat(query);
    const asking = { provider: name, query, priority: input.priority, paid: desk.isPaid(name), fresh: input.fresh };
    const answered = await askOnce({ ...desk, database: deps.database }, asking, () => work() ?? nothing(desk));
    hash = answered.rawHash;
    return answered.value;
  };
  for (const lookup of lookupsFor(name, words)) {
    const exact = lookup.kind !== 'search';
    const answer = await once(lookupKey(lookup), () => question(provider, lookup, signal));
    const plausible = exact ? answer : await thoseNamedLike(deps, words, answer);
    for (const one of plausible) found.set(one.id, one);
    if (!exact) {
      // A search that names no codes: the entries themselves do.
      for (const one of plausible.filter(({ isrc }) => isrc === null && namesCodes.has(name)).slice(0, mostDetails)) {
        const whole = await once(lookupKey({ kind: 'id', id: one.id }), () => byId(provider, one.id, signal));
        for (const entry of whole) found.set(entry.id, entry);
      }
    }
    // An exact id says more than any search; a search that found the title ends the search for it.
    if (found.size > 0) break;
  }
  if (found.size === 0) return { kind: 'none', reason: `Not known to ${titles[name]}.` };
  const taken = await takeEntries(deps, [...found.values()], hash);
  const added = taken.flatMap((one) => (one.added ? [one.recordingId] : []));
  if (added.length > 0) await answerCalls(deps);
  if (added.length > 0) await wakeSounds(deps, { recordingIds: added, except: input.soundId }, signal);
  return {
    kind: 'match',
    candidates: taken.map(({ described, recordingId }) => ({
      recordingId,
      serviceId: described.id,
      text: `"${described.title}" by ${described.artists.join(', ')}`,
    })),
  };
}

/** Their searches leave out the ISRC, their entries have it. */
export const namesCodes: ReadonlySet<CatalogueName> = new Set(['deezer']);

/** How people call them. */
const titles: Readonly<Record<CatalogueName, string>> = {
  spotify: 'Spotify',
  applemusic: 'Apple Music',
  deezer: 'Deezer',
  musicbrainz: 'MusicBrainz',
  itunes: 'iTunes',
};

const nothing = (desk: ProviderDesk): Promise<Answered<readonly ServiceRecording[]>> =>
  Promise.resolve({ value: [], rawHash: '', atMs: desk.now() });

function question(
  provider: CatalogueProvider,
  lookup: Lookup,
  signal: AbortSignal,
): Promise<Answered<readonly ServiceRecording[]>> | null {
  switch (lookup.kind) {
    case 'id':
      return byId(provider, lookup.id, signal);
    case 'isrc':
      return provider.byIsrc(lookup.isrc, signal);
    case 'search':
      return provider.search({ title: lookup.title, artist: lookup.artist, limit: searchLimit }, signal);
  }
}

async function byId(
  provider: CatalogueProvider,
  id: string,
  signal: AbortSignal,
): Promise<Answered<readonly ServiceRecording[]>> {
  const { value, ...rest } = await provider.byId(id, signal);
  return { ...rest, value: value === null ? [] : [value] };
}

/** Of a search's results, those whose title may be the sound's: the rest would only fill the catalogue. */
async function thoseNamedLike(
  { database }: Pick<Deps, 'database'>,
  words: SoundText,
  results: readonly ServiceRecording[],
): Promise<readonly ServiceRecording[]> {
  const recordings = results.map(recordingOf);
  const frequencies = await titleFrequencies(
    database,
    recordings.map((recording) => recordingKeys(recording).baseKey),
  );
  const rarity = {
    titleFrequency: (key: string) => frequencies.get(key) ?? 0,
    catalogueSize: await countRecordings(database),
  };
  return results.filter((_, i) => {
    const { externalIds: _ids, ...recording } = recordings[i]!;
    return scoreText(words, recording, rarity).reasons.some(({ feature, bits }) => feature === 'title' && bits > 0);
  });
}
