// The sounds of the run: none is in the catalogue, and each can be linked only by what one provider answers. Which provider that is, and what
// else is asked on the way, follows from what the platform says of the sound and from what each provider knows.

import type { BatchLine } from '../../client/reconciliation.ts';
import { readLine } from '../../app/submission.ts';
import type { CatalogueName } from '../../domain/providers.ts';
import { ids } from '../../test/support/providers/world.ts';

type Asked = Readonly<Partial<Record<CatalogueName, number>>>;

/** One kind of sound. */
export interface Kind {
  /** The one provider that knows the recording. */
  readonly answers: CatalogueName;
  /** So many of each `cycle` sounds. */
  readonly share: number;
  /** Requests that a sound of this kind takes, when nothing is asked twice. */
  readonly requests: Asked;
  readonly says: string;
  /** What the platform says besides title and author. */
  readonly links: (place: number) => readonly { readonly platform: number; readonly song_id: string }[];
}

/** The platform's numbers for streaming services. */
const onPlatform = { apple: 1, spotify: 3, deezer: 8 } as const;
/** Places of recordings that no provider knows: the platform's ids are of releases that were taken down since. */
const gone = 7_000_000;
/** A recording is on a single, an album and a compilation at Deezer, whose search tells no codes: each entry is looked up. */
const editions = 3;

/**
 * In such shares that the providers' rates come to their ends together: with 3.27 sounds a second, Spotify is asked 3 times a second, Deezer 10,
 * MusicBrainz 1 and iTunes 1/3 of a time. Each sound takes several requests, or no machine of two cores could reach the providers' limits: it does five or
 * six sounds a second.
 */
const all: readonly Kind[] = [
  {
    answers: 'spotify',
    share: 15,
    requests: { spotify: 2 },
    says: 'the platform names a Spotify track that is gone; then searched',
    links: (place) => [{ platform: onPlatform.spotify, song_id: ids.spotify(gone + place) }],
  },
  {
    answers: 'deezer',
    share: 48,
    requests: { deezer: 2 + editions },
    says: 'the platform names a Deezer track that is gone; then searched, and what is found is looked up',
    links: (place) => [{ platform: onPlatform.deezer, song_id: String(ids.deezer(gone + place)) }],
  },
  {
    answers: 'musicbrainz',
    share: 30,
    requests: { spotify: 2, deezer: 2, musicbrainz: 1 },
    says: 'title and artist only, which Spotify and Deezer do not know in either reading',
    links: () => [],
  },
  {
    answers: 'itunes',
    share: 5,
    requests: { itunes: 2 },
    says: 'the platform names an Apple track that is gone; then searched',
    links: (place) => [{ platform: onPlatform.apple, song_id: ids.apple(gone + place) }],
  },
];

export const answering: readonly CatalogueName[] = all.map(({ answers }) => answers);

const horizonMs = 90 * 24 * 3600 * 1000;

/** The sounds that these providers answer for, while no other provider is on. */
export interface Mix {
  readonly kinds: readonly Kind[];
  /** Of so many sounds a kind has its `share`. */
  readonly cycle: number;
  /** How many recordings the providers know between them, for that many sounds. */
  readonly placesFor: (sounds: number) => number;
  /** What the provider that answers for a kind knows, as `serve.ts` takes it. */
  readonly optionsFor: (kind: Kind) => readonly string[];
  readonly lineOf: (n: number, folder: string) => BatchLine;
  /** The recording that the sound at that place is to be linked to: by its code, which iTunes alone does not say. */
  readonly recordingAt: (place: number) => string;
}

export function mixOf(providers: readonly CatalogueName[]): Mix {
  const isOn = (name: string): boolean => providers.some((one) => one === name);
  const kinds = all
    .filter(({ answers }) => isOn(answers))
    .map((kind) => ({
      ...kind,
      requests: Object.fromEntries(Object.entries(kind.requests).filter(([name]) => isOn(name))) as Asked,
    }));
  const cycle = kinds.reduce((sum, { share }) => sum + share, 0);
  const firstOf = (kind: Kind): number => kinds.slice(0, kinds.indexOf(kind)).reduce((sum, one) => sum + one.share, 0);
  const kindOf = (place: number): Kind => kinds.findLast((kind) => place % cycle >= firstOf(kind)) ?? kinds[0]!;
  // The loopback providers' first recordings are made by hand and share their titles.
  const firstPlace = 10 * cycle;
  // Neighbours in the file are of different kinds, so that every provider has something to do from the first second. No share has 37 in it.
  const shuffled = (n: number): number => n - (n % cycle) + ((37 * n) % cycle);
  return {
    kinds,
    cycle,
    placesFor: (sounds) => firstPlace + Math.ceil(sounds / cycle) * cycle,
    optionsFor: (kind) => [
      '--knows',
      `${firstOf(kind)}-${firstOf(kind) + kind.share - 1}/${cycle}`,
      ...(kind.answers === 'deezer' ? ['--editions', String(editions)] : []),
    ],
    recordingAt: (place) =>
      kindOf(place).answers === 'itunes' ? `itunes:${ids.apple(place)}` : `ZZFPR26${String(place).padStart(5, '0')}`,
    lineOf(n, folder) {
      const place = firstPlace + shuffled(n);
      const { answers, links } = kindOf(place);
      const [id, title, author] = [`${answers}-${place}`, `Study No. ${place}`, `Ensemble ${place % 997}`];
      const payload = { id, title, authorName: author, tt2dsp: { tt_to_dsp_song_infos: links(place) } };
      const line = { platform: 'tiktok', id, title, author, payload };
      const read = readLine(JSON.stringify(line), folder, horizonMs);
      if (typeof read === 'string') throw new Error(read);
      return { line: n + 1, sound: read, problem: null };
    },
  };
}
