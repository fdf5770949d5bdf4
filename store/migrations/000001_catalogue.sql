-- The catalogue: what was delivered, the recordings that are known, their reference audio, which releases offer them when, and how they stand
-- to each other.
--
-- Words: a recording is one performance, mix and speed; a reference is audio of a known recording; a release is a product that offers
-- recordings under terms; a moment is a period in some territories; a recording is out when the first of its moments has begun, and withdrawn
-- when the last has ended or it was taken down. A provisional recording is what a person knew before any delivery did.

create extension if not exists pg_trgm;
-- levenshtein_less_equal; it counts a swap as two.
create extension if not exists fuzzystrmatch;

-- One number line for everything that enters or leaves the catalogue. Readers ask "what came after n?".
-- Numbers are drawn without waiting for anybody, so 8 may become visible before 7: readers go no further than the last number before which nothing
-- can appear any more (docs/decisions/catalogue-numbers.md).
create sequence catalogue_seq;

-- The last number that was drawn, by anybody, in whatever transaction.
create function drawn_catalogue_seq() returns bigint language sql volatile as $$ select last_value - (not is_called)::integer from catalogue_seq $$;

-- The next number. The transaction that draws its first one leaves a mark among the locks, which goes when it has ended: all its numbers are greater.
create function next_catalogue_seq() returns bigint language plpgsql volatile as $$
begin
  if coalesce(current_setting('fermata.draws', true), '') = '' then
    perform pg_advisory_xact_lock_shared(7031002, (drawn_catalogue_seq() & 2147483647)::integer);
    perform set_config('fermata.draws', 'yes', true);
  end if;
  return nextval('catalogue_seq');
end $$;

-- The number up to which everything is visible to the next statement, or will never be. In this order: whoever drew a number up to `drawn` and still
-- has its mark below is seen, and whoever has none any more has ended. A mark has the lower 31 bits of its number.
create function settled_catalogue_seq() returns bigint language plpgsql volatile as $$
declare
  drawn bigint := drawn_catalogue_seq();
  open bigint;
begin
  select max(((drawn - objid::bigint + 1073741824) & 2147483647) - 1073741824) into open from pg_locks
   where locktype = 'advisory' and classid = 7031002 and objsubid = 2 and database = (select oid from pg_database where datname = current_database());
  return drawn - greatest(open, 0);
end $$;

create table deliveries (
  id            text primary key,                  -- hash of the folder's real path: delivering a folder again replaces its rows
  folder        text not null,
  entry         text,                              -- the one file of the folder that was delivered; null: the folder as a whole
  options       jsonb not null,                    -- how its listing is to be read: map, encoding, dates
  listing       text,                              -- the file that was read, null until then
  state         text not null default 'started' check (state in ('started', 'done', 'failed')),
  problem       text,
  notes         text[] not null default '{}',      -- what was passed over as a whole: columns that mean nothing to us
  woken         integer not null default 0,        -- sounds that its recordings woke
  -- Its rows by state, without those that stand for a release: kept by triggers, as who watches asks several times a second.
  total         integer not null default 0,
  pending       integer not null default 0,
  added         integer not null default 0,
  changed       integer not null default 0,
  unchanged     integer not null default 0,
  withdrawn     integer not null default 0,
  refused       integer not null default 0,
  unheard       integer not null default 0,        -- rows whose audio is still to be heard
  started_at    timestamptz not null default now(),
  finished_at   timestamptz
);

create table delivery_rows (
  delivery_id   text not null references deliveries on delete cascade,
  line          integer not null,
  state         text not null check (state in ('pending', 'added', 'changed', 'unchanged', 'withdrawn', 'refused')),
  recording_id  text,
  row           jsonb,                             -- null: it was refused when it was read
  kind          text,                              -- of `row`
  place         text,                              -- where it stands when the line is not enough: a message and the path in it
  reason        text,                              -- why it was refused
  remark        text,                              -- what was left out of a row that is taken
  unheard       text,                              -- why its audio could not be heard, for a reason of ours: it is tried again
  primary key (delivery_id, line)
);
create index delivery_rows_unheard on delivery_rows (delivery_id, line) where unheard is not null;

-- Counted by triggers, so that whoever writes rows cannot forget it, and it is one statement for many rows.
create function shift_row_counts(delivery_ids text[], states text[], changes bigint[], unheard_changes bigint[]) returns void language sql as $$
  update deliveries d
     set total = total + n.all_rows, pending = pending + coalesce(n.of->>'pending', '0')::integer, added = added + coalesce(n.of->>'added', '0')::integer,
         changed = changed + coalesce(n.of->>'changed', '0')::integer, unchanged = unchanged + coalesce(n.of->>'unchanged', '0')::integer,
         withdrawn = withdrawn + coalesce(n.of->>'withdrawn', '0')::integer, refused = refused + coalesce(n.of->>'refused', '0')::integer,
         unheard = unheard + n.unheard_rows
    from (select delivery_id, sum(change) as all_rows, sum(unheard_change) as unheard_rows, jsonb_object_agg(state, change) as of
            from unnest(delivery_ids, states, changes, unheard_changes) as moved(delivery_id, state, change, unheard_change) group by delivery_id) n
   where d.id = n.delivery_id
$$;
create function count_staged_rows() returns trigger language plpgsql as $$
begin
  perform shift_row_counts(array_agg(delivery_id), array_agg(state), array_agg(n), array_agg(unheard_n))
    from (select delivery_id, state, count(*) as n, count(unheard) as unheard_n from staged where kind is distinct from 'release' group by 1, 2) moved;
  return null;
end $$;
create function count_dropped_rows() returns trigger language plpgsql as $$
begin
  perform shift_row_counts(array_agg(delivery_id), array_agg(state), array_agg(-n), array_agg(-unheard_n))
    from (select delivery_id, state, count(*) as n, count(unheard) as unheard_n from dropped where kind is distinct from 'release' group by 1, 2) moved;
  return null;
end $$;
create function count_moved_rows() returns trigger language plpgsql as $$
begin
  perform shift_row_counts(array_agg(delivery_id), array_agg(state), array_agg(n), array_agg(unheard_n))
    from (select delivery_id, state, sum(sign)::bigint as n, sum(sign * (unheard is not null)::integer)::bigint as unheard_n
            from (select *, 1 as sign from staged union all select *, -1 from dropped) both_sides
           where kind is distinct from 'release' group by 1, 2) moved;
  return null;
end $$;
create trigger delivery_rows_staged after insert on delivery_rows
  referencing new table as staged for each statement execute function count_staged_rows();
create trigger delivery_rows_dropped after delete on delivery_rows
  referencing old table as dropped for each statement execute function count_dropped_rows();
create trigger delivery_rows_moved after update on delivery_rows
  referencing old table as dropped new table as staged for each statement execute function count_moved_rows();

-- Deliveries seen in watched folders. Taken when they have come to rest, once for each state of their files.
create table watched_deliveries (
  id            text primary key,                  -- as in `deliveries`: a path may be too long for an index
  path          text not null,
  signature     text not null,                     -- of names, sizes and times of its files
  seen_at       timestamptz not null,              -- since when it has that signature
  taken         text,                              -- the signature that was taken last
  taken_at      timestamptz
);

create table recordings (
  id            text primary key,
  isrc          text check (isrc ~ '^[A-Z]{2}[A-Z0-9]{3}[0-9]{7}$'),
  title         text not null,
  artists       text[] not null,
  version       text,
  album         text,
  release_date  date,
  upc           text,
  label         text,
  duration_ms   integer check (duration_ms > 0),
  aliases       text[] not null default '{}',
  credits       jsonb not null default '{"version": 1, "value": []}',  -- [{"name", "role"}]: who had a part in it besides the billed artists
  -- {"spotify": ["…"]}: ids of providers, kept as text. Those that providers gave us stand apart from those that a delivery brought, which a
  -- provider never overwrites.
  external_ids  jsonb not null default '{}',
  service_ids   jsonb not null default '{}',
  title_key     text not null,                     -- folded; made by matching/metadata, never in SQL (1 M rows of unaccent took 17 CPU-s)
  base_key      text not null,
  artist_keys   text[] not null,
  search_keys   text[] not null,                   -- base, title, aliases, subtitles: all that an exact look-up may hit
  group_keys    text[] not null default '{}',      -- what stands beside the title in brackets or behind a dash and was read as nothing
  -- Derived from what releases say of it (store/catalogue/releases.ts).
  out_from      timestamptz,                       -- null: nothing says when; infinity: it is announced, and nothing says that it comes out
  preview_from  timestamptz,
  withdrawn_at  timestamptz,
  provisional   boolean not null default false,    -- a person's prerelease data that no delivery has confirmed yet
  merged_into   text references recordings,        -- a provisional recording that was confirmed as this one
  contested     text,                              -- a provisional recording that a delivery contradicts, and over what
  delivery_id   text references deliveries,
  seq           bigint not null,
  created_at    timestamptz not null default now(),
  updated_at    timestamptz not null default now()
);
-- Titles and artists in one index: the scan of one stops early where the other has nothing. Without a pending list, which every
-- search would have to read through after a delivery.
create index recordings_keys on recordings using gin (search_keys, artist_keys) with (fastupdate = off);
create index recordings_base_key on recordings (base_key, seq desc);
create index recordings_isrc on recordings (isrc) where isrc is not null;
create index recordings_external_ids on recordings using gin (external_ids jsonb_path_ops);
create index recordings_service_ids on recordings using gin (service_ids jsonb_path_ops);
create index recordings_seq on recordings (seq);
-- What is about to come out, or has done so of late.
create index recordings_out_from on recordings (out_from) where isrc is not null and merged_into is null;
create index recordings_provisional on recordings (isrc) where provisional and merged_into is null;

-- Both kinds of ids of a recording, each once.
create function recording_ids(delivered jsonb, from_services jsonb) returns jsonb language sql immutable as $$
  select coalesce(jsonb_object_agg(platform, ids), '{}') from (
    select key as platform, jsonb_agg(distinct id) as ids
      from (select key, value from jsonb_each(delivered) union all select key, value from jsonb_each(from_services)) both_kinds,
           jsonb_array_elements_text(value) id
     group by key) merged
$$;

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

-- Audio of a known recording. The print (packed spectral peaks) is the truth; inverted lists are derived from it by each worker.
-- A removed reference keeps its row without its print, so that derived indexes learn of the removal.
create table audio_references (
  id            bigint generated always as identity primary key,
  recording_id  text not null references recordings,
  origin        text not null,                     -- 'delivery', 'upload', 'platform', 'service', 'preview'
  file          text not null,
  file_hash     text not null,
  duration_ms   integer not null,
  print         bytea,
  print_version integer not null,
  seq           bigint not null,
  removed_at    timestamptz,
  created_at    timestamptz not null default now()
);
create unique index audio_references_natural on audio_references (recording_id, file_hash, print_version) where removed_at is null;
create index audio_references_seq on audio_references (seq);
-- One file under two recordings is how audio speaks of their relation.
create index audio_references_file_hash on audio_references (file_hash) where removed_at is null;

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

-- Release dates per territory, one row each.
create view recording_release_dates as
select d.recording_id, d.release_id, d.use, territory, d.excluded, d.starts, d.ends, d.starts_at, d.ends_at,
       coalesce(m.withdrawn_at, r.withdrawn_at) as withdrawn_at
  from release_dates d
  join release_recordings m using (release_id, recording_id)
  join releases r on r.id = d.release_id
 cross join unnest(d.territories) as territory;

-- How recordings stand to each other (domain/relations.ts): edges with the evidence that made them, and conflicts that people should see.
create table recording_edges (
  recording_id  text not null references recordings on delete cascade,   -- the live take, the remix, the altered release …
  other_id      text not null references recordings on delete cascade,   -- … of this one
  level         text not null check (level in ('same_recording', 'family', 'work', 'sibling', 'different')),
  how           text check (how in ('speed', 'remaster', 'clean_explicit', 'live', 'remix', 'cover')),
  ratio         double precision,
  evidence      jsonb not null,                 -- {"version", "value": [{"kind": "id" | "text" | "length" | "audio" | "person", "text": "…"}]}
  confirmed     boolean not null,               -- two different kinds of evidence, or a person: only such edges join recordings
  updated_at    timestamptz not null default now(),
  primary key (recording_id, other_id),
  check (recording_id <> other_id)
);
-- One edge for two recordings, whichever way round.
create unique index recording_edges_pair on recording_edges (least(recording_id, other_id), greatest(recording_id, other_id));
create index recording_edges_other on recording_edges (other_id);

-- Recordings that are one with this one, delivered again.
create function same_recordings(recording text) returns text[] language sql stable as $$
  select array(
    select case when e.recording_id = recording then e.other_id else e.recording_id end as id
      from recording_edges e
     where (e.recording_id = recording or e.other_id = recording) and e.level = 'same_recording' and e.confirmed
     order by id)
$$;

-- Two recordings claim one ISRC and cannot both be right. Kept when it is over, with its end.
create table recording_conflicts (
  recording_id  text not null references recordings on delete cascade,
  other_id      text not null references recordings on delete cascade,
  isrc          text not null,
  over          text not null check (over in ('title', 'duration', 'version')),
  why           text not null,
  found_at      timestamptz not null default now(),
  resolved_at   timestamptz,
  primary key (recording_id, other_id)
);
create index recording_conflicts_other on recording_conflicts (other_id);
create index recording_conflicts_open on recording_conflicts (found_at) where resolved_at is null;
