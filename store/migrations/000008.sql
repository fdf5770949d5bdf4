-- Previews: half a minute of a recording that a catalogue service lets listeners hear, which becomes reference audio (origin 'preview')
-- where there is no other. What is kept of it is its print and its vectors; here stands what became of asking for it, so that it is
-- asked for once, not once for each sound. Instants are epoch milliseconds, by the clock of who asks.

create table previews (
  provider      text not null,
  recording_id  text not null references recordings on delete cascade,
  -- asking: somebody fetches it just now; kept: its print is in the index (until other audio replaces it); none: the service has none;
  -- failed: it was not to be had, for a reason
  state         text not null check (state in ('asking', 'kept', 'none', 'failed')),
  asked_by      text,                           -- sound and attempt: who was cut off goes on at once
  until_ms      double precision not null default 0,  -- before this nobody else asks; 0: whoever needs it may
  reason        text,                           -- none, failed: for a person
  host_failed   boolean not null default false, -- not this preview, the host of all of them did not answer
  ended_ms      double precision,               -- when it was last fetched, or not
  primary key (provider, recording_id)
);
create index previews_ended on previews (provider, ended_ms desc) where ended_ms is not null;
