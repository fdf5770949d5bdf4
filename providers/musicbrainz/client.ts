// MusicBrainz' web service, version 2, asked as its rules demand: by name, and (by the given fetch) once a second. Own fetch: see
// README.md for what the well-known client does when the provider is in trouble.

import type * as z from 'zod';
import { dayOf, durationOf, isrcOf, quotable, upcForms, upcOf, within } from '../fields.ts';
import { createHttp, type Reply, type Trouble } from '../http.ts';
import { idsInLinks } from '../links.ts';
import type { CatalogueProvider, ProviderPorts, ServiceRecording } from '../provider.ts';
import { glimpse } from '../schema.ts';
import { mbError, mbRecording, mbRecordings, mbRelease, mbReleases } from './shapes.ts';

export interface MusicBrainzSettings {
  /** Mail or web address of whoever runs this: requests without one are blocked. */
  readonly contact: string;
}

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const includes = 'artist-credits+isrcs+releases+url-rels';

type MbRelease = Pick<
  z.output<typeof mbRelease>,
  'id' | 'title' | 'date' | 'barcode' | 'release-events' | 'label-info'
>;

/** MusicBrainz as a catalogue provider. A call is 1 request; `byUpc` 2. */
export function createMusicBrainz({ contact }: MusicBrainzSettings, ports: ProviderPorts): CatalogueProvider {
  const headers = { 'user-agent': `fermata/0.1 ( ${contact.replace(/[^\x20-\x7e]|[()]/g, '')} )` };
  const http = createHttp('musicbrainz', 'https://musicbrainz.org', ports, {
    expected: [404],
    // Over the rate, and overloaded, look the same, and so does what to do.
    meanings: { 503: { kind: 'rate_limited', pauseMs: 2_000 } },
    troubleIn: (json, status): Trouble | null =>
      status === 200 && glimpse(mbError, json) !== null ? { kind: 'unavailable' } : null,
  });

  const ask = (path: string, query: Record<string, string>, signal: AbortSignal): Promise<Reply> =>
    http.ask({ path: `/ws/2/${path}`, query: { fmt: 'json', ...query }, headers }, signal);

  async function album(upc: string, signal: AbortSignal) {
    // One query for all spellings: it searches an index, and its hits are compared as numbers.
    const barcodes = upcForms(upc).map((form) => `barcode:${form}`);
    const reply = await ask('release', { query: barcodes.join(' OR '), limit: '5' }, signal);
    const hit = http.read(reply, mbReleases).releases.find(({ barcode }) => upcOf(barcode) === upc);
    if (hit === undefined || !uuid.test(hit.id)) return http.answered([], [reply]);
    const inc = 'recordings+artist-credits+isrcs+labels+url-rels+recording-level-rels';
    const detail = await ask(`release/${hit.id}`, { inc }, signal);
    if (detail.status === 404) return http.answered([], [reply, detail]);
    const release = http.read(detail, mbRelease);
    const recordings = release.media.flatMap(({ tracks }) =>
      tracks.map((track) => recording(track.recording, [release])),
    );
    return http.answered(recordings, [reply, detail]);
  }

  return {
    name: 'musicbrainz',

    async search({ title, artist, limit }, signal) {
      const words = quotable(title, 200);
      const name = quotable(artist ?? '', 200);
      if (words === '') throw http.fail('refused', 'a search needs a title');
      const query = name === '' ? `recording:"${words}"` : `recording:"${words}" AND artist:"${name}"`;
      const reply = await ask('recording', { query, limit: String(within(limit, 100)) }, signal);
      const { recordings } = http.read(reply, mbRecordings);
      return http.answered(
        recordings.map((each) => recording(each, each.releases)),
        [reply],
      );
    },

    async byIsrc(raw, signal) {
      const isrc = http.isrc(raw);
      return ask(`isrc/${isrc}`, { inc: includes }, signal).then((reply) =>
        http.answered(
          reply.status === 404
            ? []
            : http.read(reply, mbRecordings).recordings.map((each) => ({ ...recording(each, each.releases), isrc })),
          [reply],
        ),
      );
    },

    async byUpc(raw, signal) {
      const upc = http.upc(raw);
      return album(upc, signal);
    },

    async byId(id, signal) {
      if (!uuid.test(id)) throw http.fail('refused', 'ids are UUIDs');
      const reply = await ask(`recording/${id}`, { inc: includes }, signal);
      if (reply.status === 404) return http.answered(null, [reply]);
      const found = http.read(reply, mbRecording);
      return http.answered(recording(found, found.releases), [reply]);
    },
  };
}

function recording(
  found: Omit<z.output<typeof mbRecording>, 'releases'>,
  releases: readonly MbRelease[],
): ServiceRecording {
  const releaseDates = datesOf(releases);
  const days = [
    dayOf(found['first-release-date']),
    ...releases.map(({ date }) => dayOf(date)),
    ...Object.values(releaseDates),
  ];
  const first = [...releases].sort((one, other) => (one.date ?? '9').localeCompare(other.date ?? '9'))[0] ?? null;
  return {
    provider: 'musicbrainz',
    id: found.id,
    // Several codes are the rule for old recordings. The contract has room for one: the others find the same recording.
    isrc: found.isrcs.map((code) => isrcOf(code)).find((code) => code !== null) ?? null,
    title: found.title,
    artists: found['artist-credit'].map(({ name }) => name),
    // "live, 2009-07-04: Wembley", "sped up": what tells it from others of the same name.
    version: found.disambiguation,
    album: first?.title ?? null,
    albumId: first?.id ?? null,
    upc: upcOf(first?.barcode ?? null),
    label: first?.['label-info'].find(({ label }) => (label?.name ?? null) !== null)?.label?.name ?? null,
    durationMs: durationOf(found.length),
    releaseDate: days.filter((day) => day !== null).sort()[0] ?? null,
    releaseDates,
    previewUrl: null,
    url: `https://musicbrainz.org/recording/${found.id}`,
    externalIds: idsInLinks(
      found.relations.filter(({ ended }) => ended !== true).flatMap(({ url }) => (url === null ? [] : [url.resource])),
    ),
  };
}

/** The first day in each territory. XW ("worldwide") and XE ("Europe") are MusicBrainz' own and no territories. */
function datesOf(releases: readonly MbRelease[]): Readonly<Record<string, string>> {
  const dates: Record<string, string> = {};
  for (const event of releases.flatMap((release) => release['release-events'])) {
    const day = dayOf(event.date);
    if (day === null) continue;
    for (const code of event.area?.['iso-3166-1-codes'] ?? []) {
      const known = dates[code];
      if (/^(?!X[A-Z])[A-Z]{2}$/.test(code) && (known === undefined || day < known)) dates[code] = day;
    }
  }
  return dates;
}
