-- Waking waiting sounds at scale: what was heard in their audio, and the recordings that they have not been searched with yet.
--
-- Words: an arrival is a recording that is new or changed and that the waiting sounds have not been searched with yet; landmarks are a
-- sound's peaks in its own time.

-- What was heard in a piece of audio, once for all sounds that have it. A sound's row holds the hash alone.
create table heard_audio (
  audio_hash    text primary key,
  print         bytea not null,                 -- lets it be searched again without its audio
  print_version integer not null,
  landmarks     bytea not null,                 -- what indexes of waiting sounds are made of: each process derives its own
  landmarks_version integer not null,
  called        text check (called in ('speech', 'noise')),  -- … when nothing is found in it; null: music may be in it
  -- The transaction that a derived index may have to read it from: when it was heard, or a sound with it was opened again. Readers go on
  -- from the oldest transaction that was still running when they last read, so that they miss none and nobody waits for a lock.
  heard_by      xid8 not null default pg_current_xact_id()
);
alter table heard_audio alter column print set storage external;  -- 4-bit samples do not compress
create index heard_audio_heard_by on heard_audio (heard_by);

create function hear_of_reopened() returns trigger language plpgsql as $$
begin
  update heard_audio set heard_by = pg_current_xact_id() where audio_hash = new.audio_hash;
  return null;
end $$;
create trigger sounds_reopened after update of status on sounds for each row
  when (old.status not in ('submitted', 'waiting', 'review') and new.status in ('waiting', 'review') and new.audio_hash is not null)
  execute function hear_of_reopened();
-- A sound whose audio was heard before, under another sound: derived indexes may have dropped that audio with the sounds that had it.
create trigger sounds_got_audio after update of audio_hash on sounds for each row
  when (new.audio_hash is not null and old.audio_hash is distinct from new.audio_hash) execute function hear_of_reopened();

create table arrivals (
  recording_id  text primary key references recordings on delete cascade,
  seq           bigint not null,
  at            timestamptz not null default now(),
  brought_by    text,                           -- the sound that asked for it, which looks at it by itself
  tries         integer not null default 0,     -- searches with it that failed for a fault of ours: after three it is left, and shown
  problem       text
);
-- The next ones to search with, those that made trouble last …
create index arrivals_next on arrivals (tries, seq);
-- … and those that have lain for long: in the middle of a large delivery there are few, and every turn of a sound asks for them.
create index arrivals_at on arrivals (at);

-- Whoever brings a recording in because it asked for it says so: `set_config('fermata.brought_by', sound, true)`.
create function bringer() returns text language sql stable as $$ select nullif(current_setting('fermata.brought_by', true), '') $$;
-- By triggers, so that whoever writes recordings cannot forget it.
create function note_arrivals() returns trigger language plpgsql as $$
begin
  insert into arrivals (recording_id, seq, brought_by) select id, seq, bringer() from arrived order by id
    on conflict (recording_id) do update set seq = greatest(arrivals.seq, excluded.seq), at = now(), brought_by = excluded.brought_by, tries = 0;
  return null;
end $$;
create function note_changed_arrivals() returns trigger language plpgsql as $$
begin
  insert into arrivals (recording_id, seq, brought_by)
    select a.id, a.seq, bringer() from arrived a join departed d using (id) where a.seq <> d.seq order by a.id
    on conflict (recording_id) do update set seq = greatest(arrivals.seq, excluded.seq), at = now(), brought_by = excluded.brought_by, tries = 0;
  return null;
end $$;
create function note_reference_arrivals() returns trigger language plpgsql as $$
begin
  insert into arrivals (recording_id, seq, brought_by) select recording_id, max(seq), bringer() from arrived group by 1 order by 1
    on conflict (recording_id) do update set seq = greatest(arrivals.seq, excluded.seq), at = now(), brought_by = excluded.brought_by, tries = 0;
  return null;
end $$;
create trigger recordings_arrived after insert on recordings
  referencing new table as arrived for each statement execute function note_arrivals();
create trigger recordings_arrived_again after update on recordings
  referencing old table as departed new table as arrived for each statement execute function note_changed_arrivals();
-- A reference that is removed answers nobody.
create trigger audio_references_arrived after insert on audio_references
  referencing new table as arrived for each statement execute function note_reference_arrivals();
