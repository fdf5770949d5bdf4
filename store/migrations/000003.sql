-- How recordings stand to each other (domain/relations.ts): edges with the evidence that made them, and conflicts that people should see.

create table recording_edges (
  recording_id  text not null references recordings on delete cascade,   -- the live take, the remix, the altered release …
  other_id      text not null references recordings on delete cascade,   -- … of this one
  level         text not null check (level in ('same_recording', 'family', 'work', 'sibling')),
  how           text check (how in ('speed', 'remaster', 'clean_explicit', 'live', 'remix', 'cover')),
  ratio         double precision,
  evidence      jsonb not null,                 -- [{"kind": "id" | "text" | "audio", "text": "…"}]
  confirmed     boolean not null,               -- two different kinds of evidence: only such edges join recordings
  updated_at    timestamptz not null default now(),
  primary key (recording_id, other_id),
  check (recording_id <> other_id)
);
-- One edge for two recordings, whichever way round.
create unique index recording_edges_pair on recording_edges (least(recording_id, other_id), greatest(recording_id, other_id));
create index recording_edges_other on recording_edges (other_id);

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

-- One file under two recordings is how audio speaks here.
create index audio_references_file_hash on audio_references (file_hash) where removed_at is null;

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
