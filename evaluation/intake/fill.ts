// Recordings that are there before a delivery: made by SQL in one statement, with the keys that the product would have made.

import type { Database } from '../../store/database.ts';
import { recordingKeys } from '../../matching/metadata/keys.ts';

/** Their titles share words as titles do: three of a thousand, the first of them far more often than the last. */
const word = (n: number, salt: number): string => {
  const mixed = Math.imul(n + salt, 2_654_435_761) >>> 0;
  return words[Math.floor((mixed / 2 ** 32) ** 2 * words.length)]!;
};
const syllables = ['ba', 'ce', 'di', 'fo', 'gu', 'ha', 'je', 'ki', 'lo', 'mu'];
const words = Array.from({ length: 1000 }, (_, n) =>
  [Math.floor(n / 100), Math.floor(n / 10) % 10, n % 10].map((digit) => syllables[digit]!).join(''),
);

/** The n-th song that anybody delivers or has delivered: one in twenty is another's by title and artist. */
export function song(n: number): { readonly title: string; readonly artist: string } {
  const of = n % 20 === 19 ? n - 7 : n;
  return { title: `${word(of, 1)} ${word(of, 77_777)} ${word(of, 999_983)}`, artist: `artist ${of % 60_000}` };
}
export const isrcOf = (n: number): string => `ZZINT${String(n % 10_000_000).padStart(7, '0')}`;

/** Brings the catalogue from `there` recordings to `wanted`, each on a release with one date. */
export async function fillCatalogue(database: Database, there: number, wanted: number): Promise<void> {
  const [first] = [song(0)];
  const keys = recordingKeys({ title: first.title, artists: [first.artist] });
  if (keys.baseKey !== first.title || keys.artistKeys[0] !== first.artist.replace(' ', ''))
    throw new Error(`keys are not made here as the product makes them: ${JSON.stringify(keys)}`);
  await database.query(`set statement_timeout = 0`);
  await database.query(`set maintenance_work_mem = '256MB'`);
  // Triggers and foreign keys are not asked, which would take longer than everything else.
  await database.query(`set session_replication_role = replica`);
  const { rows: indexes } = await database.query<{ name: string; definition: string }>(
    `select indexname as name, indexdef as definition from pg_indexes where indexname in ('recordings_keys', 'title_counts_slips')`,
  );
  for (const { name } of indexes) await database.query(`drop index ${name}`);
  const page = 20_000;
  for (let from = there; from < wanted; from += page) {
    const some = Array.from({ length: Math.min(page, wanted - from) }, (_, i) => from + i);
    const songs = some.map(song);
    await database.query(
      `insert into recordings (id, isrc, title, artists, album, release_date, upc, label, duration_ms, title_key, base_key, artist_keys, search_keys, out_from, seq)
       select isrc, isrc, title, array[artist], 'album ' || n / 12, '2020-01-01', n / 12, 'label', 180000, title, title, array[replace(artist, ' ', '')],
              array[title, replace(title, ' ', '')], '2020-01-01', next_catalogue_seq()
         from unnest($1::integer[], $2::text[], $3::text[], $4::text[]) as song(n, isrc, title, artist)`,
      [some, some.map(isrcOf), songs.map(({ title }) => title), songs.map(({ artist }) => artist)],
    );
  }
  await database.query(
    `insert into releases (id, upc, title, said_by) select distinct 'upc:' || upc, upc, album, 'label' from recordings on conflict do nothing`,
  );
  await database.query(
    `insert into release_recordings (release_id, recording_id) select 'upc:' || upc, id from recordings on conflict do nothing`,
  );
  await database.query(
    `insert into release_dates (release_id, recording_id, n, use, territories, excluded, starts, starts_at)
     select 'upc:' || upc, id, 1, 'release', '{Worldwide}', '{}', '2020-01-01', '2020-01-01' from recordings on conflict do nothing`,
  );
  for (const { definition } of indexes) await database.query(definition);
  await database.query(`set session_replication_role = default`);
  await database.query(`select recount_catalogue()`);
  await database.query('vacuum analyze');
}
