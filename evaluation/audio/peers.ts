// Other matchers on the benchmark's files. They are programs of their own, named by path; nothing of theirs is part of the project.
//
//   node evaluation/audio/peers.ts --peer chromaprint --program fpcalc --references DIR --queries FILE.jsonl --out FILE.jsonl
//   node evaluation/audio/peers.ts --peer audfprint --program "PYTHON audfprint.py" --references DIR --queries FILE.jsonl --out FILE.jsonl
//
//   node evaluation/audio/peers.ts --peer olaf --program bin/olaf_core --references DIR --queries FILE.jsonl --out FILE.jsonl
//   node evaluation/audio/peers.ts --peer panako --program "java … be.panako.cli.Panako" --references DIR --queries FILE.jsonl --out FILE.jsonl
//
// Chromaprint itself only makes fingerprints of whole files; the excerpt search over its raw frames (least bit errors over all offsets) is ours.
// audfprint runs with its own defaults; its `Matched` lines are read. Olaf's core takes raw 16 kHz floats, which ffmpeg makes for it; it keeps its
// database in the home folder, so it gets one of its own. Panako runs its strategy PANAKO with its defaults, but for matches from three seconds on, as its
// configuration file has it (its code says five, which leaves sounds of seven seconds unfound); --program may be a script that sets class path and heap.

import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';

interface PeerAnswer {
  readonly id: string;
  readonly best: string | null;
  /** Named at the peer's own default threshold. */
  readonly recording: string | null;
  readonly score: number;
}

const { values } = parseArgs({
  options: {
    peer: { type: 'string' },
    program: { type: 'string' },
    references: { type: 'string' },
    queries: { type: 'string' },
    out: { type: 'string' },
  },
});
const { peer, program, references, queries, out } = values;
if (!peer || !program || !references || !queries || !out) {
  process.stderr.write('needs --peer, --program, --references, --queries and --out\n');
  process.exit(2);
}
const files = readdirSync(references).sort();
const asked = readFileSync(queries, 'utf8')
  .split('\n')
  .filter((line) => line !== '')
  .map((line) => JSON.parse(line) as { readonly id: string; readonly file: string });

/** Raw frames of 32 bits, about 8 a second. fpcalc may end with an error at the end of a file whose frames it has printed: what it printed counts. */
function chromaFrames(file: string): Uint32Array {
  const { stdout } = spawnSync(program!, ['-raw', '-json', '-length', '0', file], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
    maxBuffer: 1 << 26,
  });
  if (!stdout.startsWith('{')) throw new Error(`${program} made nothing of ${file}`);
  return Uint32Array.from((JSON.parse(stdout) as { fingerprint: number[] }).fingerprint);
}

function bitCount(word: number): number {
  let w = word - ((word >>> 1) & 0x55555555);
  w = (w & 0x33333333) + ((w >>> 2) & 0x33333333);
  return Math.imul((w + (w >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

/** Share of wrong bits at the best offset; random music comes to about 0.4. */
function leastErrors(sound: Uint32Array, reference: Uint32Array): number {
  let least = Infinity;
  for (let from = 0; from + sound.length <= reference.length; from++) {
    let wrong = 0;
    for (let i = 0; i < sound.length && wrong < least; i++) wrong += bitCount(sound[i]! ^ reference[from + i]!);
    least = Math.min(least, wrong);
  }
  return least / (32 * Math.max(1, sound.length));
}

/** Below this share of wrong bits a match is usually believed. */
const chromaThreshold = 0.35;

function chromaprint(): PeerAnswer[] {
  const indexed = files.map((name) => ({ name, frames: chromaFrames(path.join(references!, name)) }));
  return asked.map(({ id, file }, i) => {
    if (i % 100 === 0) process.stderr.write(`${i}/${asked.length}\n`);
    const sound = chromaFrames(file);
    let best: string | null = null;
    let least = 1;
    for (const { name, frames } of sound.length === 0 ? [] : indexed) {
      const errors = leastErrors(sound, frames);
      if (errors < least) {
        least = errors;
        best = name;
      }
    }
    return { id, best, recording: least < chromaThreshold ? best : null, score: 1 - least };
  });
}

interface Hit {
  readonly best: string;
  readonly score: number;
}

/** A peer that takes its files by list and answers for all of them at once: `hear` gives the best hit of each, by the base name of the query. */
function byLists(
  hear: (
    run: (args: readonly string[]) => string,
    work: string,
    list: (entries: readonly string[]) => string,
  ) => Map<string, Hit>,
): PeerAnswer[] {
  const [command, ...start] = program!.split(' ') as [string, ...string[]];
  const work = mkdtempSync(path.join(tmpdir(), `${peer}-`));
  let lists = 0;
  const list = (entries: readonly string[]): string => {
    const file = path.join(work, `list-${++lists}.txt`);
    writeFileSync(file, `${entries.map((entry) => path.resolve(entry)).join('\n')}\n`);
    return file;
  };
  const run = (args: readonly string[]): string =>
    execFileSync(command, [...start, ...args], {
      encoding: 'utf8',
      maxBuffer: 1 << 28,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
  try {
    const found = hear(run, work, list);
    return asked.map(({ id, file }) => {
      const hit = found.get(path.basename(file)) ?? null;
      return { id, best: hit?.best ?? null, recording: hit?.best ?? null, score: hit?.score ?? 0 };
    });
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

const known = files.map((name) => path.join(references, name));
const sounds = asked.map(({ file }) => file);

const audfprint = (): PeerAnswer[] =>
  byLists((run, work, list) => {
    const database = path.join(work, 'index.pklz');
    run(['new', '--dbase', database, '--list', list(known)]);
    const found = new Map<string, Hit>();
    for (const line of run(['match', '--dbase', database, '--list', list(sounds)]).split('\n')) {
      const match = /^Matched (.+?) [\d.]+ s(?:ec)?.* as (.+?) at +-?[\d.]+ s.* with +(\d+) of/.exec(line);
      if (match) found.set(path.basename(match[1]!), { best: path.basename(match[2]!), score: Number(match[3]) });
    }
    return found;
  });

function olaf(): PeerAnswer[] {
  const work = mkdtempSync(path.join(tmpdir(), 'olaf-'));
  try {
    mkdirSync(path.join(work, '.olaf', 'db'), { recursive: true });
    const raw = (file: string, name: string): string => {
      const out = path.join(work, `${name}.raw`);
      execFileSync('ffmpeg', ['-v', 'error', '-y', '-i', file, '-ac', '1', '-ar', '16000', '-f', 'f32le', out]);
      return out;
    };
    const run = (args: readonly string[]): string =>
      execFileSync(program!, [...args], {
        encoding: 'utf8',
        env: { ...process.env, HOME: work },
        stdio: ['ignore', 'pipe', 'ignore'],
        maxBuffer: 1 << 26,
      });
    for (const name of files) {
      const samples = raw(path.join(references!, name), 'reference');
      run(['store', samples, name]);
    }
    return asked.map(({ id, file }, i) => {
      if (i % 100 === 0) process.stderr.write(`${i}/${asked.length}\n`);
      let said = '';
      try {
        said = run(['query', raw(file, 'query'), path.basename(file)]);
      } catch {
        return { id, best: null, recording: null, score: 0 };
      }
      // Lines are lists of fields; the reference's name is one of them and the number of matching prints the largest count.
      let best: string | null = null;
      let score = 0;
      for (const line of said.split('\n')) {
        const fields = line.split(/[;,]/).map((field) => field.trim());
        const name = fields.map((field) => path.basename(field)).find((field) => files.includes(field));
        const count = Number(fields.find((field) => /^\d+$/.test(field)) ?? 0);
        if (name !== undefined && count > score) {
          best = name;
          score = count;
        }
      }
      return { id, best, recording: best, score };
    });
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

const panako = (): PeerAnswer[] =>
  byLists((run, work, list) => {
    mkdirSync(path.join(work, 'lmdb'));
    const settings = [
      'STRATEGY=PANAKO',
      `PANAKO_LMDB_FOLDER=${path.join(work, 'lmdb')}`,
      'PANAKO_CACHE_TO_FILE=FALSE',
      'PANAKO_USE_CACHED_PRINTS=FALSE',
      'PANAKO_MIN_MATCH_DURATION=3',
    ];
    run(['store', list(known), ...settings]);
    const found = new Map<string, Hit>();
    for (const line of run(['query', list(sounds), ...settings]).split('\n')) {
      // One line a match, the best first; "null" where there is none.
      const [, , query, , , match, , , , score] = line.replaceAll('%; ', '% ; ').split(' ; ');
      if (query === undefined || match === undefined || match === 'null' || !/^\d+$/.test(score ?? '')) continue;
      const name = path.basename(query);
      if (Number(score) > (found.get(name)?.score ?? 0))
        found.set(name, { best: path.basename(match), score: Number(score) });
    }
    return found;
  });

const run = { chromaprint, audfprint, olaf, panako }[peer];
if (run === undefined) {
  process.stderr.write(`no peer ${peer}\n`);
  process.exit(2);
}
writeFileSync(
  out,
  run()
    .map((answer) => `${JSON.stringify(answer)}\n`)
    .join(''),
);
