// The table `service_checks`: what the scheduled sync asked catalogue services about, and when it is worth asking again.

import type { CatalogueName } from '../../domain/providers.ts';
import type { Queryable } from '../database.ts';

/** Something that is expected: a code, or a title by an artist where nobody knows the code. */
export interface ServiceSubject {
  /** `isrc:<code>` or `artist:<name>|<title>`, as the table has it. */
  readonly subject: string;
  readonly isrc: string | null;
  readonly title: string;
  readonly artists: readonly string[];
}

/** Of a name or a title in a subject, which is a key: 2 × 300 letters of at most four bytes are 2,400, and the row of an index takes 2,704. */
const letters = 300;

/**
 * What a service should be asked about now, the longest unasked first: codes and titles that people handed in for sounds that wait, and
 * recordings that are about to come out or have done so within a month, as long as the service does not have them. Around a known
 * date it is asked every time (`denseMs`), otherwise after a day, two, four … up to 32 (ListenBrainz's curve).
 */
export async function subjectsDue(
  client: Queryable,
  provider: CatalogueName,
  nowMs: number,
  denseMs: number,
  limit: number,
): Promise<ServiceSubject[]> {
  const { rows } = await client.query<ServiceSubject>(
    `with wanted as (
       select case when isrc is null then 'artist:' || left(lower(artists[1]), ${letters}) || '|' || left(lower(title), ${letters})
                   else 'isrc:' || isrc end as subject,
              isrc, title, artists, release_date
         from (
           select s.prerelease->>'isrc' as isrc, s.prerelease->>'title' as title,
                  array(select jsonb_array_elements_text(s.prerelease->'artists')) as artists, s.release_date
             from sounds s where s.status in ('waiting', 'review') and s.prerelease is not null
           union all
           -- Two look-ups, as no index answers "or"; what both find is one subject.
           select r.isrc, r.title, r.artists, r.release_date from recordings r
            where r.isrc is not null and r.merged_into is null and r.provisional
           union all
           select r.isrc, r.title, r.artists, r.release_date from recordings r
            where r.isrc is not null and r.merged_into is null
              and r.out_from > to_timestamp($2::double precision / 1000) - interval '30 days'
         ) said
        where isrc is not null or (title <> '' and array_length(artists, 1) > 0)
     ), subjects as (
       select distinct on (subject) * from wanted order by subject, release_date nulls last
     )
     select s.subject, s.isrc, s.title, s.artists
       from subjects s left join service_checks c on c.provider = $1 and c.subject = s.subject
      where not exists (select from service_recordings k join recordings r on r.id = k.recording_id
                         where k.provider = $1 and r.isrc = s.isrc)
        and (c.subject is null or c.checked_at <= to_timestamp($2::double precision / 1000) -
             case when s.release_date between (to_timestamp($2::double precision / 1000) at time zone 'UTC')::date - 2
                                          and (to_timestamp($2::double precision / 1000) at time zone 'UTC')::date + 2
                  then $3::double precision * interval '1 ms' else least(power(2, c.checks - 1), 32) * interval '1 day' end)
      order by c.checked_at nulls first, s.subject limit $4`,
    [provider, nowMs, denseMs, limit],
  );
  return rows;
}

/** Notes that a service was asked. What it knew something new about is asked again as if for the first time. */
export async function noteChecked(
  client: Queryable,
  provider: CatalogueName,
  subject: string,
  nowMs: number,
  outcome: { readonly isNews: boolean; readonly problem: string | null },
): Promise<void> {
  await client.query(
    `insert into service_checks as c (provider, subject, checked_at, problem) values ($1, $2, $3, $5)
     on conflict (provider, subject) do update set checked_at = excluded.checked_at, problem = excluded.problem,
       checks = case when $4 then 1 else c.checks + 1 end`,
    [provider, subject, new Date(nowMs), outcome.isNews, outcome.problem],
  );
}
