-- Who may ask over HTTP, what they asked, and the line of changes that others follow.
--
-- Words: a token is a secret that a program or a person shows with each request; its role says what it may do; the audit log holds who asked for what
-- change, and what became of it; a change is a sound that came, or stands elsewhere than before.

create table access_tokens (
  id            text primary key,                  -- public: names it in lists and in the audit log
  name          text not null,                     -- who: kept with each decision
  role          text not null check (role in ('viewer', 'reviewer', 'operator')),
  hash          bytea not null unique,             -- SHA-256 of the secret, which is kept nowhere
  made_at       timestamptz not null default now(),
  expires_at    timestamptz,
  used_at       timestamptz,                       -- to the minute
  revoked_at    timestamptz
);

create table audit_log (
  id            bigint generated always as identity primary key,
  at            timestamptz not null default clock_timestamp(),
  token_id      text,                              -- null: the command line
  who           text not null,
  role          text,
  action        text not null,                     -- an operation of the API, or: token made, token revoked
  subject       text,                              -- the sound, the group, the bulk run, the token …
  -- asked: it is about to be done; done, refused, failed: what became of `asked` number `of`; denied: the role does not allow it
  outcome       text not null check (outcome in ('asked', 'done', 'refused', 'failed', 'denied')),
  of            bigint references audit_log,
  detail        jsonb not null default '{"version": 1}',
  check ((outcome = 'asked') <= (of is null))
);
create index audit_log_subject on audit_log (subject, id);

-- Whoever holds the database's password may still drop the table; a mistake, or a fault of ours, changes no line.
create function only_grows() returns trigger language plpgsql as $$
begin
  raise exception '% only grows: no line of it is changed or removed', tg_table_name using errcode = '23001';
end $$;
create trigger audit_log_only_grows before update or delete on audit_log for each row execute function only_grows();
create trigger audit_log_is_not_emptied before truncate on audit_log for each statement execute function only_grows();

-- Requests that carried a key: asked again with it, they get the answer that they got then.
create table keyed_requests (
  token_id      text not null references access_tokens,
  key           text not null,
  request_hash  bytea not null,                    -- of method, path and body: a key belongs to one request
  claim         uuid not null,                     -- whoever answers it just now
  claimed_at    timestamptz not null default now(),
  status        integer,                           -- null: not answered yet
  body          text,
  primary key (token_id, key)
);
create index keyed_requests_claimed_at on keyed_requests (claimed_at);

-- Each change of a sound, in the order in which it happened to that sound. `seq` is given afterwards (store/changes.ts), so that numbers become visible in
-- order: a sequence drawn here could make 8 visible before 7, and who had read up to 8 would never see 7.
create table sound_changes (
  n             bigint generated always as identity primary key,
  seq           bigint unique,
  at            timestamptz not null default clock_timestamp(),
  sound_id      text not null,                     -- of a row whose trigger writes this
  state         text not null,
  why           text not null,
  recording     text,                              -- the link in force then
  decided_by    text
);
create index sound_changes_unnumbered on sound_changes (n) where seq is null;
create table sound_change_counter (
  one           boolean primary key default true check (one),
  last          bigint not null
);
insert into sound_change_counter (last) values (0);

create function note_new_sounds() returns trigger language plpgsql as $$
begin
  insert into sound_changes (sound_id, state, why) select id, status, why from added order by id;
  return null;
end $$;
create trigger sounds_came after insert on sounds referencing new table as added for each statement execute function note_new_sounds();

-- A row at a time: a sound changes alone, but for a cancelled bulk run, and what changes nothing of this costs only the comparison.
create function note_changed_sound() returns trigger language plpgsql as $$
begin
  insert into sound_changes (sound_id, state, why, recording, decided_by)
    select new.id, new.status, new.why, l.recording_id, l.decided_by
      from (select) one left join links l on l.sound_id = new.id and l.superseded_at is null;
  return null;
end $$;
create trigger sounds_changed_state after update on sounds for each row
  when (old.status is distinct from new.status or old.why is distinct from new.why) execute function note_changed_sound();

-- Lists show the newest first, all or those of one state; a person looks for a word in a title or a name.
create index sounds_newest on sounds (submitted_at desc, id desc);
create index sounds_newest_of_state on sounds (status, submitted_at desc, id desc);
create index sounds_words on sounds using gin ((title || ' ' || author) gin_trgm_ops);
