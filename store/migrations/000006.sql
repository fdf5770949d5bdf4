-- Waking waiting sounds at scale, waiting cheaply, and groups of sounds with the same audio.
--
-- Words: an arrival is a recording that is new or changed and that the waiting sounds have not been searched with yet; landmarks are a
-- sound's peaks in its own time; a group holds the sounds that have one audio, at whatever speed.

-- What was heard in a piece of audio, once for all sounds that have it. A sound's row holds the hash alone.
create table heard_audio (
  audio_hash    text primary key,
  print         bytea not null,                 -- lets it be searched again without its audio
  print_version integer not null,
  landmarks     bytea not null,                 -- what indexes of waiting sounds are made of: each process derives its own
  landmarks_version integer not null,
  -- The transaction that a derived index may have to read it from: when it was heard, or a sound with it was opened again. Readers go on
  -- from the oldest transaction that was still running when they last read, so that they miss none and nobody waits for a lock.
  heard_by      xid8 not null default pg_current_xact_id()
);
alter table heard_audio alter column print set storage external;  -- 4-bit samples do not compress
create index heard_audio_heard_by on heard_audio (heard_by);
create index sounds_audio_hash_open on sounds (audio_hash) where status in ('submitted', 'waiting', 'review');
-- Prints of before have no landmarks yet (version 0): the sound's next attempt makes them from the print.
insert into heard_audio (audio_hash, print, print_version, landmarks, landmarks_version)
  select distinct on (audio_hash) audio_hash, print, print_version, '', 0 from sounds
   where audio_hash is not null and print is not null order by audio_hash, print_version desc;
alter table sounds drop column print, drop column print_version;

create function hear_of_reopened() returns trigger language plpgsql as $$
begin
  update heard_audio set heard_by = pg_current_xact_id() where audio_hash = new.audio_hash;
  return null;
end $$;
create trigger sounds_reopened after update of status on sounds for each row
  when (old.status not in ('submitted', 'waiting', 'review') and new.status in ('waiting', 'review') and new.audio_hash is not null)
  execute function hear_of_reopened();

create table arrivals (
  recording_id  text primary key references recordings on delete cascade,
  seq           bigint not null,
  at            timestamptz not null default now()
);
create index arrivals_seq on arrivals (seq);

-- By triggers, so that whoever writes recordings cannot forget it.
create function note_arrivals() returns trigger language plpgsql as $$
begin
  insert into arrivals (recording_id, seq) select id, seq from arrived order by id
    on conflict (recording_id) do update set seq = greatest(arrivals.seq, excluded.seq), at = now();
  return null;
end $$;
create function note_changed_arrivals() returns trigger language plpgsql as $$
begin
  insert into arrivals (recording_id, seq)
    select a.id, a.seq from arrived a join departed d using (id) where a.seq <> d.seq order by a.id
    on conflict (recording_id) do update set seq = greatest(arrivals.seq, excluded.seq), at = now();
  return null;
end $$;
create function note_reference_arrivals() returns trigger language plpgsql as $$
begin
  insert into arrivals (recording_id, seq) select recording_id, max(seq) from arrived group by 1 order by 1
    on conflict (recording_id) do update set seq = greatest(arrivals.seq, excluded.seq), at = now();
  return null;
end $$;
create trigger recordings_arrived after insert on recordings
  referencing new table as arrived for each statement execute function note_arrivals();
create trigger recordings_arrived_again after update on recordings
  referencing old table as departed new table as arrived for each statement execute function note_changed_arrivals();
-- A reference that is removed answers nobody.
create trigger audio_references_arrived after insert on audio_references
  referencing new table as arrived for each statement execute function note_reference_arrivals();

create table sound_groups (
  id            bigint generated always as identity primary key,
  created_at    timestamptz not null default now(),
  news          text,                           -- what was last decided about one of its sounds …
  news_at       timestamptz,                    -- … and when: who looked before has not heard of it
  alarmed_at    timestamptz,                    -- when its growth last passed the bar
  alarmed_growth integer                        -- … and how many sounds had come within the day
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

alter table sounds
  add column artist_keys   text[],              -- folded names; null: submitted before they were kept
  add column looked_at     timestamptz,         -- when the last full attempt began
  add column wanted_seq    bigint,              -- newest arrival that may be its answer: a wake-up that got lost is seen by this
  add column group_id      bigint references sound_groups,
  add column grouped_by    text check (grouped_by in ('file', 'audio', 'person')),
  add column grouped_at    timestamptz,
  -- How it stands to its group's own time and pitch: tempo over it, semitones above it, where in it the sound begins.
  add column group_speed   double precision,
  add column group_semitones double precision,
  add column group_offset_ms double precision;
create index sounds_group on sounds (group_id, grouped_at) where group_id is not null;

-- A sound in its first attempt is as wakeable as one that waits: what it has looked at by then is known by seq_seen.
drop index sounds_open_keys;
create index sounds_open_keys on sounds using gin (text_keys) where status in ('submitted', 'waiting', 'review');
