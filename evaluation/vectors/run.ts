// `npm run evaluate -- vectors --references DIR [--sizes N,N,N] [--seconds S] [--work FILE.jsonl]`: what the index of vectors costs and finds.
//   recall@10 = of the ten nearest windows by the exact search, the share that the index finds
//   CPU       = time on a CPU of the server process (/proc/<pid>/schedstat), and of this process where the search is its own

import { readFileSync } from 'node:fs';
import { appendFile, readdir, readFile, writeFile } from 'node:fs/promises';
import { availableParallelism, loadavg } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { createDecoder } from '../../audio/decode.ts';
import { openVectorIndex, type Neighbour, type VectorIndex } from '../../store/catalogue/vectors.ts';
import { createMemoryVectors } from '../../matching/audio/memoryVectors.ts';
import { dimensions, searchedPlaces, stepMs, windowsIn } from '../../matching/audio/vectorSequences.ts';
import { embedReference } from '../../models/fingerprint/embedAudio.ts';
import { openEmbedder } from '../../models/fingerprint/embedder.ts';
import { readConfig } from '../../platform/config/index.ts';
import { random } from '../candidates/songs.ts';
import { openCatalogueDatabase } from '../metadata/catalogueDatabase.ts';

/** One hypothesis of a sound of 15 s. */
const batchWindows = 26;
const batches = 20;
const exactBatches = 4;
const perVector = 10;
/** The search in memory keeps only what is this similar or more. */
const leastOfInterest = 0.42;

interface Measured {
  readonly size: number;
  readonly references: number;
  readonly minutes: number;
  readonly realMinutes: number;
  readonly addMs: number;
  readonly buildMs: number;
  readonly rowBytes: number;
  readonly indexBytes: number;
  readonly sequenceBytes: number;
  readonly recall: number;
  readonly searchCpuMs: number;
  readonly searchWallMs: number;
  readonly exactCpuMs: number;
  readonly memoryMs: number;
  readonly memoryRecall: number;
  readonly usearch: Usearch | null;
}

interface Usearch {
  readonly buildMs: number;
  readonly searchMs: number;
  readonly recall: number;
}

interface Earlier extends Measured {
  readonly asked: number;
  readonly model: string;
}

/** What a run that was stopped had measured. */
async function readEarlier(file: string): Promise<Earlier[]> {
  const text = await readFile(file, 'utf8').catch(() => '');
  return text
    .split('\n')
    .filter((line) => line.endsWith('}'))
    .map((line) => JSON.parse(line) as Earlier);
}

export const usage = `usage: npm run evaluate -- vectors --references DIR [options]
  --references DIR    audio that is embedded
  --sizes N,N,N       vectors in the index, whole numbers from 1000 on; 10000,100000,1000000 when not given
  --seconds S         of audio that are embedded at most; 7200 when not given
  --work FILE.jsonl   what was measured, so that a run that was stopped goes on
  --help              this`;

/** Exit code 0 done, 1 failed, 2 misuse. */
export async function main(argv: string[]): Promise<number> {
  let references: string;
  let sizes: number[];
  let seconds: number;
  let work: string | undefined;
  try {
    const { values } = parseArgs({
      args: argv,
      options: {
        references: { type: 'string' },
        sizes: { type: 'string', default: '10000,100000,1000000' },
        seconds: { type: 'string', default: '7200' },
        work: { type: 'string' },
      },
    });
    if (values.references === undefined) throw new Error('--references DIR is needed');
    references = values.references;
    sizes = values.sizes.split(',').map(Number);
    seconds = Number(values.seconds);
    work = values.work;
    if (!sizes.every((size) => Number.isInteger(size) && size >= 1000))
      throw new Error('--sizes takes whole numbers of vectors, from 1000 on');
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n${usage}\n`);
    return 2;
  }
  const earlier = work === undefined ? [] : await readEarlier(work);
  const real = await embedFolder(references, seconds);
  if (real.sequences.length === 0) {
    process.stderr.write(`there is no readable audio in ${references}\n`);
    return 1;
  }
  const measured: Measured[] = [];
  for (const size of sizes.sort((a, b) => a - b)) {
    const known = earlier.find((each) => each.asked === size && each.model === real.modelVersion);
    if (known === undefined) {
      const outcome = { asked: size, model: real.modelVersion, ...(await measure(real, size)) };
      measured.push(outcome);
      if (work !== undefined) await appendFile(work, `${JSON.stringify(outcome)}\n`);
    } else measured.push(known);
  }
  const text = report(real, measured);
  process.stdout.write(text);
  await writeFile(path.join(import.meta.dirname, 'REPORT.md'), text);
  return 0;
}

interface Real {
  readonly modelVersion: string;
  readonly sequences: readonly Int8Array[];
  /** CPU of decoded audio to vectors. */
  readonly embedMs: number;
}

async function embedFolder(folder: string, seconds: number): Promise<Real> {
  const outcome = await openEmbedder(readConfig().engine);
  if (outcome.kind === 'unavailable') throw new Error(`${outcome.reason}: ${outcome.fix}`);
  const decoder = createDecoder();
  const sequences: Int8Array[] = [];
  let embedMs = 0;
  let heard = 0;
  for (const name of (await readdir(folder)).sort()) {
    if (heard >= seconds) break;
    const decoded = await decoder.decode(path.join(folder, name), { sampleRateHz: 8000 });
    if (decoded.kind !== 'audio') continue;
    const before = ownCpuMs();
    sequences.push(await embedReference(outcome.embedder, decoded.pcm));
    embedMs += ownCpuMs() - before;
    heard += decoded.durationMs / 1000;
  }
  decoder.close();
  await outcome.embedder.close();
  return { modelVersion: outcome.embedder.modelVersion, sequences, embedMs };
}

/** The real sequences first, then copies of them, each number moved by up to half of a vector's own deviation. */
function* sequencesFor(real: Real, size: number): Generator<Int8Array> {
  const next = random(size);
  let rows = 0;
  for (let n = 0; rows < size; n++) {
    const source = real.sequences[n % real.sequences.length]!;
    const sequence = n < real.sequences.length ? source : jittered(source, next, 0.6);
    rows += searchedPlaces(sequence).length;
    yield sequence;
  }
}

const minutesOf = (sequences: readonly Int8Array[]): number =>
  sequences.reduce((sum, sequence) => sum + (windowsIn(sequence) * stepMs) / 60_000, 0);

/** Every vector turned by noise of `amount` of its length: 0.6 leaves a similarity of 0.86. */
function jittered(sequence: Int8Array, next: () => number, amount: number): Int8Array {
  const moved = new Int8Array(sequence.length);
  const noisy = new Float64Array(dimensions);
  // A uniform number in ±√3 has a deviation of 1.
  const step = ((127 * amount) / Math.sqrt(dimensions)) * Math.sqrt(3);
  for (let window = 0; window < windowsIn(sequence); window++) {
    const from = window * dimensions;
    let squares = 0;
    for (let k = 0; k < dimensions; k++) {
      noisy[k] = sequence[from + k] === 0 ? 0 : sequence[from + k]! + step * (2 * next() - 1);
      squares += noisy[k]! ** 2;
    }
    const scale = squares === 0 ? 0 : 127 / Math.sqrt(squares);
    for (let k = 0; k < dimensions; k++) moved[from + k] = Math.round(noisy[k]! * scale);
  }
  return moved;
}

async function measure(real: Real, size: number): Promise<Measured> {
  const catalogue = await openCatalogueDatabase();
  const { database } = catalogue;
  try {
    // One process does it all, so that its CPU can be read.
    await database.query(`set max_parallel_maintenance_workers = 0`);
    const pid = (await database.query<{ pid: number }>('select pg_backend_pid() as pid')).rows[0]!.pid;
    const memory = createMemoryVectors();
    const usearch = await openUsearch();
    await database.query(
      `insert into recordings (id, title, artists, title_key, base_key, artist_keys, search_keys, seq) values ('all', 'all', '{}', 'all', 'all', '{}', '{}', 0)`,
    );
    const index = await openVectorIndex(database, {
      modelVersion: real.modelVersion,
      dimensions,
      places: searchedPlaces,
    });

    let references = 0;
    let windows = 0;
    const queries: Int8Array[] = [];
    const next = random(7);
    const addedAt = cpuMsOf(pid);
    for (const sequence of sequencesFor(real, size)) {
      const referenceId = ++references;
      await database.query(
        `insert into audio_references (recording_id, origin, file, file_hash, duration_ms, print_version, seq)
         values ('all', 'upload', '', $1, 1, 1, 0)`,
        [String(referenceId)],
      );
      await database.query(
        `insert into reference_vectors (reference_id, model_id, vectors) select $1, id, $2 from vector_models`,
        [referenceId, Buffer.from(sequence.buffer)],
      );
      memory.add(referenceId, sequence);
      windows += windowsIn(sequence);
      if (queries.length < batches && windowsIn(sequence) >= batchWindows + 20)
        queries.push(jittered(sequence.slice(20 * dimensions, (20 + batchWindows) * dimensions), next, 0.9));
      if (usearch !== null) usearch.add(sequence);
    }
    const addMs = cpuMsOf(pid) - addedAt;
    const builtAt = cpuMsOf(pid);
    const rows = await index.rebuild({
      onProgress: (done, total) => {
        if (done % 1000 < 50) process.stderr.write(`${size}: ${done} of ${total} references\n`);
      },
    });
    const buildMs = cpuMsOf(pid) - builtAt;
    const table = (await database.query<{ name: string }>(`select search_table as name from vector_models`)).rows[0]!
      .name;
    await database.query(`vacuum analyze ${table}`);
    const sizes = (
      await database.query<{ rows: number; nearest: number; owner: number; sequences: number }>(
        `select pg_table_size('${table}') as rows, pg_relation_size('${table}_nearest') as nearest,
                pg_relation_size('${table}_owner') as owner, pg_total_relation_size('reference_vectors') as sequences`,
      )
    ).rows[0]!;

    // Pages are read in and plans made, as in a worker that has run for a while.
    for (const query of queries) await index.nearest(query, perVector);
    const startedAt = performance.now();
    const cpuAt = cpuMsOf(pid);
    const answers: Key[][] = [];
    for (const query of queries) answers.push(keysOf(await index.nearest(query, perVector)));
    const searchCpuMs = (cpuMsOf(pid) - cpuAt) / queries.length;
    const searchWallMs = (performance.now() - startedAt) / queries.length;

    const exactAt = cpuMsOf(pid);
    const exact: Key[][] = [];
    for (const query of queries.slice(0, exactBatches)) exact.push(await exactly(index, database, query));
    const exactCpuMs = (cpuMsOf(pid) - exactAt) / exact.length;
    // The scan in memory leaves out what is too little alike to vote.
    const similar = exact.map((keys) => keys.filter(({ similarity }) => similarity > leastOfInterest));

    await memory.nearest(queries[0]!, perVector);
    const ownAt = ownCpuMs();
    const remembered: Key[][] = [];
    for (const query of queries.slice(0, exactBatches)) remembered.push(keysOf(await memory.nearest(query, perVector)));
    const memoryMs = (ownCpuMs() - ownAt) / exactBatches;

    return {
      size: rows,
      references,
      minutes: (windows * stepMs) / 60_000,
      realMinutes: minutesOf(real.sequences),
      addMs,
      buildMs,
      rowBytes: sizes.rows + sizes.owner,
      indexBytes: sizes.nearest,
      sequenceBytes: sizes.sequences,
      recall: recallOf(answers.slice(0, exactBatches), exact),
      searchCpuMs,
      searchWallMs,
      exactCpuMs,
      memoryMs,
      memoryRecall: recallOf(remembered, similar),
      usearch: usearch === null ? null : usearch.measure(queries, exact),
    };
  } finally {
    await catalogue.close();
  }
}

interface Key {
  /** `query/reference/place` of a neighbour. */
  readonly key: string;
  readonly similarity: number;
}
const keysOf = (neighbours: readonly Neighbour[]): Key[] =>
  neighbours.map(({ query, referenceId, place, similarity }) => ({
    key: `${query}/${referenceId}/${place}`,
    similarity,
  }));

function recallOf(found: readonly (readonly Key[])[], exact: readonly (readonly Key[])[]): number {
  let met = 0;
  let all = 0;
  for (const [i, keys] of exact.entries()) {
    const known = new Set(found[i]?.map(({ key }) => key));
    met += keys.filter(({ key }) => known.has(key)).length;
    all += keys.length;
  }
  return met / all;
}

/** The same question with the index forbidden. */
async function exactly(
  index: VectorIndex,
  database: Awaited<ReturnType<typeof openCatalogueDatabase>>['database'],
  query: Int8Array,
): Promise<Key[]> {
  await database.query(`set enable_indexscan = off`);
  const found = keysOf(await index.nearest(query, perVector));
  await database.query(`set enable_indexscan = on`);
  return found;
}

interface UsearchIndex {
  add(keys: BigUint64Array, vectors: Float32Array): void;
  search(vectors: Float32Array, count: number, threads: number): { readonly keys: BigUint64Array };
}

/** Null where the package is not installed. */
async function openUsearch(): Promise<{
  add(sequence: Int8Array): void;
  measure(queries: readonly Int8Array[], exact: readonly (readonly Key[])[]): Usearch;
} | null> {
  const name = 'usearch';
  const loaded = (await import(name).catch(() => null)) as {
    readonly Index: new (options: object) => UsearchIndex;
    readonly default?: { readonly Index: new (options: object) => UsearchIndex };
  } | null;
  const Index = loaded?.Index ?? loaded?.default?.Index;
  if (Index === undefined) return null;
  const index = new Index({
    dimensions,
    metric: 'ip',
    quantization: 'i8',
    connectivity: 12,
    expansion_add: 64,
    expansion_search: 40,
    multi: false,
  });
  const keys: string[] = [];
  let references = 0;
  let buildMs = 0;
  return {
    add(sequence) {
      references++;
      const places = searchedPlaces(sequence);
      const vectors = new Float32Array(places.length * dimensions);
      const numbers = new BigUint64Array(places.length);
      places.forEach((place, i) => {
        numbers[i] = BigInt(keys.length);
        keys.push(`${references}/${place}`);
        for (let k = 0; k < dimensions; k++) vectors[i * dimensions + k] = sequence[place * dimensions + k]! / 127;
      });
      const before = ownCpuMs();
      if (places.length > 0) index.add(numbers, vectors);
      buildMs += ownCpuMs() - before;
    },
    measure(queries, exact) {
      const found: Key[][] = [];
      const before = ownCpuMs();
      for (const query of queries) {
        const answer = index.search(
          Float32Array.from(query, (value) => value / 127),
          perVector,
          1,
        );
        found.push(
          [...answer.keys].map((key, i) => ({
            key: `${Math.floor(i / perVector)}/${keys[Number(key)]}`,
            similarity: 1,
          })),
        );
      }
      const searchMs = (ownCpuMs() - before) / queries.length;
      return { buildMs, searchMs, recall: recallOf(found, exact) };
    },
  };
}

function ownCpuMs(): number {
  const used = process.cpuUsage();
  return (used.user + used.system) / 1000;
}

/** NaN where the system does not tell, so that nothing is claimed. */
function cpuMsOf(pid: number): number {
  try {
    return Number(readFileSync(`/proc/${pid}/schedstat`, 'utf8').split(' ')[0]) / 1e6;
  } catch {
    return Number.NaN;
  }
}

function report(real: Real, measured: readonly Measured[]): string {
  const seconds = (ms: number): string => (ms / 1000).toFixed(1);
  const kb = (bytes: number, minutes: number): string => (bytes / 1024 / minutes).toFixed(1);
  const rows = measured.map((m) =>
    [
      m.size.toLocaleString('en'),
      `${Math.round(m.minutes / 60)} h`,
      `${m.realMinutes.toFixed(0)} min, ${(m.minutes / m.realMinutes).toFixed(0)} times`,
      seconds(m.buildMs),
      kb(m.sequenceBytes, m.minutes),
      kb(m.rowBytes, m.minutes),
      kb(m.indexBytes, m.minutes),
      kb(m.sequenceBytes + m.rowBytes + m.indexBytes, m.minutes),
    ].join(' | '),
  );
  const searches = measured.map((m) =>
    [
      m.size.toLocaleString('en'),
      (100 * m.recall).toFixed(1),
      m.searchCpuMs.toFixed(1),
      m.searchWallMs.toFixed(0),
      m.exactCpuMs.toFixed(0),
      m.memoryMs.toFixed(1),
      (100 * m.memoryRecall).toFixed(1),
      ...(m.usearch === null
        ? ['', '', '']
        : [m.usearch.searchMs.toFixed(1), (100 * m.usearch.recall).toFixed(1), seconds(m.usearch.buildMs)]),
    ].join(' | '),
  );
  return `# The index of vectors

Made by \`npm run evaluate -- vectors\`; do not edit. Weights ${real.modelVersion}. Real music, and copies of it whose vectors were turned
by noise (similarity 0.86 to their origin): they crowd around the real ones, which makes the exact ten harder to tell than among as much
other music, the more so the more copies there are of each; a vote needs one of them. One core; CPU of the server process, build and search without parallel workers; the embedded Postgres as shipped (128 MB of shared
buffers). Machine: ${availableParallelism()} cores, load ${loadavg()[0]!.toFixed(0)}: times on the wall say little.

Embedding from samples at 8 kHz: ${((minutesOf(real.sequences) * 60_000) / real.embedMs).toFixed(0)} × real time.

| vectors searched in | music | of it real | build, CPU-s | sequences, KB a minute | rows | HNSW | all |
| --- | --- | --- | --- | --- | --- | --- | --- |
${rows.map((row) => `| ${row} |`).join('\n')}

Sequences are all windows (one every ${stepMs} ms, a byte a number), what verification reads; the search is in every third of them, less silence and loops.
Peaks take 3.6 KB a minute beside this.

A batch is ${batchWindows} windows, one hypothesis of a sound of 15 s, noise added (similarity 0.74 to the right window); ${perVector} neighbours each. Recall is of the exact ten; in memory, of those of them that are alike enough to vote (0.42).

| vectors | pgvector: recall % | CPU ms a batch | wall ms | exact scan, CPU ms | in memory, ms | recall % | usearch, ms | recall % | its build, CPU-s |
| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |
${searches.map((row) => `| ${row} |`).join('\n')}

*In memory* is the scan over signs that a folder, a single file or an evaluation uses. *usearch* (bytes, the same connectivity) is measured where it is installed; empty: not installed.
`;
}
