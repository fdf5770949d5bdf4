// Makes the sets: songs and queries of one half. Seeded: the same on every machine that has the same programs and packages. What is there already
// is not made again, so that a run that was stopped goes on where it was.
//
//   node evaluation/lookalikes/make.ts --work DIR --part tuning --pop909 DIR --mcgill DIR [--packages DIR] [--slice] [--only songs|queries]
//
// Needs mma, fluidsynth, sox, ffmpeg and espeak-ng on the path (Debian's packages of these names). Soundfonts and free music are packages too, fetched
// with apt-get into DIR/packages and unpacked, not installed. POP909 and McGill Billboard are folders as their repositories have them.

import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { jsonLines } from '../audio/lines.ts';
import { makeRoom, makeStreams, spokenByEspeak } from '../audio/surroundings.ts';
import { materialOf, soundfontsOf } from './material.ts';
import { makeQueries, planQueries } from './queries.ts';
import { createRenderer } from './render.ts';
import { fullSizes, planSongs, sliceSizes, type Part, type Song } from './songs.ts';
import split from './split.json' with { type: 'json' };

const { values } = parseArgs({
  options: {
    work: { type: 'string' },
    part: { type: 'string' },
    packages: { type: 'string' },
    pop909: { type: 'string' },
    mcgill: { type: 'string' },
    slice: { type: 'boolean', default: false },
    only: { type: 'string' },
  },
});
const { work, pop909, mcgill } = values;
if (!work || !pop909 || !mcgill || (values.part !== 'tuning' && values.part !== 'reporting')) {
  process.stderr.write('needs --part tuning|reporting, --work DIR, --pop909 DIR and --mcgill DIR\n');
  process.exit(2);
}
for (const program of ['mma', 'fluidsynth', 'sox', 'ffmpeg', 'ffprobe', 'espeak-ng']) {
  try {
    execFileSync('which', [program], { stdio: 'ignore' });
  } catch {
    process.stderr.write(`${program} is not there\n`);
    process.exit(1);
  }
}
const part: Part = values.part;
const packages = values.packages ?? path.join(work, 'packages');
const sources = { packages, pop909, mcgill };
const folder = path.join(work, values.slice ? `${part}-slice` : part);
/** Indexed songs lie in one folder, which is what is indexed, the others in another. */
const fileOf = (song: Song): string =>
  path.join(folder, song.role === 'indexed' ? 'references' : 'songs', `${song.id}.flac`);

mkdirSync(path.join(folder, 'references'), { recursive: true });
mkdirSync(path.join(folder, 'songs'), { recursive: true });
const songs = planSongs(part, materialOf(part, sources), values.slice ? sliceSizes : fullSizes);
await removeStale(songs);
const jsonl = (rows: readonly unknown[]): string => rows.map((row) => `${JSON.stringify(row)}\n`).join('');
writeFileSync(path.join(folder, 'songs.jsonl'), jsonl(songs));

if (values.only !== 'queries') await renderSongs();
if (values.only !== 'songs') await cutQueries();

async function renderSongs(): Promise<void> {
  const renderer = createRenderer(sources, soundfontsOf(part, packages));
  // What is indexed first: the index is then whole, and songs that are only asked can be rendered while others are asked.
  const missing = ['indexed', 'absent', 'version'].flatMap((role) =>
    songs.filter((song) => song.role === role && !existsSync(fileOf(song))),
  );
  const startedAt = performance.now();
  for (const [i, song] of missing.entries()) {
    await renderer.render(song, fileOf(song));
    if (i % 20 === 19) process.stderr.write(`${i + 1} of ${missing.length} songs, ${seconds(startedAt)} s\n`);
  }
  renderer.close();
  process.stderr.write(`${songs.length} songs, ${missing.length} of them rendered in ${seconds(startedAt)} s\n`);
}

async function cutQueries(): Promise<void> {
  const voicesFolder = path.join(folder, 'voices');
  mkdirSync(voicesFolder, { recursive: true });
  const spoken = split.voices[part]['espeak-ng'].map((voice) => spokenByEspeak(voicesFolder, voice));
  const byId = new Map(songs.map((song) => [song.id, song]));
  await makeQueries(planQueries(part, songs, values.slice ? 0.1 : 1), {
    folder,
    fileOf: (id) => fileOf(byId.get(id)!),
    voices: makeStreams(voicesFolder, spoken),
    rooms: split.decaySeconds[part].map((decay) => makeRoom(path.join(folder, 'rooms'), decay)),
  });
}

/** Songs of an earlier plan that are gone or are made otherwise now: what lies in the folder is what songs.jsonl says. */
async function removeStale(now: readonly Song[]): Promise<void> {
  const planned = new Map(now.map((song) => [song.id, JSON.stringify(song)]));
  let removed = 0;
  for await (const row of jsonLines(path.join(folder, 'songs.jsonl'))) {
    const before = row as unknown as Song;
    if (planned.get(before.id) === JSON.stringify(before)) continue;
    rmSync(fileOf(before), { force: true });
    removed++;
  }
  if (removed > 0) process.stderr.write(`${removed} songs of an earlier plan removed\n`);
}

function seconds(from: number): string {
  return ((performance.now() - from) / 1000).toFixed(0);
}
