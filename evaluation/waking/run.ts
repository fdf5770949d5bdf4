// `npm run evaluate -- waking [--waiting 10000] [--releases 10] [--json]`: seconds from the delivery of one recording to the link of the altered sound
// that waited for it, on real servers, while many others wait. Prints a table and writes REPORT.md beside this file.

import { copyFile, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createDecoder } from '../../audio/decode.ts';
import { warp } from '../../audio/resample.ts';
import { encodeWav } from '../../audio/wav.ts';
import { bandsPerOctave } from '../../audio/spectrum.ts';
import { saveHeard } from '../../store/sounds/heardAudio.ts';
import { insertSounds } from '../../store/sounds/sounds.ts';
import { readState } from '../../store/sounds/state.ts';
import { withConnections, type Connections } from '../../app/connection.ts';
import { startEverything } from '../../cli/commands/up.ts';
import { readLine } from '../../app/submission.ts';
import { createTerminal, table } from '../../cli/terminal.ts';
import { landmarksVersion } from '../../matching/audio/landmarks.ts';
import { fingerprintReference, packPeaks, unpackPeaks } from '../../matching/audio/reference.ts';
import { soundPrintVersion } from '../../matching/audio/soundPrint.ts';
import { seeded } from '../audio/random.ts';
import { readOrSay, wholeNumber } from '../options.ts';
import { ownConfig, readConditions } from '../throughput/conditions.ts';

export const usage = `usage: npm run evaluate -- waking [options]
  --waiting N    sounds that wait; 10000 when not given
  --releases N   recordings that arrive, 1 to 20; 10 when not given
  --json         numbers instead of the page
  --help         this`;
const tracks = join(import.meta.dirname, '..', '..', 'examples', 'catalogue');
const rateHz = 8000;
const teaserSeconds = 15;
const speeds = [1, 1.25, 0.8, 1.1, 0.9, 1.3, 1.2, 0.85, 1.15, 0.95];
const horizonMs = 90 * 24 * 3600 * 1000;

/** Exit code 0 done, 1 failed, 2 misuse. */
export async function main(argv: string[]): Promise<number> {
  const asked = readOrSay(usage, () => read(argv));
  if (asked === null) return 2;
  const terminal = createTerminal();
  const folder = await mkdtemp(join(tmpdir(), 'fermata-waking-'));
  const config = ownConfig(join(folder, 'data'));
  const startedAtMs = Date.now();
  try {
    terminal.talk('starting the servers');
    const running = await startEverything(config, { onProgress: () => undefined, audioWorkers: 1 });
    try {
      const seconds = await withConnections(config, (connections) =>
        measure(connections, folder, asked, (text) => terminal.talk(text)),
      );
      const sorted = seconds.toSorted((a, b) => a - b);
      const at = (share: number): number => sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)]!;
      const rows: [string, string][] = [
        ['sounds that wait, besides those that are woken', String(asked.waiting)],
        ['recordings delivered, one after the other', String(seconds.length)],
        ['from delivery to link, median', `${at(0.5).toFixed(1)} s`],
        ['… 95 of 100', `${at(0.95).toFixed(1)} s`],
        ['… slowest', `${sorted.at(-1)!.toFixed(1)} s`],
      ];
      const { cores, processor, load, date } = readConditions(startedAtMs, {});
      const conditions = `${date}; ${cores} cores (${processor}); load ${load} at the end; one audio worker; speeds ${speeds.join(', ')} in turn.`;
      await writeFile(
        join(import.meta.dirname, 'REPORT.md'),
        [
          '# Waking: from delivery to link',
          '',
          'Made by `npm run evaluate -- waking`; do not edit.',
          '',
          conditions,
          '',
          '| what | measured |',
          '| --- | --- |',
          ...rows.map(([what, value]) => `| ${what} | ${value} |`),
          '',
        ].join('\n'),
      );
      terminal.out(
        asked.json
          ? JSON.stringify({ seconds, waiting: asked.waiting })
          : `${table(['what', 'measured'], rows)}\n\n${conditions}`,
      );
      return 0;
    } finally {
      await running.stop();
    }
  } finally {
    terminal.settle();
    await rm(folder, { recursive: true, force: true });
  }
}

interface Asked {
  readonly waiting: number;
  readonly releases: number;
  readonly json: boolean;
}

async function measure(
  connections: Connections,
  folder: string,
  asked: Asked,
  talk: (text: string) => void,
): Promise<number[]> {
  const files = (await readdir(tracks)).filter((file) => file.endsWith('.ogg')).sort();
  const released = files.slice(0, asked.releases);
  const decoder = createDecoder();
  const decode = async (file: string): Promise<Float32Array> => {
    const decoded = await decoder.decode(join(tracks, file), { sampleRateHz: rateHz });
    if (decoded.kind !== 'audio') throw new Error(`${file}: ${decoded.reason}`);
    return decoded.pcm;
  };
  try {
    talk('making the sounds that wait');
    const others = await Promise.all(files.slice(asked.releases, asked.releases + 8).map(decode));
    await fill(connections, folder, others, asked.waiting);
    const ids: string[] = [];
    for (const [i, file] of released.entries()) {
      const pcm = await decode(file);
      const speed = speeds[i % speeds.length]!;
      const from = Math.min(20 * rateHz, Math.max(0, pcm.length - teaserSeconds * speed * rateHz));
      const clip = warp(pcm.subarray(from, from + teaserSeconds * speed * rateHz), speed);
      await writeFile(join(folder, `${i}.wav`), encodeWav(clip, rateHz));
      const line = {
        platform: 'tiktok',
        id: `teaser-${i}`,
        title: 'original sound',
        original: true,
        audio: `${i}.wav`,
      };
      const sound = readLine(JSON.stringify(line), folder, horizonMs);
      if (typeof sound === 'string') throw new Error(sound);
      await connections.reconciliation.submit([sound]);
      ids.push(sound.id);
    }
    for (const id of ids) await until(connections, id, (state) => state.nextAttemptAtMs !== null);
    const seconds: number[] = [];
    for (const [i, file] of released.entries()) {
      const delivered = join(folder, `release-${i}`);
      await mkdir(delivered);
      await copyFile(join(tracks, file), join(delivered, file));
      const row = { isrc: `ZZWKG26${String(i).padStart(5, '0')}`, title: `Release ${i}`, artists: 'Anyone', file };
      await writeFile(join(delivered, 'catalogue.jsonl'), `${JSON.stringify(row)}\n`);
      const begunAtMs = performance.now();
      await connections.reconciliation.deliver(`release-${i}`, delivered);
      await until(connections, ids[i]!, (state) => state.link !== null);
      seconds.push((performance.now() - begunAtMs) / 1000);
      talk(`${file}: ${seconds.at(-1)!.toFixed(1)} s`);
    }
    return seconds;
  } finally {
    decoder.close();
  }
}

/** Sounds that wait: excerpts of real music's peaks, played at other speeds, a quarter of them lost and as many of noise added. */
async function fill(
  connections: Connections,
  folder: string,
  music: readonly Float32Array[],
  n: number,
): Promise<void> {
  const random = seeded(7);
  const sources = music.map((pcm) => unpackPeaks(fingerprintReference(pcm, rateHz)).peaks);
  for (let from = 0; from < n; from += 500) {
    await connections.database.transaction(async (client) => {
      for (let i = from; i < Math.min(n, from + 500); i += 1) {
        const source = sources[Math.floor(random() * sources.length)]!;
        const speed = 0.8 + 0.5 * random();
        const frames = teaserSeconds * 31.25;
        const start = random() * Math.max(1, source.frame.at(-1)! - frames * speed);
        const peaks: [number, number][] = [];
        for (let k = 0; k < source.count; k += 1) {
          const frame = (source.frame[k]! - start) / speed;
          const band = source.band[k]! + bandsPerOctave * Math.log2(speed) + (random() - 0.5) / 2;
          if (frame >= 0 && frame < frames && band > 1 && band < 118 && random() > 0.25) peaks.push([frame, band]);
        }
        while (peaks.length < 430) peaks.push([random() * frames, 1 + random() * 117]);
        peaks.sort((a, b) => a[0] - b[0]);
        const landmarks = packPeaks(
          {
            count: peaks.length,
            frame: Float32Array.from(peaks, (peak) => peak[0]),
            band: Float32Array.from(peaks, (peak) => peak[1]),
            rise: new Float32Array(peaks.length).fill(1),
          },
          teaserSeconds * 1000,
        );
        const sound = readLine(
          JSON.stringify({ platform: 'tiktok', id: `waiting-${i}`, title: `Waits ${i}` }),
          folder,
          horizonMs,
        );
        if (typeof sound === 'string') throw new Error(sound);
        await insertSounds(client, [sound]);
        await client.query(`update sounds set status = 'waiting', audio_hash = $2 where id = $1`, [
          sound.id,
          `waiting-${i}`,
        ]);
        // Nobody searches these again, so they have no print worth its 60 KB.
        await saveHeard(
          client,
          `waiting-${i}`,
          { print: new Uint8Array(1), landmarks },
          { printVersion: soundPrintVersion, landmarksVersion },
        );
      }
    });
  }
}

async function until(
  { database }: Connections,
  id: string,
  is: (state: NonNullable<Awaited<ReturnType<typeof readState>>>) => boolean,
): Promise<void> {
  for (const end = Date.now() + 300_000; ; await new Promise((resolve) => setTimeout(resolve, 50))) {
    const state = await readState(database, id);
    if (state !== null && is(state)) return;
    if (Date.now() > end) throw new Error(`${id} did not come to that in five minutes: ${JSON.stringify(state)}`);
  }
}

function read(argv: string[]): Asked {
  const { values } = parseArgs({
    args: argv,
    options: {
      waiting: { type: 'string', default: '10000' },
      releases: { type: 'string', default: '10' },
      json: { type: 'boolean', default: false },
    },
  });
  return {
    waiting: wholeNumber('waiting', values.waiting, 1, 1_000_000),
    releases: wholeNumber('releases', values.releases, 1, 20),
    json: values.json,
  };
}
