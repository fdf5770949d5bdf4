import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addReference, removeOtherReferences } from '../../../store/catalogue/references.ts';
import {
  describeVectors,
  openVectorIndex,
  type Neighbour,
  type VectorIndex,
} from '../../../store/catalogue/vectors.ts';
import { dimensions, searchedPlaces, similarity } from '../../../matching/audio/vectorSequences.ts';
import { seeded } from '../../audio/signals.ts';
import { freshDatabase, type TestDatabase } from '../../support/database.ts';

/** Unit vectors that drift, as those of music do: neighbours in time are alike. */
function sequence(seed: number, windows: number): Int8Array {
  const random = seeded(seed);
  const normal = (): number => random() + random() + random() - 1.5;
  const state = Float64Array.from({ length: dimensions }, normal);
  const packed = new Int8Array(windows * dimensions);
  for (let window = 0; window < windows; window++) {
    for (let k = 0; k < dimensions; k++) state[k] = 0.6 * state[k]! + 0.4 * normal();
    const length = Math.hypot(...state);
    for (let k = 0; k < dimensions; k++) packed[window * dimensions + k] = Math.round((127 * state[k]!) / length);
  }
  return packed;
}

const part = (of: Int8Array, from: number, to: number): Int8Array => of.subarray(from * dimensions, to * dimensions);

async function reference(database: TestDatabase, name: string): Promise<number> {
  await database.query(
    `insert into recordings (id, title, artists, title_key, base_key, artist_keys, search_keys, seq)
     values ($1, $1, '{}', $1, $1, '{}', '{}', 0) on conflict do nothing`,
    [name],
  );
  const added = await addReference(database, {
    recordingId: name,
    origin: 'delivery',
    file: `${name}.wav`,
    fileHash: `hash of ${name}`,
    durationMs: 60_000,
    print: Uint8Array.of(1),
    printVersion: 1,
  });
  return added.id;
}

const open = (database: TestDatabase, modelVersion = 'one'): Promise<VectorIndex> =>
  openVectorIndex(database, { modelVersion, dimensions, places: searchedPlaces });

let database: TestDatabase;
let index: VectorIndex;
const ids: number[] = [];
const sequences = Array.from({ length: 12 }, (_, i) => sequence(i + 1, 100));

beforeAll(async () => {
  database = await freshDatabase();
  index = await open(database);
  for (const [i, vectors] of sequences.entries()) {
    const id = await reference(database, `recording ${i}`);
    ids.push(id);
    await database.transaction((client) => index.add(client, { referenceId: id, vectors }));
  }
});
afterAll(() => database.close());

/** The best neighbour of each vector. */
const firstOf = (neighbours: readonly Neighbour[]): Neighbour[] =>
  neighbours.filter(({ query }, i) => neighbours.findIndex((other) => other.query === query) === i);

describe('the index of vectors', () => {
  it('finds the windows that are searched in, with their similarity, for a batch of vectors', async () => {
    const found = firstOf(await index.nearest(part(sequences[7]!, 21, 41), 3));
    for (const near of found.filter(({ query }) => query % 3 === 0))
      expect(near).toMatchObject({ referenceId: ids[7], place: 21 + near.query });
    const [near] = found;
    expect(near!.similarity).toBeCloseTo(similarity(sequences[7]!, 21, sequences[7]!, 21), 2);
    expect(found).toHaveLength(20);
  });

  it('gives back whole sequences, of those that it knows', async () => {
    expect(await index.sequencesOf([ids[3]!, 999_999])).toEqual(new Map([[ids[3], sequences[3]]]));
  });

  it('keeps silence and repetition out of what is searched', async () => {
    const id = await reference(database, 'a loop');
    const loop = new Int8Array(200 * dimensions);
    // Ten windows, nine times over, then silence: every third of 90 comes by each of the ten three times.
    for (let k = 0; k < 9; k++) loop.set(part(sequence(99, 10), 0, 10), 10 * k * dimensions);
    await index.add(database, { referenceId: id, vectors: loop });
    const { rows } = await database.query<{ table: string }>(`select search_table as table from vector_models`);
    const { rows: kept } = await database.query<{ place: number }>(
      `select place from ${rows[0]!.table} t join reference_vectors r on r.id = t.vectors_id where r.reference_id = $1 order by place`,
      [id],
    );
    expect(kept.map(({ place }) => place)).toEqual([0, 3, 6, 9, 12, 15, 18, 21, 24, 27]);
  });

  it('replaces a reference that is added again, and forgets one that is removed', async () => {
    const id = await reference(database, 'replaced');
    const [before, after] = [sequence(500, 40), sequence(501, 40)];
    await index.add(database, { referenceId: id, vectors: before });
    await index.add(database, { referenceId: id, vectors: after });
    expect((await index.nearest(part(before, 9, 10), 3)).some((near) => near.referenceId === id)).toBe(false);
    expect((await index.nearest(part(after, 9, 10), 1))[0]).toMatchObject({ referenceId: id, place: 9 });
    await index.remove(database, id);
    expect((await index.nearest(part(after, 9, 10), 3)).some((near) => near.referenceId === id)).toBe(false);
  });

  it('forgets every vector of a reference that the catalogue retires', async () => {
    const id = await reference(database, 'retired');
    const vectors = sequence(600, 40);
    await index.add(database, { referenceId: id, vectors });
    await removeOtherReferences(database, 'retired', 'delivery', 'another file');
    expect(await index.has(database, id)).toBe(false);
    expect((await index.nearest(part(vectors, 6, 7), 3)).some((near) => near.referenceId === id)).toBe(false);
    // Nor does a worker that was late bring them back.
    await index.add(database, { referenceId: id, vectors });
    expect(await index.has(database, id)).toBe(false);
  });

  it('is rebuilt beside the old one, goes on where a killed build stood, and misses nothing that came meanwhile', async () => {
    const stopped = new AbortController();
    const seen: number[] = [];
    const killed = index.rebuild({
      page: 4,
      signal: stopped.signal,
      onProgress: (done) => {
        seen.push(done);
        stopped.abort();
      },
    });
    await expect(killed).rejects.toThrow(/abort/i);
    expect(seen).toEqual([4]);
    // Meanwhile searches and additions go on in the old one.
    const late = await reference(database, 'late');
    const vectors = sequence(700, 40);
    await index.add(database, { referenceId: late, vectors });
    expect((await index.nearest(part(vectors, 6, 7), 1))[0]).toMatchObject({ referenceId: late });
    const progress: [number, number][] = [];
    await index.rebuild({ page: 4, onProgress: (done, total) => progress.push([done, total]) });
    expect(progress[0]![0]).toBe(8);
    expect(progress.at(-1)![0]).toBe(progress.at(-1)![1]);
    expect((await index.nearest(part(vectors, 6, 7), 1))[0]).toMatchObject({ referenceId: late, place: 6 });
    expect((await index.nearest(part(sequences[2]!, 30, 31), 1))[0]).toMatchObject({ referenceId: ids[2], place: 30 });
    const { rows } = await database.query(`select 1 from pg_tables where tablename like 'vector\\_search%'`);
    expect(rows).toHaveLength(1);
  });
});

describe('several processes', () => {
  it('that open the index at once make no row twice, and all of them find', async () => {
    const fresh = await freshDatabase();
    try {
      const one = await open(fresh);
      for (let i = 0; i < 120; i++) {
        const referenceId = await reference(fresh, `r${i}`);
        await fresh.transaction((client) => one.add(client, { referenceId, vectors: sequences[i % 12]! }));
      }
      const rowsOf = async (): Promise<{ n: number; different: number }> => {
        const { rows: models } = await fresh.query<{ table: string }>(
          `select search_table as table from vector_models`,
        );
        const { rows } = await fresh.query<{ n: number; different: number }>(
          `select count(*) as n, count(distinct (vectors_id, place)) as different from ${models[0]!.table}`,
        );
        return rows[0]!;
      };
      const before = await rowsOf();
      // As when pgvector was installed later, or a restore left the derived table out.
      await fresh.query(`update vector_models set search_table = null`);
      await fresh.query(`drop table vector_search_1_1`);
      const opened = await Promise.all([1, 2, 3, 4].map(() => open(fresh)));
      expect(await rowsOf()).toEqual(before);
      expect(before.n).toBe(before.different);
      for (const each of opened)
        expect((await each.nearest(part(sequences[3]!, 30, 31), 1))[0]).toMatchObject({ place: 30 });
    } finally {
      await fresh.close();
    }
  });

  it('build one after the other, also when the first is killed, and searches meanwhile never fail', async () => {
    let isBuilding = true;
    const searching = (async () => {
      let found = 0;
      while (isBuilding) found += (await index.nearest(part(sequences[2]!, 30, 31), 1)).length;
      return found;
    })();
    let others: Promise<number>[] = [];
    const first = index.rebuild({
      page: 1,
      onProgress: () => {
        if (others.length > 0) return;
        others = [index.rebuild({ page: 2 }), index.rebuild()];
        void database.query(
          `select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' and classid = 7031004 and granted`,
        );
      },
    });
    await expect(first).rejects.toThrow(/terminat|connection error/i);
    const built = await Promise.all(others).finally(() => (isBuilding = false));
    expect(await searching).toBeGreaterThan(0);
    expect(built[0]).toBe(built[1]);
    const { rows } = await database.query(`select 1 from pg_tables where tablename like 'vector\\_search%'`);
    expect(rows).toHaveLength(1);
  });

  it('create the extension at once', async () => {
    const fresh = await freshDatabase();
    try {
      await fresh.query(`drop extension if exists vector cascade`);
      const opened = await Promise.all(Array.from({ length: 6 }, () => open(fresh)));
      expect(opened.map((each) => each.unsearchableBecause)).toEqual(Array.from({ length: 6 }, () => null));
    } finally {
      await fresh.close();
    }
  });
});

describe('a new model', () => {
  it('is built beside the active one and takes over in one step, when it knows all that the old one knew', async () => {
    const fresh = await freshDatabase();
    try {
      const old = await open(fresh, 'old');
      const [first, second] = [await reference(fresh, 'first'), await reference(fresh, 'second')];
      await old.add(fresh, { referenceId: first, vectors: sequences[0]! });
      await old.add(fresh, { referenceId: second, vectors: sequences[1]! });
      const young = await open(fresh, 'young');
      expect([await old.state(), await young.state()]).toEqual(['active', 'building']);

      await young.add(fresh, { referenceId: first, vectors: sequences[2]! });
      expect(await young.activateWhenComplete()).toBe(false);
      expect(await young.nearest(part(sequences[2]!, 6, 7), 1)).toEqual([]);
      expect(await young.sequencesOf([first])).toEqual(new Map());
      expect((await old.nearest(part(sequences[0]!, 6, 7), 1))[0]).toMatchObject({ referenceId: first });

      await young.add(fresh, { referenceId: second, vectors: sequences[3]! });
      expect(await young.activateWhenComplete()).toBe(true);
      expect((await young.nearest(part(sequences[3]!, 6, 7), 1))[0]).toMatchObject({ referenceId: second });
      expect(await old.state()).toBe('retired');
      expect(await old.nearest(part(sequences[0]!, 6, 7), 1)).toEqual([]);
      expect(await describeVectors(fresh, 'young')).toEqual({
        state: 'active',
        isSearchable: true,
        embedded: 2,
        references: 2,
      });
    } finally {
      await fresh.close();
    }
  });
});

describe('a Postgres without pgvector', () => {
  it('keeps the sequences, finds nothing by itself, and catches up when the extension is there', async () => {
    const fresh = await freshDatabase({ maxConnections: 1 });
    try {
      // The server's own list of extensions, hidden behind one without it.
      await fresh.query(`create schema bare`);
      await fresh.query(
        `create view bare.pg_available_extensions as select * from pg_catalog.pg_available_extensions where name <> 'vector'`,
      );
      await fresh.query(`set search_path = bare, public, pg_catalog`);
      const bare = await open(fresh);
      expect(bare).toMatchObject({ isSearchable: false, unsearchableBecause: 'this Postgres has no pgvector' });
      const id = await reference(fresh, 'kept');
      await bare.add(fresh, { referenceId: id, vectors: sequences[5]! });
      expect(await bare.sequencesOf([id])).toHaveProperty('size', 1);
      expect(await bare.nearest(part(sequences[5]!, 6, 7), 1)).toEqual([]);
      expect(await bare.rebuild()).toBe(0);

      await fresh.query(`reset search_path`);
      const full = await open(fresh);
      expect(full.isSearchable).toBe(true);
      expect((await full.nearest(part(sequences[5]!, 6, 7), 1))[0]).toMatchObject({ referenceId: id, place: 6 });
    } finally {
      await fresh.close();
    }
  });
});
