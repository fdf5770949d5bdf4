import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bar, cut, harmless, table, width } from '../../cli/terminal.ts';

it.each([
  ['', 0],
  ['abc', 3],
  ['é', 1],
  ['e\u0301', 1],
  ['ねこまち', 8],
  ['小满同学创作的原声', 18],
  ['방탄소년단', 10],
  ['\u1112\u1161\u11ab', 2],
  ['ﾈｺ', 2],
  ['ＡＢ', 4],
  ['𠮷野家', 6],
  ['الصوت', 5],
  ['שָׁלוֹם', 4],
  ['नमस्ते', 3],
  ['🌙', 2],
  ['✨', 2],
  ['⭐', 2],
  ['❤️', 2],
  ['❤', 1],
  ['👩‍👩‍👧‍👦', 2],
  ['👍🏽', 2],
  ['🇨🇿', 2],
  ['🏳️‍🌈', 2],
  ['a\u200bb', 2],
  ['\u200e\u200f\ufeff', 0],
  ['–…', 2],
  ['█░', 2],
])('width of %s is %d', (text, columns) => expect(width(text)).toBe(columns));

describe('cut', () => {
  it.each([
    ['short', 10, 'short'],
    ['exactly', 7, 'exactly'],
    ['too long', 5, 'too …'],
    ['ねこまち', 8, 'ねこまち'],
    ['ねこまち', 7, 'ねこま…'],
    ['ねこまち', 6, 'ねこ…'],
    ['a👩‍👩‍👧‍👦b', 3, 'a…'],
    ['e\u0301e\u0301e\u0301', 2, 'e\u0301…'],
  ])('%s to %d columns is %s', (text, columns, expected) => expect(cut(text, columns)).toBe(expected));

  it('always fits', () =>
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme' }),
        fc.integer({ min: 1, max: 40 }),
        (text, columns) => width(cut(text, columns)) <= columns,
      ),
    ));
});

describe('table', () => {
  const columnOf = (line: string, text: string): number => width(line.slice(0, line.indexOf(text)));

  it('starts each column at the same place, whatever the letters', () => {
    const rows = [
      ['ascii', 'x', 'end'],
      ['ねこまち', 'x', 'end'],
      ['👩‍👩‍👧‍👦 ✨', 'x', 'end'],
      ['שלום', 'x', 'end'],
    ];
    const lines = table(['one', 'two', 'three'], rows, 80).split('\n').slice(2);
    expect(lines.map((line) => columnOf(line, 'x'))).toEqual([10, 10, 10, 10]);
    expect(lines.map((line) => columnOf(line, 'end'))).toEqual([15, 15, 15, 15]);
  });

  it('cuts only the last column, to the window', () => {
    const text = table(['id', 'why'], [['7000000000000001237', 'y'.repeat(200)]], 60);
    expect(text.split('\n').map(width)).toEqual([24, 60, 60]);
    expect(text).toContain('7000000000000001237');
  });

  it('keeps one row on one line and lets no title steer the terminal', () => {
    const text = table(['title', 'why'], [['a\nb\u001b[2Jc\u009b1md\u202ee\u2028f', 'g\u0007\r']], 80);
    expect(text.split('\n')).toHaveLength(3);
    expect(text.split('\n')[2]).toBe('a b [2Jc 1md e f  g');
  });

  it('of no rows is its header', () => expect(table(['a', 'b'], [], 30)).toBe('a  b\n─  ───'));
});

it('running text keeps lines and tabs and loses what steers', () =>
  expect(harmless('a\tb\nc\u001b]0;title\u0007\u009b2J\u202egnp')).toBe('a\tb\nc ]0;title  2J gnp'));

it.each([
  [0, 0, '100 % 0/0'],
  [0, 3, '  0 % 0/3'],
  [1, 3, ' 33 % 1/3'],
  [299, 300, ' 99 % 299/300'],
  [3, 3, '100 % 3/3'],
  [5, 3, '100 % 5/3'],
])('bar(%d, %d) ends in %s', (done, total, expected) => {
  expect(bar(done, total).slice(24)).toBe(` ${expected}`);
  expect(bar(done, total).slice(0, 24)).toMatch(/^█*░*$/);
});
