// Messages that anybody may have typed: total, and what is read of them is clean.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readDecision, readPrerelease, readText } from '../../domain/readMessage.ts';

describe('a decision', () => {
  it.each([
    [
      { decisionId: ' d1 ', by: 'ann', decision: { kind: 'match', recordingId: ' ZZTST2600001 ' } },
      { decisionId: 'd1', by: 'ann', note: '', decision: { kind: 'match', recordingId: 'ZZTST2600001' } },
    ],
    [
      { decision: { kind: 'reopen', more: 1 }, by: 7, note: 'a\u0000b\ud800' },
      { decisionId: '', by: '', note: 'ab\ufffd', decision: { kind: 'reopen' } },
    ],
    [{ decision: { kind: 'match' } }, 'a match needs the recordingId of a recording'],
    [{ decision: { kind: 'reject', recordingId: 7 } }, 'a reject needs the recordingId of a recording'],
    [{ decision: { kind: 'delete' } }, 'nobody can decide "delete"'],
    [{}, 'the decision does not say what was decided'],
    [undefined, 'the decision does not say what was decided'],
    ['match', 'the decision does not say what was decided'],
  ])('%j', (given, expected) => expect(readDecision(given)).toEqual(expected));
});

describe('prerelease metadata', () => {
  it('keeps what can be used', () => {
    expect(
      readPrerelease({
        title: ' Nine\u0000 ',
        artists: ['A', 7, ''],
        isrc: 'zz-tst-26-00001',
        releaseDate: '2026-02-31',
        audioHash: 'x',
      }),
    ).toEqual({ title: 'Nine', artists: ['A'], isrc: 'ZZTST2600001', releaseDate: null, audioHash: null });
    expect(readPrerelease({ title: 'Nine', artists: 'One Person', releaseDate: '2026-02-28' })).toMatchObject({
      artists: ['One Person'],
      releaseDate: '2026-02-28',
    });
  });
  it.each([undefined, null, 5, 'Nine', {}, { artists: ['A'] }, { isrc: 'no', releaseDate: 'soon' }])(
    'that says nothing is none: %j',
    (given) => expect(readPrerelease(given)).toContain('names neither'),
  );
});

it('whatever is sent is read without a throw, and what is read fits into a database', () => {
  const anything = fc.anything({ withNullPrototype: true, withBigInt: false });
  const shaped = fc.record(
    { decisionId: anything, decision: fc.oneof(anything, fc.record({ kind: anything, recordingId: fc.string() })) },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(fc.oneof(anything, shaped), fc.string({ unit: 'binary', maxLength: 4000 }), (given, text) => {
      for (const read of [readDecision(given), readPrerelease(given)])
        expect(JSON.stringify(read)).not.toContain('\\u0000');
      const clean = readText(text);
      expect(clean.isWellFormed() && !clean.includes('\0') && clean.length <= 2000).toBe(true);
    }),
  );
});
