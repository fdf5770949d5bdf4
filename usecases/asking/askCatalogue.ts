// Asks one catalogue service about a sound; what it knows enters our catalogue, where the words are weighed like any other's.

import { countRecordings, titleFrequencies } from '../../store/catalogue/recordings.ts';
import type { ServiceEvidence } from '../../domain/evidence.ts';
import type { CatalogueName } from '../../domain/providers.ts';
import { lookupKey, lookupsFor, type Lookup } from '../../matching/lookups.ts';
import { recordingKeys } from '../../matching/metadata/keys.ts';
import { scoreText } from '../../matching/metadata/score.ts';
import type { SoundWords } from '../../matching/metadata/soundText.ts';
import { wordsOf } from '../../matching/soundWords.ts';
import type { Answered, CatalogueProvider, ServiceRecording } from '../../providers/provider.ts';
import type { EvidenceLine } from '../../domain/evidenceLine.ts';
import { recordingsColumn } from './answers.ts';
import { askOnce } from './askProvider.ts';
import { askService, type AskInput } from './askService.ts';
import type { Needs } from '../needs.ts';
import type { Task } from '../task.ts';
import type { ProviderDesk } from '../../providers/desk.ts';
import { recordingOf, takeEntries } from './takeEntries.ts';

/** Results of one search that are looked at. */
const searchLimit = 10;
/** A search that names no codes is followed by this many look-ups of what it found. */
const mostDetails = 3;

export function askCatalogue(
  deps: Needs<'database' | 'providers'>,
  input: AskInput,
  task: Task,
): Promise<EvidenceLine> {
  const name = input.provider as CatalogueName;
  const provider = deps.providers?.catalogues.find((one) => one.name === name);
  return askService(deps, input, task, provider, (desk, client, sound) =>
    ask(deps, desk, client, wordsOf(sound), input, task),
  );
}

async function ask(
  deps: Needs<'database'>,
  desk: ProviderDesk,
  provider: CatalogueProvider,
  words: SoundWords,
  input: AskInput,
  { signal, beat }: Task,
): Promise<ServiceEvidence> {
  const { name } = provider;
  const found = new Map<string, ServiceRecording>();
  let hash = '';
  const once = async (
    query: string,
    work: () => Promise<Answered<readonly ServiceRecording[]>> | null,
  ): Promise<readonly ServiceRecording[]> => {
    signal.throwIfAborted();
    beat(query);
    const asking = { provider: name, query, priority: input.priority, paid: desk.isPaid(name), fresh: input.fresh };
    const answered = await askOnce(
      { ...desk, database: deps.database },
      asking,
      recordingsColumn,
      () => work() ?? nothing(desk),
    );
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
  if (found.size === 0) return { kind: 'none', reason: `Not known to ${serviceTitles[name]}.` };
  const { taken, refused } = await takeEntries(deps, [...found.values()], hash, input.soundId);
  if (taken.length === 0)
    return {
      kind: 'none',
      reason: `What ${serviceTitles[name]} knows cannot be taken: ${refused.join('; ').slice(0, 500)}.`,
    };
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
export const serviceTitles: Readonly<Record<CatalogueName, string>> = {
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
  { database }: Needs<'database'>,
  words: SoundWords,
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
