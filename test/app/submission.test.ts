// What strangers write into a file of sounds.

import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { NewSound } from '../../store/sounds/sounds.ts';
import { Failed } from '../../domain/failures.ts';
import { readLine, readSubmission, type SubmittedEntry } from '../../app/submission.ts';

const horizonMs = 1000;
const sound = (line: unknown): NewSound => {
  const read = readLine(typeof line === 'string' ? line : JSON.stringify(line), '/folder', horizonMs);
  if (typeof read === 'string') throw new Error(read);
  return read;
};
const problem = (line: string): string => {
  const read = readLine(line, '/folder', horizonMs);
  return typeof read === 'string' ? read : `taken: ${JSON.stringify(read)}`;
};
const with_ = (fields: string): string => `{"platform":"tiktok","id":"1",${fields}}`;

describe('a line that is no sound says why', () => {
  it.each([
    ['{"platform":"tiktok","id":"1"', 'not valid JSON'],
    ['hello', 'not valid JSON'],
    ['{"platform":"tiktok","id":"1"}{"platform":"tiktok","id":"2"}', 'not valid JSON'],
    ["{'platform':'tiktok'}", 'not valid JSON'],
    ['{"platform":"tiktok","id":01}', 'not valid JSON'],
    ['{"platform":"tiktok","id":NaN}', 'not valid JSON'],
    ['"title\u0000"', 'not valid JSON'],
    [`${'['.repeat(200_000)}`, 'not valid JSON'],
    [`${'['.repeat(200_000)}${']'.repeat(200_000)}`, /not valid JSON|not a JSON object/],
    ['[]', 'not a JSON object'],
    ['null', 'not a JSON object'],
    ['7', 'not a JSON object'],
    ['"{}"', 'not a JSON object'],
    ['{}', /^platform is missing/],
    ['{"id":"1"}', /^platform is missing/],
    ['{"platform":"","id":"1"}', /^platform is missing/],
    ['{"platform":null,"id":"1"}', /^platform is missing/],
    ['{"platform":["tiktok"],"id":"1"}', /^platform is missing/],
    ['{"platform":"tik:tok","id":"1"}', /^platform is missing or not a simple name/],
    ['{"platform":"../..","id":"1"}', /^platform is missing or not a simple name/],
    ['{"platform":"tiktok\\u202e","id":"1"}', /^platform is missing or not a simple name/],
    [`{"platform":"${'a'.repeat(41)}","id":"1"}`, /^platform is missing or not a simple name/],
    ['{"platform":"tiktok"}', /^id is missing/],
    ['{"platform":"tiktok","id":""}', /^id is missing/],
    ['{"platform":"tiktok","id":"  "}', /^id is missing/],
    ['{"platform":"tiktok","id":null}', /^id is missing/],
    ['{"platform":"tiktok","id":{"id":1}}', /^id is missing/],
    ['{"platform":"tiktok","id":true}', /^id is missing/],
    ['{"platform":"tiktok","id":1.5}', /^id is missing/],
    ['{"platform":"tiktok","id":1e400}', /^id is missing/],
    ['{"platform":"tiktok","id":7e18}', /^id is missing/],
    ['{"platform":"tiktok","id":"two words"}', /^id is missing/],
    ['{"platform":"tiktok","id":"line\\nbreak"}', /^id is missing/],
    ['{"platform":"tiktok","id":"bell\\u0007"}', /^id is missing/],
    ['{"platform":"tiktok","id":"turned\\u202earound"}', /^id is missing/],
    [`{"platform":"tiktok","id":"${'1'.repeat(201)}"}`, /^id is missing/],
    [with_(`"audio":"${'a'.repeat(8001)}"`), 'audio is longer than 8000 characters'],
  ])('%.60s', (line, reason) => expect(problem(line)).toMatch(reason));
});

describe('ids', () => {
  it.each([
    ['7123456789012345678', '7123456789012345678'],
    ['-9223372036854775808', '-9223372036854775808'],
    ['9007199254740993', '9007199254740993'],
    ['123456789012345678901234567890', '123456789012345678901234567890'],
    ['42', '42'],
    ['"7123456789012345678"', '7123456789012345678'],
    ['" 7 "', '7'],
    ['"a:b/c"', 'a:b/c'],
    ['"ねこ🌙"', 'ねこ🌙'],
  ])('%s is kept exactly', (written, id) => {
    const read = sound(`{"platform":"TikTok","id":${written}}`);
    expect(read.platformSoundId).toBe(id);
    expect(read.id).toBe(`tiktok:${id}`);
  });

  it('inside of a payload too', () =>
    expect(JSON.stringify(sound(with_('"payload":{"music":{"id":7123456789012345678}}')).payload)).toContain(
      '"7123456789012345678"',
    ));

  it('of the last line with the same key wins, as in every JSON reader', () =>
    expect(sound('{"platform":"tiktok","id":"1","id":"2"}').id).toBe('tiktok:2'));
});

describe('texts from anywhere', () => {
  it.each([
    ['right to left', 'الصوت الأصلي - ليلى ✨', 'الصوت الأصلي - ليلى ✨'],
    ['a direction mark', 'song \u202Egnos', 'song \u202Egnos'],
    ['emoji of many parts', '👩‍👩‍👧‍👦🏳️‍🌈', '👩‍👩‍👧‍👦🏳️‍🌈'],
    ['separators that are no line ends', 'a\u2028b\u2029c', 'a\u2028b\u2029c'],
    ['NUL', 'a\u0000b', 'ab'],
    ['half of a pair', 'a\uD83Cb', 'a\uFFFDb'],
    ['the other half', '\uDF19', '\uFFFD'],
    ['blanks around', '  \t title \n', 'title'],
    ['a combining mark first', '\u0301a', '\u0301a'],
    ['very much', 'x'.repeat(5_000), 'x'.repeat(2_000)],
    ['very much, of pairs', '🌙'.repeat(5_000), '🌙'.repeat(2_000)],
  ])('%s', (_, title, stored) => expect(sound({ platform: 'tiktok', id: '1', title }).title).toBe(stored));

  it('a number where a text belongs is its digits; anything else is nothing', () => {
    expect(sound(with_('"title":1999,"author":7123456789012345678,"handle":{"a":1}'))).toMatchObject({
      title: '1999',
      author: '7123456789012345678',
      handle: '',
    });
  });

  it.each([
    ['15000', 15_000],
    ['15000.4', 15_000],
    ['0', null],
    ['-5', null],
    ['1e400', null],
    ['1e300', 2 ** 47],
    ['"15000"', null],
    ['null', null],
  ])('duration_ms %s is %s', (written, durationMs) =>
    expect(sound(with_(`"duration_ms":${written}`)).durationMs).toBe(durationMs),
  );

  it.each([
    ['true', true],
    ['false', false],
    ['null', null],
    ['"true"', null],
    ['1', null],
  ])('original %s is %s', (written, original) => expect(sound(with_(`"original":${written}`)).original).toBe(original));

  it('NUL and half pairs are kept out of a payload, its names included', () => {
    const { payload } = sound(
      with_(String.raw`"payload":{"a\u0000\ud800":["b\u0000","\udfff"],"c":"{\"d\":\"\\ud800\"}"}`),
    );
    expect(payload).toEqual({ 'a\uFFFD': ['b', '\uFFFD'], c: String.raw`{"d":"\ud800"}` });
  });

  it('whatever is in the line, nothing that the database refuses is kept', () =>
    fc.assert(
      fc.property(
        fc.object({ maxDepth: 4, key: fc.string({ unit: 'binary' }), withNullPrototype: false }),
        (fields) => {
          const read = readLine(
            JSON.stringify({ ...fields, payload: fields, title: Object.keys(fields)[0], platform: 'tiktok', id: '1' }),
            '/folder',
            horizonMs,
          );
          if (typeof read === 'string') return;
          const kept = JSON.stringify(read);
          expect(kept).not.toContain(String.raw`\u0000`);
          expect(kept).not.toMatch(/\\ud[89a-f]/);
        },
      ),
    ));
});

describe('audio', () => {
  it.each([
    ['clip.m4a', '/folder/clip.m4a'],
    ['sounds/../clip.m4a', '/folder/clip.m4a'],
    ['../clip.m4a', '/clip.m4a'],
    ['/elsewhere/clip.m4a', '/elsewhere/clip.m4a'],
    ['https://cdn.example.com/a?b=c', 'https://cdn.example.com/a?b=c'],
    ['file:///etc/passwd', 'file:///etc/passwd'],
    ['  ', null],
  ])('%s is %s', (audio, kept) =>
    expect(sound({ platform: 'tiktok', id: '1', audio })).toMatchObject({ audio: kept, audioRoot: '/folder' }),
  );
  it('of another kind is none', () => expect(sound(with_('"audio":{"url":"x"}')).audio).toBeNull());
});

describe('a payload', () => {
  const secret = 'SECRET-0123456789abcdef';
  const payload = {
    music: {
      id_str: '9',
      title: 'Warm Ink',
      tt2dsp: {
        tt_to_dsp_song_infos: [
          { platform: 1, song_id: '42', token: { apple_music_token: { developer_token: secret } } },
          { platform: 3, song_id: 'Spotify1', access_token: secret },
        ],
      },
      extra: JSON.stringify({ sessionToken: secret, is_ugc_mapping: true }),
    },
    cookie: `sessionid=${secret}`,
    Authorization: `Bearer ${secret}`,
    csrf_token: secret,
    api_key: secret,
    password: secret,
    headers: [{ 'Set-Cookie': secret }],
    play_url: `https://cdn.example.com/a.m4a?signature=${secret}&x=1`,
    text: `{"accessToken":"${secret}"}`,
    jwt: 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U',
  };

  it('is stored without anything like a token, with its ids', () => {
    const read = sound({ platform: 'tiktok', id: '9', payload });
    const kept = JSON.stringify(read);
    expect(kept).not.toContain(secret);
    expect(kept).not.toContain('eyJhbGci');
    expect(kept).toContain('Spotify1');
    expect(kept).toContain('Warm Ink');
  });

  it.each(['"text"', '7', 'true', '[]', '[[[]]]', '{}', `${'{"a":'.repeat(500)}1${'}'.repeat(500)}`])(
    'of no known shape is harmless: %.30s',
    (written) => expect(sound(with_(`"payload":${written}`)).id).toBe('tiktok:1'),
  );
});

describe('a file', () => {
  let folder: string;
  beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'submission-'))));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  async function pages(content: string | Buffer, pageSize?: number): Promise<SubmittedEntry[][]> {
    const file = join(folder, 'sounds.jsonl');
    writeFileSync(file, content);
    const found: SubmittedEntry[][] = [];
    for await (const page of readSubmission({ file, horizonMs }, pageSize)) found.push(page);
    return found;
  }
  const told = async (content: string | Buffer): Promise<[number, string][]> =>
    (await pages(content)).flat().map((line) => [line.line, line.problem ?? line.sound!.id]);

  it('with a byte order mark, CRLF, empty lines and no last line end is read; bad lines keep their numbers', async () => {
    expect(
      await told(
        '\uFEFF{"platform":"tiktok","id":"1"}\r\n\r\n   \nnonsense\n{"platform":"tiktok","id":"2","title":"a\u2028b"}',
      ),
    ).toEqual([
      [1, 'tiktok:1'],
      [4, 'not valid JSON'],
      [5, 'tiktok:2'],
    ]);
  });

  it('with a line of 2 MB refuses that line alone', async () => {
    const long = `{"platform":"tiktok","id":"2","title":"${'x'.repeat(2_000_000)}"}`;
    expect(await told(`{"platform":"tiktok","id":"1"}\n${long}\n{"platform":"tiktok","id":"3"}\n`)).toEqual([
      [1, 'tiktok:1'],
      [2, 'the line is longer than 1000000 bytes'],
      [3, 'tiktok:3'],
    ]);
  });

  it('in another encoding is refused line by line, with what to do', async () => {
    const latin1 = Buffer.from(
      '{"platform":"tiktok","id":"1","title":"Élan"}\n{"platform":"tiktok","id":"2"}',
      'latin1',
    );
    expect(await told(latin1)).toEqual([
      [1, 'not in UTF-8: save the file as UTF-8, or say --encoding windows-1252'],
      [2, 'tiktok:2'],
    ]);
  });

  it('is read in pages', async () => {
    const lines = Array.from({ length: 7 }, (_, i) => `{"platform":"tiktok","id":"${i}"}`).join('\n');
    expect((await pages(lines, 3)).map((page) => page.length)).toEqual([3, 3, 1]);
    expect(await pages('')).toEqual([]);
  });

  it('that is a link allows audio beside the file that it leads to', async () => {
    const real = join(folder, 'real');
    mkdirSync(real);
    writeFileSync(join(real, 'sounds.jsonl'), '{"platform":"tiktok","id":"1","audio":"a.m4a"}');
    symlinkSync(join(real, 'sounds.jsonl'), join(folder, 'link.jsonl'));
    for await (const page of readSubmission({ file: join(folder, 'link.jsonl'), horizonMs })) {
      expect(page[0]?.sound).toMatchObject({
        audio: join(realpathSync(real), 'a.m4a'),
        audioRoot: realpathSync(real),
      });
    }
  });

  it.each([
    ['absent.jsonl', /^there is no file .*absent\.jsonl$/],
    ['empty', /^there is no \.json and no \.jsonl in the folder .*empty$/],
  ])('%s cannot be read, and it says why', async (name, reason) => {
    mkdirSync(join(folder, 'empty'), { recursive: true });
    const reading = readSubmission({ file: join(folder, name), horizonMs }).next();
    await expect(reading).rejects.toBeInstanceOf(Failed);
    await expect(reading).rejects.toThrow(reason);
  });
});
