// What a half may draw from: grooves, charts, songs and tracks, found on disk by the rules of split.json.

import { createHash } from 'node:crypto';
import { readFileSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { filesUnder, secondsOf, unpackPackage } from '../audio/packages.ts';
import { isPlayed, mcgillBars, popBars } from './charts.ts';
import grooves from './grooves.json' with { type: 'json' };
import type { Material, Part } from './songs.ts';
import split from './split.json' with { type: 'json' };

export interface Sources {
  /** Folder of unpacked Debian packages. */
  readonly packages: string;
  /** POP909-Dataset: folders 001 to 909, with NNN.mid, chord_midi.txt and beat_midi.txt in each. */
  readonly pop909: string;
  /** McGill Billboard: folders with salami_chords.txt. */
  readonly mcgill: string;
}

const fewestBars = 32;
const shortestTrackSeconds = 45;

export function materialOf(part: Part, sources: Sources): Material {
  const digits = split.lastDigits[part];
  const isMine = (name: string): boolean => /^\d+$/.test(name) && digits.includes(Number(name.at(-1)));
  const numbered = (folder: string): string[] => readdirSync(folder).filter(isMine).sort();
  return {
    grooves: grooves[part],
    mcgill: numbered(sources.mcgill).filter((song) => {
      const bars = mcgillBars(readFileSync(path.join(sources.mcgill, song, 'salami_chords.txt'), 'utf8'));
      return bars.filter(isPlayed).length >= fewestBars;
    }),
    pop909: numbered(sources.pop909).filter((song) => {
      const text = (name: string): string => readFileSync(path.join(sources.pop909, song, name), 'utf8');
      return popBars(text('chord_midi.txt'), text('beat_midi.txt')).bars.filter(isPlayed).length >= fewestBars;
    }),
    tracks: tracksOf(part, sources.packages),
  };
}

function tracksOf(part: Part, packages: string): Material['tracks'] {
  const leftOut = new Set(Object.values(split.leftOut).flat());
  const tracks: { package: string; name: string; file: string }[] = [];
  // The same file under two paths, or in two packages, is one track: indexed and absent at once it would be a false link that is none.
  const seen = new Set<string>();
  const isNew = (file: string): boolean => {
    const content = createHash('sha256').update(readFileSync(file)).digest('hex');
    if (seen.has(content)) return false;
    seen.add(content);
    return true;
  };
  for (const name of split.packages[part]) {
    const found = filesUnder(unpackPackage(packages, name), /\.(ogg|opus|mp3)$/i).filter(isNew);
    const stems = found.map((file) => stemOf(file));
    found.forEach((file, i) => {
      // Where every song's folder holds a `song.ogg` the folder tells them apart.
      const isRepeated = stems.filter((stem) => stem === stems[i]).length > 1;
      const own = isRepeated ? `${stemOf(path.dirname(file))}_${stems[i]}` : stems[i]!;
      const track = { package: name, name: `${name}--${own}`, file };
      if (leftOut.has(track.name) || statSync(file).size < 300 * 1024) return;
      if (secondsOf(file) >= shortestTrackSeconds) tracks.push(track);
    });
  }
  return tracks;
}

const stemOf = (file: string): string =>
  path
    .basename(file)
    .replace(/\.[^.]*$/, '')
    .replace(/[^A-Za-z0-9]+/g, '_');

/** The soundfonts of a half, in the order in which recipes number them. */
export const soundfontsOf = (part: Part, packages: string): string[] =>
  split.soundfonts[part].map((font) => {
    const file = filesUnder(unpackPackage(packages, font.package), /\.sf[23]$/).find(
      (found) => path.basename(found) === font.file,
    );
    if (file === undefined) throw new Error(`${font.package} holds no ${font.file}`);
    return file;
  });
