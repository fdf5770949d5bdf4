-- The rules by which permits are given and pauses made, over the tables of 000004_providers.sql.

create function epoch_ms() returns double precision language sql volatile as $$
  select extract(epoch from clock_timestamp())::double precision * 1000
$$;

-- Permits: one round trip, `take_permits`, gives them, takes note of those that ended, and says when to ask again. All of it under the
-- credential's row lock, so that any number of workers on any number of machines share one window. Time is this server's.
--
-- The law: at most `calls` requests reach the provider in any `window_ms`. A request leaves at its permit's instant or later and reaches
-- the provider before its answer is here, so a permit frees its place one window after
--   its instant + what its answer took longer than the quickest answer      (at least `guard_ms`)
-- and one whose answer is still missing frees none, until `arrival_ms` have gone by: what was sent has arrived then, or never will.
-- That holds whatever the delays are, as long as the shortest way to the provider is the same for all requests and one of the first
-- 20 took it.

create type permit_terms as (
  calls         integer,
  window_ms     double precision,
  guard_ms      double precision,               -- a permit is held back at least this long
  arrival_ms    double precision,
  horizon_ms    double precision,               -- permits are given this far ahead
  patience_ms   double precision,               -- a request that cannot leave within this is not waited for
  price         numeric,
  most_calls    bigint,                         -- a day; null: as many as the window allows
  most_money    numeric                         -- a day
);

-- The row of a credential, made when it is new, and locked.
create function lock_limits(the_credential text, the_provider text, calls integer, window_ms double precision) returns provider_limits
language plpgsql volatile as $$
declare
  own provider_limits;
begin
  insert into provider_limits (credential, provider, calls, window_ms) values (the_credential, the_provider, calls, window_ms)
    on conflict do nothing;
  select * into own from provider_limits where credential = the_credential for update;
  return own;
end $$;

-- Takes back a permit whose request never left, with what was reserved for it.
create function give_permit_back(own provider_limits, permit bigint, price numeric) returns void language plpgsql volatile as $$
declare
  gone provider_permits;
begin
  delete from provider_permits where id = permit and credential = own.credential returning * into gone;
  if not found then return; end if;
  update provider_spend s set calls = s.calls - 1, money = s.money - price
    where s.provider = own.provider and s.day = (to_timestamp(gone.at_ms / 1000) at time zone 'UTC')::date;
end $$;

-- Takes note of permits that ended: [{"id", "lateMs", "tookMs", "answered"} | {"id", "unused": true}].
-- returns the credential's row with what they say about the quickest way
create function note_ended(own provider_limits, terms permit_terms, ended jsonb, now_ms double precision) returns provider_limits
language plpgsql volatile as $$
declare
  one jsonb;
begin
  -- A way that was faster yesterday must not make every answer of today a late one.
  if own.hour_ms is null or own.hour_ms < now_ms - 3600000 then
    if own.answers_now >= 20 then own.fastest_ms := own.fastest_now_ms; end if;
    own.hour_ms := now_ms;
    own.fastest_now_ms := null;
    own.answers_now := 0;
  end if;
  for one in select * from jsonb_array_elements(ended) loop
    if (one->>'unused')::boolean then
      perform give_permit_back(own, (one->>'id')::bigint, terms.price);
      continue;
    end if;
    update provider_permits set settled_ms = (one->>'lateMs')::double precision + (one->>'tookMs')::double precision
      where id = (one->>'id')::bigint and credential = own.credential;
    if (one->>'answered')::boolean then
      own.fastest_now_ms := least(own.fastest_now_ms, (one->>'tookMs')::double precision);
      own.answers_now := own.answers_now + 1;
      -- The first answers pay for new connections: by those alone, later ones would seem to arrive early.
      if own.fastest_ms is not null or own.answers_now >= 20 then own.fastest_ms := least(own.fastest_ms, own.fastest_now_ms); end if;
    end if;
  end loop;
  delete from provider_permits
    where credential = own.credential and at_ms < now_ms - terms.window_ms - 1 - terms.arrival_ms - terms.guard_ms;
  return own;
end $$;

-- What today's budget still allows, null without one. Its row is locked: it is reserved before a request leaves.
create function lock_budget(the_provider text, terms permit_terms, today date, out affordable bigint, out spent provider_spend)
language plpgsql volatile as $$
begin
  insert into provider_spend (provider, day) values (the_provider, today) on conflict do nothing;
  select * into spent from provider_spend s where s.provider = the_provider and s.day = today for update;
  affordable := least(terms.most_calls - spent.calls,
                      case when terms.price > 0 then floor((terms.most_money - spent.money) / terms.price)::bigint end);
end $$;

-- When the places of the window are free, the latest first; `soonest`: should every answer that is missing come now.
create function places_of(
  own provider_limits, terms permit_terms, now_ms double precision,
  out free double precision[], out soonest double precision[], out last_at double precision
) language sql stable as $$
  select array_agg(frees order by frees desc), array_agg(frees_soonest order by frees_soonest desc), max(at_ms)
    -- A millisecond more than is stated: clocks count in those.
    from (select at_ms,
                 at_ms + (terms).window_ms + 1 + case
                   when settled_ms is not null
                     then greatest((terms).guard_ms, least(settled_ms, (terms).arrival_ms) - coalesce((own).fastest_ms, 0))
                   when now_ms < at_ms + (terms).arrival_ms then 'infinity'
                   else (terms).arrival_ms end as frees,
                 at_ms + (terms).window_ms + 1 + (terms).guard_ms as frees_soonest
            from provider_permits where credential = (own).credential) held
$$;

-- How many requests of other workers wait at this moment that are more urgent than `priority` (1 is the most urgent).
create function more_urgent(own provider_limits, priority integer) returns integer language sql stable as $$
  select coalesce(sum((other.value->'wanted'->>(p - 1))::integer), 0)::integer
    from jsonb_each((own).waiting) other, generate_series(1, priority - 1) p
$$;

-- Gives permits to those who wait, the most urgent first, and reserves their price.
-- wanted: what is left of it; next_ms: when asking again may help those; away_ms: set when none is to wait here so long
create function grant_permits(
  own provider_limits, terms permit_terms, most bigint, today date, now_ms double precision, inout wanted integer[],
  out granted jsonb, out next_ms double precision, out away_ms double precision
) language plpgsql volatile as $$
declare
  places record;
  step double precision := terms.window_ms / terms.calls;
  last_at double precision;
  ahead integer;
  place integer;
  soonest double precision;
  instant double precision;
  given integer := 0;
  the_id bigint;
begin
  granted := '[]';
  select * into places from places_of(own, terms, now_ms);
  last_at := places.last_at;
  <<granting>>
  for priority in 1 .. array_length(wanted, 1) loop
    continue when wanted[priority] = 0;
    ahead := more_urgent(own, priority);
    while wanted[priority] > 0 loop
      exit granting when given >= most;
      -- Places that the more urgent ones will take are left to them.
      place := terms.calls - ahead - given;
      if place < 1 then
        next_ms := greatest(50, terms.horizon_ms / 2);
        exit granting;
      end if;
      soonest := greatest(now_ms, last_at, places.soonest[place]);
      instant := greatest(soonest, places.free[place]);
      -- The first half of a window may be taken at once, the rest at twice the even pace: nobody urgent waits for the end of a burst, and
      -- what a stall left unused is made up for.
      if (select count(*) from unnest(places.free) f where f > instant) + given >= terms.calls / 2.0 then
        soonest := greatest(soonest, last_at + 0.5 * step * (1 + ahead));
        instant := greatest(instant, soonest);
      end if;
      if instant > now_ms + terms.horizon_ms then
        -- Held up by an answer that is still missing, it may be soon; else it is known.
        if soonest - now_ms > terms.patience_ms then away_ms := soonest; end if;
        next_ms := greatest(soonest - terms.horizon_ms - now_ms, 50);
        exit granting;
      end if;
      insert into provider_permits (credential, at_ms) values (own.credential, instant) returning id into the_id;
      granted := granted || jsonb_build_object('id', the_id, 'inMs', instant - now_ms, 'priority', priority - 1);
      given := given + 1;
      wanted[priority] := wanted[priority] - 1;
      last_at := instant;
    end loop;
  end loop;
  if given > 0 then
    update provider_spend s set calls = s.calls + given, money = s.money + given * terms.price
      where s.provider = own.provider and s.day = today;
  end if;
end $$;

-- When those who are sent away are to come back: one list for each priority, in milliseconds from now.
-- away: how many, by priority; from_ms: not before; spread_ms: anywhere within this after it, when a pause or a budget holds up all alike
create function come_back_in(
  inout own provider_limits, terms permit_terms, away integer[], from_ms double precision, spread_ms double precision,
  now_ms double precision, out times jsonb
) language plpgsql volatile as $$
declare
  of_one jsonb;
  line_ms double precision;
  step double precision := terms.window_ms / terms.calls;
begin
  times := '[]';
  for priority in 1 .. array_length(away, 1) loop
    of_one := '[]';
    line_ms := from_ms;
    for i in 1 .. away[priority] loop
      if spread_ms is not null then
        of_one := of_one || to_jsonb(from_ms + random() * spread_ms - now_ms);
      elsif priority = 1 then
        of_one := of_one || to_jsonb(line_ms - now_ms);
        line_ms := line_ms + step;
      else
        -- Each at an instant of its own, faster than the limit: they come back as a line, not as a crowd, and no place
        -- stays empty because one of them found another answer.
        own.tail_ms := greatest(coalesce(own.tail_ms, 0), line_ms) + 0.6 * step;
        of_one := of_one || to_jsonb(own.tail_ms - now_ms);
      end if;
    end loop;
    times := times || jsonb_build_array(of_one);
  end loop;
end $$;

-- terms: a `permit_terms`
-- wanted: how many requests wait at this worker, by priority, the most urgent first; leaving: the same of those that gave up waiting
-- returns {"permits": [{"id", "inMs", "priority"}], "comeBackMs": [one list a priority], "nextMs", "paused", "spent", "halfOpen", "troubled"}
create function take_permits(
  the_credential text, the_provider text, terms jsonb, worker text, asker text, wanted integer[], leaving integer[], ended jsonb,
  simulated_ms double precision default null
) returns jsonb language plpgsql volatile as $$
declare
  under permit_terms := jsonb_populate_record(null::permit_terms, terms);
  own provider_limits;
  now_ms double precision;
  today date;
  asked boolean := (select sum(n) > 0 from unnest(wanted || leaving) n);
  budget record;
  given record;
  granted jsonb := '[]';
  next_ms double precision;
  paused jsonb;
  exhausted jsonb;
  half_open boolean := false;
  -- Set: nobody waits here, all are sent away until then.
  away_ms double precision;
  spread_ms double precision;
  back record;
begin
  own := lock_limits(the_credential, the_provider, under.calls, under.window_ms);
  now_ms := coalesce(simulated_ms, epoch_ms());
  today := (to_timestamp(now_ms / 1000) at time zone 'UTC')::date;
  own := note_ended(own, under, ended, now_ms);
  own.waiting := coalesce((select jsonb_object_agg(key, value) from jsonb_each(own.waiting)
                            where key <> worker and (value->>'atMs')::double precision > now_ms - 2000), '{}');

  if asked and own.paused_until_ms is not null then
    half_open := now_ms >= own.paused_until_ms and (own.probe_until_ms > now_ms and own.probe_by is distinct from asker) is not true;
    if now_ms < own.paused_until_ms then
      away_ms := own.paused_until_ms;
      spread_ms := least(900000, own.paused_until_ms - now_ms);
    elsif not half_open then
      away_ms := now_ms + 2000;
    end if;
    if not half_open then paused := jsonb_build_object('inMs', away_ms - now_ms, 'why', own.paused_why); end if;
  end if;
  if asked and paused is null then
    select * into budget from lock_budget(the_provider, under, today);
    if budget.affordable <= 0 then
      away_ms := extract(epoch from (today + 1)::timestamp at time zone 'UTC')::double precision * 1000;
      spread_ms := 900000;
      exhausted := jsonb_build_object('inMs', away_ms - now_ms, 'calls', (budget.spent).calls, 'money', (budget.spent).money);
    end if;
  end if;
  if asked and paused is null and exhausted is null then
    select * into given from grant_permits(own, under, case when half_open then 1 else budget.affordable end, today, now_ms, wanted);
    granted := given.granted;
    wanted := given.wanted;
    next_ms := given.next_ms;
    away_ms := given.away_ms;
    if half_open then
      if granted <> '[]' then
        own.probe_by := asker;
        own.probe_until_ms := now_ms + 30000;
      end if;
      -- The probe's answer decides about the others.
      away_ms := now_ms + 2000;
    end if;
  end if;

  select * into back
    from come_back_in(
      own, under,
      array(select l.n + case when away_ms is null then 0 else w.n end
              from unnest(leaving) with ordinality l(n, i) join unnest(wanted) with ordinality w(n, i) using (i) order by i),
      coalesce(away_ms, now_ms + coalesce(next_ms, 0)), spread_ms, now_ms);
  own := back.own;
  if away_ms is null and (select sum(n) > 0 from unnest(wanted) n) then
    own.waiting := own.waiting || jsonb_build_object(worker, jsonb_build_object('atMs', now_ms, 'wanted', to_jsonb(wanted)));
  end if;
  update provider_limits set calls = under.calls, window_ms = under.window_ms, fastest_ms = own.fastest_ms,
      fastest_now_ms = own.fastest_now_ms, answers_now = own.answers_now, hour_ms = own.hour_ms, tail_ms = own.tail_ms,
      waiting = own.waiting, probe_by = own.probe_by, probe_until_ms = own.probe_until_ms
    where credential = the_credential;
  return jsonb_build_object('permits', granted, 'comeBackMs', back.times, 'nextMs', next_ms, 'paused', paused, 'spent', exhausted,
    'halfOpen', half_open, 'troubled', own.failures > 0 or own.paused_until_ms is not null);
end $$;

-- For how long an error pauses a provider; null: not at all. in_ms: in how long it said itself that it may be asked again.
create function pause_for(own provider_limits, kind text, in_ms double precision, was_probe boolean, now_ms double precision)
returns double precision language sql stable as $$
  select case
    when in_ms is not null then in_ms
    -- Asked too often, and not told for how long.
    when kind = 'rate_limited' then 30000 * 2 ^ least((own).strikes, 7)
    when kind = 'quota_exhausted' then extract(epoch from date_trunc('day', to_timestamp(now_ms / 1000), 'UTC') + interval '1 day') * 1000 - now_ms
    -- Other credentials have a row of their own: correcting them ends this at once.
    when kind = 'credentials_rejected' then 3600000
    -- One bad answer happens; five in a row, or a probe that failed, are a provider that is down.
    when was_probe or (own).failures >= 5 then 30000 * 2 ^ least((own).strikes, 6)
  end
$$;

-- What became of a question, as far as it says something about the provider. A pause is at least as long as the provider asked for.
-- kind: 'ok', or that of the error; in_ms: in how long the provider said that it may be asked again.
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
  own := lock_limits(the_credential, the_provider, 1, 1000);
  now_ms := coalesce(simulated_ms, epoch_ms());
  was_probe := own.paused_until_ms is not null and own.probe_by is not distinct from asker;
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
  pause_ms := pause_for(own, kind, in_ms, was_probe, now_ms);
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
