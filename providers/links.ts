// Ids of recordings on other services, read from links to them.

const readers: readonly { readonly service: string; readonly id: (url: URL) => string | undefined }[] = [
  {
    service: 'spotify',
    id: (url) => at(url, 'open.spotify.com', /^\/(?:intl-[a-z]{2,3}\/)?track\/([0-9A-Za-z]{22})$/),
  },
  { service: 'deezer', id: (url) => at(url, 'www.deezer.com', /^\/(?:[a-z]{2}\/)?track\/(\d+)$/) },
  { service: 'applemusic', id: (url) => apple(url) },
  { service: 'tidal', id: (url) => at(url, 'tidal.com', /^\/(?:browse\/)?track\/(\d+)$/) },
  { service: 'youtube', id: (url) => youtube(url) },
  { service: 'musicbrainz', id: (url) => at(url, 'musicbrainz.org', /^\/recording\/([0-9a-f-]{36})$/) },
];

/** {"spotify": ["…"]} of all links that lead to one recording on a service that is known; others are left out. */
export function idsInLinks(links: readonly string[]): Readonly<Record<string, readonly string[]>> {
  const found: Record<string, string[]> = {};
  for (const link of links) {
    if (!URL.canParse(link)) continue;
    const url = new URL(link);
    for (const { service, id } of readers) {
      const read = id(url);
      if (read === undefined) continue;
      const ids = (found[service] ??= []);
      if (!ids.includes(read)) ids.push(read);
    }
  }
  return found;
}

/** Ids without the empty ones and repetitions, in the shape of `externalIds`. */
export function idsBy(
  given: Readonly<Record<string, readonly (string | null | undefined)[]>>,
): Readonly<Record<string, readonly string[]>> {
  const kept = Object.entries(given).map(
    ([service, ids]) =>
      [service, [...new Set(ids.filter((id) => id !== null && id !== undefined && id !== ''))] as string[]] as const,
  );
  return Object.fromEntries(kept.filter(([, ids]) => ids.length > 0));
}

function at(url: URL, host: string, path: RegExp): string | undefined {
  const bare = host.replace(/^www\./, '');
  const hosts = [host, bare, `www.${bare}`, `listen.${bare}`];
  return hosts.includes(url.hostname) ? path.exec(url.pathname.replace(/\/$/, ''))?.[1] : undefined;
}

/** A song has its own page, or is a place on an album's page (`?i=`). The id is the same on Apple Music and iTunes. */
function apple(url: URL): string | undefined {
  if (!/^(geo\.)?(music|itunes)\.apple\.com$/.test(url.hostname)) return undefined;
  const place = url.searchParams.get('i');
  if (place !== null && /^\d+$/.test(place)) return place;
  return /\/song\/(?:[^/]+\/)?(?:id)?(\d+)$/.exec(url.pathname)?.[1];
}

function youtube(url: URL): string | undefined {
  const id = url.hostname === 'youtu.be' ? url.pathname.slice(1) : url.searchParams.get('v');
  const known = /^((www|music|m)\.)?youtube\.com$|^youtu\.be$/.test(url.hostname);
  return known && id !== null && /^[\w-]{11}$/.test(id) ? id : undefined;
}
