// Chord charts: bars of four chords, read from annotations and written for MMA.
//
// McGill Billboard's salami_chords.txt has one line a phrase, `12.3 A, verse, | A:min | D:7 . G:maj . |, (voice`; POP909's chord_midi.txt has
// one chord a line with its seconds, and beat_midi.txt one beat a line, its second column 1 on a bar's first. Chords are Harte's; a chord that
// MMA does not know is taken for its plain triad.

/** Four chords, one a beat, in MMA's spelling; `z` is silence. */
export type Bar = readonly [string, string, string, string];

const qualities: Readonly<Record<string, string>> = {
  maj: '',
  min: 'm',
  '7': '7',
  maj7: 'M7',
  min7: 'm7',
  dim: 'dim',
  dim7: 'dim7',
  hdim7: 'm7b5',
  aug: 'aug',
  sus4: 'sus4',
  sus2: 'sus2',
  maj6: '6',
  min6: 'm6',
  '9': '9',
  maj9: 'M9',
  min9: 'm9',
  minmaj7: 'mM7',
  '11': '11',
  '13': '13',
  '1': '5',
  '5': '5',
  min11: 'm11',
  maj13: 'M13',
  min13: 'm13',
};

/** Harte's chord in MMA's spelling. */
export function toMmaChord(harte: string): string {
  const parts = /^([A-G][b#]?):?([a-z0-9]*)(\(.*\))?(\/.*)?$/.exec(harte);
  if (parts === null) return 'z';
  const quality = parts[2] === '' ? 'maj' : parts[2]!;
  return parts[1]! + (qualities[quality] ?? (quality.startsWith('min') ? 'm' : ''));
}

/** Bars of McGill's annotation, every metre taken for four beats. */
export function mcgillBars(text: string): Bar[] {
  const bars: Bar[] = [];
  let last = 'z';
  for (const line of text.split(/\r?\n/)) {
    const body = /^[-+\d.e]+\t(.*)$/.exec(line)?.[1];
    if (body === undefined || !body.includes('|') || /\bsilence\b/.test(body)) continue;
    const inside = body.slice(body.indexOf('|') + 1, body.lastIndexOf('|'));
    const times = Number(/\bx(\d+)/.exec(body.slice(body.lastIndexOf('|')))?.[1] ?? 1);
    const phrase: Bar[] = [];
    for (const bar of inside.split('|')) {
      const names = bar
        .replace(/\(\d+\/\d+\)/g, '')
        .split(/\s+/)
        .filter((name) => name !== '');
      if (names.length === 0) continue;
      const chords = names.map((name) => (last = name === '.' ? last : toMmaChord(name)));
      phrase.push(fourOf(chords));
    }
    for (let i = 0; i < times; i++) bars.push(...phrase);
  }
  return bars;
}

function fourOf(chords: readonly string[]): Bar {
  const [a, b, c] = chords as [string, string, string];
  if (chords.length === 1) return [a, a, a, a];
  if (chords.length === 2) return [a, a, b, b];
  if (chords.length === 3) return [a, b, c, c];
  return [a, b, c, chords[3]!];
}

export interface PopChart {
  /** From the first bar that is whole. */
  readonly bars: readonly Bar[];
  /** Beat of the MIDI file at which the first bar begins. */
  readonly firstBeat: number;
}

/** Bars of a POP909 song, whose beats are even: the file has one tempo. */
export function popBars(chords: string, beats: string): PopChart {
  const numbers = (line: string): number[] => line.trim().split(/\s+/).map(Number);
  const beatRows = beats.split('\n').filter((line) => line.trim() !== '');
  const times = beatRows.map((line) => numbers(line)[0]!);
  const first = beatRows.findIndex((line) => numbers(line)[1] === 1);
  const spans = chords
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => line.trim().split(/\s+/))
    .map(([from, to, name]) => ({ from: Number(from), to: Number(to), chord: toMmaChord(name ?? 'N') }));
  const beatSeconds = (times.at(-1)! - times[0]!) / Math.max(1, times.length - 1);
  const chordAt = (seconds: number): string => spans.find(({ to }) => seconds < to)?.chord ?? 'z';
  const bars: Bar[] = [];
  for (let i = Math.max(0, first); i + 4 <= times.length; i += 4)
    bars.push([0, 1, 2, 3].map((k) => chordAt(times[i + k]! + beatSeconds / 2)) as unknown as Bar);
  return { bars, firstBeat: times[Math.max(0, first)]! / beatSeconds };
}

export interface Section {
  readonly groove: string;
  readonly bars: number;
}

/** An MMA chart: sections one after the other over the song's bars, from `from` on and round again. */
export function toMma(
  bars: readonly Bar[],
  from: number,
  sections: readonly Section[],
  tempo: number,
  seed: number,
): string {
  const lines = [`RndSeed ${seed}`, `Tempo ${tempo}`];
  let number = 0;
  for (const { groove, bars: count } of sections) {
    lines.push(`Groove ${groove}`);
    for (let i = 0; i < count; i++) {
      const bar = bars[(from + number) % bars.length]!;
      number++;
      const cells = bar.map((chord, beat) => (beat > 0 && chord === bar[beat - 1] ? '/' : chord));
      lines.push(`${number} ${cells.join(' ')}`);
    }
  }
  return `${lines.join('\n')}\n`;
}

/** Bars with anything to play in them. */
export const isPlayed = (bar: Bar): boolean => bar.some((chord) => chord !== 'z');
