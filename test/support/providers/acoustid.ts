// AcoustID's look-up: only recordings whose whole length is within seven seconds.

import { join } from 'node:path';
import { formIn, textIn } from './multipart.ts';
import type { FakeReply, FakeRequest, Service } from './server.ts';
import { fullTitle, ids, type World } from './world.ts';

const key = 'fake-acoustid-key';
const greatestDifferenceMs = 7_000;

const error = (code: number, message: string, status = 400): FakeReply => ({
  status,
  json: { status: 'error', error: { code, message } },
});

async function answer(request: FakeRequest, world: World): Promise<FakeReply> {
  if (request.path !== '/v2/lookup') return { status: 404 };
  const form = await formIn(request);
  if (form.get('client') !== key) return error(4, 'invalid API key');
  const durationMs = Number(form.get('duration')) * 1000;
  if (!(durationMs > 0)) return error(8, 'parameter "duration" must be a positive integer');
  const print = textIn(form, 'fingerprint');
  if (!print.startsWith('AQAD')) return error(3, 'invalid fingerprint');
  // The stand-in for fpcalc writes the mark of the sample into the print.
  const heard = world.heardIn(Buffer.from(print.slice(4)));
  const fits = heard !== null && Math.abs(heard.durationMs - durationMs) <= greatestDifferenceMs;
  return {
    json: {
      status: 'ok',
      results: fits
        ? [
            {
              id: `11111111-0000-4000-8000-${String(heard.at).padStart(12, '0')}`,
              score: 0.97,
              recordings: [
                {
                  id: ids.musicbrainz(heard.at),
                  title: fullTitle(heard),
                  duration: Math.round(heard.durationMs / 1000),
                  artists: heard.artists.map((name) => ({ id: ids.musicbrainz(500), name })),
                  releasegroups: [{ id: ids.musicbrainz(800), title: heard.album, type: 'Single' }],
                },
                // Known by its print only: nobody has said yet what it is.
                { id: ids.musicbrainz(999) },
              ],
            },
            { id: '11111111-0000-4000-8000-999999999999', score: 0.31 },
          ]
        : [],
    },
  };
}

/** Stands in for Chromaprint's program: prints the mark in a sample as a fingerprint. */
export const fakeFpcalc = join(import.meta.dirname, 'fpcalc');

export const acoustid = (): Service => ({
  name: 'acoustid',
  limit: { requests: 3, windowMs: 1_000 },
  answer,
  tooMany: () => error(14, 'too many requests', 429),
  errorInside: () => ({ json: { status: 'error', error: { code: 5, message: 'internal error' } } }),
  environment: () => ({ FERMATA_ACOUSTID_KEY: key, FERMATA_FPCALC: fakeFpcalc }),
});
