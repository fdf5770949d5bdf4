// The one reader of days from outside.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { firstYear, isForEver, lastYear, readDay, whyNoDay } from '../../domain/day.ts';

describe('a day', () => {
  it.each(['1860-01-01', '1999-12-31', '2024-02-29', '2100-12-31'])('is %s', (text) =>
    expect(readDay(text)).toBe(text),
  );

  it.each([
    '0001-01-01',
    '0000-00-00',
    '1859-12-31',
    '2101-01-01',
    '9999-12-31',
    '2026-02-29',
    '2100-02-29',
    '2026-13-01',
    '2026-1-1',
    ' 2026-01-01',
    '2026-01-01T00:00:00Z',
    '-271821-04-20',
    '+12026-01-01',
    '',
    20260101,
    null,
    undefined,
    ['2026-01-01'],
  ])('is not %j', (given) => expect(readDay(given)).toBeNull());

  it('is every day of those years that the calendar has, and no other', () => {
    fc.assert(
      fc.property(
        fc.date({ min: new Date('0001-01-01'), max: new Date('9999-12-31'), noInvalidDate: true }),
        (date) => {
          const text = date.toISOString().slice(0, 10);
          const year = date.getUTCFullYear();
          expect(readDay(text)).toBe(year >= firstYear && year <= lastYear ? text : null);
        },
      ),
    );
  });

  it('that is none says why', () => {
    expect(whyNoDay('0001-01-01')).toBe('is in a year before 1860 or after 2100');
    expect(whyNoDay('31.12.2026')).toBe('is not a date like 2026-12-31');
  });

  it('of the year 9999 is how no end is written', () => {
    expect(['9999-12-31', '2999-01-01T00:00:00Z', '2100-12-31', '9999-99-99', 'never'].map(isForEver)).toEqual([
      true,
      true,
      false,
      false,
      false,
    ]);
  });
});
