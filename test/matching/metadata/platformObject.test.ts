import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readPlatformObject } from '../../../matching/metadata/platformObject.ts';

const jwt = 'eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJBQkMifQ.c2lnbmF0dXJlc2lnbmF0dXJl';

describe('readPlatformObject', () => {
  it('reads the web detail and drops the developer token', () => {
    const read = readPlatformObject({
      musicInfo: {
        author: { uniqueId: 'mossyteacup' },
        music: {
          id: '7134751792880978694',
          title: '原创音乐',
          authorName: 'mossy',
          original: true,
          duration: 14,
          preciseDuration: { preciseDuration: 14.837 },
          tt2dsp: {
            tt_to_dsp_song_infos: [
              {
                meta_song_id: '1',
                platform: 1,
                song_id: '1440857781',
                token: { apple_music_token: { developer_token: jwt } },
              },
              { meta_song_id: '1', platform: 3, song_id: '3KkXRkHbMCARz0aVfEt68P' },
              { meta_song_id: '1', platform: 99, song_id: 'x' },
            ],
          },
        },
      },
    });
    expect(read).toMatchObject({
      id: '7134751792880978694',
      title: '原创音乐',
      author: 'mossy',
      handle: 'mossyteacup',
      original: true,
      durationMs: 14837,
    });
    expect(read.hints).toEqual([
      { kind: 'dsp', platform: 'apple', id: '1440857781' },
      { kind: 'dsp', platform: 'spotify', id: '3KkXRkHbMCARz0aVfEt68P' },
    ]);
    expect(JSON.stringify(read)).not.toContain('eyJ');
    expect(read.notes).toContain('tokens were removed');
  });

  it('reads the app shape, its matched songs and its extra', () => {
    const read = readPlatformObject({
      aweme_detail: {
        desc: 'so good #fyp song name: Ghost Street by Iris Vane',
        music: {
          id: 7134751792880979000,
          id_str: '7134751792880978694',
          title: 'original sound - usersnameb7',
          author: 'usersnameb7',
          owner_handle: 'usersnameb7',
          is_original: false,
          is_original_sound: true,
          duration: 60,
          matched_song: { id: '1', title: 'Ex For A Reason', author: 'Summer Walker' },
          extra: JSON.stringify({
            is_ugc_mapping: true,
            music_display_mapping_title:
              'original sound - usersnameb7 (Contains music from: Ex For A Reason - Summer Walker & JT)',
            access_token: 'abc',
          }),
        },
      },
    });
    expect(read).toMatchObject({
      id: '7134751792880978694',
      handle: 'usersnameb7',
      original: true,
      durationMs: 60_000,
    });
    expect(read.hints).toContainEqual({
      kind: 'named',
      title: 'Ex For A Reason',
      author: 'Summer Walker',
      source: 'matched_song',
    });
    expect(read.hints).toContainEqual({
      kind: 'named',
      title: 'Ex For A Reason',
      author: 'Summer Walker & JT',
      source: 'music_display_mapping_title',
    });
    expect(JSON.stringify(read)).not.toContain('access_token');
  });

  it('never invents an id from a rounded number', () => {
    const read = readPlatformObject({ music: { id: 7134751792880979000, title: 'Song' } });
    expect(read.id).toBeNull();
    expect(read.notes).toContain('the id was a rounded number and is not kept');
  });

  it('does not take "original" at its word beside a copyright mark', () => {
    expect(readPlatformObject({ title: 'Song', original: true, isCopyrighted: true }).original).toBe(false);
  });

  it('splits a YouTube Shorts label', () => {
    expect(readPlatformObject({ title: 'Heat Waves · Glass Animals' })).toMatchObject({
      title: 'Heat Waves',
      author: 'Glass Animals',
    });
  });

  it('degrades unknown shapes with a note', () => {
    expect(readPlatformObject({ foo: { title: 'x' } }).notes).toEqual(['unknown shape', 'no title']);
    expect(readPlatformObject('nonsense').notes).toContain('the payload is not an object');
    expect(readPlatformObject({ title: 'Song', extra: '{broken' }).notes).toContain('"extra" is not JSON');
  });

  it('removes tokens wherever they stand', () => {
    const read = readPlatformObject({
      title: 'Song',
      note: `bearer ${jwt}`,
      play_url: 'https://example.test/a.mp3?x=1&x-token=abc&sig=def',
      Cookie: 'sid=1',
      deep: { authorization: 'Basic q' },
    });
    const stored = JSON.stringify(read);
    for (const secret of [jwt, 'abc', 'def', 'sid=1', 'Basic']) expect(stored).not.toContain(secret);
    expect(stored).toContain('https://example.test/a.mp3?x=1');
  });

  it('survives anything that JSON can hold, and keeps no token-shaped text', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 6 }), fc.string(), (value, title) => {
        const read = readPlatformObject({ title, music: value, extra: JSON.stringify(value), token: jwt, list: [jwt] });
        expect(JSON.stringify(read)).not.toContain('eyJhbGci');
      }),
    );
  });

  it('bounds deep and wide payloads', () => {
    let deep: unknown = 'end';
    for (let i = 0; i < 50_000; i += 1) deep = { a: deep };
    const read = readPlatformObject({
      title: 'Song',
      deep,
      wide: Array.from({ length: 100_000 }, (_, i) => i),
      long: 'x'.repeat(1_000_000),
    });
    expect(read.title).toBe('Song');
    expect(JSON.stringify(read.redacted).length).toBeLessThan(100_000);
    expect(read.notes).toContain('the payload was too deep or too large and was cut');
  });
});
