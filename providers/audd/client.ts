// AudD's recognition of short samples. See README.md.

import type * as z from 'zod';
import { dayOf, isrcOf, upcOf } from '../fields.ts';
import { createHttp, type Trouble } from '../http.ts';
import { idsBy, idsInLinks } from '../links.ts';
import type { ProviderPorts, Recogniser, Recognition } from '../provider.ts';
import { glimpse } from '../schema.ts';
import { auddAnswer, auddError, type auddHit } from './shapes.ts';

// At most 25 s are taken; 12 s are what one request is meant to be.
const sampleSeconds = 12;
/** "Problem with the fingerprint: perhaps the audio is too short": nothing that could be recognised. */
const nothingToHear = 300;

const meanings: Readonly<Record<number, Trouble>> = {
  100: { kind: 'unavailable', message: 'has an unknown error (error 100)' },
  400: { kind: 'refused', message: 'finds the sample too large (error 400)' },
  500: { kind: 'refused', message: 'cannot read the sample (error 500)' },
  600: { kind: 'refused', message: 'refuses the address of the sample (error 600)' },
  700: { kind: 'refused', message: 'received no sample (error 700)' },
  900: { kind: 'credentials_rejected', message: 'does not accept the token (error 900)' },
  901: { kind: 'quota_exhausted', message: 'says that the limit is reached (error 901)' },
  902: { kind: 'quota_exhausted', message: 'says that the limit is reached (error 902)' },
  611: { kind: 'rate_limited', message: 'asks for fewer requests (error 611)' },
};

function troubleIn(json: unknown): Trouble | null {
  const code = glimpse(auddError, json)?.error.error_code ?? null;
  if (code === null || code === nothingToHear) return null;
  return meanings[code] ?? { kind: 'unavailable', message: `answered with error ${code}` };
}

/** AudD as a recogniser. A call is 1 request, and is paid for. */
export function createAudD({ token }: { readonly token: string }, ports: ProviderPorts): Recogniser {
  const http = createHttp('audd', 'https://api.audd.io', ports, { troubleIn });
  return {
    name: 'audd',
    takes: { sampleSeconds, wholeOnly: false },

    async identify({ wav }, signal) {
      const body = new FormData();
      // In the body, where no address and no log of a proxy shows it.
      body.set('api_token', token);
      body.set('return', 'spotify,apple_music,deezer,musicbrainz');
      body.set('file', new Blob([new Uint8Array(wav)], { type: 'audio/wav' }), 'sample.wav');
      const reply = await http.ask({ method: 'POST', path: '/', body }, signal);
      if (glimpse(auddError, reply.json)?.error.error_code === nothingToHear) return http.answered([], [reply]);
      const { status, result } = http.read(reply, auddAnswer);
      if (status !== 'success')
        throw http.fail('malformed', 'answered with neither success nor an error', { status: 200 });
      return http.answered(result === null ? [] : [heard(result)], [reply]);
    },
  };
}

function heard(hit: z.output<typeof auddHit>): Recognition {
  const isrcs = [hit.isrc, hit.spotify?.external_ids?.isrc, hit.apple_music?.isrc, hit.deezer?.isrc];
  const spotify = hit.spotify?.id ?? null;
  const deezer = hit.deezer?.id ?? null;
  const elsewhere = idsInLinks(hit.apple_music?.url === null || hit.apple_music === null ? [] : [hit.apple_music.url]);
  const isrc = isrcs.map((code) => isrcOf(code ?? null)).find((code) => code !== null) ?? null;
  return {
    provider: 'audd',
    // AudD has no ids of its own but the end of its link.
    id: /^https:\/\/lis\.tn\/([^/?#]+)/.exec(hit.song_link ?? '')?.[1] ?? isrc ?? `${hit.artist ?? ''} - ${hit.title}`,
    list: 'music',
    title: hit.title,
    artists: hit.artist === null ? [] : [hit.artist],
    album: hit.album,
    isrc,
    upc: upcOf(hit.upc),
    releaseDate: dayOf(hit.release_date),
    // It states none: it answers when it is sure.
    score: null,
    offsetMs: timecodeOf(hit.timecode),
    externalIds: idsBy({
      spotify: [spotify],
      deezer: [deezer],
      applemusic: elsewhere['applemusic'] ?? [],
      musicbrainz: hit.musicbrainz.map(({ id }) => id),
    }),
  };
}

/** "01:02" or "1:01:02": where in the song the sample begins, to the second. */
function timecodeOf(timecode: string | null): number | null {
  if (timecode === null || !/^\d{1,2}(:\d{2}){1,2}$/.test(timecode)) return null;
  return timecode.split(':').reduce((seconds, part) => seconds * 60 + Number(part), 0) * 1000;
}
