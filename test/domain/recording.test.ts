// Identifiers of recordings as people and spreadsheets write them.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { normaliseIsrc, normaliseUpc } from '../../domain/recording.ts';

describe('ISRC', () => {
  it.each([
    ['ZZ-FER-26-00001', 'ZZFER2600001'],
    ['ISRC ZZ-FER-26-00001', 'ZZFER2600001'],
    ['isrc: zzfer2600001', 'ZZFER2600001'],
    [' US RC1 76 07839 ', 'USRC17607839'],
    ['GBAYE6800011', 'GBAYE6800011'],
    ['QM9A11234567', 'QM9A11234567'],
    ['ZZFER260000', null],
    ['ZZFER26000012', null],
    ['1ZFER2600001', null],
    ['ZZFER26O0001', null],
    ['', null],
    ['ISRC', null],
  ])('%j is %j', (raw, expected) => expect(normaliseIsrc(raw)).toBe(expected));

  it('normalised twice is normalised once, however it was dashed', () => {
    const isrcs = fc.stringMatching(/^[A-Z]{2}[A-Z0-9]{3}[0-9]{7}$/);
    fc.assert(
      fc.property(isrcs, (isrc) => {
        const dashed = `${isrc.slice(0, 2)}-${isrc.slice(2, 5)}-${isrc.slice(5, 7)}-${isrc.slice(7)}`;
        expect(normaliseIsrc(dashed.toLowerCase())).toBe(isrc);
        expect(normaliseIsrc(normaliseIsrc(dashed)!)).toBe(isrc);
      }),
    );
  });

  it('is never found in other text', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const found = normaliseIsrc(text);
        expect(found === null || /^[A-Z]{2}[A-Z0-9]{3}\d{7}$/.test(found)).toBe(true);
      }),
    );
  });
});

describe('UPC', () => {
  it.each([
    ['036000291452', '36000291452'],
    ['0 36000 29145 2', '36000291452'],
    ['4006381333931', '4006381333931'],
    ['04006381333931', '4006381333931'],
    ['73513537', '73513537'],
    ['4006381333932', null],
    ['36000291453', null],
    ['000000000000', null],
    ['400638133393X', null],
    ['', null],
  ])('%j is %j', (raw, expected) => expect(normaliseUpc(raw)).toBe(expected));

  it('with one digit changed is none', () => {
    const digits = fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 11, maxLength: 11 });
    fc.assert(
      fc.property(digits, fc.nat(11), fc.integer({ min: 1, max: 9 }), (body, place, change) => {
        const sum = body.reduce((total, digit, i) => total + digit * (i % 2 === 0 ? 3 : 1), 0);
        // A leading digit other than 0: leading zeros carry no weight and are dropped.
        fc.pre(body[0] !== 0);
        const code = [...body, (10 - (sum % 10)) % 10];
        expect(normaliseUpc(code.join(''))).toBe(code.join(''));
        const wrong = code.with(place, (code[place]! + change) % 10);
        expect(normaliseUpc(wrong.join(''))).toBeNull();
      }),
    );
  });
});
