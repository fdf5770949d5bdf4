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
  body          jsonb not null default '{"version": 1}',
  -- What is new goes before what is told to thousands: 0 start, batch, delivery, arrived · 1 progress · 2 wake.
  lane          smallint not null generated always as (case kind when 'wake' then 2 when 'progress' then 1 else 0 end) stored,
  at            timestamptz not null default clock_timestamp(),
  due_at        timestamptz not null default clock_timestamp(),  -- later: what can wait for more of its kind, or was turned away
  tries         integer not null default 0,
  problem       text                            -- why the last try failed
);
create index outbox_due on outbox (lane, id);
create index outbox_due_at on outbox (due_at);
-- "Is there a wake-up that this sound has not heard?"
create index outbox_key on outbox (key, kind);

create function notify_outbox() returns trigger language plpgsql as $$
begin
  perform pg_notify('fermata_outbox', '');
  return null;
end $$;
create trigger outbox_filled after insert on outbox for each statement execute function notify_outbox();

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
