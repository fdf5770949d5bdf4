// kill -9 of each process in the middle of a delivery of 2,000 recordings: catalogue, index and links end as they do undisturbed.

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import type { Database } from '../../store/database.ts';
import { tune, wav } from '../audio/signals.ts';
import { ernMessage } from '../support/ernMessage.ts';
import { makeFolder, toLines, until, type Folder } from './servers.ts';

const open: Folder[] = [];
afterEach(async () => {
  for (const folder of open.splice(0)) expect(await folder.remove()).toEqual([]);
}, 120_000);

const releases = 40;
const tracksEach = 50;
const total = releases * tracksEach;

/** Its last digit is the one that the twelve before demand. */
function barcode(n: number): string {
  const digits = `400000${String(n).padStart(6, '0')}`;
  const sum = [...digits].reduce((all, digit, i) => all + Number(digit) * (i % 2 === 0 ? 1 : 3), 0);
  return `${digits}${(10 - (sum % 10)) % 10}`;
}
const wordsFor = (n: number): string =>
  [n % 7, n % 11, n % 13, n % 17]
    .map(
      (digit, i) =>
        [
          'amber',
          'basalt',
          'cedar',
          'delta',
          'ember',
          'fjord',
          'garnet',
          'harbour',
          'indigo',
          'juniper',
          'kelp',
          'lagoon',
          'marble',
          'nectar',
          'onyx',
          'pepper',
          'quartz',
        ][(digit + i * 3) % 17],
    )
    .join(' ');
const track = (n: number) => ({
  isrc: `ZZKIL26${String(n).padStart(5, '0')}`,
  title: `${wordsFor(n)} ${n}`,
  artists: [`Artist ${n % 90}`],
  // One in a hundred comes with its audio.
  ...(n % 100 === 7 ? { uri: `resources/${n}.wav` } : {}),
});
const tracksOf = (release: number) => Array.from({ length: tracksEach }, (_, i) => track(release * tracksEach + i));

/** Ten sounds that wait: some for a title, some for audio. */
const waiting = [
  ...[3, 404, 805, 1206, 1607, 1999].map((n) => ({ n, heard: false })),
  ...[107, 707, 1307, 1907].map((n) => ({ n, heard: true })),
];

function writeFiles(folder: Folder): void {
  const [before, batch] = [join(folder.files, 'before'), join(folder.files, 'batch')];
  mkdirSync(before);
  mkdirSync(join(folder.files, 'clips'));
  for (let release = 0; release < releases; release += 1) {
    const base = { icpn: barcode(release), title: `Release ${release}` };
    const into = join(batch, `release-${release}`);
    mkdirSync(join(into, 'resources'), { recursive: true });
    writeFileSync(
      join(into, 'message.xml'),
      ernMessage({
        ...base,
        id: `B-${release}`,
        created: '2026-11-10T00:00:00Z',
        tracks: tracksOf(release),
        deals: [{ start: '2026-12-11' }],
      }),
    );
    // Some were stated before: under another title, for another day, with a track that has gone since.
    if (release % 10 === 0)
      writeFileSync(
        join(before, `${release}.xml`),
        ernMessage({
          ...base,
          id: `A-${release}`,
          tracks: [
            { isrc: `ZZKIL26${90_000 + release}`, title: `Gone ${release}` },
            ...tracksOf(release)
              .slice(0, 3)
              .map(({ isrc, title, artists }) => ({ isrc, title: `${title} (Demo)`, artists })),
          ],
          deals: [{ start: '2026-12-01' }],
        }),
      );
  }
  for (let n = 7; n < total; n += 100) {
    const pcm = tune(1000 + n, 15);
    writeFileSync(join(batch, `release-${Math.floor(n / tracksEach)}`, 'resources', `${n}.wav`), wav([pcm], 8000));
    writeFileSync(join(folder.files, 'clips', `${n}.wav`), wav([pcm.subarray(16_000, 104_000)], 8000));
  }
  writeFileSync(
    join(folder.files, 'sounds.jsonl'),
    toLines(
      waiting.map(({ n, heard }) =>
        heard
          ? {
              platform: 'tiktok',
              id: String(n),
              title: 'original sound - x',
              author: 'x',
              original: true,
              audio: `clips/${n}.wav`,
            }
          : { platform: 'tiktok', id: String(n), title: track(n).title, author: track(n).artists[0] },
      ),
    ),
  );
}

/** Everything that a delivery leaves behind, without numbers that count tries and times. */
async function leftBehind(database: Database): Promise<Readonly<Record<string, readonly unknown[]>>> {
  const tables: Readonly<Record<string, string>> = {
    recordings: `select id, isrc, title, artists, version, album, release_date, upc, label, duration_ms, out_from, withdrawn_at, title_key, search_keys from recordings order by id`,
    references: `select recording_id, file, file_hash, removed_at is null as live, length(print) as bytes from audio_references order by recording_id, file_hash`,
    vectors: `select r.recording_id, count(*)::integer as rows, sum(length(v.vectors))::integer as bytes from reference_vectors v join audio_references r on r.id = v.reference_id group by 1 order by 1`,
    releases: `select id, title, message_id, withdrawn_at from releases order by id`,
    dates: `select release_id, recording_id, n, use, territories, starts, starts_at from release_dates order by 1, 2, 3`,
    offers: `select release_id, recording_id, withdrawn_at from release_recordings order by 1, 2`,
    changes: `select recording_id, what, before, after, line from recording_changes order by recording_id, what, line`,
    edges: `select recording_id, other_id, level, confirmed from recording_edges order by 1, 2`,
    rows: `select line, place, state, recording_id, reason, remark from delivery_rows order by place, line`,
    links: `select sound_id, recording_id, relation, decided_by from links where superseded_at is null order by 1`,
    sounds: `select id, status from sounds order by 1`,
    untold: `select kind, key from outbox union all select 'arrival', recording_id from arrivals`,
    titles: `select base_key, n from title_counts order by 1`,
  };
  const found: Record<string, readonly unknown[]> = {};
  for (const [name, sql] of Object.entries(tables)) found[name] = (await database.query(sql)).rows;
  return found;
}

function prepare(): Folder {
  const folder = makeFolder();
  open.push(folder);
  writeFiles(folder);
  return folder;
}

/** All are linked, and nobody has anything left to hear. */
const linked = async (database: Database): Promise<true | null> => {
  const { rows } = await database.query<{ links: number; untold: number }>(
    `select (select count(*) from links where superseded_at is null)::integer as links,
            ((select count(*) from outbox) + (select count(*) from arrivals))::integer as untold`,
  );
  return rows[0]!.links === waiting.length && rows[0]!.untold === 0 ? true : null;
};

it('of the workers, of Temporal, of Postgres and of the supervisor changes nothing of what a delivery comes to', async () => {
  const calm = prepare();
  await calm.up();
  await calm.json('index', join(calm.files, 'before'));
  await calm.json('submit', 'sounds.jsonl');
  const done = await calm.json<{ added: number; changed: number; refused: number }>('index', join(calm.files, 'batch'));
  expect(done).toMatchObject({ added: total - 12, changed: 12, refused: 0 });
  await until('the links', 120_000, () => linked(calm.database()));
  const should = await leftBehind(calm.database());
  expect(should['references']).toHaveLength(20);
  expect(should['changes']!.length).toBeGreaterThan(12);
  for (const folder of open.splice(0)) await folder.remove();

  const folder = prepare();
  const batch = join(folder.files, 'batch');
  let services = await folder.up();
  await folder.json('index', join(folder.files, 'before'));
  await folder.json('submit', 'sounds.jsonl');
  let database = folder.database();
  const index = folder.start(['index', batch]);
  const taken = async (): Promise<number> =>
    (
      await database.query<{ n: number }>(
        `select count(*)::integer as n from delivery_rows where state in ('added', 'changed') and row->'value'->>'kind' = 'recording'`,
      )
    ).rows[0]!.n;
  const moved = (to: number): Promise<unknown> =>
    until(`${to} recordings taken`, 180_000, async () => ((await taken()) >= to ? true : null));
  /** Kills a service and waits until the supervisor has started it again. */
  const kill = async (name: string): Promise<void> => {
    const pid = folder.pidOf(name);
    process.kill(pid, 'SIGKILL');
    await until(`${name} again`, 60_000, () => (folder.pidOf(name) !== pid && folder.pidOf(name) !== 0 ? true : null));
  };
  await moved(150);
  await kill('audio-worker-1');
  await moved(450);
  await kill('worker');
  await moved(750);
  await kill('temporal');
  await moved(1050);
  await kill('postgres');
  await moved(1350);
  services.child.kill('SIGKILL');
  expect((await services.ended).code).toBe('SIGKILL');
  // Whoever had asked for it is told, or gone too; the delivery goes on without.
  index.child.kill('SIGKILL');
  await index.ended;
  services = await folder.up();
  database = folder.database();
  // It must have been the middle of it, or this test shows nothing.
  expect(await taken()).toBeLessThan(total);
  await until('the delivery to be done', 240_000, async () =>
    (await database.query(`select from deliveries where state = 'started'`)).rowCount === 0 ? true : null,
  );
  await until('the links', 120_000, () => linked(database));
  const found = await leftBehind(database);
  for (const [name, rows] of Object.entries(should)) expect(found[name], name).toEqual(rows);
  expect(services.child.exitCode).toBeNull();
}, 900_000);
