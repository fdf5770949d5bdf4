// AcoustID: open fingerprints of whole recordings. It cannot match an excerpt, by design: see README.md.

import { messageOf } from '../../platform/failures.ts';
import { createHttp, type Trouble } from '../http.ts';
import type { ProviderPorts, Recogniser } from '../provider.ts';
import { glimpse } from '../schema.ts';
import { fingerprint } from './fpcalc.ts';
import { acoustIdAnswer, acoustIdError } from './shapes.ts';

export interface AcoustIdSettings {
  readonly key: string;
  /** Path of fpcalc. */
  readonly fpcalc: string;
}

// What fpcalc looks at; the rest of an upload does not change the print.
const sampleSeconds = 120;
/** Of the results for one print; those below are other recordings of the same song, or chance. */
const leastScore = 0.5;

const meanings: Readonly<Record<number, Trouble>> = {
  3: { kind: 'refused', message: 'refuses the fingerprint (error 3)' },
  4: { kind: 'credentials_rejected', message: 'does not know the key (error 4)' },
  5: { kind: 'unavailable', message: 'has an internal error (error 5)' },
  8: { kind: 'refused', message: 'refuses the duration (error 8)' },
  12: { kind: 'credentials_rejected', message: 'does not allow this key (error 12)' },
  13: { kind: 'unavailable', message: 'is unavailable (error 13)' },
  14: { kind: 'rate_limited', message: 'asks for fewer requests (error 14)', pauseMs: 1_000 },
};

function troubleIn(json: unknown): Trouble | null {
  const code = glimpse(acoustIdError, json)?.error.code ?? null;
  if (code === null) return null;
  return meanings[code] ?? { kind: 'refused', message: `answered with error ${code}` };
}

/** AcoustID as a recogniser of whole recordings. A call is 1 request. */
export function createAcoustId({ key, fpcalc }: AcoustIdSettings, ports: ProviderPorts): Recogniser {
  const http = createHttp('acoustid', 'https://api.acoustid.org', ports, { troubleIn });
  return {
    name: 'acoustid',
    takes: { sampleSeconds, wholeOnly: true },

    async identify({ wav, fullDurationMs }, signal) {
      let print: string;
      try {
        print = await fingerprint(fpcalc, wav, signal);
      } catch (error) {
        signal.throwIfAborted();
        throw http.fail('unavailable', messageOf(error));
      }
      const body = new URLSearchParams({
        client: key,
        format: 'json',
        meta: 'recordings releasegroups compress',
        // Prints are only compared with recordings whose whole length is within 7 s of this.
        duration: String(Math.round(fullDurationMs / 1000)),
        fingerprint: print,
      });
      const reply = await http.ask({ method: 'POST', path: '/v2/lookup', body }, signal);
      const { status, results } = http.read(reply, acoustIdAnswer);
      if (status !== 'ok') throw http.fail('malformed', 'answered with neither ok nor an error', { status: 200 });
      return http.answered(
        results
          .filter(({ score }) => score >= leastScore)
          .flatMap(({ score, recordings }) =>
            // A print without a title leads nowhere: nobody has said yet what it is.
            recordings.flatMap((recording) =>
              recording.title === null
                ? []
                : {
                    provider: 'acoustid' as const,
                    id: recording.id,
                    list: 'music' as const,
                    title: recording.title,
                    artists: recording.artists.map(({ name }) => name),
                    album: recording.releasegroups[0]?.title ?? null,
                    isrc: null,
                    upc: null,
                    releaseDate: null,
                    score: Math.min(1, Math.max(0, score)),
                    offsetMs: null,
                    externalIds: { musicbrainz: [recording.id] },
                  },
            ),
          ),
        [reply],
      );
    },
  };
}
