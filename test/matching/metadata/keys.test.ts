// Keys are stored in indexes, whose rows are bounded.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { boundKey } from '../../../matching/metadata/fold.ts';
import { candidateKeys, recordingKeys } from '../../../matching/metadata/keys.ts';
import { identifierKeys, waitingArtistKeys, waitingKeys } from '../../../matching/soundWords.ts';
import { han, hostileText } from '../../support/hostile.ts';
import { official } from './support.ts';

/** A row of a B-tree may hold 2,704 bytes, of which some are the row's own. */
const longest = 1800;

describe('keys that are stored', () => {
  const long = fc
    .oneof(
      hostileText,
      fc.array(hostileText, { minLength: 2, maxLength: 40 }).map((parts) => parts.join(' ').slice(0, 2000)),
    )
    .map((text) => text.toWellFormed());
  it('fit into an index, whatever they are made of', () => {
    fc.assert(
      fc.property(long, long, (title, name) => {
        const words = {
          title,
          author: name,
          handle: name,
          original: null,
          durationMs: null,
          payload: null,
          prerelease: null,
        };
        const { titleKey, baseKey, artistKeys, extraKeys } = recordingKeys({
          title,
          artists: [name],
          aliases: [name, title],
        });
        const ids = identifierKeys({ isrc: null, externalIds: { [title]: [name] } });
        for (const key of [
          titleKey,
          baseKey,
          ...artistKeys,
          ...extraKeys,
          ...ids,
          ...waitingKeys(words),
          ...waitingArtistKeys(words),
        ]) {
          expect(Buffer.byteLength(key)).toBeLessThanOrEqual(longest);
          expect(key.isWellFormed()).toBe(true);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('are cut alike on both sides, so that a long title finds itself', () => {
    const title = `${han.slice(0, 599)}𠀀${han}`;
    const stored = recordingKeys({ title, artists: ['Ann'] });
    expect(stored.baseKey).toHaveLength(599);
    expect(candidateKeys(official(title, 'Ann')).exact).toContain(stored.baseKey);
  });

  it('of ordinary length are left as they are', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (key) => boundKey(key) === key));
  });
});
