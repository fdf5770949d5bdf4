-- Candidate search that stays cheap at a million recordings: the catalogue's own counts, titles with a slip in them, and the look-ups whose plans
-- must not flip.
--
-- Words: a slip is one letter dropped, added, replaced or swapped with its neighbour; a near title is one slip away.

-- How many recordings bear each folded base title: what rarity is measured by, and the list of titles that a typo is looked up in.
create table title_counts (
  base_key      text primary key,
  n             integer not null check (n > 0)
);

-- Their sum; a writer takes a row that no other holds, and waits for nobody. count(*) over a million recordings took 60 ms CPU for every sound.
create table catalogue_totals (
  part          smallint primary key,
  recordings    bigint not null
);
insert into catalogue_totals select part, 0 from generate_series(1, 32) part;
create function shift_catalogue_total(change bigint) returns void language plpgsql as $$
declare
  free smallint;
begin
  select part into free from catalogue_totals order by part limit 1 for update skip locked;
  update catalogue_totals set recordings = recordings + change where part = coalesce(free, 1);
end $$;

-- Counted by triggers, not by callers: whoever writes recordings (a delivery, a person's prerelease, a bulk load by SQL) cannot
-- forget it, and it is one statement for many rows. In the order of the keys, so that two writers take the row locks alike.
create function shift_title_counts(titles text[], changes bigint[]) returns void language plpgsql as $$
begin
  delete from title_counts t using unnest(titles, changes) as moved(base_key, change)
    where t.base_key = moved.base_key and t.n + moved.change <= 0;
  update title_counts t set n = t.n + moved.change from unnest(titles, changes) as moved(base_key, change)
    where t.base_key = moved.base_key and moved.change < 0;
  insert into title_counts as t (base_key, n)
    select base_key, change from unnest(titles, changes) as moved(base_key, change) where change > 0 order by base_key
    on conflict (base_key) do update set n = t.n + excluded.n;
end $$;

create function count_added_titles() returns trigger language plpgsql as $$
begin
  perform shift_title_counts(array_agg(base_key), array_agg(change))
    from (select base_key, count(*) as change from added group by base_key) moved;
  perform shift_catalogue_total((select count(*) from added));
  return null;
end $$;

create function count_removed_titles() returns trigger language plpgsql as $$
begin
  perform shift_title_counts(array_agg(base_key), array_agg(change))
    from (select base_key, -count(*) as change from removed group by base_key) moved;
  perform shift_catalogue_total(-(select count(*) from removed));
  return null;
end $$;

create function count_changed_titles() returns trigger language plpgsql as $$
begin
  perform shift_title_counts(array_agg(base_key), array_agg(change))
    from (select base_key, sum(change)::bigint as change
            from (select base_key, -1 as change from removed union all select base_key, 1 from added) both_sides
           group by base_key having sum(change) <> 0) moved;
  return null;
end $$;

create trigger recordings_added after insert on recordings
  referencing new table as added for each statement execute function count_added_titles();
create trigger recordings_removed after delete on recordings
  referencing old table as removed for each statement execute function count_removed_titles();
create trigger recordings_changed after update on recordings
  referencing old table as removed new table as added for each statement execute function count_changed_titles();

-- Everything above can be made anew from `recordings`: after a repair by hand, or a restore of that table alone.
create function recount_catalogue() returns void language plpgsql as $$
begin
  lock table recordings in share row exclusive mode;
  delete from title_counts;
  insert into title_counts (base_key, n) select base_key, count(*) from recordings group by base_key;
  update catalogue_totals set recordings = case part when 1 then (select count(*) from recordings) else 0 end;
end $$;

-- Most titles have nothing beside them: 8 % of 32,661 real ones do.
create index recordings_group_keys on recordings using gin (group_keys) with (fastupdate = off) where group_keys <> '{}';

-- Behind how many different titles each group stands, at most about 200: one that stands behind many is a version, one behind a single title its
-- subtitle. Plans as in find_recordings.
create function titles_behind(groups text[]) returns table (group_key text, titles integer)
language plpgsql stable rows 10 set enable_seqscan = off set plan_cache_mode = force_generic_plan as $$
declare
  one text;
begin
  foreach one in array groups loop
    return query select one, count(distinct r.base_key)::integer
      from (select base_key from recordings where group_keys <> '{}' and group_keys @> array[one] limit 200) r;
  end loop;
end $$;

-- Under which hashes a title is found when a letter of it slipped. Spaces are letters that slip like others, and take a word of one
-- letter with them ("That I Used", "That Used"), so titles are compared without.
-- Up to 11 letters: the title and the title with each one letter dropped. Titles that are one slip apart share one of these: a drop or
-- an addition meets the whole of the shorter, a replacement or a swap meets where the letter in question is gone.
-- Longer: its length with its beginning, and with its end, leaving out what is in the middle. A slip cannot reach both, a swap of the
-- middle two neither. Dropped letters for all lengths took 1.2 KB a title; this takes 0.2, and costs the look-up a few more titles
-- to compare.
create function title_slips(title text) returns integer[] language plpgsql immutable strict parallel safe as $$
declare
  squeezed text := replace(title, ' ', '');
  letters integer := length(squeezed);
  half integer := (letters - 1) / 2;
  slips integer[];
begin
  if letters > 11 then
    return array[hashtext(letters || '<' || left(squeezed, half)), hashtext(letters || '>' || right(squeezed, half))];
  end if;
  slips := array[hashtext(squeezed)];
  for i in 1 .. letters loop
    slips := slips || hashtext(overlay(squeezed placing '' from i for 1));
  end loop;
  return slips;
end $$;

-- The hashes to ask for: the title as typed may be one letter longer or shorter than the one that is meant.
create function slips_to_try(typed text) returns integer[] language plpgsql immutable strict parallel safe as $$
declare
  squeezed text := replace(typed, ' ', '');
  slips integer[] := '{}';
begin
  if length(squeezed) <= 12 then
    slips := array[hashtext(squeezed)];
    for i in 1 .. length(squeezed) loop
      slips := slips || hashtext(overlay(squeezed placing '' from i for 1));
    end loop;
  end if;
  for letters in greatest(12, length(squeezed) - 1) .. length(squeezed) + 1 loop
    slips := slips || hashtext(letters || '<' || left(squeezed, (letters - 1) / 2))
                   || hashtext(letters || '>' || right(squeezed, (letters - 1) / 2));
  end loop;
  return slips;
end $$;

-- Longer titles are found by their artist (find_recordings below); shorter ones are one slip from half the catalogue.
create index title_counts_slips on title_counts using gin (title_slips(base_key)) with (fastupdate = off)
  where length(base_key) between 3 and 100;

-- The recordings that an identifier names. `services`: {"spotify": ["…"]} each. A function for the same reason as the next one.
create function find_identified(isrcs text[], services jsonb[]) returns setof recordings
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

-- Candidates for a sound's words; at most about 120 rows, some of them twice. `wanted`: folded titles, likeliest first; `names`: folded
-- artists; `misspelled`: folded titles, whole, that may hold a slip.
-- A function, because its plans must not flip: with a limit and a guessed selectivity the planner likes to read the whole table, which
-- is right for "love" and takes a second for everything else. Its settings leave one plan for each statement, kept for the session.
create function find_recordings(wanted text[], names text[], misspelled text[]) returns setof recordings
language plpgsql stable rows 60 set enable_seqscan = off set plan_cache_mode = force_generic_plan as $$
declare
  one text;
  squeezed text;
  meant text[] := '{}';
  found_now bigint;
  found_all bigint := 0;
begin
  -- The title and a name.
  return query select * from recordings r
    where r.search_keys && wanted and r.artist_keys && names order by r.seq desc limit 40;

  -- The title alone: the newest that bear it, then those that have it as another name. A few for each title, so that a generic
  -- one cannot crowd out the rest.
  foreach one in array wanted loop
    exit when found_all >= 40;
    return query select * from recordings r where r.base_key = one order by r.seq desc limit 10;
    get diagnostics found_now = row_count;
    found_all := found_all + found_now;
    return query select * from recordings r where r.search_keys @> array[one] limit 10;
    get diagnostics found_now = row_count;
    found_all := found_all + found_now;
  end loop;
  -- `wanted` also holds parts of the title, so only a whole one with its artist ends the search.
  perform from recordings r where r.search_keys && misspelled and r.artist_keys && names limit 1;
  if found then return; end if;

  -- A slip in the title.
  foreach one in array misspelled loop
    continue when length(one) not between 2 and 100;
    squeezed := replace(one, ' ', '');
    meant := meant || array(
      select c.base_key
        from (select t.base_key, levenshtein_less_equal(replace(t.base_key, ' ', ''), squeezed, 2) as apart from title_counts t
               where title_slips(t.base_key) && slips_to_try(one) and length(t.base_key) between 3 and 100 limit 4000) c
       where c.apart <= 2 and c.base_key <> one order by c.apart, c.base_key limit 200);
  end loop;
  return query select * from recordings r
    where r.search_keys && meant and r.artist_keys && names order by r.seq desc limit 20;
  if found then return; end if;

  -- More than one slip: what the artist has that is spelled alike.
  return query
    select r.* from (select * from recordings a where a.artist_keys && names limit 400) r
     cross join lateral (
       select max(similarity(r.base_key, m)) as alike from unnest(misspelled) m
        where similarity(r.base_key, m) >= 0.4 or levenshtein_less_equal(left(r.base_key, 100), left(m, 100), 3) <= least(3, length(m) / 4)) s
     where s.alike is not null order by s.alike desc, r.seq desc limit 10;

  -- A slip, and nobody named or somebody else. In three letters everything is one slip from everything.
  found_all := 0;
  foreach one in array meant loop
    exit when found_all >= 30;
    continue when length(one) < 4;
    return query select * from recordings r where r.base_key = one order by r.seq desc limit 8;
    get diagnostics found_now = row_count;
    found_all := found_all + found_now;
  end loop;
end $$;

-- The recordings that a recording may be related to: by ISRC, by a service's id, by file, by title and artist; the newest 50 of each.
-- Plans as in find_recordings.
create function find_relatives(subject text) returns table (id text, external_id boolean, same_file boolean)
language plpgsql stable rows 20 set enable_seqscan = off set plan_cache_mode = force_generic_plan as $$
#variable_conflict use_column
declare
  own recordings;
begin
  select * into own from recordings r where r.id = subject;
  return query
    select found.id, bool_or(found.by_service), bool_or(found.by_file) from (
      (select r.id, false as by_service, false as by_file from recordings r where r.isrc = own.isrc order by r.seq desc limit 50)
      union all
      (select r.id, true, false
         from (select jsonb_build_object(service.key, jsonb_build_array(one.id)) as ids
                 from jsonb_each(own.external_ids) service, jsonb_array_elements_text(service.value) one(id)) wanted
        cross join lateral (select o.id from recordings o where o.external_ids @> wanted.ids limit 50) r limit 50)
      union all
      (select theirs.recording_id, false, true from audio_references ours
         join audio_references theirs on theirs.file_hash = ours.file_hash and theirs.removed_at is null
        where ours.recording_id = own.id and ours.removed_at is null limit 50)
      union all
      (select r.id, false, false from recordings r
        where r.search_keys && own.search_keys and r.artist_keys && own.artist_keys order by r.seq desc limit 50)
    ) found
    where found.id <> own.id group by found.id;
end $$;
