-- The outbox: everything that a workflow must be told because rows changed.
--
-- Words: a message is written in the transaction that makes it true and deleted when it was sent; the dispatcher (app/dispatcher.ts) sends it. A crash
-- in between sends it twice, which each receiver takes as once; none is lost, and nothing is told that was rolled back.

create table outbox (
  id            bigint generated always as identity primary key,
  -- start: a sound's workflow · wake: it should look again, and why · batch: a bulk run's workflow · delivery: a delivery's workflow ·
  -- progress: a bulk run's sounds had their outcome · arrived: recordings that the waiting sounds are to be searched with
  kind          text not null check (kind in ('start', 'wake', 'batch', 'delivery', 'progress', 'arrived')),
  key           text not null,                  -- the sound, the bulk run, the delivery; '' for arrivals
  body          jsonb not null default '{}',
  -- What is new goes before what is told to thousands: 0 start, batch, delivery, arrived · 1 progress · 2 wake.
  lane          smallint not null generated always as (case kind when 'wake' then 2 when 'progress' then 1 else 0 end) stored,
  at            timestamptz not null default clock_timestamp(),
  due_at        timestamptz not null default clock_timestamp(),  -- later: what can wait for more of its kind, or was turned away
  tries         integer not null default 0,
  problem       text                            -- why the last try failed
);
create index outbox_due on outbox (lane, id);
-- "Is there a wake-up that this sound has not heard?"
create index outbox_key on outbox (key, kind);

create function notify_outbox() returns trigger language plpgsql as $$
begin
  perform pg_notify('fermata_outbox', '');
  return null;
end $$;
create trigger outbox_filled after insert on outbox for each statement execute function notify_outbox();

drop table sound_calls;

-- When its workflow was started last. The dispatcher starts what was stored and never begun.
alter table sounds
  add column started_at timestamptz,
  add column prerelease_problem text;               -- why the audio that was handed in with the prerelease data was left out
create index sounds_never_begun on sounds (submitted_at) where status = 'submitted' and looked_at is null;

alter table batches
  add column concurrency integer not null default 100,  -- how many of its sounds may be in their first attempt at once
  add column again      text,                           -- why open sounds are tried again; null: it is for sounds that were never tried
  add column admitted   integer not null default 0,
  add column skipped    integer not null default 0,
  add column touched_at timestamptz not null default now();  -- when its last lines came: a run whose lines stopped coming begins with what is there
-- A line is admitted when its sound is started (or woken), and concluded at the first outcome after that, or when it is passed over.
alter table batch_items add column admitted_at timestamptz, add column concluded_at timestamptz;
create index batch_items_running on batch_items (batch_id) where admitted_at is not null and concluded_at is null;
create index batch_items_next on batch_items (batch_id, line) where admitted_at is null and concluded_at is null and sound_id is not null;
-- The decision that abandons a sound because its bulk run was cancelled.
create function cancellation(batch text, sound text) returns text language sql immutable as $$ select 'cancelled:' || batch || ':' || sound $$;

-- Sounds that recordings of this delivery woke.
alter table deliveries add column woken integer not null default 0;

-- Whoever brings a recording in because it asked for it looks at it by itself: `set_config('fermata.brought_by', sound, true)` says so.
alter table arrivals
  add column brought_by text,
  add column tries   integer not null default 0,  -- searches with it that failed for a fault of ours: after three it is left, and shown
  add column problem text;
create function bringer() returns text language sql stable as $$ select nullif(current_setting('fermata.brought_by', true), '') $$;
create or replace function note_arrivals() returns trigger language plpgsql as $$
begin
  insert into arrivals (recording_id, seq, brought_by) select id, seq, bringer() from arrived order by id
    on conflict (recording_id) do update set seq = greatest(arrivals.seq, excluded.seq), at = now(), brought_by = excluded.brought_by, tries = 0;
  return null;
end $$;
create or replace function note_changed_arrivals() returns trigger language plpgsql as $$
begin
  insert into arrivals (recording_id, seq, brought_by)
    select a.id, a.seq, bringer() from arrived a join departed d using (id) where a.seq <> d.seq order by a.id
    on conflict (recording_id) do update set seq = greatest(arrivals.seq, excluded.seq), at = now(), brought_by = excluded.brought_by, tries = 0;
  return null;
end $$;
create or replace function note_reference_arrivals() returns trigger language plpgsql as $$
begin
  insert into arrivals (recording_id, seq, brought_by) select recording_id, max(seq), bringer() from arrived group by 1 order by 1
    on conflict (recording_id) do update set seq = greatest(arrivals.seq, excluded.seq), at = now(), brought_by = excluded.brought_by, tries = 0;
  return null;
end $$;

-- Arrivals are noted by triggers; that they are there is told like anything else. One message is enough for any number of them.
create function tell_arrivals() returns trigger language plpgsql as $$
begin
  insert into outbox (kind, key) select 'arrived', '' where exists (select from arrived);
  return null;
end $$;
create trigger arrivals_noted after insert on arrivals referencing new table as arrived for each statement execute function tell_arrivals();
create function tell_changed_arrivals() returns trigger language plpgsql as $$
begin
  insert into outbox (kind, key) select 'arrived', '' where exists (select from arrived a join departed d using (recording_id) where a.seq <> d.seq);
  return null;
end $$;
create trigger arrivals_noted_again after update on arrivals
  referencing old table as departed new table as arrived for each statement execute function tell_changed_arrivals();

-- A sound whose audio was heard before, under another sound: derived indexes may have dropped that audio with the sounds that had it.
create trigger sounds_got_audio after update of audio_hash on sounds for each row
  when (new.audio_hash is not null and old.audio_hash is distinct from new.audio_hash) execute function hear_of_reopened();
