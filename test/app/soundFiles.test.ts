// Files of sounds as platforms, scrapers and people make them, handed in as they are. Names are made up, shapes are the real ones.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readSubmission } from '../../app/submission.ts';

let folder: string;
beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'sound-files-'))));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function told(content: string | Buffer, name = 'given.json', encoding: string | null = null): Promise<string[]> {
  if (content !== '') writeFileSync(join(folder, name), content);
  const found: string[] = [];
  for await (const page of readSubmission({ file: join(folder, name), horizonMs: 1, encoding }))
    for (const { place, sound, problem, remark } of page)
      found.push(
        `${place}: ${problem ?? [sound!.id, sound!.title, sound!.author, remark].filter((part) => part).join(' | ')}`,
      );
  return found;
}
const one = async (value: unknown): Promise<string> =>
  (await told(JSON.stringify(value)))[0]!.replace(/^line 1(?: entry 1)?: /, '');

const musicMeta = {
  musicId: '7006226958229015302',
  musicName: 'Warm Ink',
  musicAuthor: 'Iris Vane',
  musicOriginal: false,
};
const post = {
  id: '7014877097244019970',
  text: 'look #fyp',
  createTime: 1,
  authorMeta: { name: 'someone' },
  musicMeta,
};
const warm = 'tiktok:7006226958229015302 | Warm Ink | Iris Vane';

describe('a file of', () => {
  it.each<[string, string | Buffer]>([
    ['JSON lines', `${JSON.stringify(post)}\n`],
    ['one line without an end', JSON.stringify(post)],
    ['JSON lines in UTF-16', Buffer.from(`\uFEFF${JSON.stringify(post)}\n`, 'utf16le')],
    ['JSON lines in UTF-16 without its mark', Buffer.from(JSON.stringify(post), 'utf16le')],
    ['gzipped JSON lines', gzipSync(JSON.stringify(post))],
  ])('%s is read line by line', async (_, content) => expect(await told(content)).toEqual([`line 1: ${warm}`]));

  it.each<[string, string | Buffer]>([
    ['an array in one line', JSON.stringify([post])],
    ['an array over lines', `[\n ${JSON.stringify(post)}\n]\n`],
    ['one object over lines', JSON.stringify(post, null, 2)],
    ['an array with a mark and CRLF', `\uFEFF${JSON.stringify([post], null, 2).replaceAll('\n', '\r\n')}`],
    ['an array in UTF-16, big-endian', Buffer.from(`\uFEFF${JSON.stringify([post])}`, 'utf16le').swap16()],
    ['an array, gzipped', gzipSync(JSON.stringify([post], null, 2))],
    ['tiktok-scraper’s collector', JSON.stringify({ collector: [post] }, null, 1)],
    ['an answer with a list of items', `{"items":[\n${JSON.stringify(post)}]}`],
  ])('%s is read as a whole', async (_, content) => expect(await told(content)).toEqual([`entry 1: ${warm}`]));

  it('several values keeps their places, and a bad one does not stop the others', async () => {
    expect(await told(JSON.stringify([post, 7, { a: 1, b: 2 }, post], null, 2))).toEqual([
      `entry 1: ${warm}`,
      'entry 2: not a JSON object',
      "entry 3: platform is missing, and it is no platform's own object that is known (its fields: a, b)",
      `entry 4: ${warm}`,
    ]);
    expect(await told(`${JSON.stringify(post)}\n{"a":\n${JSON.stringify(post)}`)).toEqual([
      `line 1: ${warm}`,
      'line 2: not valid JSON',
      `line 3: ${warm}`,
    ]);
  });

  it('one value that is cut is one problem, not one a line', async () =>
    expect(await told(JSON.stringify([post, post], null, 2).slice(0, -20))).toEqual(['the file: not valid JSON']));

  it('one object in a line of more than a megabyte is read', async () =>
    expect(await told(JSON.stringify({ ...post, text: 'x'.repeat(1_200_000) }))).toEqual([`entry 1: ${warm}`]));

  it('an older encoding says so, and is read in the one that is named', async () => {
    const latin1 = Buffer.from(JSON.stringify([{ ...post, musicMeta: { ...musicMeta, musicName: 'Élan' } }]), 'latin1');
    expect(await told(latin1)).toEqual([
      'the file: not in UTF-8: save the file as UTF-8, or say --encoding windows-1252',
    ]);
    expect(await told(latin1, 'given.json', 'windows-1252')).toEqual([
      'entry 1: tiktok:7006226958229015302 | Élan | Iris Vane',
    ]);
  });

  it('a damaged archive is called one', async () => {
    await expect(told(gzipSync(JSON.stringify([post])).subarray(0, 40))).rejects.toThrow(/is a damaged gzip file/);
  });

  it('pages of an answer, one a line, gives each sound a number of its own', async () => {
    const lines = [{ items: [post, post] }, post].map((line) => JSON.stringify(line)).join('\n');
    expect(await told(lines)).toEqual([`line 1 entry 1: ${warm}`, `line 1 entry 2: ${warm}`, `line 2: ${warm}`]);
    const numbers: number[] = [];
    for await (const page of readSubmission({ file: join(folder, 'given.json'), horizonMs: 1 }))
      numbers.push(...page.map(({ line }) => line));
    expect(numbers).toEqual([1, 2, 3]);
  });

  it('recordings is for another command', async () =>
    await expect(told('title,artist\nSalt,Iris Vane\n', 'sheet.csv')).rejects.toThrow(
      /sheet\.csv is no JSON: .* one JSON object a line; .* "fermata index"/,
    ));

  it('nothing holds nothing', async () => expect(await told(' \n', 'blank.json')).toEqual([]));

  it('info JSON of yt-dlp, a whole folder of it, is read file by file', async () => {
    const info = { extractor: 'TikTok', title: 'caption #fyp', uploader: 'u', duration: 14, formats: [] };
    mkdirSync(join(folder, 'infos'));
    writeFileSync(
      join(folder, 'infos', 'a.info.json'),
      JSON.stringify([{ ...info, id: '71', track: 'Warm Ink' }], null, 2),
    );
    writeFileSync(
      join(folder, 'infos', 'b.jsonl.gz'),
      gzipSync(`${JSON.stringify({ ...info, id: '72', track: 'Salt' })}\n{`),
    );
    writeFileSync(join(folder, 'infos', 'c.txt'), 'no sound');
    expect(await told('', 'infos')).toEqual([
      'a.info.json: tiktok:71 | Warm Ink',
      'b.jsonl.gz line 1: tiktok:72 | Salt',
      'b.jsonl.gz line 2: not valid JSON',
    ]);
  });

  it.each(['Activity', 'Your Activity', 'Likes and Favorites'])(
    'a person’s own data from TikTok (%s) gives its favourite sounds',
    async (section) => {
      const links = [
        'https://m.tiktok.com/h5/share/music/1234567890.html',
        'https://www.tiktok.com/music/original-sound-7222222222222222222?x=1',
        'https://www.tiktok.com/@a/video/7',
      ];
      const data = {
        Profile: {},
        [section]: {
          'Favorite Sounds': { FavoriteSoundList: links.map((Link) => ({ Date: '2026-05-01 10:00:00', Link })) },
        },
      };
      expect(await told(JSON.stringify(data, null, 1))).toEqual([
        'entry 1: tiktok:1234567890',
        'entry 2: tiktok:7222222222222222222',
        expect.stringMatching(/^entry 3: platform is missing, .*its fields: link/),
      ]);
      expect(await told(JSON.stringify(data))).toEqual([
        'line 1 entry 1: tiktok:1234567890',
        'line 1 entry 2: tiktok:7222222222222222222',
        expect.stringMatching(/^line 1 entry 3: platform is missing/),
      ]);
    },
  );
});

describe('an object', () => {
  it.each<[string, unknown, string]>([
    ['of tiktok-scraper or Apify', post, warm],
    ['of their music alone', musicMeta, warm],
    [
      'of tikwm, alone',
      {
        id: '71',
        title: 'Warm Ink',
        play: 'https://x/o',
        author: 'Iris Vane',
        original: false,
        duration: 60,
        album: 'Inks',
      },
      'tiktok:71 | Warm Ink | Iris Vane',
    ],
    [
      'of tikwm, in its answer',
      {
        code: 0,
        data: {
          id: '9',
          title: 'a caption',
          music_info: { id: '71', title: 'Warm Ink', play: 'https://x/o', author: 'Iris Vane' },
        },
      },
      'tiktok:71 | Warm Ink | Iris Vane',
    ],
    [
      'of TikTokApi',
      {
        id: '71',
        title: 'Warm Ink',
        playUrl: 'https://x/o.mp3',
        authorName: 'Iris Vane',
        duration: 15,
        original: false,
      },
      'tiktok:71 | Warm Ink | Iris Vane',
    ],
    [
      'of TikTok’s web',
      {
        id: '9',
        desc: '#fyp',
        author: { uniqueId: 'u' },
        music: { id: '71', title: 'Warm Ink', authorName: 'Iris Vane' },
      },
      'tiktok:71 | Warm Ink | Iris Vane',
    ],
    [
      'of Douyin',
      {
        music_info: { id: '71', title: 'Warm Ink', author: 'Iris Vane', play_url: { uri: 'https://sf3.douyin.com/x' } },
      },
      'douyin:71 | Warm Ink | Iris Vane',
    ],
    [
      'of yt-dlp, artists in a list',
      { id: '71', extractor_key: 'TikTok', track: 'Warm Ink', artists: ['Iris Vane', 'Otto Field'], album: 'Inks' },
      'tiktok:71 | Warm Ink | Iris Vane, Otto Field',
    ],
    [
      'of yt-dlp, one artist',
      { id: '71', extractor: 'TikTok', track: 'Warm Ink', artist: 'Iris Vane', title: 'caption #fyp', uploader: 'u' },
      'tiktok:71 | Warm Ink | Iris Vane',
    ],
    [
      'of yt-dlp, an upload named after its music',
      { id: 'a_b-c', extractor: 'youtube', title: 'Warm Ink', channel: 'Iris Vane - Topic', webpage_url: 'https://x' },
      'youtube:a_b-c | Warm Ink | Iris Vane - Topic',
    ],
    [
      'of Instagram’s music',
      {
        music_asset_info: {
          audio_cluster_id: '18',
          id: '2',
          title: 'Warm Ink',
          display_artist: 'Iris Vane',
          duration_in_ms: 213_000,
        },
      },
      'instagram:18 | Warm Ink | Iris Vane',
    ],
    [
      'of a reel',
      {
        items: [
          {
            caption: { text: 'c' },
            clips_metadata: {
              music_info: {
                music_asset_info: { audio_cluster_id: '18', title: 'Warm Ink', display_artist: 'Iris Vane' },
              },
              original_sound_info: null,
            },
          },
        ],
      },
      'instagram:18 | Warm Ink | Iris Vane',
    ],
    [
      'of a reel with original audio',
      {
        clips_metadata: {
          original_sound_info: {
            audio_asset_id: 18,
            original_audio_title: 'Original audio',
            ig_artist: { username: 'iris.v' },
          },
        },
      },
      'instagram:18 | Original audio | iris.v',
    ],
    [
      'of Instagram’s attribution, as scrapers pass it on',
      {
        shortCode: 'x',
        musicInfo: { artist_name: 'Iris Vane', song_name: 'Warm Ink', audio_id: '18', uses_original_audio: false },
      },
      'instagram:18 | Warm Ink | Iris Vane',
    ],
    [
      'of a Short’s label',
      {
        reelSoundMetadataViewModel: {
          soundMetadata: { content: 'Warm Ink · Iris Vane' },
          onTapCommand: { url: '/source/AbC-123_xyz/shorts' },
        },
      },
      'youtube:AbC-123_xyz | Warm Ink | Iris Vane',
    ],
  ])('%s', async (_, value, expected) => expect(await one(value)).toBe(expected));

  it('whose id was rounded or is missing says so', async () => {
    expect(await one({ ...post, musicMeta: { ...musicMeta, musicId: 7.5 } })).toMatch(
      /^id is missing: the object has none/,
    );
    // In a file of text the digits are all there.
    expect(await told(`{"title":"Warm Ink","id":7006226958229015302,"authorName":"Iris Vane"}`)).toEqual([
      `line 1: ${warm}`,
    ]);
  });
});

describe('a payload', () => {
  it('of a shape that nobody knows is taken, and its fields are named', async () => {
    expect(await one({ platform: 'snapchat', id: '5', payload: { snapId: 's', sound: { name: 'Warm Ink' } } })).toBe(
      'snapchat:5 | no name found in: snapId, sound',
    );
    expect(await one({ platform: 'snapchat', id: '5', title: 'Warm Ink', payload: { snapId: 's' } })).toBe(
      'snapchat:5 | Warm Ink',
    );
  });

  it('gives the words that the line leaves out, and no caption becomes a title', async () => {
    expect(await one({ platform: 'tiktok', id: '1', author: 'Nova Quill', payload: post })).toBe(
      'tiktok:1 | Warm Ink | Nova Quill',
    );
    expect(
      await one({
        platform: 'tiktok',
        id: '1',
        payload: { id: '2', extractor: 'TikTok', title: 'caption', uploader: 'u' },
      }),
    ).toBe('tiktok:1 | no name found in: id, extractor, title, uploader');
  });
});
