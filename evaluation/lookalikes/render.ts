// From a recipe to audio: MMA plays the grooves, fluidsynth the notes, sox the tones, ffmpeg puts them together. Mono at 22.05 kHz, FLAC.

import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { seeded } from '../audio/random.ts';
import { openWav, rmsOf } from '../audio/wav.ts';
import { mcgillBars, popBars, toMma, type Bar } from './charts.ts';
import type { Sources } from './material.ts';
import {
  cutBeats,
  delayed,
  keepEvents,
  onlyDrums,
  ontoChannels,
  readMidi,
  scaledVelocity,
  transposed,
  withInstruments,
  withoutDrums,
  writeMidi,
  type Midi,
  type MidiEvent,
  type MidiTrack,
} from './midi.ts';
import type { ChartRef, Layer, Recipe, Song, Stem } from './songs.ts';

const run = promisify(execFile);
const rateHz = 22_050;
const musicRms = 0.1;

export interface Renderer {
  /** Renders a song into a FLAC file. */
  render(song: Song, file: string): Promise<void>;
  close(): void;
}

export function createRenderer(sources: Sources, soundfonts: readonly string[]): Renderer {
  const scratch = mkdtempSync(path.join(os.tmpdir(), 'lookalikes-'));
  const at = (name: string): string => path.join(scratch, name);

  const text = (folder: string, ref: ChartRef, name: string): string =>
    readFileSync(path.join(folder, ref.song, name), 'utf8');
  const barsOf = (ref: ChartRef): readonly Bar[] =>
    ref.source === 'mcgill' ? mcgillBars(text(sources.mcgill, ref, 'salami_chords.txt')) : popOf(ref).bars;
  const popOf = (ref: ChartRef) =>
    popBars(text(sources.pop909, ref, 'chord_midi.txt'), text(sources.pop909, ref, 'beat_midi.txt'));

  const playGroove = async (layer: Layer & { kind: 'groove' }, tempo: number): Promise<Midi> => {
    const { chart, sections, seed, stem } = layer;
    writeFileSync(at('groove.mma'), toMma(barsOf(chart), chart.from, sections, Math.round(tempo), seed));
    await run('mma', ['-w', '-m', '2000', '-xNOCREDIT', at('groove.mma'), '-f', at('groove.mid')]);
    return ontoChannels(
      stemOf(readMidi(readFileSync(at('groove.mid'))), stem),
      [10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4],
    );
  };

  const playPop = (layer: Layer & { kind: 'pop909' }): Midi => {
    const { chart, tracks: wanted, programs, velocity } = layer;
    const whole = readMidi(readFileSync(path.join(sources.pop909, chart.song, `${chart.song}.mid`)));
    const from = Math.max(0, popOf(chart).firstBeat + 4 * chart.from);
    const tracks = wanted.flatMap((name, i): MidiTrack[] => {
      const found = whole.tracks.find((track) => track.name === name);
      if (found === undefined) return [];
      const channel = 5 + i;
      const events = found.events
        .filter((event) => (event.bytes[0]! & 0xf0) !== 0xc0)
        .map(({ beat, bytes }): MidiEvent => ({ beat, bytes: [(bytes[0]! & 0xf0) | channel, ...bytes.slice(1)] }));
      return [{ name, events: [{ beat: 0, bytes: [0xc0 | channel, programs[i]!] }, ...events] }];
    });
    return scaledVelocity(cutBeats({ ...whole, tracks }, from, Infinity), velocity);
  };

  const playPads = ({ programs, chords }: Layer & { kind: 'pads' }): Midi => {
    const tracks = programs.map((program, channel): MidiTrack => {
      const events: MidiEvent[] = [{ beat: 0, bytes: [0xc0 | channel, program] }];
      let beat = 0;
      for (const { beats, keys } of chords) {
        // The second instrument holds the upper half only: two of the same would be one, louder.
        for (const key of channel === 0 ? keys : keys.slice(keys.length >> 1)) {
          events.push(
            { beat, bytes: [0x90 | channel, key, 84] },
            { beat: beat + beats - 0.05, bytes: [0x80 | channel, key, 0] },
          );
        }
        beat += beats;
      }
      return { name: `pad ${channel}`, events };
    });
    return { tracks, beatsPerMinute: 60 };
  };

  const play = async (recipe: Recipe & { kind: 'rendered' }, seconds: number): Promise<Buffer> => {
    const { tempo, layers, transpose, reinstrument, introBeats } = recipe;
    const beats = (seconds * tempo) / 60;
    const played: Midi[] = [];
    for (const layer of layers) {
      if (layer.kind === 'groove') {
        const song = await playGroove(layer, tempo);
        if (introBeats === undefined) played.push(song);
        else {
          const anew = await playGroove({ ...layer, seed: layer.seed + 1, stem: 'drums' }, tempo);
          played.push(cutBeats(anew, 0, introBeats), delayed(song, introBeats));
        }
      } else {
        const song = layer.kind === 'pads' ? playPads(layer) : playPop(layer);
        played.push(introBeats === undefined ? song : delayed(song, introBeats));
      }
    }
    let midi: Midi = { tracks: played.flatMap(({ tracks }) => tracks), beatsPerMinute: tempo };
    if (transpose !== undefined) midi = transposed(midi, transpose);
    if (reinstrument !== undefined) {
      const random = seeded(reinstrument);
      const chosen = new Map<number, number>();
      midi = withInstruments(midi, (program, channel) => {
        const known = chosen.get(channel) ?? otherInstrument(program, random());
        chosen.set(channel, known);
        return known;
      });
    }
    return writeMidi(cutBeats(midi, 0, beats).tracks, tempo);
  };

  const synthesise = async (midi: Buffer, soundfont: number, wav: string): Promise<void> => {
    writeFileSync(at('song.mid'), midi);
    const dry = ['-R', '0', '-C', '0', '-r', `${rateHz}`, '-g', '0.4', '-o', 'synth.dynamic-sample-loading=1'];
    await run('fluidsynth', ['-ni', '-q', ...dry, '-T', 'wav', '-F', wav, soundfonts[soundfont]!, at('song.mid')]);
  };

  const ffmpeg = (args: readonly string[]): Promise<unknown> =>
    run('ffmpeg', ['-v', 'error', '-nostdin', '-y', '-threads', '1', ...args]);
  const asFlac = ['-ac', '1', '-ar', `${rateHz}`, '-sample_fmt', 's16', '-map_metadata', '-1', '-c:a', 'flac'];

  const make = async ({ recipe, seconds }: Song, file: string): Promise<void> => {
    switch (recipe.kind) {
      case 'track':
        return void (await ffmpeg(['-i', recipe.file, '-t', `${seconds}`, '-vn', ...asFlac, file]));
      case 'rendered': {
        await synthesise(await play(recipe, seconds), recipe.soundfont, at('song.wav'));
        const level = levelFilter(at('song.wav'));
        return void (await ffmpeg(['-i', at('song.wav'), '-t', `${seconds}`, '-af', level, ...asFlac, file]));
      }
      case 'loop': {
        const { loop, bars, top, topDb } = recipe;
        const loopSeconds = (bars * 4 * 60) / loop.tempo;
        await synthesise(await play(loop, loopSeconds), loop.soundfont, at('loop.wav'));
        await synthesise(await play(top, seconds), top.soundfont, at('top.wav'));
        const samples = Math.round(loopSeconds * rateHz);
        const graph =
          `[0:a]${levelFilter(at('loop.wav'))},aformat=channel_layouts=mono,apad=whole_len=${samples},atrim=end_sample=${samples},aloop=loop=-1:size=${samples}[l];` +
          `[1:a]${levelFilter(at('top.wav'), topDb)},aformat=channel_layouts=mono,apad[t];` +
          `[l][t]amix=inputs=2:duration=first:normalize=0,atrim=0:${seconds},alimiter=limit=0.95[out]`;
        const inputs = ['-i', at('loop.wav'), '-i', at('top.wav')];
        return void (await ffmpeg([...inputs, '-filter_complex', graph, '-map', '[out]', ...asFlac, file]));
      }
      case 'tones': {
        const pieces: string[] = [];
        for (const [i, { seconds: length, keys }] of recipe.chords.entries()) {
          const piece = at(`tone-${i}.wav`);
          const voices = keys.flatMap((key) => [recipe.wave, (440 * 2 ** ((key - 69) / 12)).toFixed(3)]);
          const shape = ['remix', '-', 'fade', 'q', '0.4', `${length}`, '0.4', 'tremolo', `${recipe.tremoloHz}`, '35'];
          const source = ['-R', '-n', '-r', `${rateHz}`, '-c', `${keys.length}`, '-b', '16', piece];
          await run('sox', [
            ...source,
            'synth',
            `${length}`,
            ...voices,
            ...shape,
            'lowpass',
            `${recipe.lowpassHz}`,
            'gain',
            '-n',
            '-9',
          ]);
          pieces.push(piece);
        }
        await run('sox', [...pieces, at('tones.wav'), 'trim', '0', `${seconds}`]);
        return void (await ffmpeg(['-i', at('tones.wav'), ...asFlac, file]));
      }
    }
  };

  return {
    async render(song, file) {
      const half = `${file}.part.flac`;
      await make(song, half);
      renameSync(half, file);
    },
    close: () => rmSync(scratch, { recursive: true, force: true }),
  };
}

/** Brings a file to the usual level, and so many dB above it; without clipping. */
function levelFilter(wav: string, db = 0): string {
  const opened = openWav(wav);
  const rms = rmsOf(opened, 0, opened.seconds);
  return `volume=${((musicRms * 10 ** (db / 20)) / Math.max(1e-3, rms)).toFixed(4)},alimiter=limit=0.95`;
}

function stemOf(midi: Midi, stem: Stem): Midi {
  const isBass = (track: MidiTrack): boolean => /^(bass|walk)/i.test(track.name);
  switch (stem) {
    case 'all':
      return midi;
    case 'drums':
      return onlyDrums(midi);
    case 'others':
      return withoutDrums(midi);
    case 'bass':
      return keepEvents(withoutDrums(midi), (_, track) => isBass(track));
    case 'drums and bass':
      return keepEvents(midi, (_, track) => /^drum/i.test(track.name) || isBass(track));
    case 'chords':
      return keepEvents(withoutDrums(midi), (_, track) => !isBass(track));
  }
}

/** Another instrument of General MIDI; a bass stays a bass. */
function otherInstrument(program: number, at: number): number {
  if (program >= 32 && program < 40) return 32 + ((program - 32 + 1 + Math.floor(at * 7)) % 8);
  const choices = [0, 4, 6, 11, 16, 19, 22, 24, 25, 27, 40, 46, 48, 52, 56, 61, 65, 68, 71, 73, 80, 81, 89].filter(
    (other) => other >> 3 !== program >> 3,
  );
  return choices[Math.floor(at * choices.length)]!;
}
