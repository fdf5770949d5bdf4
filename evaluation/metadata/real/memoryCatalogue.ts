// The catalogue's candidate search in memory: the steps and limits of find_recordings (store/migrations/000002.sql), so that a
// measurement may ask it some hundred thousand times and take recordings out between two questions. A test holds it to the database's
// answers. Rows lie in the order in which they were given, which is the order of their sequence numbers.

import { candidateKeys, recordingKeys } from '../../../matching/metadata/keys.ts';
import type { Rarity } from '../../../matching/metadata/rarity.ts';
import { readSound } from '../answer.ts';
import type { CaseCandidate, CaseSound } from '../case.ts';
import type { CatalogueRow } from '../catalogueDatabase.ts';

export interface Proposed {
  readonly cands: readonly CaseCandidate[];
  readonly rarity: Rarity;
}

export interface MemoryCatalogue {
  /** What the search proposes, as if the recordings `without` had never been delivered. */
  candidatesFor(sound: CaseSound, without?: ReadonlySet<string>): Proposed;
}

const nobody: ReadonlySet<string> = new Set();
const mostNear = 4;

interface Row {
  readonly id: string;
  readonly isrc: string | null;
  readonly baseKey: string;
  readonly candidate: CaseCandidate;
}

export function memoryCatalogue(catalogue: readonly CatalogueRow[]): MemoryCatalogue {
  const rows: Row[] = [];
  const byGroup = new Map<string, Map<string, number>>();
  const seqOf = new Map<string, number>();
  const byTitle = new Map<string, number[]>();
  const byArtist = new Map<string, number[]>();
  const byBase = new Map<string, number[]>();
  for (const row of catalogue) {
    if (seqOf.has(row.id)) continue;
    const seq = rows.length;
    const keys = recordingKeys(row);
    rows.push({ id: row.id, isrc: row.isrc, baseKey: keys.baseKey, candidate: candidateOf(row) });
    seqOf.set(row.id, seq);
    for (const key of new Set([keys.baseKey, keys.titleKey, ...keys.extraKeys])) if (key !== '') put(byTitle, key, seq);
    for (const key of new Set(keys.artistKeys)) put(byArtist, key, seq);
    put(byBase, keys.baseKey, seq);
    for (const group of keys.groupKeys) {
      const bases = byGroup.get(group) ?? new Map<string, number>();
      byGroup.set(group, bases.set(keys.baseKey, (bases.get(keys.baseKey) ?? 0) + 1));
    }
  }
  const bySlip = new Map<string, string[]>();
  for (const base of byBase.keys()) {
    if (base.length < 3 || base.length > 100) continue;
    for (const slip of new Set(titleSlips(base))) put(bySlip, slip, base);
  }

  const find = (query: Query, without: ReadonlySet<string>): readonly Row[] => {
    const found = new Map<string, Row>();
    const there = (seq: number): boolean => !without.has(rows[seq]!.id);
    const take = (seqs: readonly number[]): number => {
      for (const seq of seqs) found.set(rows[seq]!.id, rows[seq]!);
      return seqs.length;
    };
    const listed = (posting: readonly number[] | undefined, most: number, newestFirst: boolean): readonly number[] => {
      const taken: number[] = [];
      if (posting === undefined) return taken;
      for (let i = 0; i < posting.length && taken.length < most; i += 1) {
        const seq = posting[newestFirst ? posting.length - 1 - i : i]!;
        if (there(seq)) taken.push(seq);
      }
      return taken;
    };
    const named = new Set(query.names.flatMap((name) => byArtist.get(name) ?? []));
    const namedWith = (titles: readonly string[], most: number): readonly number[] =>
      [...new Set(titles.flatMap((title) => byTitle.get(title) ?? []))]
        .filter((seq) => named.has(seq) && there(seq))
        .sort((a, b) => b - a)
        .slice(0, most);

    take(namedWith(query.wanted, 40));
    let count = 0;
    for (const title of query.wanted) {
      if (count >= 40) break;
      count += take(listed(byBase.get(title), 10, true));
      count += take(listed(byTitle.get(title), 10, false));
    }
    if (namedWith(query.misspelled, 1).length > 0) return [...found.values()];

    const meant: string[] = [];
    for (const typed of query.misspelled) {
      if (typed.length < 2 || typed.length > 100) continue;
      const squeezed = typed.replaceAll(' ', '');
      const near = new Map<string, number>();
      for (const slip of new Set(slipsToTry(squeezed))) {
        for (const base of bySlip.get(slip) ?? []) {
          if (base === typed || near.has(base)) continue;
          const apart = levenshtein(base.replaceAll(' ', ''), squeezed, 2);
          if (apart <= 2 && (byBase.get(base) ?? []).some(there)) near.set(base, apart);
        }
      }
      meant.push(
        ...[...near]
          .sort(([a, apartA], [b, apartB]) => apartA - apartB || (a < b ? -1 : 1))
          .slice(0, 200)
          .map(([base]) => base),
      );
    }
    if (take(namedWith(meant, 20)) > 0) return [...found.values()];

    const alike = [...named]
      .filter(there)
      .sort((a, b) => a - b)
      .slice(0, 400)
      .flatMap((seq) => {
        const likeness = query.misspelled.flatMap((typed) => {
          const similar = similarity(rows[seq]!.baseKey, typed);
          const close =
            levenshtein(rows[seq]!.baseKey.slice(0, 100), typed.slice(0, 100), 3) <=
            Math.min(3, Math.floor(typed.length / 4));
          return similar >= 0.4 || close ? [similar] : [];
        });
        return likeness.length === 0 ? [] : [{ seq, likeness: Math.max(...likeness) }];
      })
      .sort((a, b) => b.likeness - a.likeness || b.seq - a.seq)
      .slice(0, 10)
      .map(({ seq }) => seq);
    take(alike);

    count = 0;
    for (const base of meant) {
      if (count >= 30) break;
      if (base.length >= 4) count += take(listed(byBase.get(base), 8, true));
    }
    return [...found.values()];
  };

  return {
    candidatesFor(sound, without = nobody) {
      const keys = candidateKeys(readSound(sound));
      const gone = new Map<string, number>();
      for (const id of without) {
        const seq = seqOf.get(id);
        if (seq !== undefined) gone.set(rows[seq]!.baseKey, (gone.get(rows[seq]!.baseKey) ?? 0) + 1);
      }
      const found =
        keys.exact.length === 0
          ? []
          : find(
              {
                wanted: keys.exact,
                names: keys.artistKeys,
                misspelled: [...new Set([...keys.exact.slice(0, 1), ...keys.near])].slice(0, mostNear),
              },
              without,
            );
      return {
        cands: found.map(({ candidate }) => candidate),
        rarity: {
          titleFrequency: (key) => (byBase.get(key)?.length ?? 0) - (gone.get(key) ?? 0),
          titlesBehind(group) {
            const bases = byGroup.get(group);
            if (bases === undefined) return 0;
            if (gone.size === 0) return bases.size;
            return [...bases].filter(([base, n]) => n > (gone.get(base) ?? 0)).length;
          },
          catalogueSize: rows.length - without.size,
        },
      };
    },
  };
}

interface Query {
  readonly wanted: readonly string[];
  readonly names: readonly string[];
  readonly misspelled: readonly string[];
}

function put<K, V>(postings: Map<K, V[]>, key: K, value: V): void {
  const known = postings.get(key);
  if (known === undefined) postings.set(key, [value]);
  else known.push(value);
}

function candidateOf(row: CatalogueRow): CaseCandidate {
  return {
    id: row.id,
    title: row.title,
    artists: row.artists,
    ...(row.album === null ? {} : { album: row.album }),
    ...(row.durationMs === null ? {} : { dur: row.durationMs / 1000 }),
    ...(row.isrc === null ? {} : { isrc: row.isrc }),
  };
}

/** title_slips: what a title of up to eleven letters is when one is dropped; of a longer one its beginning and its end. */
function titleSlips(base: string): readonly string[] {
  const letters = [...base.replaceAll(' ', '')];
  return letters.length > 11 ? ends(letters, letters.length) : withOneDropped(letters);
}

/** slips_to_try: the title as typed may be one letter longer or shorter than the one that is meant. */
function slipsToTry(squeezed: string): readonly string[] {
  const letters = [...squeezed];
  const slips = letters.length <= 12 ? [...withOneDropped(letters)] : [];
  for (let length = Math.max(12, letters.length - 1); length <= letters.length + 1; length += 1)
    slips.push(...ends(letters, length));
  return slips;
}

function withOneDropped(letters: readonly string[]): readonly string[] {
  return [letters.join(''), ...letters.map((_, at) => letters.toSpliced(at, 1).join(''))];
}

function ends(letters: readonly string[], length: number): readonly string[] {
  const half = Math.floor((length - 1) / 2);
  return [`${length}<${letters.slice(0, half).join('')}`, `${length}>${letters.slice(-half).join('')}`];
}

/** levenshtein_less_equal of fuzzystrmatch, in which a swap is two edits; `limit + 1` when it is more. */
function levenshtein(a: string, b: string, limit: number): number {
  const left = [...a];
  const right = [...b];
  if (Math.abs(left.length - right.length) > limit) return limit + 1;
  let last = Array.from({ length: right.length + 1 }, (_, j) => j);
  for (let i = 1; i <= left.length; i += 1) {
    const now = [i];
    let best = i;
    for (let j = 1; j <= right.length; j += 1) {
      const cost = Math.min(last[j]! + 1, now[j - 1]! + 1, last[j - 1]! + (left[i - 1] === right[j - 1] ? 0 : 1));
      now.push(cost);
      if (cost < best) best = cost;
    }
    if (best > limit) return limit + 1;
    last = now;
  }
  return Math.min(last[right.length]!, limit + 1);
}

/** similarity of pg_trgm: shared trigrams over all trigrams, of words with two spaces before and one behind them. */
function similarity(a: string, b: string): number {
  const ours = trigrams(a);
  const theirs = trigrams(b);
  const shared = [...ours].filter((each) => theirs.has(each)).length;
  return shared === 0 ? 0 : shared / (ours.size + theirs.size - shared);
}

const rememberedTrigrams = new Map<string, ReadonlySet<string>>();

function trigrams(text: string): ReadonlySet<string> {
  const known = rememberedTrigrams.get(text);
  if (known !== undefined) return known;
  const all = new Set<string>();
  for (const [word] of text.toLowerCase().matchAll(/[\p{L}\p{N}]+/gu)) {
    const letters = [' ', ' ', ...word, ' '];
    for (let i = 0; i + 2 < letters.length; i += 1) all.add(letters.slice(i, i + 3).join(''));
  }
  if (rememberedTrigrams.size >= 50_000) rememberedTrigrams.clear();
  rememberedTrigrams.set(text, all);
  return all;
}
