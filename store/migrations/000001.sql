-- The catalogue (recordings and their reference audio), the sounds, and everything that was said about them.
--
-- Words: a recording is one performance, mix and speed; a reference is audio of a known recording; a sound is one short-video audio;
-- evidence is what one source found in one attempt; a decision is what a rule or a person concluded; a link is the decision in force.

create extension if not exists pg_trgm;

-- One number line for everything that enters or leaves the catalogue. Readers ask "what came after n?".
-- Writers draw numbers under an advisory lock (store/database.ts: nextCatalogueSeq), so that numbers become visible in order.
create sequence catalogue_seq;

create table deliveries (
  id            text primary key,               -- hash of the folder's real path: delivering a folder again replaces its rows
  folder        text not null,
  listing       text,                           -- the file that was read, null until then
  state         text not null default 'started' check (state in ('started', 'done', 'failed')),
  problem       text,
  started_at    timestamptz not null default now(),
  finished_at   timestamptz
);

create table recordings (
  id            text primary key,
  isrc          text check (isrc ~ '^[A-Z]{2}[A-Z0-9]{3}[0-9]{7}$'),
  title         text not null,
  artists       text[] not null,
  version       text,
  album         text,
  release_date  date,
  upc           text,
  label         text,
  duration_ms   integer check (duration_ms > 0),
  aliases       text[] not null default '{}',
  external_ids  jsonb not null default '{}',    -- {"spotify": ["…"]}: ids of services, kept as text
  title_key     text not null,                  -- folded; made by matching/metadata, never in SQL (1 M rows of unaccent took 17 CPU-s)
  base_key      text not null,
  artist_keys   text[] not null,
  search_keys   text[] not null,                -- base, title, aliases, subtitles: all that an exact look-up may hit
  provisional   boolean not null default false, -- a person's prerelease data that no delivery has confirmed yet
  delivery_id   text references deliveries,
  seq           bigint not null,
  created_at    timestamptz not null default now(),
  updated_at    timestamptz not null default now()
);
create index recordings_search_keys on recordings using gin (search_keys);
create index recordings_artist_keys on recordings using gin (artist_keys);
create index recordings_base_key on recordings (base_key);
create index recordings_base_key_trgm on recordings using gin (base_key gin_trgm_ops);
create index recordings_isrc on recordings (isrc) where isrc is not null;
create index recordings_external_ids on recordings using gin (external_ids jsonb_path_ops);
create index recordings_seq on recordings (seq);

create table delivery_rows (
  delivery_id   text not null references deliveries on delete cascade,
  line          integer not null,
  state         text not null check (state in ('pending', 'added', 'changed', 'unchanged', 'refused')),
  recording_id  text,
  row           jsonb not null,
  reason        text,
  primary key (delivery_id, line)
);
create index delivery_rows_pending on delivery_rows (delivery_id, line) where state = 'pending';

-- Audio of a known recording. The print (packed spectral peaks) is the truth; inverted lists are derived from it by each worker.
-- A removed reference keeps its row without its print, so that derived indexes learn of the removal.
create table audio_references (
  id            bigint generated always as identity primary key,
  recording_id  text not null references recordings,
  origin        text not null,                  -- 'delivery', 'upload', 'platform', 'service'
  file          text not null,
  file_hash     text not null,
  duration_ms   integer not null,
  print         bytea,
  print_version integer not null,
  seq           bigint not null,
  removed_at    timestamptz,
  created_at    timestamptz not null default now()
);
create unique index audio_references_natural on audio_references (recording_id, file_hash, print_version) where removed_at is null;
create index audio_references_seq on audio_references (seq);

create table sounds (
  id               text primary key,            -- <platform>:<platform_sound_id>
  platform         text not null,
  platform_sound_id text not null,
  title            text not null default '',
  author           text not null default '',
  handle           text not null default '',
  original         boolean,
  duration_ms      bigint,
  audio            text,                        -- absolute path or URL as submitted
  audio_root       text,                        -- the folder of the submitted file, under which paths are allowed
  payload          jsonb,                       -- the platform's object with tokens removed
  text_keys        text[] not null default '{}',-- folded titles in all readings: what a new recording's keys are looked up in
  status           text not null default 'submitted',
  why              text not null default 'not tried yet',
  attempts         integer not null default 0,
  next_attempt_at  timestamptz,
  submitted_at     timestamptz not null default now(),
  horizon_ms       bigint not null,             -- how long it may wait, from its submission or its revival
  expires_at       timestamptz not null,
  release_date     date,
  prerelease       jsonb,
  rejected         text[] not null default '{}',
  audio_hash       text,                        -- content hash of the fetched audio
  print            bytea,                       -- the sound's own print: lets a new recording find the sounds that wait for it
  print_version    integer,
  seq_seen         bigint,                      -- catalogue_seq when the last full attempt began: nothing new since means nothing to do
  model_seen       text,
  woken_by         text,                        -- what woke it for the attempt that settled it; null when its timer or nothing did
  revision         integer not null default 0,  -- counts changes of state: a reader keeps the higher one
  updated_at       timestamptz not null default now()
);
create index sounds_status on sounds (status, next_attempt_at);
create index sounds_open_keys on sounds using gin (text_keys) where status in ('waiting', 'review');
create index sounds_audio_hash on sounds (audio_hash);

create table evidence (
  sound_id      text not null references sounds,
  source        text not null,                  -- 'metadata', 'audio', later one per provider
  attempt       integer not null,
  evidence      jsonb not null,
  at            timestamptz not null default now(),
  primary key (sound_id, source)                -- the newest says it all; history is in `decisions`
);

-- Every conclusion and every word of a person, in order; never updated.
create table decisions (
  id            text primary key,               -- a person's decision id, or '<sound>#<attempt>' of a rule: repeating one is harmless
  sound_id      text not null references sounds,
  decided_by    text not null check (decided_by in ('rule', 'person')),
  kind          text not null,
  recording_id  text,
  accepted      boolean not null,
  why           text not null,
  detail        jsonb not null default '{}',    -- candidates with their bits, or the person's note and name
  model_version text,
  at            timestamptz not null default now(),
  n             bigint generated always as identity
);
create index decisions_sound on decisions (sound_id, n);

create table links (
  id            bigint generated always as identity primary key,
  sound_id      text not null references sounds,
  recording_id  text not null references recordings,
  relation      text not null,
  speed_ratio   double precision,
  pitch_semitones double precision,
  offset_ms     integer,
  coverage      double precision,
  probability   double precision not null check (probability between 0 and 1),
  decided_by    text not null check (decided_by in ('rule', 'person')),
  decision_id   text not null references decisions,
  created_at    timestamptz not null default now(),
  superseded_at timestamptz
);
-- One link, not two, whatever crashes.
create unique index links_in_force on links (sound_id) where superseded_at is null;
create index links_recording on links (recording_id) where superseded_at is null;

create table batches (
  id            text primary key,               -- <name>:<yyyy-mm-dd>
  name          text not null,
  state         text not null default 'running' check (state in ('running', 'paused', 'cancelled', 'done')),
  total         integer not null default 0,
  started_at    timestamptz not null default now(),
  finished_at   timestamptz
);

create table batch_items (
  batch_id      text not null references batches on delete cascade,
  line          integer not null,
  sound_id      text references sounds,
  problem       text,                           -- why the line was refused; null when it became a sound
  primary key (batch_id, line)
);
create index batch_items_sound on batch_items (sound_id);

-- What programs and people read.
create view sound_links as
select s.platform, s.platform_sound_id as id, s.status as state, r.isrc, l.recording_id as recording, l.relation,
       l.speed_ratio, l.pitch_semitones, l.offset_ms, l.coverage, l.probability, l.decided_by, s.why,
       s.next_attempt_at, s.attempts, s.updated_at, s.id as sound_id
  from sounds s
  left join links l on l.sound_id = s.id and l.superseded_at is null
  left join recordings r on r.id = l.recording_id;
