// Which songs a half consists of: recipes, drawn with a seed from what there is to draw from. Nothing is rendered here.
//
// A family is a way in which music that is not the same sounds alike. In each, songs stand in groups that share what is said below;
// half of a group is indexed, the other half is absent: its excerpts must not be named.
//
//   groove    one MMA groove under other chords, at other tempi, played anew
//   drums     the drums of that groove alone, at other tempi, in another order of its variants
//   hybrid    the drums of that groove under another groove's accompaniment
//   loop      one loop of two or four bars, the same samples, under other melodies
//   drone     the same instruments or waveforms holding other notes, or the same notes in another order
//   stems     one groove under other songs; asked are stems of the absent ones
//   melody    POP909's melody, bridge and piano of other songs, with the same instruments and no groove
//   real      free music of one package: one game, often one composer
//   version   a song that is indexed, rendered anew: faster, with other instruments, extended, instrumental, in another key

import { seeded } from '../audio/random.ts';
import type { Section } from './charts.ts';

export type Part = 'tuning' | 'reporting';
export const families = ['groove', 'drums', 'hybrid', 'loop', 'drone', 'stems', 'melody', 'real', 'version'] as const;
export type Family = (typeof families)[number];

export interface ChartRef {
  readonly source: 'mcgill' | 'pop909';
  readonly song: string;
  /** Bar of the chart at which it begins. */
  readonly from: number;
}

export type Stem = 'all' | 'drums' | 'others' | 'bass' | 'drums and bass' | 'chords';

export type Layer =
  | {
      readonly kind: 'groove';
      readonly chart: ChartRef;
      readonly sections: readonly Section[];
      readonly seed: number;
      readonly stem: Stem;
    }
  | {
      readonly kind: 'pop909';
      readonly chart: ChartRef;
      readonly tracks: readonly ('MELODY' | 'BRIDGE' | 'PIANO')[];
      /** One a track. */
      readonly programs: readonly number[];
      readonly velocity: number;
    }
  | {
      readonly kind: 'pads';
      readonly programs: readonly number[];
      /** Beats of a chord, and the keys that sound. */
      readonly chords: readonly { readonly beats: number; readonly keys: readonly number[] }[];
    };

interface Rendered {
  readonly kind: 'rendered';
  /** Number of the half's soundfont. */
  readonly soundfont: number;
  readonly tempo: number;
  readonly layers: readonly Layer[];
  readonly transpose?: number;
  /** Other instruments for all but the drums, drawn with this seed. */
  readonly reinstrument?: number;
  /** Beats of the drums alone, played anew, before the song begins. */
  readonly introBeats?: number;
}

export type Recipe =
  | Rendered
  | {
      readonly kind: 'loop';
      readonly loop: Rendered;
      readonly bars: number;
      readonly top: Rendered;
      /** Level of what is on top over the loop. */
      readonly topDb: number;
    }
  | {
      readonly kind: 'tones';
      readonly wave: 'sine' | 'triangle' | 'sawtooth' | 'square';
      readonly chords: readonly { readonly seconds: number; readonly keys: readonly number[] }[];
      readonly tremoloHz: number;
      readonly lowpassHz: number;
    }
  | { readonly kind: 'track'; readonly package: string; readonly name: string; readonly file: string };

export interface Song {
  readonly id: string;
  readonly family: Family;
  /** What its look-alikes share with it. */
  readonly group: string;
  readonly role: 'indexed' | 'absent' | 'version';
  /** The indexed song that a version is of; null for others. */
  readonly of: string | null;
  /** Which stem, which version; empty for others. */
  readonly variant: string;
  readonly seconds: number;
  readonly recipe: Recipe;
}

export interface Material {
  /** Grooves of the half: library file and its variants. */
  readonly grooves: Readonly<Record<string, readonly string[]>>;
  /** Songs with at least so many bars of chords. */
  readonly mcgill: readonly string[];
  readonly pop909: readonly string[];
  readonly tracks: readonly { readonly package: string; readonly name: string; readonly file: string }[];
}

/** How many groups of each family, and how many songs of a group are indexed; as many are absent. */
export interface Sizes {
  readonly grooves: number;
  readonly loops: number;
  readonly drones: number;
  readonly stems: number;
  readonly melodies: number;
  /** Tracks of a package, at most. */
  readonly tracks: number;
}

export const fullSizes: Sizes = { grooves: 20, loops: 16, drones: 10, stems: 10, melodies: 6, tracks: 14 };
/** Shows in a few minutes that everything runs. */
export const sliceSizes: Sizes = { grooves: 2, loops: 2, drones: 2, stems: 2, melodies: 1, tracks: 2 };

const indexedSeconds = 100;
const askedSeconds = 54;
const stemSeconds = 40;
/** Tempi of a group's songs over the group's own. */
const tempoSteps = [0.8, 0.86, 0.92, 1, 1.08, 1.16, 1.25, 1.34];
const leadPrograms = [0, 4, 11, 21, 22, 24, 25, 26, 40, 42, 52, 53, 56, 60, 64, 65, 66, 68, 71, 73, 75, 79, 80, 81];
const chordKinds = [
  [0, 12, 16, 19],
  [0, 12, 15, 19],
  [0, 12, 17, 19],
  [0, 10, 15, 19],
];
/**
 * Six of forty-eight chords, which no other song of the group has: one chord held by one preset is the same sound wherever it is, and nobody could say
 * in which song.
 */
const chordsOf = (song: number): { readonly root: number; readonly intervals: readonly number[] }[] =>
  Array.from({ length: 48 }, (_, k) => ({ root: 36 + (k % 12), intervals: chordKinds[Math.floor(k / 12)]! })).filter(
    (_, k) => k % 8 === song,
  );
const stillRoots = [36, 38, 40, 41, 43, 45, 47, 48];
const padPrograms = [16, 19, 48, 49, 50, 51, 52, 54, 88, 89, 90, 91, 92, 93, 94, 95];

export function planSongs(part: Part, material: Material, sizes: Sizes): Song[] {
  const draw = createDraw(part);
  const grooves = draw.shuffled(Object.keys(material.grooves).sort());
  const mcgill = draw.endless(material.mcgill);
  const pop = draw.endless(material.pop909);
  const songs: Song[] = [];

  const chart = (): ChartRef => ({ source: 'mcgill', song: mcgill(), from: draw.whole(0, 24) });
  const popChart = (): ChartRef => ({ source: 'pop909', song: pop(), from: draw.whole(0, 6) });
  const seed = (): number => draw.whole(1, 1_000_000);
  const groove = (file: string, ref: ChartRef, beats: number, stem: Stem): Layer & { kind: 'groove' } => ({
    kind: 'groove',
    chart: ref,
    sections: sectionsOf(file, material.grooves[file]!, Math.ceil(beats / 4), draw),
    seed: seed(),
    stem,
  });
  const add = (song: Omit<Song, 'of' | 'variant'> & Partial<Pick<Song, 'of' | 'variant'>>): Song => {
    const whole: Song = { of: null, variant: '', ...song };
    songs.push(whole);
    return whole;
  };
  const half = (i: number, count: number): 'indexed' | 'absent' => (i < count / 2 ? 'indexed' : 'absent');
  const secondsOf = (role: 'indexed' | 'absent'): number => (role === 'indexed' ? indexedSeconds : askedSeconds);

  // ---- one groove: whole, its drums alone, its drums under another's accompaniment
  const shared = grooves.slice(0, sizes.grooves);
  shared.forEach((file, g) => {
    const soundfont = g % 2;
    const base = draw.whole(84, 124);
    const another = shared[(g + 2) % shared.length]!;
    for (const [family, count] of [
      ['groove', 6],
      ['drums', 4],
      ['hybrid', 4],
    ] as const) {
      const tempi = draw.shuffled(tempoSteps);
      for (let i = 0; i < count; i++) {
        const role = half(i, count);
        const seconds = secondsOf(role);
        const tempo = Math.round(base * tempi[i]!);
        const beats = (seconds * tempo) / 60;
        const ref = chart();
        const layers =
          family === 'groove'
            ? [groove(file, ref, beats, 'all')]
            : family === 'drums'
              ? [groove(file, ref, beats, 'drums')]
              : [groove(file, ref, beats, 'drums'), groove(another, ref, beats, 'others')];
        const recipe: Recipe = { kind: 'rendered', soundfont, tempo, layers };
        add({ id: `${family}-${two(g)}-${i}`, family, group: file, role, seconds, recipe });
      }
    }
  });

  // ---- one loop under other melodies
  const loopFiles = grooves.slice(sizes.grooves, sizes.grooves + sizes.loops);
  loopFiles.forEach((file, g) => {
    const soundfont = g % 2;
    const tempo = draw.whole(80, 130);
    const bars = g % 3 === 0 ? 4 : 2;
    const stem: Stem = (['all', 'drums and bass', 'drums'] as const)[g % 3]!;
    const loop: Recipe & { kind: 'rendered' } = {
      kind: 'rendered',
      soundfont,
      tempo,
      layers: [{ ...groove(file, chart(), bars * 4, stem), sections: [{ groove: groovesName(file, material), bars }] }],
    };
    for (let i = 0; i < 6; i++) {
      const role = half(i, 6);
      const ref = popChart();
      const top: Recipe & { kind: 'rendered' } = {
        kind: 'rendered',
        soundfont,
        tempo,
        layers: [
          {
            kind: 'pop909',
            chart: ref,
            // Over drums alone there are chords too; over chords a melody and its answers.
            tracks: stem === 'all' ? ['MELODY', 'BRIDGE'] : ['MELODY', 'BRIDGE', 'PIANO'],
            programs: [draw.one(leadPrograms), draw.one(leadPrograms), draw.one([0, 1, 4, 5, 24, 25])],
            velocity: 1,
          },
        ],
      };
      const recipe: Recipe = { kind: 'loop', loop, bars, top, topDb: draw.one([-3, 0, 3]) };
      add({
        id: `loop-${two(g)}-${i}`,
        family: 'loop',
        group: `${file}, ${stem}`,
        role,
        seconds: secondsOf(role),
        recipe,
      });
    }
  });

  // ---- drones and pads
  for (let g = 0; g < sizes.drones; g++) {
    const soundfont = g % 2;
    const isTones = g % 5 === 4;
    const isStill = g % 5 === 1;
    const programs = [draw.one(padPrograms), draw.one(padPrograms)];
    const wave = draw.one(['sine', 'triangle', 'sawtooth', 'square'] as const);
    const group = isTones ? `${wave} ${g}` : `programs ${programs.join(' and ')}${isStill ? ', still' : ''}`;
    for (let i = 0; i < 8; i++) {
      const role = half(i, 8);
      const seconds = secondsOf(role);
      const keys = (): readonly number[] => {
        const { root: own, intervals } = chordsOf(i)[draw.whole(0, 5)]!;
        const top = draw.one([24, 31]);
        // Two still drones on one root would be one sound: each has its own.
        const root = isStill ? stillRoots[i]! + (g % 3) : own;
        return isStill
          ? [root, root + 7, root + 12, root + 19]
          : [...intervals, top].map((interval) => root + interval);
      };
      const still = keys();
      const chords: { readonly length: number; readonly keys: readonly number[] }[] = [];
      for (let at = 0; at < seconds;) {
        // A still drone breathes: it is struck anew now and then, without a change.
        const length = isStill ? draw.whole(9, 20) : draw.whole(3, 9);
        chords.push({ length, keys: isStill ? still : keys() });
        at += length;
      }
      const recipe: Recipe = isTones
        ? {
            kind: 'tones',
            wave,
            chords: chords.map(({ length, keys: sounding }) => ({ seconds: length, keys: sounding })),
            tremoloHz: draw.one([0.2, 0.35, 0.5]),
            lowpassHz: draw.one([900, 1500, 2500]),
          }
        : {
            kind: 'rendered',
            soundfont,
            tempo: 60,
            layers: [
              {
                kind: 'pads',
                programs,
                chords: chords.map(({ length, keys: sounding }) => ({ beats: length, keys: sounding })),
              },
            ],
          };
      add({ id: `drone-${two(g)}-${i}`, family: 'drone', group, role, seconds, recipe });
    }
  }

  // ---- songs of one groove: stems of the absent ones; versions of the indexed ones
  const songFiles = grooves.slice(sizes.grooves + sizes.loops, sizes.grooves + sizes.loops + sizes.stems);
  songFiles.forEach((file, g) => {
    const soundfont = g % 2;
    const base = draw.whole(84, 124);
    const tempi = draw.shuffled(tempoSteps);
    for (let i = 0; i < 10; i++) {
      // Four that have versions, three more indexed, three absent with three stems each.
      const kind = i < 4 ? 'version' : i < 7 ? 'indexed' : 'absent';
      const tempo = Math.round(base * tempi[i % tempi.length]!);
      const ref = popChart();
      const leads = [draw.one(leadPrograms), draw.one(leadPrograms)];
      const melody: Layer = { kind: 'pop909', chart: ref, tracks: ['MELODY', 'BRIDGE'], programs: leads, velocity: 1 };
      const backing = groove(file, ref, (indexedSeconds * tempo) / 60, 'all');
      const whole: Rendered = { kind: 'rendered', soundfont, tempo, layers: [backing, melody] };
      const group = file;
      if (kind !== 'absent') {
        const family: Family = kind === 'version' ? 'version' : 'stems';
        const id = `${family}-${two(g)}-${i}`;
        add({ id, family, group, role: 'indexed', seconds: indexedSeconds, recipe: whole });
        if (kind !== 'version') continue;
        const anew = { ...backing, seed: seed() };
        const faster = draw.one([1.08, 1.15, 1.25, 1.33]);
        const versions: readonly (readonly [string, Rendered])[] = [
          ['faster', { ...whole, tempo: Math.round(tempo * faster * 10) / 10, layers: [anew, melody] }],
          ['other instruments', { ...whole, reinstrument: seed() }],
          ['extended', { ...whole, introBeats: 32 }],
          ['instrumental', { ...whole, layers: [backing] }],
          ['other key', { ...whole, layers: [anew, melody], transpose: draw.one([-5, -3, -2, -1, 1, 2, 3, 5]) }],
        ];
        versions.forEach(([variant, recipe], v) =>
          add({
            id: `${id}-${v}`,
            family: 'version',
            group,
            role: 'version',
            of: id,
            variant,
            seconds: askedSeconds,
            recipe,
          }),
        );
      } else {
        const stems: readonly Stem[] = draw.shuffled(['drums', 'bass', 'drums and bass', 'others', 'chords'] as const);
        stems.slice(0, 2).forEach((stem, s) => {
          const recipe: Recipe = { ...whole, layers: [{ ...backing, stem }] };
          add({
            id: `stems-${two(g)}-${i}-${s}`,
            family: 'stems',
            group,
            role: 'absent',
            variant: stem,
            seconds: stemSeconds,
            recipe,
          });
        });
        const recipe: Recipe = { ...whole, layers: [melody] };
        add({
          id: `stems-${two(g)}-${i}-2`,
          family: 'stems',
          group,
          role: 'absent',
          variant: 'melody',
          seconds: stemSeconds,
          recipe,
        });
      }
    }
  });

  // ---- other songs on the same instruments
  for (let g = 0; g < sizes.melodies; g++) {
    const programs = [draw.one(leadPrograms), draw.one(leadPrograms), draw.one([0, 1, 4, 5, 6, 24, 25])];
    const tempo = draw.whole(80, 120);
    for (let i = 0; i < 10; i++) {
      const role = half(i, 10);
      const layers: Layer[] = [
        { kind: 'pop909', chart: popChart(), tracks: ['MELODY', 'BRIDGE', 'PIANO'], programs, velocity: 1 },
      ];
      const recipe: Recipe = {
        kind: 'rendered',
        soundfont: g % 2,
        tempo: Math.round(tempo * draw.one(tempoSteps)),
        layers,
      };
      const group = `programs ${programs.join(', ')}`;
      add({ id: `melody-${two(g)}-${i}`, family: 'melody', group, role, seconds: secondsOf(role), recipe });
    }
  }

  // ---- real music: half of each package
  for (const name of new Set(material.tracks.map((track) => track.package))) {
    const tracks = draw.shuffled(material.tracks.filter((track) => track.package === name)).slice(0, sizes.tracks);
    tracks.forEach((track, i) => {
      const role = i % 2 === 0 ? 'indexed' : 'absent';
      const recipe: Recipe = { kind: 'track', ...track };
      add({
        id: `real-${track.name}`,
        family: 'real',
        group: name,
        role,
        seconds: role === 'indexed' ? 150 : 80,
        recipe,
      });
    });
  }
  return interleaved(songs);
}

/** So that what a stopped run has rendered holds about the same share of every family, whole groups first. */
function interleaved(songs: readonly Song[]): Song[] {
  const placed = families.flatMap((family) => {
    const own = songs.filter((song) => song.family === family);
    return own.map((song, i) => ({ song, at: i / own.length }));
  });
  return placed.sort((a, b) => a.at - b.at).map(({ song }) => song);
}

const two = (n: number): string => String(n).padStart(2, '0');

const groovesName = (file: string, material: Material): string => `${file}:${material.grooves[file]![0]!}`;

/** Eight bars of one of the file's variants, eight of another, and so on. */
function sectionsOf(file: string, variants: readonly string[], bars: number, draw: Draw): Section[] {
  const sections: Section[] = [];
  for (let at = 0; at < bars; at += 8) sections.push({ groove: `${file}:${draw.one(variants)}`, bars: 8 });
  return sections;
}

interface Draw {
  whole(from: number, to: number): number;
  one<Item>(list: readonly Item[]): Item;
  shuffled<Item>(list: readonly Item[]): Item[];
  /** One after the other in a drawn order, and round again. */
  endless(list: readonly string[]): () => string;
}

function createDraw(part: Part): Draw {
  const random = seeded(part === 'tuning' ? 20_261_128 : 20_261_129);
  const shuffled = <Item>(list: readonly Item[]): Item[] =>
    list
      .map((item) => [random(), item] as const)
      .sort((a, b) => a[0] - b[0])
      .map(([, item]) => item);
  return {
    whole: (from, to) => from + Math.floor(random() * (to - from + 1)),
    one: (list) => list[Math.floor(random() * list.length)]!,
    shuffled,
    endless(list) {
      const order = shuffled(list);
      let next = 0;
      return () => order[next++ % order.length]!;
    },
  };
}
