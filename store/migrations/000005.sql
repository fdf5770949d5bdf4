-- Deliveries in any format, release moments, and provisional recordings that are confirmed, merged or contested.
--
-- Words: a release is a product that offers recordings under terms; a moment is a period in some territories; a recording is out when the
-- first of its moments has begun, and withdrawn when the last has ended or it was taken down. A provisional recording is what a person
-- knew before any delivery did.

alter table deliveries
  add column entry    text,                        -- the one file of the folder that was delivered; null: the folder as a whole
  add column options  jsonb not null default '{}', -- how its listing is to be read: map, encoding, dates
  add column notes    jsonb not null default '[]'; -- what was passed over as a whole: columns that mean nothing to us

alter table delivery_rows
  add column place    text,                        -- where it stands when the line is not enough: a message and the path in it
  add column remark   text;                        -- what was left out of a row that is taken
alter table delivery_rows drop constraint delivery_rows_state_check;
alter table delivery_rows add constraint delivery_rows_state_check
  check (state in ('pending', 'added', 'changed', 'unchanged', 'withdrawn', 'refused'));

create table releases (
  id            text primary key,                  -- upc:…, grid:…, ddex:<sender>:…; listing:<recording> for terms that no release stands for
  upc           text,
  title         text,
  label         text,
  said_by       text not null,
  message_id    text,
  message_at    timestamptz,                       -- of two messages the newer one holds; null: a listing said so
  withdrawn_at  timestamptz,                       -- taken down as a whole, from then on
  updated_at    timestamptz not null default now()
);

-- What a release offers. Replaced as a whole by each delivery of it.
create table release_recordings (
  release_id    text not null references releases on delete cascade,
  recording_id  text not null references recordings on delete cascade,
  withdrawn_at  timestamptz,                       -- this recording alone was taken out of it
  primary key (release_id, recording_id)
);
create index release_recordings_recording on release_recordings (recording_id);

create table release_dates (
  release_id    text not null,
  recording_id  text not null,
  n             integer not null,
  use           text not null check (use in ('release', 'preview', 'pre_order')),
  territories   text[] not null,                   -- ISO 3166-1 alpha-2, or Worldwide
  excluded      text[] not null,
  starts        text,                              -- as delivered: a day, a time there, or an instant
  ends          text,
  starts_at     timestamptz not null,              -- in the first of the territories
  ends_at       timestamptz,                       -- in the last of them
  primary key (release_id, recording_id, n),
  foreign key (release_id, recording_id) references release_recordings on delete cascade
);

alter table recordings
  add column credits       jsonb not null default '[]',  -- [{"name", "role"}]: who had a part in it besides the billed artists
  add column out_from      timestamptz,                  -- null: nothing says when; infinity: it is announced, and nothing says that it comes out
  add column preview_from  timestamptz,
  add column withdrawn_at  timestamptz,
  add column merged_into   text references recordings,   -- a provisional recording that was confirmed as this one
  add column contested     text;                         -- a provisional recording that a delivery contradicts, and over what
update recordings set out_from = (release_date::timestamp - interval '14 hours') at time zone 'UTC' where release_date is not null;
create index recordings_provisional on recordings (isrc) where provisional and merged_into is null;

-- What changed about a recording, who said so and when; never updated.
create table recording_changes (
  id            bigint generated always as identity primary key,
  recording_id  text not null references recordings,
  what          text not null,                     -- the field, or: withdrawn, offered again, merged, contested
  before        text,
  after         text,
  said_by       text not null,
  delivery_id   text,
  line          integer,
  at            timestamptz not null default now()
);
create index recording_changes_recording on recording_changes (recording_id, id);
create index recording_changes_delivery on recording_changes (delivery_id, at);

-- The recording that a sound's prerelease data stands for: when its date moves, the sound's does.
alter table sounds add column waits_for text;
create index sounds_waits_for on sounds (waits_for) where waits_for is not null;

-- Sounds whose row was changed by something else than their own workflow, and whose workflow must hear of it. Written with the change,
-- deleted when the signal is sent: a crash in between repeats the signal and loses none.
create table sound_calls (
  sound_id      text primary key references sounds,
  why           text not null,
  at            timestamptz not null default now()
);

-- Deliveries seen in watched folders. Taken when they have come to rest, once for each state of their files.
create table watched_deliveries (
  path          text primary key,
  signature     text not null,                     -- of names, sizes and times of its files
  seen_at       timestamptz not null,              -- since when it has that signature
  taken         text,                              -- the signature that was taken last
  taken_at      timestamptz
);

-- When a catalogue service was last asked about an ISRC or an artist by the scheduled sync.
create table service_checks (
  provider      text not null,
  subject       text not null,                     -- isrc:<code> or artist:<folded name>
  checked_at    timestamptz not null,
  checks        integer not null default 1,        -- times asked without news since the last news
  problem       text,
  primary key (provider, subject)
);

create table settings (
  name          text primary key,
  value         text not null
);
insert into settings (name, value) values ('publish', 'at-release');

-- A link is made at once and published when its recording is out; `at-once` publishes without waiting for that. What is withdrawn, or
-- only a person's provisional word, is not published either way.
create or replace view sound_links as
select s.platform, s.platform_sound_id as id, s.status as state, r.isrc, l.recording_id as recording, l.relation,
       l.speed_ratio, l.pitch_semitones, l.offset_ms, l.coverage, l.probability, l.decided_by, s.why,
       s.next_attempt_at, s.attempts, s.updated_at, s.id as sound_id,
       case when r.id is not null then recording_ids(r.external_ids, r.service_ids) end as external_ids,
       coalesce((select value from settings where name = 'publish') = 'at-once' or r.out_from is null or r.out_from <= now(), false)
         and r.id is not null and not r.provisional and (r.withdrawn_at is null or r.withdrawn_at > now()) as published,
       nullif(nullif(r.out_from, 'infinity'), '-infinity') as publish_at,
       r.withdrawn_at
  from sounds s
  left join links l on l.sound_id = s.id and l.superseded_at is null
  left join recordings r on r.id = l.recording_id;

-- Release dates per territory, one row each.
create view recording_release_dates as
select d.recording_id, d.release_id, d.use, territory, d.excluded, d.starts, d.ends, d.starts_at, d.ends_at,
       coalesce(m.withdrawn_at, r.withdrawn_at) as withdrawn_at
  from release_dates d
  join release_recordings m using (release_id, recording_id)
  join releases r on r.id = d.release_id
 cross join unnest(d.territories) as territory;
