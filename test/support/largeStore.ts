// A store with 200,000 rows in each big table, made by SQL in seconds: for plans that only a large table shows.

import type { Database } from '../../store/database.ts';

/** Rows of each big table. */
export const rows = 200_000;

/** What the n-th rows are called. */
export const nth = {
  recording: (n: number) => `ZZBIG${String(n).padStart(7, '0')}`,
  sound: (n: number) => `tiktok:${n}`,
  audioHash: (n: number) => `heard ${n}`,
  release: (n: number) => `upc:${n}`,
};

const series = (most: number = rows): string => `generate_series(1, ${most}) as n`;
const recording = (n: string): string => `'ZZBIG' || lpad((${n})::text, 7, '0')`;
/** Seven of ten sounds are linked, two wait, the rest is of every other state. */
const status = `(array['matched','matched','matched','matched','matched','matched','matched','waiting','waiting','review','submitted','expired','dismissed','unmatchable','abandoned','waiting','matched','matched','matched','matched'])[1 + n % 20]`;

const fills: readonly string[] = [
  `insert into deliveries (id, folder, options, state) select 'delivery ' || n, '/deliveries/' || n, '{"version": 1}', 'done' from ${series(500)}`,
  `insert into recordings (id, isrc, title, artists, version, album, release_date, upc, label, duration_ms, external_ids, service_ids, title_key, base_key,
                           artist_keys, search_keys, group_keys, provisional, merged_into, out_from, delivery_id, seq)
   select ${recording('n')}, ${recording('n')}, 'Title ' || n % 150000, array['Artist ' || n % 20000], null, 'Album ' || n % 30000, date '2000-01-01' + n % 9000, null, null,
          180000, jsonb_build_object('spotify', jsonb_build_array('sp' || n)), jsonb_build_object('deezer', jsonb_build_array('dz' || n)),
          'title ' || n % 150000, 'title ' || n % 150000, array['artist' || n % 20000], array['title ' || n % 150000, 'title' || n % 150000], case when n % 12 = 0 then array['group' || n % 5000] else '{}' end,
          n % 1000 = 0, null, timestamptz '2000-01-01' + n % 9000 * interval '1 day', 'delivery ' || 1 + n % 500, n
     from ${series()}`,
  `insert into title_counts select base_key, count(*) from recordings group by 1`,
  `update catalogue_totals set recordings = ${rows} where part = 1`,
  `insert into delivery_rows (delivery_id, line, state, recording_id, kind, row, reason)
   select 'delivery ' || 1 + n % 500, n / 500, case when n % 50 = 0 then 'refused' else 'added' end, ${recording('n')}, 'takedown', '{"version": 1, "value": {"kind": "takedown", "releaseId": null, "isrc": null, "from": null, "said": {"by": "x", "messageId": null, "at": null}}}',
          case when n % 50 = 0 then 'no title' end from ${series()}`,
  `update deliveries d set total = n.total, added = n.total - n.refused, refused = n.refused
     from (select delivery_id, count(*) as total, count(reason) as refused from delivery_rows group by 1) n where d.id = n.delivery_id`,
  `insert into watched_deliveries (id, path, signature, seen_at) select 'delivery ' || n, '/deliveries/' || n, 'x', now() from ${series(500)}`,
  `insert into recording_changes (recording_id, what, said_by, delivery_id) select ${recording('n')}, 'title', 'x', 'delivery ' || 1 + n % 500 from ${series()}`,
  `insert into audio_references (recording_id, origin, file, file_hash, duration_ms, print, print_version, seq)
   select ${recording('n')}, case when n % 20 = 0 then 'preview' else 'delivery' end, n || '.wav', 'file ' || n, 180000, '\\x00', 1, ${rows} + n from ${series()}`,
  `insert into releases (id, title, said_by) select 'upc:' || n, 'Release ' || n, 'x' from ${series(50_000)}`,
  `insert into release_recordings (release_id, recording_id) select 'upc:' || 1 + n % 50000, ${recording('n')} from ${series()}`,
  `insert into release_dates (release_id, recording_id, n, use, territories, excluded, starts, starts_at)
   select 'upc:' || 1 + n % 50000, ${recording('n')}, 1, 'release', '{Worldwide}', '{}', '2026-01-01', '2026-01-01' from ${series()}`,
  `insert into recording_edges (recording_id, other_id, level, how, evidence, confirmed)
   select ${recording('n')}, ${recording('n + 1')}, case when n % 4 = 0 then 'same_recording' else 'family' end, case when n % 4 <> 0 then 'speed' end, '{"version": 1, "value": [{"kind": "text", "text": "x"}]}', true from ${series(rows - 1)} where n % 2 = 0`,
  `insert into recording_conflicts (recording_id, other_id, isrc, over, why, resolved_at)
   select ${recording('n')}, ${recording('n + 1')}, 'ZZBIG2600001', 'title', 'x', case when n % 100 <> 1 then now() end from ${series(rows - 1)} where n % 2 = 1`,
  `insert into sound_groups (news, news_at) select 'match x', now() from ${series(20_000)}`,
  `insert into separate_groups (group_id, other_id, said_by) select n, n + 1, 'x' from ${series(10_000)}`,
  `insert into sounds (id, platform, platform_sound_id, title, author, text_keys, artist_keys, status, horizon_ms, expires_at, next_attempt_at, audio_hash, seq_seen,
                       looked_at, model_seen, submitted_at, updated_at, rejected, waits_for, prerelease, group_id, grouped_by, grouped_at)
   select 'tiktok:' || n, 'tiktok', n::text, 'title ' || n % 150000, 'x', array['title ' || n % 150000], array['artist' || n % 20000], ${status}, 1e9, now() + interval '90 days',
          now() + n * interval '1 second', 'heard ' || n % 150000, n, case when n % 2000 = 10 then null else now() - interval '1 hour' end, 'hand-4', now() - n * interval '10 seconds', now() - n * interval '10 seconds',
          case when n % 500 = 0 then array[${recording('n')}] else '{}' end, case when n % 200 = 7 then ${recording('n')} end,
          case when n % 200 = 7 then jsonb_build_object('version', 1, 'isrc', null, 'title', 'T' || n, 'artists', jsonb_build_array('A'), 'releaseDate', null, 'audioHash', null) end,
          case when n % 4 = 0 then 1 + n / 4 % 20000 end, case when n % 4 = 0 then 'audio' end, case when n % 4 = 0 then now() end from ${series()}`,
  `insert into heard_audio (audio_hash, print, print_version, landmarks, landmarks_version) select 'heard ' || n, '\\x00', 1, '\\x00', 1 from ${series(150_000)}`,
  `insert into evidence (sound_id, source, attempt, evidence)
   select 'tiktok:' || n, source, 1, '{"version": 1, "kind": "none", "reason": "x"}' from ${series()}, unnest('{metadata,audio}'::text[]) source`,
  `insert into decisions (id, sound_id, decided_by, kind, recording_id, accepted, why, detail)
   select 'tiktok:' || n || '#1', 'tiktok:' || n, case when n % 100 = 0 then 'person' else 'rule' end, 'match', ${recording('n')}, true, 'x', '{"version": 1}' from ${series()}`,
  `insert into links (sound_id, recording_id, relation, probability, decided_by, decision_id)
   select 'tiktok:' || n, ${recording('n')}, 'same', 1, 'rule', 'tiktok:' || n || '#1' from ${series()} where n % 20 < 7 or n % 20 > 15`,
  `insert into batches (id, name, state) select 'batch ' || n, 'batch ' || n, case when n <= 5 then 'running' else 'done' end from ${series(100)}`,
  `insert into batch_items (batch_id, line, sound_id, admitted_at, concluded_at)
   select 'batch ' || 1 + n % 100, n / 100, 'tiktok:' || n, now(), case when n % 100 > 4 or n < 190000 then now() end from ${series()}`,
  `insert into provider_answers (provider, query, day, state, answer, raw_hash) select 'deezer', 'search:' || n, current_date - n % 30, 'answered', '{"version": 1, "value": []}', 'x' from ${series()}`,
  `insert into service_recordings (provider, service_id, recording_id, detail, raw_hash) select 'deezer', 'dz' || n, ${recording('n')}, '{}', 'x' from ${series()}`,
  `insert into service_checks (provider, subject, checked_at) select 'deezer', 'isrc:' || ${recording('n')}, now() from ${series(50_000)}`,
  `insert into previews (provider, recording_id, state, ended_ms) select 'deezer', ${recording('n')}, 'kept', n from ${series()}`,
  `insert into provider_limits (credential, provider, calls, window_ms) values ('deezer:x', 'deezer', 50, 5000)`,
  `insert into provider_permits (credential, at_ms) select 'deezer:x', n from ${series(1000)}`,
  `insert into arrivals (recording_id, seq) select ${recording('n')}, n from ${series(50_000)}`,
  `insert into outbox (kind, key, body) select 'wake', 'tiktok:' || n, '{"version": 1, "why": "x"}' from ${series(50_000)}`,
  `insert into access_tokens (id, name, role, hash) select 'token ' || n, 'name ' || n, 'viewer', sha256(n::text::bytea) from ${series(1000)}`,
  `insert into keyed_requests (token_id, key, request_hash, claim) select 'token ' || 1 + n % 1000, 'key ' || n, '\\x00', gen_random_uuid() from ${series()}`,
  `insert into audit_log (who, action, subject, outcome) select 'x', 'decide', 'tiktok:' || n, 'asked' from ${series()}`,
  `insert into sound_changes (seq, sound_id, state, why) select n, 'tiktok:' || n, 'waiting', 'x' from ${series()}`,
  `insert into vector_models (version, state) values ('large', 'active')`,
  `insert into reference_vectors (reference_id, model_id, vectors) select id, 1, '\\x00' from audio_references`,
];

/** Fills a migrated database. The rows fit each other; triggers and foreign keys are not asked, which would take minutes. */
export async function fillLargeStore(database: Database): Promise<void> {
  await database.session(async (session) => {
    await session.query(`set session_replication_role = replica`);
    await session.query(`set maintenance_work_mem = '256MB'`);
    for (const fill of fills) await session.query(fill);
    await session.query(`select setval('catalogue_seq', ${2 * rows})`);
    await session.query('vacuum analyze');
  });
}
