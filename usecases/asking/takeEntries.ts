// What a service knows enters our catalogue: as a recording of its own, or as further ids of one that we have.

import { recordingsById, type CatalogueRecording } from '../../store/catalogue/recordings.ts';
import { refreshStanding } from '../../store/catalogue/releases.ts';
import { recordingsLike, tieEntry, type ServiceEntry } from '../../store/providers/recordings.ts';
import type { Queryable } from '../../store/database.ts';
import type { RecordingId, SoundId } from '../../domain/naming.ts';
import { outcomeOf, unlessAway } from '../../store/failures.ts';
import { broughtBy } from '../../store/sounds/heardAudio.ts';
import { serviceIdSpace, type ProviderName } from '../../domain/providers.ts';
import { whyTooLong } from '../../domain/recording.ts';
import { recordingKeys } from '../../matching/metadata/keys.ts';
import { relate } from '../../matching/metadata/relations.ts';
import type { ServiceRecording } from '../../providers/provider.ts';
import type { Needs } from '../needs.ts';
import { relateRecordings, textOf } from '../catalogue/relateRecording.ts';
import { settleProvisional } from '../catalogue/settleProvisional.ts';

/** What services say of a recording, whichever kind of service it is. */
export interface Described extends Omit<
  ServiceRecording,
  'provider' | 'albumId' | 'releaseDates' | 'previewUrl' | 'url'
> {
  readonly provider: ProviderName;
}

export interface TakenEntry {
  readonly described: Described;
  readonly recordingId: RecordingId;
  readonly added: boolean;
}

export interface Entries {
  readonly taken: readonly TakenEntry[];
  /** Why others were not, one sentence each. */
  readonly refused: readonly string[];
}

/** Each in a transaction of its own. What can never be stored is left out, with the reason. @throws DatabaseAway */
export async function takeEntries(
  deps: Needs<'database'>,
  described: readonly Described[],
  rawHash: string,
  /** The sound that asked: it looks at them in the same attempt, and is not called for them. */
  askedBy: SoundId | null,
): Promise<Entries> {
  const taken: TakenEntry[] = [];
  const refused: string[] = [];
  for (const one of described) {
    const entry = entryOf(one, rawHash);
    const long = one.id.length > longestId ? `its id is longer than ${longestId} characters` : null;
    const why = long ?? whyTooLong(entry.recording);
    const written =
      why === null
        ? unlessAway(await outcomeOf(() => deps.database.transaction((client) => take(client, entry, askedBy))))
        : ({ kind: 'refused', reason: why } as const);
    if (written.kind === 'written') taken.push({ described: one, ...written.value });
    else refused.push(`${one.provider} ${one.id.slice(0, 40)}: ${written.reason}`);
  }
  return { taken, refused };
}

/** It is part of keys. */
const longestId = 200;

async function take(
  client: Queryable,
  entry: ServiceEntry,
  askedBy: SoundId | null,
): Promise<Pick<TakenEntry, 'recordingId' | 'added'>> {
  await broughtBy(client, askedBy);
  const recordingId = await idFor(client, entry);
  const { added } = await tieEntry(client, entry, recordingId);
  if (added) {
    const recording = { ...entry.recording, id: recordingId };
    await refreshStanding(client, [recordingId]);
    await relateRecordings(client, [recording]);
    // That a service has it confirms what a person knew before, or contradicts it, as a delivery does.
    await settleProvisional(client, recording, new Map(), { saidBy: entry.provider, deliveryId: null, line: null });
  }
  return { recordingId, added };
}

/** How a service's entry would read as a recording. */
export function recordingOf(described: Described): CatalogueRecording {
  const space = serviceIdSpace[described.provider];
  return {
    id: described.isrc ?? ownId(described),
    isrc: described.isrc,
    title: described.title,
    artists: described.artists,
    version: described.version,
    album: described.album,
    releaseDate: described.releaseDate,
    upc: described.upc,
    label: described.label,
    durationMs: described.durationMs === null || described.durationMs <= 0 ? null : Math.round(described.durationMs),
    aliases: [],
    externalIds: {
      ...described.externalIds,
      [space]: [...new Set([described.id, ...(described.externalIds[space] ?? [])])],
    },
    provisional: false,
  };
}

const ownId = ({ provider, id }: Described): RecordingId => `${provider}:${id}`;

function entryOf(described: Described, rawHash: string): ServiceEntry {
  const recording = recordingOf(described);
  return {
    provider: described.provider,
    serviceId: described.id,
    recording,
    keys: recordingKeys(recording),
    detail: described,
    rawHash,
  };
}

/**
 * The recording that an entry is. A shared code is not enough: labels put one ISRC on several tracks, and one wrong code has tied
 * a song to another on every service at once. Where title, version or length say otherwise it is a recording of its own.
 */
async function idFor(client: Queryable, entry: ServiceEntry): Promise<RecordingId> {
  // What only a person knows is no recording that a service could mean.
  const found = await recordingsLike(client, entry);
  const known = new Map(
    (await recordingsById(client, found))
      .filter((recording) => !recording.provisional)
      .map((recording) => [recording.id, recording]),
  );
  const like = found.filter((id) => known.has(id));
  const own = `${entry.provider}:${entry.serviceId}`;
  for (const id of like) {
    const recording = known.get(id);
    if (recording === undefined) continue;
    // Compared as if they bore one code, which is what two of its kind would be in conflict over.
    const isrc = recording.isrc ?? entry.recording.isrc ?? 'ZZZZZ0000000';
    const { kind } = relate(textOf({ ...entry.recording, id: own, isrc }), textOf({ ...recording, isrc }), {
      externalId: true,
      sameFile: false,
    });
    if (kind !== 'conflict') return id;
  }
  return like.length === 0 ? entry.recording.id : own;
}
