-- Outside services: how often each may be asked, what was spent on it, what it answered, and which of its recordings are ours.
--
-- Words: a permit is the right to send one request at its instant; a credential is what a service counts requests by (a key, or our
-- address where it needs none), known here only by a hash; the window is the stretch of time that a service's limit is stated for.
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

-- What services know, each in its own words, beside the one recording that we keep of it.
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

-- Ids that services gave us, apart from those that a delivery brought (external_ids), which a service never overwrites.
alter table recordings add column service_ids jsonb not null default '{}';
create index recordings_service_ids on recordings using gin (service_ids jsonb_path_ops);

create or replace function find_identified(isrcs text[], services jsonb[]) returns setof recordings
language plpgsql stable rows 20 set enable_seqscan = off set plan_cache_mode = force_generic_plan as $$
declare
  one jsonb;
begin
  return query select * from recordings r where r.isrc = any(isrcs) order by r.seq desc limit 20;
  foreach one in array services loop
    return query select * from recordings r where r.external_ids @> one limit 5;
    return query select * from recordings r where r.service_ids @> one limit 5;
  end loop;
end $$;

-- Both kinds of ids of a recording, each once.
create function recording_ids(delivered jsonb, from_services jsonb) returns jsonb language sql immutable as $$
  select coalesce(jsonb_object_agg(platform, ids), '{}') from (
    select key as platform, jsonb_agg(distinct id) as ids
      from (select key, value from jsonb_each(delivered) union all select key, value from jsonb_each(from_services)) both_kinds,
           jsonb_array_elements_text(value) id
     group by key) merged
$$;

create or replace view sound_links as
select s.platform, s.platform_sound_id as id, s.status as state, r.isrc, l.recording_id as recording, l.relation,
       l.speed_ratio, l.pitch_semitones, l.offset_ms, l.coverage, l.probability, l.decided_by, s.why,
       s.next_attempt_at, s.attempts, s.updated_at, s.id as sound_id,
       case when r.id is not null then recording_ids(r.external_ids, r.service_ids) end as external_ids
  from sounds s
  left join links l on l.sound_id = s.id and l.superseded_at is null
  left join recordings r on r.id = l.recording_id;

create function epoch_ms() returns double precision language sql volatile as $$
  select extract(epoch from clock_timestamp())::double precision * 1000
$$;

-- Gives permits for one credential, takes note of those that were used, and says when to ask again: one round trip, under the
-- credential's row lock, so that any number of workers on any number of machines share one window. Time is this server's.
--
-- The law: at most `calls` requests reach the service in any `window`. A request leaves at its permit's instant or later and reaches
-- the service before its answer is here, so a permit frees its place one window after
--   its instant + what its answer took longer than the quickest answer      (at least `guardMs`)
-- and one whose answer is still missing frees none, until `arrivalMs` have gone by: what was sent has arrived then, or never will.
-- That holds whatever the delays are, as long as the shortest way to the service is the same for all requests and one of the first
-- 20 took it.
--
-- terms: {"calls", "windowMs", "guardMs", "arrivalMs", "horizonMs", "patienceMs", "price", "mostCalls", "mostMoney"}
-- wanted: how many requests wait at this worker, by priority, the most urgent first; leaving: the same of those that gave up waiting
-- ended: [{"id", "lateMs", "tookMs", "answered"} | {"id", "unused": true}]
-- returns {"permits": [{"id", "inMs", "priority"}], "comeBackMs": [one list a priority], "nextMs", "paused", "spent", "halfOpen", "troubled"}
create function take_permits(
  the_credential text, the_provider text, terms jsonb, worker text, asker text, wanted integer[], leaving integer[], ended jsonb,
  simulated_ms double precision default null
) returns jsonb language plpgsql volatile as $$
declare
  own provider_limits;
  now_ms double precision;
  most integer := (terms->>'calls')::integer;
  -- A millisecond more than is stated: clocks count in those.
  window_long double precision := (terms->>'windowMs')::double precision + 1;
  guard double precision := (terms->>'guardMs')::double precision;
  arrival double precision := (terms->>'arrivalMs')::double precision;
  horizon double precision := (terms->>'horizonMs')::double precision;
  step double precision := (terms->>'windowMs')::double precision / (terms->>'calls')::integer;
  price numeric := coalesce((terms->>'price')::numeric, 0);
  one jsonb;
  gone provider_permits;
  free double precision[];
  free_low double precision[];
  last_at double precision;
  instant double precision;
  soonest double precision;
  place integer;
  today date;
  spent provider_spend;
  affordable bigint;
  ahead integer;
  asked boolean := false;
  given jsonb := '[]';
  given_now integer := 0;
  the_id bigint;
  next_ms double precision;
  paused jsonb;
  exhausted jsonb;
  half_open boolean := false;
  -- Set: nobody waits here, all are sent away until then.
  away_ms double precision;
  spread_ms double precision;
  line_ms double precision;
  times jsonb;
  come_back jsonb := '[]';
begin
  insert into provider_limits (credential, provider, calls, window_ms) values (the_credential, the_provider, most, (terms->>'windowMs')::double precision)
    on conflict do nothing;
  select * into own from provider_limits where credential = the_credential for update;
  now_ms := coalesce(simulated_ms, epoch_ms());
  today := (to_timestamp(now_ms / 1000) at time zone 'UTC')::date;

  -- A way that was faster yesterday must not make every answer of today a late one.
  if own.hour_ms is null or own.hour_ms < now_ms - 3600000 then
    if own.answers_now >= 20 then own.fastest_ms := own.fastest_now_ms; end if;
    own.hour_ms := now_ms;
    own.fastest_now_ms := null;
    own.answers_now := 0;
  end if;
  for one in select * from jsonb_array_elements(ended) loop
    if (one->>'unused')::boolean then
      delete from provider_permits where id = (one->>'id')::bigint and credential = the_credential returning * into gone;
      if found then
        update provider_spend s set calls = s.calls - 1, money = s.money - price
          where s.provider = the_provider and s.day = (to_timestamp(gone.at_ms / 1000) at time zone 'UTC')::date;
      end if;
    else
      update provider_permits set settled_ms = (one->>'lateMs')::double precision + (one->>'tookMs')::double precision
        where id = (one->>'id')::bigint and credential = the_credential;
      if (one->>'answered')::boolean then
        own.fastest_now_ms := least(own.fastest_now_ms, (one->>'tookMs')::double precision);
        own.answers_now := own.answers_now + 1;
        -- The first answers pay for new connections: by those alone, later ones would seem to arrive early.
        if own.fastest_ms is not null or own.answers_now >= 20 then own.fastest_ms := least(own.fastest_ms, own.fastest_now_ms); end if;
      end if;
    end if;
  end loop;
  delete from provider_permits where credential = the_credential and at_ms < now_ms - window_long - arrival - guard;
  own.waiting := coalesce((select jsonb_object_agg(key, value) from jsonb_each(own.waiting)
                            where key <> worker and (value->>'atMs')::double precision > now_ms - 2000), '{}');
  asked := (select sum(n) > 0 from unnest(wanted || leaving) n);

  if asked and own.paused_until_ms is not null then
    if now_ms < own.paused_until_ms then
      paused := jsonb_build_object('inMs', own.paused_until_ms - now_ms, 'why', own.paused_why);
      away_ms := own.paused_until_ms;
      spread_ms := least(900000, own.paused_until_ms - now_ms);
    elsif own.probe_until_ms > now_ms and own.probe_by is distinct from asker then
      paused := jsonb_build_object('inMs', 2000, 'why', own.paused_why);
      away_ms := now_ms + 2000;
    else
      half_open := true;
    end if;
  end if;
  if asked and paused is null then
    insert into provider_spend (provider, day) values (the_provider, today) on conflict do nothing;
    select * into spent from provider_spend s where s.provider = the_provider and s.day = today for update;
    affordable := least((terms->>'mostCalls')::bigint - spent.calls,
                        case when price > 0 then floor(((terms->>'mostMoney')::numeric - spent.money) / price)::bigint end);
    if affordable <= 0 then
      away_ms := extract(epoch from (today + 1)::timestamp at time zone 'UTC')::double precision * 1000;
      spread_ms := 900000;
      exhausted := jsonb_build_object('inMs', away_ms - now_ms, 'calls', spent.calls, 'money', spent.money);
    end if;
  end if;

  if asked and paused is null and exhausted is null then
    select array_agg(frees order by frees desc), array_agg(frees_low order by frees_low desc), max(at_ms)
      into free, free_low, last_at
      from (select at_ms,
                   at_ms + window_long + case
                     when settled_ms is not null
                       then greatest(guard, least(settled_ms, arrival) - coalesce(own.fastest_ms, 0))
                     when now_ms < at_ms + arrival then 'infinity'
                     else arrival end as frees,
                   at_ms + window_long + guard as frees_low
              from provider_permits where credential = the_credential) held;
    <<granting>>
    for priority in 1 .. array_length(wanted, 1) loop
      continue when wanted[priority] = 0;
      -- Places that more urgent requests of other workers are waiting for at this moment.
      select coalesce(sum((other.value->'wanted'->>(p - 1))::integer), 0) into ahead
        from jsonb_each(own.waiting) other, generate_series(1, priority - 1) p;
      while wanted[priority] > 0 loop
        exit granting when given_now >= affordable or (half_open and given_now >= 1);
        place := most - ahead - given_now;
        if place < 1 then
          next_ms := greatest(50, horizon / 2);
          exit granting;
        end if;
        soonest := greatest(now_ms, last_at, free_low[place]);
        instant := greatest(soonest, free[place]);
        -- The first half of a window may be taken at once, the rest at twice the even pace: nobody urgent waits for the end of a burst, and
        -- what a stall left unused is made up for.
        if (select count(*) from unnest(free) f where f > instant) + given_now >= most / 2.0 then
          soonest := greatest(soonest, last_at + 0.5 * step * (1 + ahead));
          instant := greatest(instant, soonest);
        end if;
        if instant > now_ms + horizon then
          -- Held up by an answer that is still missing, it may be soon; else it is known.
          if soonest - now_ms > (terms->>'patienceMs')::double precision then away_ms := soonest; end if;
          next_ms := greatest(soonest - horizon - now_ms, 50);
          exit granting;
        end if;
        insert into provider_permits (credential, at_ms) values (the_credential, instant) returning id into the_id;
        given := given || jsonb_build_object('id', the_id, 'inMs', instant - now_ms, 'priority', priority - 1);
        given_now := given_now + 1;
        wanted[priority] := wanted[priority] - 1;
        last_at := instant;
      end loop;
    end loop;
    if given_now > 0 then
      update provider_spend s set calls = s.calls + given_now, money = s.money + given_now * price
        where s.provider = the_provider and s.day = today;
      if half_open then
        own.probe_by := asker;
        own.probe_until_ms := now_ms + 30000;
      end if;
    end if;
    -- The probe's answer decides about the others.
    if half_open then away_ms := now_ms + 2000; end if;
  end if;

  for priority in 1 .. array_length(wanted, 1) loop
    times := '[]';
    line_ms := coalesce(away_ms, now_ms + coalesce(next_ms, 0));
    for i in 1 .. leaving[priority] + case when away_ms is null then 0 else wanted[priority] end loop
      if spread_ms is not null then
        times := times || to_jsonb(away_ms + random() * spread_ms - now_ms);
      elsif priority = 1 then
        times := times || to_jsonb(line_ms - now_ms);
        line_ms := line_ms + step;
      else
        -- Each at an instant of its own, faster than the limit: they come back as a line, not as a crowd, and no place
        -- stays empty because one of them found another answer.
        own.tail_ms := greatest(coalesce(own.tail_ms, 0), line_ms) + 0.6 * step;
        times := times || to_jsonb(own.tail_ms - now_ms);
      end if;
    end loop;
    come_back := come_back || jsonb_build_array(times);
  end loop;

  if away_ms is null and (select sum(n) > 0 from unnest(wanted) n) then
    own.waiting := own.waiting || jsonb_build_object(worker, jsonb_build_object('atMs', now_ms, 'wanted', to_jsonb(wanted)));
  end if;
  update provider_limits set calls = most, window_ms = (terms->>'windowMs')::double precision, fastest_ms = own.fastest_ms,
      fastest_now_ms = own.fastest_now_ms, answers_now = own.answers_now, hour_ms = own.hour_ms, tail_ms = own.tail_ms,
      waiting = own.waiting, probe_by = own.probe_by, probe_until_ms = own.probe_until_ms
    where credential = the_credential;
  return jsonb_build_object('permits', given, 'comeBackMs', come_back, 'nextMs', next_ms, 'paused', paused, 'spent', exhausted,
    'halfOpen', half_open, 'troubled', own.failures > 0 or own.paused_until_ms is not null);
end $$;

-- What became of a question, as far as it says something about the service. A pause is at least as long as the service asked for.
-- kind: 'ok', or that of the error; in_ms: in how long the service said that it may be asked again.
-- returns in how long it may be asked again, null when that is now
create function note_provider(
  the_credential text, the_provider text, asker text, kind text, message text, in_ms double precision,
  simulated_ms double precision default null
) returns double precision language plpgsql volatile as $$
declare
  own provider_limits;
  now_ms double precision;
  pause_ms double precision;
  was_probe boolean;
begin
  insert into provider_limits (credential, provider, calls, window_ms) values (the_credential, the_provider, 1, 1000)
    on conflict do nothing;
  select * into own from provider_limits where credential = the_credential for update;
  now_ms := coalesce(simulated_ms, epoch_ms());
  was_probe := own.paused_until_ms is not null and own.probe_by = asker;
  if kind = 'ok' then
    -- An answer to what was asked before the pause says nothing about it.
    if own.paused_until_ms is null or was_probe then
      update provider_limits set failures = 0, strikes = 0, paused_until_ms = null, paused_why = null, probe_by = null,
          probe_until_ms = null, last_ok_ms = now_ms
        where credential = the_credential;
    end if;
    return null;
  end if;
  own.failures := own.failures + 1;
  pause_ms := case
    when in_ms is not null then in_ms
    -- Asked too often, and not told for how long.
    when kind = 'rate_limited' then 30000 * 2 ^ least(own.strikes, 7)
    when kind = 'quota_exhausted' then extract(epoch from date_trunc('day', to_timestamp(now_ms / 1000), 'UTC') + interval '1 day') * 1000 - now_ms
    -- Other credentials have a row of their own: correcting them ends this at once.
    when kind = 'credentials_rejected' then 3600000
    -- One bad answer happens; five in a row, or a probe that failed, are a service that is down.
    when was_probe or own.failures >= 5 then 30000 * 2 ^ least(own.strikes, 6)
  end;
  if pause_ms > 0 then
    -- Requests that were under way when it was paused may fail as well: that is the same trouble, not a worse one.
    if own.paused_until_ms is null or own.paused_until_ms <= now_ms then own.strikes := own.strikes + 1; end if;
    if in_ms is not null or own.paused_until_ms is null or own.paused_until_ms <= now_ms then
      own.paused_until_ms := greatest(coalesce(own.paused_until_ms, 0), now_ms + pause_ms);
      own.paused_why := message;
    end if;
  end if;
  update provider_limits set failures = own.failures, strikes = own.strikes, paused_until_ms = own.paused_until_ms,
      paused_why = own.paused_why, probe_by = case when was_probe then null else own.probe_by end,
      probe_until_ms = case when was_probe then null else own.probe_until_ms end, last_error = message, last_error_ms = now_ms
    where credential = the_credential;
  return case when own.paused_until_ms > now_ms then own.paused_until_ms - now_ms end;
end $$;
