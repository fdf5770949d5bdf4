// The index of the second audio cue: vectors of references, and the search for the nearest ones.
//
// What is kept for each reference is its whole sequence (`reference_vectors`, one signed byte a number); verification reads it and needs
// no extension. Nearest neighbours are searched in a table derived from it, with pgvector: some windows of each reference
// (`Vectors.places` chooses), one row each, as halfvec whose numbers are the same signed bytes, which half precision holds exactly.
//
// Vectors of two models never meet: each model has its own rows and its own search table. A new model's are made beside the
// active one's, and `activateWhenComplete` switches in one statement. `rebuild` does the same for one model's search table.

import type { Database, Queryable, Session } from '../database.ts';
import { failureOf, isAway, outcomeOf, unlessAway } from '../failures.ts';

/** A reference's vectors: `vectors` holds `windows` × dimensions signed bytes, −127 to 127; a vector of zeros is silence. */
export interface StoredSequence {
  readonly referenceId: number;
  readonly vectors: Int8Array;
}

export interface Neighbour {
  /** Which of the vectors that were asked for. */
  readonly query: number;
  readonly referenceId: number;
  /** Number of the window in its reference. */
  readonly place: number;
  /** Dot product of the unit vectors, at most 1. */
  readonly similarity: number;
}

export interface VectorSettings {
  /** Of the weights. */
  readonly modelVersion: string;
  readonly dimensions: number;
  /** Which windows of a sequence can be found by themselves; the rest is only compared. */
  readonly places: (vectors: Int8Array) => Int32Array;
}

export interface VectorIndex {
  readonly modelVersion: string;
  /** `building`: another model's vectors are still in force, and nothing may be asked of this one. */
  state(): Promise<'building' | 'active' | 'retired'>;
  /** Whether nearest neighbours can be searched: the server has pgvector. */
  readonly isSearchable: boolean;
  /** Why not, for a person; null when it can. */
  readonly unsearchableBecause: string | null;
  /** Adds or replaces a reference's vectors. In a transaction with what else makes the reference. */
  add(client: Queryable, sequence: StoredSequence): Promise<void>;
  remove(client: Queryable, referenceId: number): Promise<void>;
  has(client: Queryable, referenceId: number): Promise<boolean>;
  /** Those of these references that have vectors of this model; none while it is not active. */
  readonly sequencesOf: (referenceIds: readonly number[]) => Promise<ReadonlyMap<number, Int8Array>>;
  /** The nearest windows of each vector of signed bytes; none while the model is not active, or without pgvector. */
  readonly nearest: (vectors: Int8Array, perVector: number) => Promise<Neighbour[]>;
  /**
   * Makes the search table anew beside the one in use, in pages of references (bounded memory), and switches to it. A build that
   * was killed goes on where it stood. @returns the number of rows searched in afterwards.
   */
  rebuild(options?: RebuildOptions): Promise<number>;
  /**
   * Switches to this model when every live reference that the active one knows has its vectors; previews are not waited for, as they
   * cannot be listened to again, and are then found by their peaks alone. @returns whether this model is active.
   */
  activateWhenComplete(): Promise<boolean>;
}

/** How far the index of one model is, for a person; null before anybody opened it. Looks only. */
export async function describeVectors(
  database: Queryable,
  modelVersion: string,
): Promise<{
  readonly state: 'building' | 'active' | 'retired';
  readonly isSearchable: boolean;
  /** References with vectors of this model, and all live ones. */
  readonly embedded: number;
  readonly references: number;
} | null> {
  const { rows } = await database.query<{
    state: 'building' | 'active' | 'retired';
    search_table: string | null;
    embedded: number;
    references: number;
  }>(
    `select state, search_table, (select count(*) from reference_vectors where model_id = m.id) as embedded,
            (select count(*) from audio_references where removed_at is null) as references
       from vector_models m where version = $1`,
    [modelVersion],
  );
  const found = rows[0];
  if (found === undefined) return null;
  const { state, search_table, embedded, references } = found;
  return { state, isSearchable: search_table !== null, embedded, references };
}

export interface RebuildOptions {
  readonly onProgress?: (done: number, total: number) => void;
  readonly signal?: AbortSignal;
  /** References in one page and transaction. Default 50: 3.5 minutes each are 10,000 rows and 3 MB. */
  readonly page?: number;
}

/**
 * Links of a vector, candidates kept while building and while searching (hnsw.ef_search). With these all but a few of a thousand
 * neighbours are found.
 */
const connections = 12;
const buildCandidates = 64;
const searchCandidates = 40;
/** Of `vectorLock, model`: whoever switches holds it alone, whoever adds shares it. */
const vectorLock = 7_031_003;
/**
 * Of `buildLock, model`: one process builds a model's search table. Two that did it at once copied each page twice (they go on from the same last
 * row), and each vector was found twice; the table's key now says that there is one of each.
 */
const buildLock = 7_031_004;
const scale = 127 * 127;

/**
 * Opens the index of one model: the first one ever is active at once, later ones begin as `building`. Makes the search table where the
 * server has pgvector, also when it was installed after the references had been added.
 */
export async function openVectorIndex(database: Database, settings: VectorSettings): Promise<VectorIndex> {
  const { modelVersion, dimensions } = settings;
  const modelId = await modelOf(database, modelVersion);
  const unsearchableBecause = await preparePgvector(database);
  const isSearchable = unsearchableBecause === null;

  const tableOf = async (client: Queryable): Promise<string | null> => {
    const { rows } = await client.query<{ search_table: string | null }>(
      `select search_table from vector_models where id = $1`,
      [modelId],
    );
    return rows[0]?.search_table ?? null;
  };

  const insertRows = async (
    client: Queryable,
    table: string,
    sequences: readonly { readonly id: number; readonly vectors: Int8Array }[],
  ): Promise<void> => {
    const ids: number[] = [];
    const places: number[] = [];
    const texts: string[] = [];
    const flush = async (): Promise<void> => {
      if (ids.length === 0) return;
      await client.query(
        `insert into ${table} (vectors_id, place, vector)
         select * from unnest($1::bigint[], $2::integer[], $3::halfvec[]) on conflict do nothing`,
        [ids, places, texts],
      );
      ids.length = places.length = texts.length = 0;
    };
    for (const { id, vectors } of sequences) {
      for (const place of settings.places(vectors)) {
        ids.push(id);
        places.push(place);
        texts.push(textOf(vectors, place * dimensions, dimensions));
        // 5,000 vectors are 2.5 MB of text: an eight-hour reference must not become one statement.
        if (ids.length === 5000) await flush();
      }
    }
    await flush();
  };

  /** Builds on a session, which holds the lock for as long as it lives. `missing`: only while there is no table. */
  const rebuild = async (
    session: Session,
    { onProgress = () => undefined, signal, page = 50 }: RebuildOptions,
    missing = false,
  ): Promise<number> => {
    await waitForTurn(session, modelId, signal);
    // Whoever had the lock before may have made it.
    const old = await tableOf(session);
    if (missing && old !== null) return 0;
    // The number after the one in use: a build that was killed has left a table of that name, and goes on in it.
    const number = old === null ? 1 : Number(old.slice(old.lastIndexOf('_') + 1)) + 1;
    const table = `vector_search_${modelId}_${number}`;
    await session.query(
      `create table if not exists ${table} (
         vectors_id  bigint not null references reference_vectors on delete cascade,
         place       integer not null,
         vector      halfvec(${dimensions}) not null,
         primary key (vectors_id, place))`,
    );
    const { rows: totals } = await session.query<{ count: number }>(
      `select count(*) as count from reference_vectors where model_id = $1`,
      [modelId],
    );
    const total = totals[0]!.count;
    const { rows: copied } = await session.query<{ last: number; count: number }>(
      `select coalesce(max(vectors_id), 0) as last, count(distinct vectors_id) as count from ${table}`,
    );
    let last = copied[0]!.last;
    let done = copied[0]!.count;
    for (;;) {
      signal?.throwIfAborted();
      const rows = await pageAfter(session, modelId, last, page);
      if (rows.length === 0) break;
      await session.transaction((client) => insertRows(client, table, rows));
      last = rows.at(-1)!.id;
      done += rows.length;
      onProgress(Math.min(done, total), total);
    }
    signal?.throwIfAborted();
    const { rows: sized } = await session.query<{ count: number }>(`select count(*) as count from ${table}`);
    await createSearchIndex(session, table, sized[0]!.count);
    await session.transaction(async (client) => {
      await client.query(`select pg_advisory_xact_lock($1, $2)`, [vectorLock, modelId]);
      // What was added meanwhile, whatever its number: numbers become visible out of order.
      const { rows: late } = await client.query<{ id: number; vectors: Buffer }>(
        `select id, vectors from reference_vectors r
          where model_id = $1 and not exists (select from ${table} t where t.vectors_id = r.id)`,
        [modelId],
      );
      await insertRows(
        client,
        table,
        late.map(({ id, vectors }) => ({ id, vectors: bytesOf(vectors) })),
      );
      await client.query(`update vector_models set search_table = $2 where id = $1`, [modelId, table]);
      if (old !== null) await client.query(`drop table if exists ${old}`);
    });
    const { rows: final } = await session.query<{ count: number }>(`select count(*) as count from ${table}`);
    return final[0]!.count;
  };

  const index: VectorIndex = {
    modelVersion,
    isSearchable,
    unsearchableBecause,

    async state() {
      const { rows } = await database.query<{ state: 'building' | 'active' | 'retired' }>(
        `select state from vector_models where id = $1`,
        [modelId],
      );
      return rows[0]?.state ?? 'retired';
    },

    async add(client, { referenceId, vectors }) {
      if (vectors.length % dimensions !== 0)
        throw new RangeError(`${vectors.length} numbers are no vectors of ${dimensions}`);
      // Holds off the last step of a rebuild, which must not miss this reference.
      await client.query(`select pg_advisory_xact_lock_shared($1, $2)`, [vectorLock, modelId]);
      await index.remove(client, referenceId);
      const { rows } = await client.query<{ id: number }>(
        `insert into reference_vectors (reference_id, model_id, vectors)
         select id, $2, $3 from audio_references where id = $1 and removed_at is null returning id`,
        [referenceId, modelId, Buffer.from(vectors.buffer, vectors.byteOffset, vectors.byteLength)],
      );
      const id = rows[0]?.id;
      const table = id === undefined || !isSearchable ? null : await tableOf(client);
      if (id !== undefined && table !== null) await insertRows(client, table, [{ id, vectors }]);
    },

    async remove(client, referenceId) {
      await client.query(`delete from reference_vectors where reference_id = $1 and model_id = $2`, [
        referenceId,
        modelId,
      ]);
    },

    async has(client, referenceId) {
      const { rows } = await client.query(`select 1 from reference_vectors where reference_id = $1 and model_id = $2`, [
        referenceId,
        modelId,
      ]);
      return rows.length > 0;
    },

    async sequencesOf(referenceIds) {
      const { rows } = await database.query<{ reference_id: number; vectors: Buffer }>(
        `select reference_id, vectors from reference_vectors v join vector_models m on m.id = v.model_id and m.state = 'active'
          where v.model_id = $1 and reference_id = any($2)`,
        [modelId, referenceIds],
      );
      return new Map(rows.map((row) => [row.reference_id, bytesOf(row.vectors)]));
    },

    async nearest(vectors, perVector) {
      const texts: string[] = [];
      for (let at = 0; at < vectors.length; at += dimensions) texts.push(textOf(vectors, at, dimensions));
      for (let tries = 1; ; tries += 1) {
        const { rows: inForce } = await database.query<{ search_table: string | null }>(
          `select search_table from vector_models where id = $1 and state = 'active'`,
          [modelId],
        );
        const table = isSearchable ? (inForce[0]?.search_table ?? null) : null;
        if (table === null || texts.length === 0) return [];
        try {
          return await searchIn(database, table, texts, perVector);
        } catch (error) {
          // A rebuild switched in between, and has dropped it.
          if (tries === 3 || (error as { code?: unknown }).code !== undefinedTable) throw error;
        }
      }
    },

    rebuild: (options) =>
      isSearchable ? database.session((session) => rebuild(session, options ?? {})) : Promise.resolve(0),

    async activateWhenComplete() {
      const tables = await database.transaction(async (client) => {
        await client.query(`select pg_advisory_xact_lock($1, $2)`, [vectorLock, 0]);
        const { rows } = await client.query<{ state: string }>(`select state from vector_models where id = $1`, [
          modelId,
        ]);
        if (rows[0]?.state !== 'building') return null;
        const { rows: missing } = await client.query(
          `select 1 from audio_references r
             join reference_vectors v on v.reference_id = r.id
             join vector_models m on m.id = v.model_id and m.state = 'active'
            where r.removed_at is null and r.origin <> 'preview'
              and not exists (select from reference_vectors mine where mine.reference_id = r.id and mine.model_id = $1) limit 1`,
          [modelId],
        );
        if (missing.length > 0) return null;
        const { rows: retired } = await client.query<{ id: number; search_table: string | null }>(
          `update vector_models set state = 'retired' where state = 'active' returning id, search_table`,
        );
        await client.query(`update vector_models set state = 'active', activated_at = now() where id = $1`, [modelId]);
        return retired;
      });
      for (const { id, search_table } of tables ?? []) {
        if (search_table !== null) await database.query(`drop table if exists ${search_table}`);
        await database.query(`update vector_models set search_table = null where id = $1`, [id]);
        await database.query(`delete from reference_vectors where model_id = $1`, [id]);
      }
      return (await index.state()) === 'active';
    },
  };

  if (isSearchable && (await tableOf(database)) === null)
    await database.session((session) => rebuild(session, {}, true));
  return index;
}

const undefinedTable = '42P01';

/** The nearest rows of each vector, with the references that they are of. */
const searchIn = (
  database: Database,
  table: string,
  texts: readonly string[],
  perVector: number,
): Promise<Neighbour[]> =>
  database.transaction(async (client) => {
    await client.query(`set local hnsw.ef_search = ${Math.max(searchCandidates, perVector)}`);
    // A lateral join walks the index once a vector; any form that sorts all pairs reads the whole table.
    const { rows } = await client.query<{ n: number; reference_id: number; place: number; product: number }>(
      `select asked.n, owner.reference_id, near.place, near.product
         from unnest($1::halfvec[]) with ordinality as asked(vector, n)
        cross join lateral (select vectors_id, place, -(vector <#> asked.vector) as product from ${table}
                             order by vector <#> asked.vector limit $2) near
         join reference_vectors owner on owner.id = near.vectors_id`,
      [texts, perVector],
    );
    return rows.map((row) => ({
      query: row.n - 1,
      referenceId: row.reference_id,
      place: row.place,
      similarity: row.product / scale,
    }));
  });

/** Takes the lock of whoever builds; asks for it again and again, as a build takes longer than any statement may. */
async function waitForTurn(session: Session, modelId: number, signal: AbortSignal | undefined): Promise<void> {
  for (;;) {
    signal?.throwIfAborted();
    const { rows } = await session.query<{ ours: boolean }>(`select pg_try_advisory_lock($1, $2) as ours`, [
      buildLock,
      modelId,
    ]);
    if (rows[0]!.ours) return;
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
}

/** The model's number; the first model is active, one that comes later waits for its vectors. */
async function modelOf(database: Database, version: string): Promise<number> {
  return database.transaction(async (client) => {
    await client.query(`select pg_advisory_xact_lock($1, $2)`, [vectorLock, 0]);
    await client.query(
      `insert into vector_models (version, state)
       select $1, case when exists (select from vector_models where state = 'active') then 'building' else 'active' end
       on conflict (version) do nothing`,
      [version],
    );
    // A model that was retired and is asked for again begins anew.
    await client.query(`update vector_models set state = 'building' where version = $1 and state = 'retired'`, [
      version,
    ]);
    const { rows } = await client.query<{ id: number }>(`select id from vector_models where version = $1`, [version]);
    return rows[0]!.id;
  });
}

/** @returns why nearest neighbours cannot be searched on this server; null when they can. */
async function preparePgvector(database: Database): Promise<string | null> {
  const { rows } = await database.query<{ installed: string | null; available: string | null }>(
    `select (select extversion from pg_extension where extname = 'vector') as installed,
            (select default_version from pg_available_extensions where name = 'vector') as available`,
  );
  const { installed, available } = rows[0]!;
  if (installed === null && available === null) return 'this Postgres has no pgvector';
  if (installed === null) {
    try {
      // Two that create it at once are in each other's way, whatever "if not exists" says: the second finds it when it tries again.
      const made = unlessAway(await outcomeOf(() => database.query(`create extension if not exists vector`)));
      if (made.kind === 'refused') return `pgvector could not be created in this database: ${made.reason}`;
    } catch (error) {
      if (isAway(error)) throw error;
      return `pgvector could not be created in this database: ${failureOf(error).reason}`;
    }
  }
  const [major = 0, minor = 0] = (installed ?? available)!.split('.').map(Number);
  return major > 0 || minor >= 7 ? null : `pgvector ${installed ?? available} is older than 0.7, which brought halfvec`;
}

async function pageAfter(
  database: Queryable,
  modelId: number,
  afterId: number,
  limit: number,
): Promise<{ id: number; vectors: Int8Array }[]> {
  const { rows } = await database.query<{ id: number; vectors: Buffer }>(
    `select id, vectors from reference_vectors where model_id = $1 and id > $2 order by id limit $3`,
    [modelId, afterId, limit],
  );
  return rows.map(({ id, vectors }) => ({ id, vectors: bytesOf(vectors) }));
}

async function createSearchIndex(database: Session, table: string, rows: number): Promise<void> {
  // In memory the graph takes about 0.8 KB a row; what does not fit is built on disk, many times slower.
  const megabytes = Math.min(2000, Math.max(64, Math.ceil((rows * 1.2) / 1000)));
  await database.transaction(async (client) => {
    await client.query(`set local maintenance_work_mem = '${megabytes}MB'`);
    await client.query(`set local statement_timeout = 0`);
    await client.query(
      `create index if not exists ${table}_nearest on ${table}
         using hnsw (vector halfvec_ip_ops) with (m = ${connections}, ef_construction = ${buildCandidates})`,
    );
  });
}

const bytesOf = (buffer: Buffer): Int8Array =>
  // A copy: the driver's buffers are views into larger ones, which would be kept alive.
  new Int8Array(Uint8Array.from(buffer).buffer);

function textOf(vectors: Int8Array, from: number, dimensions: number): string {
  return `[${vectors.subarray(from, from + dimensions).join(',')}]`;
}
