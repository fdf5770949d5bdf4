-- Providers: how often each may be asked, what was spent on it, what it answered, and which of its recordings are ours.
--
-- Words: a permit is the right to send one request at its instant; a credential is what a provider counts requests by (a key, or our
-- address where it needs none), known here only by a hash; the window is the stretch of time that a provider's limit is stated for.
-- Instants are epoch milliseconds: they are only ever compared and added.

create table provider_limits (
  credential    text primary key,               -- <provider>:<beginning of the SHA-256 of the credential>
  provider      text not null,
  calls         integer not null,               -- requests …
  window_ms     double precision not null,      -- … in any stretch of time this long
  fastest_ms    double precision,               -- the quickest answer of late: nothing was in its way; null: too few to tell
  fastest_now_ms double precision,              -- … of this hour alone …
  answers_now   integer not null default 0,     -- … out of so many …
  hour_ms       double precision,               -- … since it began
  tail_ms       double precision,               -- where the line of those who were told to come back later ends
  waiting       jsonb not null default '{}',    -- {worker: {"atMs", "wanted": [requests by priority]}}: the urgent go first everywhere
  failures      integer not null default 0,     -- in a row
  strikes       integer not null default 0,     -- pauses in a row: each is longer than the one before
  paused_until_ms double precision,             -- not null after its time has come: half open, one probe at a time
  paused_why    text,
  probe_by      text,
  probe_until_ms double precision,
  last_error    text,
  last_error_ms double precision,
  last_ok_ms    double precision
);
create index provider_limits_provider on provider_limits (provider);

create table provider_permits (
  id            bigint generated always as identity primary key,
  credential    text not null references provider_limits on delete cascade,
  at_ms         double precision not null,      -- the instant it was given for
  settled_ms    double precision                -- from that instant to the answer; null: nothing was heard of it yet
);
create index provider_permits_at on provider_permits (credential, at_ms);

-- Reserved before a request leaves, and kept unless it is certain that none did.
create table provider_spend (
  provider      text not null,
  day           date not null,                  -- UTC
  calls         bigint not null default 0,
  money         numeric not null default 0,
  primary key (provider, day)
);

create table provider_answers (
  provider      text not null,
  query         text not null,                  -- normalised; audio by its content hash, speed and place
  day           date not null,                  -- UTC
  state         text not null check (state in ('asked', 'answered')),  -- asked: a paid request may have left, its answer is not here (yet)
  asked_at      timestamptz not null default clock_timestamp(),
  answered_at   timestamptz,
  raw_hash      text,                           -- SHA-256 of the bodies as received
  answer        jsonb,
  primary key (provider, query, day)
);
create index provider_answers_day on provider_answers (day);

-- What providers know, each in its own words, beside the one recording that we keep of it.
create table service_recordings (
  provider      text not null,
  service_id    text not null,
  recording_id  text not null references recordings on delete cascade,
  detail        jsonb not null,                 -- as mapped by the client: title, dates by territory, preview, address
  raw_hash      text not null,
  first_seen_at timestamptz not null default now(),
  seen_at       timestamptz not null default now(),
  primary key (provider, service_id)
);
create index service_recordings_recording on service_recordings (recording_id);

-- When a catalogue service was last asked about an ISRC or an artist by the scheduled sync.
create table service_checks (
  provider      text not null,
  subject       text not null,                     -- isrc:<code> or artist:<folded name>
  checked_at    timestamptz not null,
  checks        integer not null default 1,        -- times asked without news since the last news
  problem       text,
  primary key (provider, subject)
);

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
