// Values as nobody should write them and somebody does: what fuzz tests put into every column.

import fc from 'fast-check';

/** 999 different Han letters: nothing that a compression makes small. */
export const han = Array.from({ length: 999 }, (_, i) => String.fromCodePoint(0x4e00 + ((i * 7919) % 20_000))).join('');

export const hostileText: fc.Arbitrary<string> = fc.oneof(
  { weight: 4, arbitrary: fc.string({ unit: 'binary', maxLength: 60 }) },
  // Halves of pairs, in any order.
  {
    weight: 2,
    arbitrary: fc
      .array(fc.integer({ min: 0xd700, max: 0xe000 }), { maxLength: 20 })
      .map((codes) => String.fromCharCode(...codes)),
  },
  {
    weight: 6,
    arbitrary: fc.constantFrom(
      '',
      ' ',
      '\0',
      'a\0b',
      '\ud800',
      'x\udfffy',
      '\ufeff',
      '\ufffd',
      'שיר‏ של\u202eRTL\u202c',
      'مرحبا بالعالم',
      '👩‍👩‍👧‍👦🏳️‍🌈🎵',
      'e' + '\u0301'.repeat(400),
      // One letter that folds to eighteen.
      '\ufdfa'.repeat(300),
      han,
      `${han.slice(0, 599)}🎵${han}`,
      'A'.repeat(1001),
      '"; drop table sounds; --',
      '%s{0}${x}\\u0000',
      '__proto__',
      'null',
      'NaN',
      '1e308',
      '-0',
      '9007199254740993',
      '\r\n\t"',
    ),
  },
);

/** A million letters cost a fuzz test its time: one a column is enough. */
export const endlessTexts: readonly string[] = ['x'.repeat(1_000_000), `${han}\n`.repeat(1000), '\0'.repeat(1_000_000)];

export const hostileNumber: fc.Arbitrary<number> = fc.oneof(
  fc.double(),
  fc.integer(),
  fc.constantFrom(-0, 0, 1e308, -1e308, 5e-324, Number.NaN, Infinity, 2 ** 31, 2 ** 53, 2 ** 53 + 2, -1, 1.5),
);

export const hostileDay: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(
    '0000-00-00',
    '0001-01-01',
    '1600-02-29',
    '1859-12-31',
    '1860-01-01',
    '1970-01-01',
    '2026-02-29',
    '2026-12-31T23:59:60Z',
    '2026-12-31T24:00:00',
    '2100-12-31',
    '2100-12-31T23:59:59.999999999-14:00',
    '1860-01-01T00:00:00+14:00',
    '2101-01-01',
    '9999-12-31',
    '9999-12-31T23:59:59Z',
    '10000-01-01',
    '+275760-09-13',
    '-271821-04-20',
    '2026-W01-1',
    '20261231',
    '31.12.2026',
    'infinity',
    'now',
    'epoch',
  ),
  fc
    .date({ min: new Date('0000-01-01'), max: new Date('9999-12-31'), noInvalidDate: true })
    .map((date) => date.toISOString().slice(0, 10)),
  fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
  hostileText,
);

/** Whatever JSON can say, and what JSON.parse makes of it. */
export const hostileJson: fc.Arbitrary<unknown> = fc.letrec((tie) => ({
  any: fc.oneof(
    { maxDepth: 3 },
    hostileText,
    hostileNumber,
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('any'), { maxLength: 4 }),
    fc.dictionary(hostileText, tie('any'), { maxKeys: 4 }),
  ),
})).any;
