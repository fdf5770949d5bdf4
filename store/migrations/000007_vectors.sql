-- The second audio cue: what the network says of each reference, a vector every 512 ms.
--
-- `reference_vectors` is the truth and needs no extension: one row a reference and model, one signed byte a number, 15 KB a minute. The
-- search for nearest neighbours is derived from it: a table vector_search_<n> with an HNSW index, made by store/catalogue/vectors.ts where
-- the server has pgvector, rebuilt beside the old one and switched in one step.

create table vector_models (
  id            smallint generated always as identity primary key,
  version       text not null unique,           -- of the weights; vectors of two versions must never meet
  -- building: references are embedded with it beside the active one, nothing is searched in it yet
  state         text not null check (state in ('building', 'active', 'retired')),
  search_table  text,                           -- null: the server had no pgvector so far
  created_at    timestamptz not null default now(),
  activated_at  timestamptz
);
create unique index vector_models_active on vector_models (state) where state = 'active';

create table reference_vectors (
  id            bigint generated always as identity primary key,
  reference_id  bigint not null references audio_references on delete cascade,
  model_id      smallint not null references vector_models on delete cascade,
  vectors       bytea not null,
  unique (reference_id, model_id)
);
-- Compressing unit vectors costs time and gains nothing.
alter table reference_vectors alter column vectors set storage external;

-- A removed reference keeps its row, without its print. Its vectors go with the print, whoever removes it; rows of the search table follow
-- by their foreign key.
create function drop_vectors_of_removed() returns trigger language plpgsql as $$
begin
  delete from reference_vectors where reference_id = new.id;
  return null;
end $$;
create trigger audio_references_removed after update of removed_at on audio_references
  for each row when (old.removed_at is null and new.removed_at is not null) execute function drop_vectors_of_removed();
