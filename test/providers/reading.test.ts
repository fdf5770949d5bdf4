// Dates, codes and links as services write them, and what is read of an answer.

import { expect, test } from 'vitest';
import { dayOf, quotable, upcForms, within } from '../../providers/fields.ts';
import { idsInLinks } from '../../providers/links.ts';
import * as z from 'zod';
import {
  filled,
  glimpse,
  id,
  list,
  listOrNone,
  Malformed,
  numeric,
  orNull,
  readAnswer,
  someOf,
} from '../../providers/schema.ts';

test.each([
  ['2024-03-15', '2024-03-15'],
  ['2024-03-15T07:00:00Z', '2024-03-15'],
  ['2024-02-30', null],
  ['0000-00-00', null],
  ['0001-01-01', null],
  ['9999-12-31T00:00:00Z', null],
  ['2024-03', null],
  ['2024', null],
  ['20240315', null],
  ['2024-03-15x', null],
  ['', null],
  [null, null],
])('the day of %o is %o', (given, day) => expect(dayOf(given)).toBe(day));

test('a UPC has up to four spellings', () => {
  expect(upcForms('602475093060')).toEqual(['602475093060', '0602475093060', '00602475093060']);
  expect(upcForms('19900000000')).toHaveLength(4);
});

test('words for a query end nothing and break nothing', () => {
  expect(quotable('a "b" \\ c\u0000\nd', 100)).toBe('a b c d');
  expect(quotable('🎵🎵🎵', 2)).toBe('🎵🎵');
  expect([within(0, 10), within(99, 10), within(Number.NaN, 10), within(2.9, 10)]).toEqual([1, 10, 1, 2]);
});

test.each([
  ['https://open.spotify.com/track/2plbrEY59IikOBgBGLjaoe?si=1', { spotify: ['2plbrEY59IikOBgBGLjaoe'] }],
  ['https://open.spotify.com/intl-de/track/2plbrEY59IikOBgBGLjaoe', { spotify: ['2plbrEY59IikOBgBGLjaoe'] }],
  ['https://open.spotify.com/album/2plbrEY59IikOBgBGLjaoe', {}],
  ['https://deezer.com/en/track/123', { deezer: ['123'] }],
  ['https://www.deezer.com/album/123', {}],
  ['https://music.apple.com/us/album/name/1?i=23', { applemusic: ['23'] }],
  ['https://music.apple.com/gb/song/name/23', { applemusic: ['23'] }],
  ['https://itunes.apple.com/us/album/id1', {}],
  ['https://tidal.com/browse/track/9', { tidal: ['9'] }],
  ['https://www.youtube.com/watch?v=dQw4w9WgXcQ', { youtube: ['dQw4w9WgXcQ'] }],
  ['https://youtu.be/dQw4w9WgXcQ', { youtube: ['dQw4w9WgXcQ'] }],
  ['https://open.spotify.com.example/track/2plbrEY59IikOBgBGLjaoe', {}],
  ['javascript:alert(1)', {}],
  ['no link', {}],
])('%s leads to %o', (link, found) => expect(idsInLinks([link, link])).toEqual(found));

const answer = z.object({
  id,
  name: z.string(),
  note: filled,
  count: orNull(numeric),
  parts: list(z.object({ id })),
  tags: listOrNone(z.string()),
  codes: someOf(z.string()),
});

test('an answer is read field by field, and the rest is not looked at', () => {
  const given = { id: 7, name: 'n', note: ' ', count: '2.5', parts: [{ id: 'a' }, null], more: { any: 'thing' } };
  const read = { id: '7', name: 'n', note: null, count: 2.5, parts: [{ id: 'a' }], tags: [], codes: [] };
  expect(readAnswer(answer, given)).toEqual(read);
  expect(readAnswer(answer, { ...given, tags: null, codes: '' })).toEqual(read);
  expect(readAnswer(answer, { ...given, note: ' x ', tags: ['t', null], codes: 'one' })).toMatchObject({
    note: 'x',
    tags: ['t'],
    codes: ['one'],
  });
  expect(readAnswer(answer, { ...given, codes: ['one', 'two'] })).toMatchObject({ codes: ['one', 'two'] });
});

test.each([
  ['{"id": {}, "name": "n", "parts": []}', 'id should be an id, not an object'],
  // JSON.parse has rounded it already.
  ['{"id": 7134751792880979000, "name": "n", "parts": []}', 'id should be an id, not a number'],
  ['{"id": "", "name": "n", "parts": []}', 'id should be an id, not text'],
  ['{"id": 1, "parts": []}', 'name should be text, not missing'],
  ['{"id": 1, "name": "n", "parts": {}}', 'parts should be a list, not an object'],
  ['{"id": 1, "name": "n", "parts": [null, {"id": 1}, {"id": true}]}', 'parts[2].id should be an id, not a boolean'],
  ['{"id": 1, "name": "n", "count": "planted", "parts": []}', 'count should be a number, not text'],
  ['{"id": 1, "name": "n", "note": 1, "parts": []}', 'note should be text, not a number'],
  ['{"id": 1, "name": "n", "parts": [], "tags": [1]}', 'tags[0] should be text, not a number'],
  ['{"id": 1, "name": "n", "parts": [], "codes": {"planted": "planted"}}', 'codes[0] should be text, not an object'],
  ['[]', 'the answer should be an object, not a list'],
  ['"planted"', 'the answer should be an object, not text'],
  ['null', 'the answer should be an object, not null'],
  // What every object has is not in the answer.
  ['{"__proto__": {"id": 1, "name": "n", "parts": []}}', 'id should be an id, not missing'],
])('%s is not that: %s', (given, message) => {
  const read = (): unknown => readAnswer(answer, JSON.parse(given));
  expect(read).toThrow(Malformed);
  expect(read).toThrow(message);
  expect(glimpse(answer, JSON.parse(given))).toBeNull();
});

test('what zod itself says quotes no value; the keys that it quotes are of kinds that no answer is read as', () => {
  const planted = 'planted';
  const saysOf = (schema: z.ZodType, value: unknown): string => JSON.stringify(schema.safeParse(value).error);
  for (const schema of [
    z.number(),
    z.int(),
    z.boolean(),
    z.literal('a'),
    z.enum(['a', 'b']),
    z.string().regex(/^a/),
    z.string().min(100),
    z.url(),
    z.iso.date(),
    z.union([z.number(), z.null()]),
    z.string().refine(() => false),
    z.array(z.string()),
  ])
    expect(saysOf(schema, planted)).not.toContain(planted);
  expect(saysOf(z.strictObject({}), { [planted]: 1 })).toContain(planted);
  expect(saysOf(z.record(z.string(), z.number()), { [planted]: planted })).toContain(planted);
});
