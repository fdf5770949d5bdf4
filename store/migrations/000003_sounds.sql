-- The sounds, and everything that was said about them: the one row of truth for each.
--
-- Words: a sound is one short-video audio; evidence is what one source found in one attempt; a decision is what a rule or a person
-- concluded; a link is the decision in force; a group holds the sounds that have one audio, at whatever speed.

create table sound_groups (
  id            bigint generated always as identity primary key,
  created_at    timestamptz not null default now(),
  news          text,                              -- what was last decided about one of its sounds …
  news_at       timestamptz,                       -- … and when: who looked before has not heard of it
  alarmed_at    timestamptz,                       -- when its growth last passed the bar
  alarmed_growth integer                           -- … and how many sounds had come within the day
);
-- A person said that these two are not one.
create table separate_groups (
  group_id      bigint not null references sound_groups on delete cascade,
  other_id      bigint not null references sound_groups on delete cascade,
  said_by       text not null,
  at            timestamptz not null default now(),
  primary key (group_id, other_id),
  check (group_id < other_id)
);

create table sounds (
  id               text primary key,               -- <platform>:<platform_sound_id>
  platform         text not null,
  platform_sound_id text not null,
  title            text not null default '',
  author           text not null default '',
  handle           text not null default '',
  original         boolean,
  duration_ms      bigint,
  audio            text,                           -- absolute path or URL as submitted
  audio_root       text,                           -- the folder of the submitted file, under which paths are allowed
  payload          jsonb,                          -- the platform's object with tokens removed
  text_keys        text[] not null default '{}',   -- folded titles in all readings: what a new recording's keys are looked up in
  artist_keys      text[],                         -- folded names
  status           text not null default 'submitted',
  why              text not null default 'not tried yet',
  attempts         integer not null default 0,
  next_attempt_at  timestamptz,
  submitted_at     timestamptz not null default now(),
  bulk             boolean not null default false, -- it came as a line of a bulk run, which has it started in its own time
  started_at       timestamptz,                    -- when its workflow was started last: what was stored and never begun is started by the dispatcher
  horizon_ms       bigint not null,                -- how long it may wait, from its submission or its revival
  expires_at       timestamptz not null,
  release_date     date,
  prerelease       jsonb,
  prerelease_problem text,                         -- why the audio that was handed in with it was left out
  waits_for        text,                           -- the recording that its prerelease data stands for: when its date moves, the sound's does
  rejected         text[] not null default '{}',
  audio_hash       text,                           -- content hash of the fetched audio
  looked_at        timestamptz,                    -- when the last full attempt began …
  seq_seen         bigint,                         -- … and catalogue_seq then: nothing new since means nothing to do
  wanted_seq       bigint,                         -- newest arrival that may be its answer: a wake-up that got lost is seen by this
  model_seen       text,
  woken_by         text,                           -- what woke it for the attempt that settled it; null when its timer or nothing did
  group_id         bigint references sound_groups,
  grouped_by       text check (grouped_by in ('file', 'audio', 'person')),
  grouped_at       timestamptz,
  -- How it stands to its group's own time and pitch: tempo over it, semitones above it, where in it the sound begins.
  group_speed      double precision,
  group_semitones  double precision,
  group_offset_ms  double precision,
  revision         integer not null default 0,     -- counts changes of state: a reader keeps the higher one
  updated_at       timestamptz not null default now()
);
create index sounds_status on sounds (status, next_attempt_at);
-- What a person types for a sound is often its platform's id alone.
create index sounds_platform_sound_id on sounds (platform_sound_id);
-- Whoever watches asks every second what has changed.
create index sounds_changed on sounds (updated_at, id) where status <> 'submitted';
-- A recording that turns out to be another is no longer the one that a person rejected.
create index sounds_rejected on sounds using gin (rejected) where rejected <> '{}';
create index sounds_audio_hash on sounds (audio_hash);
create index sounds_group on sounds (group_id, grouped_at) where group_id is not null;
create index sounds_waits_for on sounds (waits_for) where waits_for is not null;
-- A sound in its first attempt is as wakeable as one that waits: what it has looked at by then is known by seq_seen.
create index sounds_open_keys on sounds using gin (text_keys) where status in ('submitted', 'waiting', 'review');
-- A recording whose title a waiting sound misspells is found among the sounds that name its artist.
create index sounds_open_artists on sounds using gin (artist_keys) where status in ('submitted', 'waiting', 'review');
create index sounds_audio_hash_open on sounds (audio_hash) where status in ('submitted', 'waiting', 'review');
-- What nobody has begun: sounds of a bulk run, of which a million may lie there for days, only once it has had them started.
create index sounds_never_begun on sounds (submitted_at) where status = 'submitted' and looked_at is null and (not bulk or started_at is not null);

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
  detail        jsonb not null default '{"version": 1}',  -- candidates with their bits, or the person's note and name
  model_version text,
  at            timestamptz not null default now(),
  n             bigint generated always as identity
);
create index decisions_sound on decisions (sound_id, n);
-- What people said of recordings, which weights are fitted to.
create index decisions_of_people on decisions (sound_id, n desc)
  where decided_by = 'person' and accepted and kind in ('match', 'reject', 'noSuchRecording', 'notMusic');

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
  concurrency   integer not null default 100,   -- how many of its sounds may be in their first attempt at once
  again         text,                           -- why open sounds are tried again; null: it is for sounds that were never tried
  total         integer not null default 0,
  admitted      integer not null default 0,
  skipped       integer not null default 0,
  started_at    timestamptz not null default now(),
  touched_at    timestamptz not null default now(),  -- when its last lines came: a run whose lines stopped coming begins with what is there
  finished_at   timestamptz
);

-- A line is admitted when its sound is started (or woken), and concluded at the first outcome after that, or when it is passed over.
create table batch_items (
  batch_id      text not null references batches on delete cascade,
  line          integer not null,
  sound_id      text references sounds,
  problem       text,                           -- why the line was refused; null when it became a sound
  admitted_at   timestamptz,
  concluded_at  timestamptz,
  primary key (batch_id, line)
);
create index batch_items_sound on batch_items (sound_id);
create index batch_items_running on batch_items (batch_id) where admitted_at is not null and concluded_at is null;
create index batch_items_next on batch_items (batch_id, line) where admitted_at is null and concluded_at is null and sound_id is not null;
-- The decision that abandons a sound because its bulk run was cancelled.
create function cancellation(batch text, sound text) returns text language sql immutable as $$ select 'cancelled:' || batch || ':' || sound $$;

-- What views must know of the configuration; workers write it when they start.
create table settings (
  name          text primary key,
  value         text not null
);
insert into settings (name, value) values ('publish', 'at-release');

-- What programs and people read.
--
-- A link is made at once and published when its recording is out; `at-once` publishes without waiting for that. What is withdrawn, or
-- only a person's provisional word, is not published either way.
create view sound_links as
select s.platform, s.platform_sound_id as id, s.status as state, r.isrc, l.recording_id as recording, l.relation,
       l.speed_ratio, l.pitch_semitones, l.offset_ms, l.coverage, l.probability, l.decided_by, s.why,
       s.next_attempt_at, s.attempts, s.updated_at, s.id as sound_id,
       case when r.id is not null then recording_ids(r.external_ids, r.service_ids) end as external_ids,
       coalesce((select value from settings where name = 'publish') = 'at-once' or r.out_from is null or r.out_from <= now(), false)
         and r.id is not null and not r.provisional and (r.withdrawn_at is null or r.withdrawn_at > now()) as published,
       nullif(nullif(r.out_from, 'infinity'), '-infinity') as publish_at,
       r.withdrawn_at,
       case when r.id is not null then same_recordings(r.id) end as same_recordings
  from sounds s
  left join links l on l.sound_id = s.id and l.superseded_at is null
  left join recordings r on r.id = l.recording_id;
