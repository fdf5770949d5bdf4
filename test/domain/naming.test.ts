// Ids are derived and can be read back.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseSoundId, soundId, soundWorkflowId } from '../../domain/naming.ts';

const platforms = fc.stringMatching(/^[a-z0-9_-]{1,40}$/);

describe('ids', () => {
  it('of a sound say its platform and its own id, whatever is in it', () => {
    fc.assert(
      fc.property(platforms, fc.string({ minLength: 1, unit: 'binary' }), (platform, platformSoundId) => {
        const id = soundId(platform, platformSoundId);
        expect(parseSoundId(id)).toEqual({ platform, platformSoundId });
        expect(soundWorkflowId(id)).toBe(`sound:${id}`);
      }),
    );
  });

  it('of different sounds differ', () => {
    const names = fc.tuple(platforms, fc.string({ minLength: 1 }));
    fc.assert(
      fc.property(names, names, (a, b) => {
        fc.pre(a[0] !== b[0] || a[1] !== b[1]);
        expect(soundId(...a)).not.toBe(soundId(...b));
      }),
    );
  });

  it.each(['', 'tiktok', 'tiktok:', ':1', ':'])('%j is no sound id', (text) => expect(parseSoundId(text)).toBeNull());
});
