// The table `previews`: what became of asking for the previews of recordings. Each is asked for once, whoever needs it, and again only
// when what went wrong may have mended itself.

import type { RecordingId } from '../../domain/naming.ts';
import type { CatalogueName } from '../../domain/providers.ts';
import type { Database, Queryable } from '../database.ts';

/** How a recording stands to listening to its preview. */
export type PreviewStanding =
  /** There is audio of it, from wherever. */
  | { readonly kind: 'heard' }
  /** Nobody has asked yet, or it is time to ask again. */
  | { readonly kind: 'open' }
  /** Somebody fetches it just now; after `untilMs` that one is given up. */
  | { readonly kind: 'asking'; readonly untilMs: number }
  | { readonly kind: 'none'; readonly reason: string }
  | { readonly kind: 'failed'; readonly reason: string; readonly untilMs: number };

interface Row {
  readonly state: 'asking' | 'kept' | 'none' | 'failed';
  readonly asked_by: string | null;
  readonly until_ms: number;
  readonly reason: string | null;
}

/** So many failures of the host in a row are its own trouble: no other preview is tried until the last of them may be tried again. */
const hostFailures = 3;

/** Audio of a recording: any that is in the index. A preview's print of another version is none: nothing is left to make a new one from. */
const audioOf = (recording: string, version: string): string =>
  `(select from audio_references a where a.recording_id = ${recording} and a.removed_at is null
      and (a.origin <> 'preview' or a.print_version = ${version}))`;

/** How these recordings stand, in their order. */
export async function previewStandings(
  client: Queryable,
  provider: CatalogueName,
  recordingIds: readonly RecordingId[],
  { printVersion, nowMs }: { readonly printVersion: number; readonly nowMs: number },
): Promise<readonly PreviewStanding[]> {
  const { rows } = await client.query<Row & { heard: boolean }>(
    `select exists ${audioOf('wanted.id', '$3')} as heard, p.state, p.asked_by, p.until_ms, p.reason
       from unnest($2::text[]) with ordinality as wanted(id, n)
       left join previews p on p.provider = $1 and p.recording_id = wanted.id order by wanted.n`,
    [provider, recordingIds, printVersion],
  );
  const hostUntilMs = rows.every(({ heard }) => heard) ? 0 : await hostRestsUntil(client, provider);
  return rows.map(({ heard, ...row }) => (heard ? { kind: 'heard' } : standingOf(row, hostUntilMs, nowMs)));
}

function standingOf(row: Row | { readonly state: null }, hostUntilMs: number, nowMs: number): PreviewStanding {
  if (row.state !== null && row.until_ms > nowMs) {
    const { reason, until_ms: untilMs } = row;
    if (row.state === 'asking') return { kind: 'asking', untilMs };
    if (row.state === 'none') return { kind: 'none', reason: reason ?? '' };
    return { kind: 'failed', reason: reason ?? '', untilMs };
  }
  return hostUntilMs > nowMs
    ? { kind: 'failed', reason: 'the host of the previews does not answer', untilMs: hostUntilMs }
    : { kind: 'open' };
}

/** @returns 0 unless the last previews that were fetched all failed for their host's sake. */
async function hostRestsUntil(client: Queryable, provider: CatalogueName): Promise<number> {
  const { rows } = await client.query<{ until_ms: number | null }>(
    `select case when count(*) filter (where host_failed) >= $2 then max(until_ms) end as until_ms
       from (select host_failed, until_ms from previews where provider = $1 and ended_ms is not null
              order by ended_ms desc limit $2) latest`,
    [provider, hostFailures],
  );
  return rows[0]?.until_ms ?? 0;
}

/**
 * Takes it upon `askedBy` to fetch a recording's preview. @returns `open` when it is theirs to do; else why it is not.
 * @param untilMs after this it is given up, and somebody else may.
 */
export async function beginPreview(
  database: Database,
  provider: CatalogueName,
  recordingId: RecordingId,
  asking: {
    readonly askedBy: string;
    readonly untilMs: number;
    readonly printVersion: number;
    readonly nowMs: number;
  },
): Promise<PreviewStanding> {
  return database.transaction(async (client) => {
    await client.query(
      `insert into previews (provider, recording_id, state) values ($1, $2, 'failed') on conflict do nothing`,
      [provider, recordingId],
    );
    // Whoever holds the row may just be keeping the preview: what is there is read in a statement of its own, after them.
    const { rows } = await client.query<Row>(
      `select state, asked_by, until_ms, reason from previews where provider = $1 and recording_id = $2 for update`,
      [provider, recordingId],
    );
    const row = rows[0]!;
    const [standing] = await previewStandings(client, provider, [recordingId], asking);
    const isCutOff = standing!.kind === 'asking' && row.asked_by === asking.askedBy;
    if (standing!.kind !== 'open' && !isCutOff) return standing!;
    await client.query(
      `update previews set state = 'asking', asked_by = $3, until_ms = $4, reason = null where provider = $1 and recording_id = $2`,
      [provider, recordingId, asking.askedBy, asking.untilMs],
    );
    return { kind: 'open' };
  });
}

export interface EndedPreview {
  readonly state: 'kept' | 'none' | 'failed';
  readonly reason: string | null;
  readonly untilMs: number;
  readonly hostFailed: boolean;
  /** Null when nothing was fetched: it says nothing about the host. */
  readonly endedMs: number | null;
}

/** In the transaction that keeps its print, when there is one. */
export async function endPreview(
  client: Queryable,
  provider: CatalogueName,
  recordingId: RecordingId,
  ended: EndedPreview,
): Promise<void> {
  await client.query(
    `update previews set state = $3, asked_by = null, reason = $4, until_ms = $5, host_failed = $6, ended_ms = coalesce($7, ended_ms)
      where provider = $1 and recording_id = $2`,
    [provider, recordingId, ended.state, ended.reason, ended.untilMs, ended.hostFailed, ended.endedMs],
  );
}
