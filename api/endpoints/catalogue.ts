// The catalogue: recordings, and what was delivered.

import * as z from 'zod';
import { recordingNamed } from '../../app/people.ts';
import { searchCatalogue } from '../../app/searchCatalogue.ts';
import { NotFound } from '../../domain/failures.ts';
import { changesOfDelivery } from '../../store/catalogue/changes.ts';
import { deliveriesWithProgress, findDelivery, remarks } from '../../store/catalogue/deliveries.ts';
import { listRecordings } from '../../store/catalogue/list.ts';
import { recordingsById, type CatalogueRecording } from '../../store/catalogue/recordings.ts';
import { cursorOf, readCursor } from '../cursor.ts';
import { endpoint } from '../endpoint.ts';
import { delivery, pageLimit, recording, wholeDelivery } from '../shapes.ts';
import { snake } from '../snake.ts';
import { copied } from './sounds.ts';

const shown = (one: CatalogueRecording): z.input<typeof recording> => ({
  id: one.id,
  isrc: one.isrc,
  title: one.title,
  artists: [...one.artists],
  version: one.version,
  album: one.album,
  release_date: one.releaseDate,
  upc: one.upc,
  label: one.label,
  duration_ms: one.durationMs,
  aliases: [...one.aliases],
  external_ids: copied(one.externalIds) ?? {},
  provisional: one.provisional,
});

export const findRecordings = endpoint({
  id: 'findRecordings',
  method: 'get',
  path: '/recordings',
  role: 'viewer',
  summary: 'Look for recordings in the catalogue, or page through it',
  notes:
    'With `q`: the recording of that ISRC or id, else those whose titles or artists fit, a slip in the spelling allowed, at most about a hundred, and no further page.',
  query: z.strictObject({
    q: z.string().trim().min(1).max(300).optional(),
    artist: z.string().trim().max(300).optional().meta({ description: 'with q: who made it' }),
    limit: pageLimit(500, 50),
    cursor: z.string().max(1_000).optional(),
  }),
  answer: z.object({ recordings: z.array(recording), next: z.string().nullable() }),
  async run({ query }, { database }) {
    if (query.q !== undefined) {
      const found = await searchCatalogue(database, query.q, query.artist ?? null);
      return { recordings: found.slice(0, query.limit).map(shown), next: null };
    }
    const after = readCursor(query.cursor, z.strictObject({ id: z.string() }));
    const page = await listRecordings(database, after?.id ?? '', query.limit + 1);
    const recordings = page.slice(0, query.limit);
    return {
      recordings: recordings.map(shown),
      next: cursorOf(page.length > query.limit ? { id: recordings.at(-1)!.id } : null),
    };
  },
});

export const getRecording = endpoint({
  id: 'getRecording',
  method: 'get',
  path: '/recordings/{recording}',
  role: 'viewer',
  summary: 'One recording, by its id or its ISRC',
  params: z.strictObject({ recording: z.string().min(1).max(200) }),
  answer: recording,
  async run({ params }, { database }) {
    const [found] = await recordingsById(database, [await recordingNamed(database, params.recording)]);
    return shown(found!);
  },
});

export const listDeliveries = endpoint({
  id: 'listDeliveries',
  method: 'get',
  path: '/deliveries',
  role: 'viewer',
  summary: 'Deliveries into the catalogue, the newest first, each with what became of its rows',
  query: z.strictObject({ limit: pageLimit(500, 50) }),
  answer: z.object({ deliveries: z.array(delivery) }),
  async run({ query }, { database }) {
    return { deliveries: snake(await deliveriesWithProgress(database, null, query.limit)) };
  },
});

/** More of them are in the table recording_changes. */
const mostChanges = 1_000;

export const getDelivery = endpoint({
  id: 'getDelivery',
  method: 'get',
  path: '/deliveries/{delivery}',
  role: 'viewer',
  summary: 'One delivery: what its last run changed, and which rows were refused and why',
  notes: 'At most 1,000 remarks and 1,000 changes.',
  params: z.strictObject({
    delivery: z.string().min(1).max(4_000).meta({ description: 'its id, the beginning of it, or its folder' }),
  }),
  answer: wholeDelivery,
  async run({ params }, { database }) {
    const ids = await findDelivery(database, params.delivery);
    if (ids.length !== 1)
      throw new NotFound(
        ids.length === 0
          ? `there is no delivery ${params.delivery}`
          : `several deliveries begin with ${params.delivery}`,
        'GET /api/v1/deliveries lists them',
      );
    const [[found], said, changes] = await Promise.all([
      deliveriesWithProgress(database, ids, 1),
      remarks(database, ids[0]!),
      changesOfDelivery(database, ids[0]!, mostChanges),
    ]);
    return {
      ...snake(found!),
      remarks: snake(said.slice(0, mostChanges)),
      changes: changes.map(({ deliveryId: _, ...change }) => snake(change)),
    };
  },
});
