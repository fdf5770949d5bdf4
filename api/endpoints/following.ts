// What has no end or is too large for one answer: changes as they happen, the whole export; and audio that is handed in.

import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import * as z from 'zod';
import { bearerStands } from '../../store/access/tokens.ts';
import { changeLine, changesAfter, numberChanges, type SoundChange } from '../../store/changes.ts';
import { readRecords } from '../../store/sounds/records.ts';
import { bytesOf } from '../body.ts';
import { endpoint, rawEndpoint, type Needs } from '../endpoint.ts';
import { Refusal } from '../problems.ts';
import { change, exportedSound, pageLimit, state } from '../shapes.ts';
import { copied } from './sounds.ts';

const shown = ({
  seq,
  at,
  soundId,
  state: status,
  why,
  recording,
  decidedBy,
}: SoundChange): z.input<typeof change> => ({
  seq,
  at: at.toISOString(),
  sound: soundId,
  state: status,
  why,
  recording,
  decided_by: decidedBy,
});

const forgotten = (after: number, floor: number): Refusal =>
  new Refusal(410, `changes after ${after} are not all kept any more: the oldest is ${floor + 1}`, {
    fix: 'take the whole anew with GET /api/v1/export, and follow on from there',
  });

const pageOfChanges = 500;
/** A comment now and then keeps proxies from closing the line, and finds out who has gone, or may not listen any more. */
const beatMs = 15_000;

let streams = 0;

export const followChanges = rawEndpoint({
  id: 'followChanges',
  method: 'get',
  path: '/changes',
  role: 'viewer',
  summary: 'Every change of a sound, in order: as server-sent events, or in pages',
  notes:
    'With `Accept: text/event-stream` the connection stays open; each event `change` has its place on the line as its id, and a client that connects again with `Last-Event-ID` misses nothing. Without, a page of JSON after the place `after`. Without a place the stream begins now, and pages at the oldest change that is kept (FERMATA_CHANGES_DAYS); a place that is older than that is a 410.',
  query: z.strictObject({
    after: z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER).optional(),
    limit: pageLimit(1_000, 100),
  }),
  answers: {
    'application/json': z.object({
      changes: z.array(change),
      next: z.number().int().meta({ description: '`after` of the next page' }),
    }),
    'text/event-stream': change,
  },
  async run({ query, bearer }, needs, context) {
    const { database, config } = needs;
    await numberChanges(database);
    const { floor, last } = await changeLine(database);
    const isStream = context.req.header('accept')?.includes('text/event-stream') ?? false;
    const given = placeIn(context.req.header('last-event-id')) ?? query.after;
    const after = given ?? (isStream ? last : floor);
    if (after < floor) throw forgotten(after, floor);
    if (!isStream) {
      const changes = await changesAfter(database, after, query.limit);
      if (isTorn(changes, after)) throw forgotten(after, changes[0]!.seq - 1);
      return { changes: changes.map(shown), next: changes.at(-1)?.seq ?? after };
    }
    if (streams >= config.apiStreams)
      throw new Refusal(503, `${config.apiStreams} follow the changes already`, {
        fix: 'FERMATA_API_STREAMS lets more, or follow in pages',
        headers: { 'retry-after': '30' },
      });
    return new Response(ReadableStream.from(eventsAfter(after, needs, bearer.id, context.req.raw.signal)), {
      headers: { 'content-type': 'text/event-stream; charset=utf-8', 'x-accel-buffering': 'no' },
    });
  },
});

/** Places have no gaps: what is missing was forgotten while it was being read. */
const isTorn = (changes: readonly SoundChange[], after: number): boolean =>
  changes[0] !== undefined && changes[0].seq !== after + 1;

/** What a browser sends for "from the beginning", or what never was a place, is none. */
const placeIn = (header: string | undefined): number | undefined =>
  header !== undefined && /^\d{1,15}$/.test(header) ? Number(header) : undefined;

async function* eventsAfter(
  from: number,
  { database, news }: Needs,
  tokenId: string,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const text = new TextEncoder();
  streams += 1;
  try {
    // Proxies and clients learn at once that it is open.
    yield text.encode(`retry: 2000\n: after ${from}\n\n`);
    let after = from;
    let beatAtMs = Date.now();
    while (!signal.aborted && !news.isClosed) {
      const changes = await changesAfter(database, after, pageOfChanges);
      // Whoever reads so slowly connects again, and is told.
      if (isTorn(changes, after)) return;
      for (const one of changes)
        yield text.encode(`id: ${one.seq}\nevent: change\ndata: ${JSON.stringify(shown(one))}\n\n`);
      after = changes.at(-1)?.seq ?? after;
      if (changes.length === 0) await news.wait(after, beatMs);
      if (Date.now() - beatAtMs >= beatMs) {
        if (!(await bearerStands(database, tokenId))) return;
        yield text.encode(`: after ${after}\n\n`);
        beatAtMs = Date.now();
      }
    }
  } catch {
    // The database is away: the stream ends, and the client connects again where it was.
  } finally {
    streams -= 1;
  }
}

const exportPage = 1_000;

export const exportSounds = rawEndpoint({
  id: 'exportSounds',
  method: 'get',
  path: '/export',
  role: 'viewer',
  summary: 'Every sound with its link, one a line',
  query: z.strictObject({
    state: state.optional(),
    after: z.string().max(300).default('').meta({ description: 'go on after this sound' }),
  }),
  answers: { 'application/x-ndjson': exportedSound },
  async run({ query }, { database }) {
    // The first page is read before the answer begins, so that a database that is away is a 503 and no broken file.
    const page = (afterId: string) => readRecords(database, { afterId, limit: exportPage, state: query.state });
    const first = await page(query.after);
    async function* lines(): AsyncGenerator<Uint8Array> {
      const text = new TextEncoder();
      for (let rows = first; ; rows = await page(rows.at(-1)!.soundId)) {
        yield text.encode(rows.map(({ record }) => `${JSON.stringify(exported(record))}\n`).join(''));
        if (rows.length < exportPage) return;
      }
    }
    return new Response(ReadableStream.from(lines()), { headers: { 'content-type': 'application/x-ndjson' } });
  },
});

const exported = ({
  next_attempt_at: _next,
  attempts: _attempts,
  ...record
}: Awaited<ReturnType<typeof readRecords>>[number]['record']): z.input<typeof exportedSound> => ({
  ...record,
  external_ids: copied(record.external_ids),
  same_recordings: record.same_recordings === null ? null : [...record.same_recordings],
  reasons: [...record.reasons],
});

export const uploadAudio = rawEndpoint({
  id: 'uploadAudio',
  method: 'post',
  path: '/audio',
  role: 'reviewer',
  summary: 'Hand in audio, to be named in prerelease data',
  notes:
    'The file as it is. It is kept under the SHA-256 of its content; whether it can be heard is said where it is used.',
  bytes: { type: 'application/octet-stream', limit: ({ config }) => config.audioMaxBytes },
  answers: { 'application/json': z.object({ sha256: z.string(), bytes: z.number().int() }) },
  async run(_asked, { blobs, config }, context) {
    const draft = await blobs.draft();
    try {
      const hash = createHash('sha256');
      let bytes = 0;
      await pipeline(
        Readable.from(bytesOf(context, config.audioMaxBytes)),
        async function* (source: AsyncIterable<Buffer>) {
          for await (const part of source) {
            hash.update(part);
            bytes += part.length;
            yield part;
          }
        },
        createWriteStream(draft),
      );
      if (bytes === 0) throw new Refusal(400, 'the file is empty');
      const sha256 = hash.digest('hex');
      await blobs.adopt(draft, sha256);
      return { sha256, bytes };
    } finally {
      await rm(draft, { force: true });
    }
  },
});

export const whoAmI = endpoint({
  id: 'whoAmI',
  method: 'get',
  path: '/me',
  role: 'viewer',
  summary: 'Who the token is, and what it may do',
  answer: z.object({ token: z.string(), name: z.string(), role: z.enum(['viewer', 'reviewer', 'operator']) }),
  run: ({ bearer }) => Promise.resolve({ token: bearer.id, name: bearer.name, role: bearer.role }),
});
