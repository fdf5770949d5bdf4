// Makes examples/catalogue, examples/release and examples/outside from Debian packages, and ATTRIBUTION.md with them.
// Run on Debian or Ubuntu: node examples/fetch-tracks.ts [FOLDER FOR THE UNPACKED PACKAGES]
// Its results are committed: it shows how they came about, and how to add a track. `--tables` writes only the CSV files
// and ATTRIBUTION.md, from the audio that is there.

import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { requirePrograms, runProgram } from './programs.ts';
import { licenceLinks, spotifyIds, tracks, type Track } from './tracks.ts';

const examples = import.meta.dirname;

/** Where the cut of a track lies, below examples/. */
const audioPath = (track: Track): string => `${track.shelf}/${track.file}.ogg`;

/** The unpacked package; downloaded once per folder. */
function packageRoot(folder: string, name: string): string {
  const root = join(folder, name);
  if (existsSync(root)) return root;
  const download = join(folder, `${name}.download`);
  mkdirSync(download, { recursive: true });
  runProgram('sh', ['-c', 'cd "$0" && apt-get download "$1" && dpkg -x "$1"_*.deb "$2"', download, name, root]);
  rmSync(download, { recursive: true });
  return root;
}

/** Cuts one track to Ogg Vorbis, quality 3 (about 100 kb/s stereo), without fades: every sample is the original's. */
function cutTrack(track: Track, packages: string): void {
  const { source } = track;
  const root = packageRoot(packages, source.package);
  const scratch = mkdtempSync(join(tmpdir(), 'fermata-cut-'));
  const inputs = source.paths.map((path, index) => {
    if (source.archive === null) return join(root, path);
    const extracted = join(scratch, `${index}.ogg`);
    writeFileSync(extracted, runProgram('unzip', ['-p', join(root, source.archive), path]));
    return extracted;
  });
  const cut = `[0:a]aresample=44100,asetrate=${Math.round(44100 * source.speedRatio)},aresample=44100[out]`;
  const mix = `amix=inputs=${inputs.length}:normalize=0,volume=0.7[out]`;
  const seek = (path: string): string[] => ['-ss', `${source.startS}`, '-t', `${source.lengthS}`, '-i', path];
  const graph = inputs.length > 1 ? mix : cut;
  const input = ['-nostdin', '-v', 'error', '-y', ...inputs.flatMap(seek), '-filter_complex', graph, '-map', '[out]'];
  const title = `title=${track.title}${track.version === '' ? '' : ` (${track.version})`}`;
  const artist = `artist=${track.artists.join('; ')}`;
  const tags = [title, artist, `license=${track.licence}`].flatMap((tag) => ['-metadata', tag]);
  const vorbis = ['-ac', '2', '-ar', '44100', '-c:a', 'libvorbis', '-q:a', '3'];
  const exact = ['-map_metadata', '-1', '-fflags', '+bitexact', '-flags:a', '+bitexact'];
  runProgram('ffmpeg', [...input, ...exact, ...tags, ...vorbis, join(examples, audioPath(track))]);
  rmSync(scratch, { recursive: true });
}

function durationMs(track: Track): number {
  const probe = ['-v', 'error', '-show_entries', 'format=duration', '-of', 'csv=p=0', join(examples, audioPath(track))];
  return Math.round(Number(runProgram('ffprobe', probe).toString()) * 1000);
}

/** A thirteen-digit GTIN under 952, the prefix that GS1 keeps for examples, with its check digit. */
function exampleUpc(serial: number): string {
  const body = `952${String(serial).padStart(9, '0')}`;
  const sum = [...body].reduce((total, digit, index) => total + Number(digit) * (index % 2 === 0 ? 1 : 3), 0);
  return `${body}${(10 - (sum % 10)) % 10}`;
}

const csvField = (text: string): string => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

function catalogueCsv(shelf: 'catalogue' | 'release'): string {
  const rows = tracks
    .filter((track) => track.shelf === shelf)
    .map((track) => [
      track.file === null ? '' : `${track.file}.ogg`,
      track.isrc,
      track.title,
      track.artists.join(';'),
      track.version,
      track.releaseDate,
      exampleUpc(Number(track.isrc.slice(-5))),
      track.label,
      track.file === null ? '' : `${durationMs(track)}`,
      spotifyIds[track.isrc] ?? '',
    ]);
  const header = [
    'file',
    'isrc',
    'title',
    'artists',
    'version',
    'release_date',
    'upc',
    'label',
    'duration_ms',
    'spotify_id',
  ];
  return [header, ...rows].map((row) => `${row.map(csvField).join(',')}\n`).join('');
}

function changes({ source }: Track): string {
  const mixed = source.paths.length > 1 ? 'the stems mixed; ' : '';
  const sped = source.speedRatio === 1 ? '' : `played ${source.speedRatio} times as fast; `;
  return `cut from ${source.startS} s for ${source.lengthS} s; ${mixed}${sped}encoded anew (Ogg Vorbis, quality 3)`;
}

function attribution(): string {
  const cell = (text: string): string => text.replaceAll('|', '\\|');
  const origin = ({ source }: Track): string =>
    `\`${source.package}\`: ${[source.archive, source.paths.join(' + ')].filter((part) => part !== null).join(' → ')}`;
  const shipped = tracks
    .filter((track) => track.file !== null)
    .map((track) => {
      const licence = `[${track.licence}](${licenceLinks[track.licence]})`;
      const title = track.version === '' ? track.title : `${track.title} (${track.version})`;
      const cells = [
        `\`${audioPath(track)}\``,
        title,
        track.artists.join(', '),
        licence,
        origin(track),
        changes(track),
        track.source.evidence,
      ];
      return `| ${cells.map(cell).join(' | ')} |\n`;
    });
  const named = tracks
    .filter((track) => track.file === null)
    .map(
      (track) =>
        `| ${[track.title, track.artists.join(', '), origin(track), track.source.evidence].map(cell).join(' | ')} |\n`,
    );
  return `<!-- Written by examples/fetch-tracks.ts from examples/tracks.ts: change it there. -->
# Whose music this is

The tracks are by the artists named here, under the licences named here, and not under the licence of the project. They come from packages of Debian;
who made a file and under which licence is what the package itself says (last column). Recordings under CC-BY-SA stay under CC-BY-SA, and so do the sounds in
\`sounds/\` that were made from them: \`sounds.ts\` says for each sound from which track or tracks it was made, and their lines here are its attribution.
None of the artists endorses this project, and none of the sounds was posted by anyone: platforms' ids, uploaders and handles are invented.

ISRCs (\`ZZ…\`: a country code left to users) and UPCs (\`952…\`: a prefix that GS1 keeps for examples) are invented. Release dates are invented but for the year
where the source gives one. "Island Dreams (Sped Up)" is no release: it was made for the examples. "Motorway" has long been out; the examples treat it as a track to come.

Speech in \`sounds/\` was made with [eSpeak NG](https://github.com/espeak-ng/espeak-ng) from sentences written for the examples.

| file | title | artist | licence | source package and file | what was changed | how artist and licence are known |
| --- | --- | --- | --- | --- | --- | --- |
${shipped.join('')}
What is in \`sounds/\` was further changed as \`sounds.ts\` says (excerpt, speed, pitch, reverb, filter, speech on top), and encoded to AAC or MP3.

## Tracks that the catalogue only names

They exist, and no audio of them is here.

| title | artist | where it can be heard | how the artist is known |
| --- | --- | --- | --- |
${named.join('')}`;
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { tables: { type: 'boolean', default: false } },
});
if (!values.tables) {
  requirePrograms(['unzip', 'ffmpeg']);
  const packages = positionals[0] ?? mkdtempSync(join(tmpdir(), 'fermata-packages-'));
  for (const shelf of ['catalogue', 'release', 'outside']) mkdirSync(join(examples, shelf), { recursive: true });
  for (const track of tracks) {
    if (track.file === null) continue;
    process.stderr.write(`${audioPath(track)}\n`);
    cutTrack(track, packages);
  }
}
requirePrograms(['ffmpeg']);
writeFileSync(join(examples, 'catalogue', 'catalogue.csv'), catalogueCsv('catalogue'));
writeFileSync(join(examples, 'release', 'catalogue.csv'), catalogueCsv('release'));
writeFileSync(join(examples, 'ATTRIBUTION.md'), attribution());
const bytes = ['catalogue', 'release', 'outside']
  .flatMap((shelf) => readdirSync(join(examples, shelf)).map((name) => join(examples, shelf, name)))
  .reduce((total, path) => total + statSync(path).size, 0);
process.stderr.write(`${(bytes / 1e6).toFixed(1)} MB of tracks\n`);
