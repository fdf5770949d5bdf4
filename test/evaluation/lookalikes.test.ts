// What the look-alike sets stand on: halves that share nothing, notes that survive reading and writing, charts as they were annotated, intervals that
// agree with tables.

import { describe, expect, it } from 'vitest';
import { alterationNamed } from '../../evaluation/audio/alterations.ts';
import { mcgillBars, popBars, toMma, toMmaChord } from '../../evaluation/lookalikes/charts.ts';
import grooves from '../../evaluation/lookalikes/grooves.json' with { type: 'json' };
import { clopperPearson, wilson } from '../../evaluation/lookalikes/intervals.ts';
import { cutBeats, readMidi, transposed, writeMidi, type MidiTrack } from '../../evaluation/lookalikes/midi.ts';
import { planQueries } from '../../evaluation/lookalikes/queries.ts';
import {
  calibrationError,
  hypothesisOf,
  isWrong,
  isWrongVersion,
  type Judged,
} from '../../evaluation/lookalikes/report.ts';
import { fullSizes, planSongs, type Material, type Part, type Song } from '../../evaluation/lookalikes/songs.ts';
import split from '../../evaluation/lookalikes/split.json' with { type: 'json' };
import audioSplit from '../../evaluation/audio/split.json' with { type: 'json' };

const material = (part: Part): Material => ({
  grooves: grooves[part],
  mcgill: Array.from({ length: 80 }, (_, i) => String(i).padStart(4, '0')),
  pop909: Array.from({ length: 80 }, (_, i) => String(i).padStart(3, '0')),
  tracks: split.packages[part].flatMap((name) =>
    Array.from({ length: 6 }, (_, i) => ({ package: name, name: `${name}--${i}`, file: `/music/${name}/${i}.ogg` })),
  ),
});
const planned = (part: Part): Song[] => planSongs(part, material(part), fullSizes);

describe('the two halves', () => {
  it('share no soundfont, groove, package, digit, voice or room', () => {
    const named = (part: Part): string[] => [
      ...split.soundfonts[part].map(({ file }) => file),
      ...Object.keys(grooves[part]),
      ...split.packages[part],
      ...split.lastDigits[part].map((digit) => `digit ${digit}`),
      ...split.voices[part]['espeak-ng'],
      ...split.decaySeconds[part].map((seconds) => `${seconds} s`),
    ];
    const all = [...named('tuning'), ...named('reporting')];
    expect(new Set(all).size).toBe(all.length);
    // Songs and charts whose number ends in 7 are kept for others.
    expect(all).not.toContain('digit 7');
  });

  it('keep the audio benchmark’s test music out of tuning', () => {
    for (const name of audioSplit.packages.test) expect(split.packages.tuning).not.toContain(name);
    for (const name of [...audioSplit.packages.tune, ...audioSplit.packages.validation])
      expect(split.packages.reporting).not.toContain(name);
  });

  it.each(['tuning', 'reporting'] as const)(
    '%s: half of every group is absent, and the plan is the same each time',
    (part) => {
      const songs = planned(part);
      expect(planned(part)).toEqual(songs);
      expect(new Set(songs.map(({ id }) => id)).size).toBe(songs.length);
      for (const family of ['groove', 'drums', 'hybrid', 'loop', 'drone', 'melody'] as const) {
        const own = songs.filter((song) => song.family === family);
        for (const group of new Set(own.map((song) => song.group))) {
          const inGroup = own.filter((song) => song.group === group);
          const indexed = inGroup.filter(({ role }) => role === 'indexed').length;
          expect(indexed * 2, `${family} ${group}`).toBe(inGroup.length);
        }
      }
    },
  );

  it.each(['tuning', 'reporting'] as const)(
    '%s: asks of at least 2,000 absent sounds, of present ones and of versions',
    (part) => {
      const songs = planned(part);
      const plans = planQueries(part, songs, 1);
      expect(new Set(plans.map(({ id }) => id)).size).toBe(plans.length);
      const count = (role: Song['role']): number => plans.filter(({ song }) => song.role === role).length;
      expect(count('absent')).toBeGreaterThanOrEqual(2000);
      expect(count('indexed')).toBeGreaterThanOrEqual(600);
      expect(count('version')).toBe(songs.filter(({ role }) => role === 'version').length);
      for (const { condition } of plans) expect(alterationNamed(condition).map).toBeNull();
    },
  );
});

describe('charts', () => {
  it('reads McGill’s phrases, repeats and dots', () => {
    const text =
      '# metre: 4/4\n0.1\tA, verse, | A:min | D:7 . G:maj . |, (voice\n9.0\t| C:maj . . F:maj7 | x2\n20\tsilence\n';
    expect(mcgillBars(text)).toEqual([
      ['Am', 'Am', 'Am', 'Am'],
      ['D7', 'D7', 'G', 'G'],
      ['C', 'C', 'C', 'FM7'],
      ['C', 'C', 'C', 'FM7'],
    ]);
  });

  it('reads POP909’s chords by the beat, from the first whole bar on', () => {
    const beats = [0, 1, 0, 0, 0, 1, 0, 0, 0].map((first, i) => `${0.5 * i + 0.1} ${first} 0`).join('\n');
    const chart = popBars('0.0 1.6 N\n1.6 2.6 B:maj\n2.6 9 Bb:min7\n', beats);
    expect(chart.bars).toEqual([
      ['z', 'z', 'B', 'B'],
      ['Bbm7', 'Bbm7', 'Bbm7', 'Bbm7'],
    ]);
    expect(chart.firstBeat).toBeCloseTo(1.2, 5);
  });

  it('takes a chord that MMA does not know for its triad', () => {
    expect(['C:sus4(b7)', 'Eb:hdim7', 'F#:min6/3', 'A:min7(11)', 'N'].map(toMmaChord)).toEqual([
      'Csus4',
      'Ebm7b5',
      'F#m6',
      'Am7',
      'z',
    ]);
  });

  it('writes bars for MMA', () => {
    const bars = [['C', 'C', 'F', 'F'] as const];
    expect(toMma(bars, 3, [{ groove: 'lib/file:Name', bars: 1 }], 96, 5)).toBe(
      'RndSeed 5\nTempo 96\nGroove lib/file:Name\n1 C / F /\n',
    );
  });
});

describe('MIDI', () => {
  const track: MidiTrack = {
    name: '',
    events: [
      { beat: 0, bytes: [0xc3, 12] },
      { beat: 1, bytes: [0x93, 60, 90] },
      { beat: 2.5, bytes: [0x83, 60, 0] },
      { beat: 200, bytes: [0x93, 64, 90] },
      { beat: 201, bytes: [0x83, 64, 0] },
    ],
  };

  it('is read as it was written, long pauses too', () => {
    const read = readMidi(writeMidi([track], 93));
    expect(read.beatsPerMinute).toBeCloseTo(93, 3);
    expect(read.tracks.at(-1)!.events).toEqual(track.events);
  });

  it('ends a note that sounds across a cut, and keeps the instrument', () => {
    const cut = cutBeats({ tracks: [track], beatsPerMinute: 93 }, 0.5, 2);
    expect(cut.tracks[0]!.events).toEqual([
      { beat: 0, bytes: [0xc3, 12] },
      { beat: 0.5, bytes: [0x93, 60, 90] },
      { beat: 1.5, bytes: [0x83, 60, 0] },
    ]);
  });

  it('leaves drums where they are when it transposes', () => {
    const drums: MidiTrack = { name: 'Drum', events: [{ beat: 0, bytes: [0x99, 38, 100] }] };
    const moved = transposed({ tracks: [track, drums], beatsPerMinute: 93 }, 3);
    expect(moved.tracks[0]!.events[1]!.bytes).toEqual([0x93, 63, 90]);
    expect(moved.tracks[1]).toEqual(drums);
  });

  it('refuses what is no MIDI file', () => {
    expect(() => readMidi(Buffer.from('RIFF0000WAVE0000'))).toThrow('not a MIDI file');
  });
});

describe('intervals', () => {
  it.each([
    // Tables of exact binomial limits.
    [0, 10, 0, 0.3085],
    [1, 10, 0.0025, 0.445],
    [5, 10, 0.1871, 0.8129],
    [10, 10, 0.6915, 1],
    [2, 2000, 0.00012, 0.00361],
  ])('Clopper and Pearson: %i of %i', (hits, count, low, high) => {
    const interval = clopperPearson(hits, count);
    expect(interval.low).toBeCloseTo(low, 4);
    expect(interval.high).toBeCloseTo(high, 4);
  });

  it('Wilson: 8 of 10', () => {
    expect(wilson(8, 10).low).toBeCloseTo(0.4902, 4);
    expect(wilson(8, 10).high).toBeCloseTo(0.9433, 4);
  });
});

describe('the count', () => {
  const judged = (
    role: 'absent' | 'present' | 'version',
    named: string | null,
    relation: string,
    probability = 1,
  ): Judged =>
    ({
      truth: {
        role,
        recording: role === 'present' ? 'own.flac' : null,
        version_of: role === 'version' ? 'own.flac' : null,
      },
      answer: { recording: named, best: named, relation, probability, speed_ratio: 1, pitch_semitones: 0 },
    }) as unknown as Judged;

  it('calls wrong what is named in absent music, or as another piece', () => {
    expect(isWrong(judged('absent', 'own.flac', 'same'))).toBe(true);
    expect(isWrong(judged('absent', null, 'same'))).toBe(false);
    expect(isWrong(judged('present', 'own.flac', 'same'))).toBe(false);
    expect(isWrong(judged('present', 'other.flac', 'same'))).toBe(true);
  });

  it('lets a version go to its original as anything but the same', () => {
    expect(isWrongVersion(judged('version', 'own.flac', 'same'))).toBe(true);
    expect(isWrongVersion(judged('version', 'own.flac', 'sped_up'))).toBe(false);
    expect(isWrongVersion(judged('version', 'other.flac', 'sped_up'))).toBe(true);
  });

  it('measures how far probabilities are from what happens', () => {
    const rows = [judged('present', 'own.flac', 'same', 0.95), judged('absent', 'own.flac', 'same', 0.95)];
    expect(calibrationError(rows)).toBeCloseTo(0.45, 6);
  });

  it.each([
    [1, 0, 'untouched'],
    [1.25, 0, 'tempo alone'],
    [1.25, 12 * Math.log2(1.25), 'speed'],
    [1, 2, 'pitch alone'],
    [0.8, 2, 'tempo and pitch'],
  ])('reads %f and %f as %s', (speed_ratio, pitch_semitones, expected) => {
    expect(hypothesisOf({ speed_ratio, pitch_semitones } as unknown as Judged['answer'])).toBe(expected);
  });
});
