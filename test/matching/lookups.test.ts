import { describe, expect, it } from 'vitest';
import { lookupsFor, type Lookup } from '../../matching/lookups.ts';
import { type Hint, readWords, type SoundWords } from '../../matching/metadata/soundText.ts';

const sound = (title: string, author: string | null, original: boolean | null, hints: Hint[] = []): SoundWords =>
  readWords({ title, author, handle: null, album: null, original, durationMs: null, hints });
const search = (title: string, artist: string | null): Lookup => ({ kind: 'search', title, artist });

describe('lookupsFor', () => {
  it('asks exact ids before any words, and of a service only its own', () => {
    const hints: Hint[] = [
      { kind: 'dsp', platform: 'deezer', id: '77' },
      { kind: 'dsp', platform: 'spotify', id: 'other' },
      { kind: 'isrc', isrc: 'gb-xyz-12-34567' },
    ];
    expect(lookupsFor('deezer', sound('Warm Ink', 'Ghost', false, hints)).slice(0, 3)).toEqual([
      { kind: 'id', id: '77' },
      { kind: 'isrc', isrc: 'GBXYZ1234567' },
      search('Warm Ink', 'Ghost'),
    ]);
  });

  it('of what a person uploaded as "A - B" asks for A’s song B first, whoever uploaded it', () => {
    for (const original of [true, null]) {
      const [first] = lookupsFor('deezer', sound('Ghost - Warm Ink (sped up)', 'xx_lena_xx', original));
      expect(first).toEqual(search('Warm Ink', 'Ghost'));
    }
  });

  it('asks for an uploaded title of some length alone, before it takes the uploader for its artist', () => {
    const asked = (title: string, author: string, original: boolean) =>
      lookupsFor('deezer', sound(title, author, original)).slice(0, 2);
    const title = 'Warm Ink Over Winter Glass';
    expect(asked(title, 'xx_lena_xx', true)).toEqual([search(title, null), search(title, 'xx_lena_xx')]);
    expect(asked('Warm Ink', 'xx_lena_xx', true)[0]).toEqual(search('Warm Ink', 'xx_lena_xx'));
    expect(asked(title, 'Ghost', false)[0]).toEqual(search(title, 'Ghost'));
  });

  it('takes the author of an official sound at its word', () => {
    expect(lookupsFor('deezer', sound('Blue - Interlude at Dawn', 'Ghost', false))[0]).toEqual(
      search('Blue Interlude at Dawn', 'Ghost'),
    );
  });

  it('asks for the song that the platform names before the uploader’s words', () => {
    const hints: Hint[] = [{ kind: 'named', title: 'Warm Ink', author: 'Ghost', source: 'platform' }];
    expect(lookupsFor('deezer', sound('my - edit - of this', 'lena', true, hints))[0]).toEqual(
      search('Warm Ink', 'Ghost'),
    );
  });

  it('makes at most three searches, and none of a common title by nobody or of no words', () => {
    expect(lookupsFor('deezer', sound('A One - B Two - C Three - D Four', 'lena', true))).toHaveLength(3);
    expect(lookupsFor('deezer', sound('Blue', null, null))).toEqual([]);
    expect(lookupsFor('deezer', sound('original sound', 'lena', true))).toEqual([]);
    expect(lookupsFor('deezer', sound('🎵', '', null))).toEqual([]);
  });
});
