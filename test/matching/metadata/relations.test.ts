// Recording, family and work kept apart; merged only on two kinds of evidence.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isConfirmed } from '../../../domain/relations.ts';
import { relate } from '../../../matching/metadata/relations.ts';
import type { RecordingText } from '../../../matching/metadata/recordingText.ts';

const nothing = { externalId: false, sameFile: false };
let made = 0;

function recording(title: string, artists: string, more: Partial<RecordingText> = {}): RecordingText {
  made += 1;
  return {
    id: `r${String(made).padStart(4, '0')}`,
    title,
    artists: artists.split(';'),
    version: null,
    durationMs: null,
    isrc: null,
    releaseDate: null,
    ...more,
  };
}

/** "family speed 1.25", "conflict over title", "unrelated", with "!" when confirmed. */
function said(a: RecordingText, b: RecordingText, shared = nothing): string {
  const relation = relate(a, b, shared);
  switch (relation.kind) {
    case 'unrelated':
      return 'unrelated';
    case 'conflict':
      return `conflict over ${relation.conflict.over}`;
    case 'edge': {
      const { kind } = relation.edge;
      const how = 'how' in kind ? ` ${kind.how}` : '';
      const ratio = 'ratio' in kind && kind.ratio !== null ? ` ${kind.ratio}` : '';
      return `${kind.level}${how}${ratio}${isConfirmed(relation.edge) ? '!' : ''}`;
    }
  }
}

const isrc = 'ZZFER2600001';

describe('relate', () => {
  it.each([
    // One kind of evidence proposes.
    [recording('Home', 'Nova Reyes'), recording('HOME', 'Nova Reyes'), 'same_recording'],
    [recording('Home', 'Nova Reyes;Kid Ember'), recording('Home (feat. Kid Ember)', 'Nova Reyes'), 'same_recording'],
    // Two kinds confirm: identifier and text.
    [
      recording('Blinding Lights', 'The Weeknd', { isrc, durationMs: 200_040 }),
      recording('Blinding Lights', 'Weeknd', { isrc, durationMs: 203_000 }),
      'same_recording!',
    ],
    // The same code on another piece, length or version: a label's error, or one code for all movements.
    [
      recording('Symphony No. 5: I. Allegro', 'Orchestra', { isrc }),
      recording('Symphony No. 7: II. Allegretto', 'Orchestra', { isrc }),
      'conflict over title',
    ],
    [
      recording('Without Me', 'Halsey', { isrc, durationMs: 201_000 }),
      recording('Without Me', 'Halsey', { isrc, durationMs: 209_000 }),
      'conflict over duration',
    ],
    [
      recording('Without Me', 'Halsey', { isrc }),
      recording('Without Me (Live)', 'Halsey', { isrc }),
      'conflict over version',
    ],
    // A typo of the label is not another title.
    [
      recording('Blinding Lights', 'The Weeknd', { isrc }),
      recording('Blindng Lights', 'The Weeknd', { isrc }),
      'same_recording!',
    ],
    // One code, other names: an identifier alone proves nothing.
    [recording('Home', 'Nova Reyes', { isrc }), recording('Home', 'Cedar Pine', { isrc }), 'same_recording'],
    // Equal words and another length: siblings.
    [
      recording('Home', 'Nova Reyes', { durationMs: 180_000 }),
      recording('Home', 'Nova Reyes', { durationMs: 188_000 }),
      'sibling',
    ],
    [
      recording('Home', 'Nova Reyes', { durationMs: 180_000 }),
      recording('Home', 'Nova Reyes', { durationMs: 186_000 }),
      'same_recording',
    ],
    [recording('Home', 'Nova Reyes'), recording('Home - Radio Edit', 'Nova Reyes'), 'sibling'],
    // Families.
    [
      recording('Home', 'Nova Reyes', { durationMs: 200_000 }),
      recording('Home - Sped Up', 'Nova Reyes', { durationMs: 160_000 }),
      'family speed 1.25',
    ],
    [
      recording('Home (Slowed + Reverb)', 'Nova Reyes', { durationMs: 250_000 }),
      recording('Home', 'Nova Reyes', { durationMs: 200_000 }),
      'family speed 0.8',
    ],
    // Durations that contradict the words say nothing about the ratio.
    [
      recording('Home', 'Nova Reyes', { durationMs: 200_000 }),
      recording('Home - Sped Up', 'Nova Reyes', { durationMs: 240_000 }),
      'family speed',
    ],
    [recording('Home', 'Nova Reyes'), recording('Home - Remastered 2011', 'Nova Reyes'), 'family remaster'],
    [recording('Home', 'Nova Reyes'), recording('Home (Clean)', 'Nova Reyes'), 'family clean_explicit'],
    // Works.
    [recording('Home', 'Nova Reyes'), recording('Home (Live at Wembley)', 'Nova Reyes'), 'work live'],
    [recording('Home', 'Nova Reyes', { version: 'Acoustic' }), recording('Home', 'Nova Reyes'), 'work live'],
    [recording('Home', 'Nova Reyes'), recording('Home (Tiësto Remix)', 'Nova Reyes'), 'work remix'],
    [
      recording('Rolling in the Deep', 'Adele'),
      recording('Rolling in the Deep (Originally Performed by Adele) [Karaoke Version]', 'Sing King'),
      'work cover',
    ],
    // Namesakes and parts.
    [recording('Home', 'Nova Reyes'), recording('Home', 'Cedar Pine'), 'unrelated'],
    [recording('Home, Pt. 1', 'Nova Reyes'), recording('Home, Pt. 2', 'Nova Reyes'), 'unrelated'],
    [recording('Lights', 'Nova Reyes'), recording('Nights', 'Nova Reyes'), 'unrelated'],
  ])('%j and %j', (a, b, expected) => {
    expect(said(a, b)).toBe(expected);
    expect(said(b, a)).toBe(expected);
  });

  it('takes one file under two names as audio, which text or an identifier confirms', () => {
    const file = { externalId: false, sameFile: true };
    expect(said(recording('Home', 'Nova Reyes'), recording('Track 4', 'Unknown'), file)).toBe('same_recording');
    expect(said(recording('Home', 'Nova Reyes'), recording('Home', 'Nova Reyes'), file)).toBe('same_recording!');
    const service = { externalId: true, sameFile: true };
    expect(said(recording('Home', 'Nova Reyes'), recording('Track 4', 'Unknown'), service)).toBe('same_recording!');
    // Agreeing audio settles what durations in a listing cannot.
    const long = recording('Home', 'Nova Reyes', { durationMs: 300_000 });
    expect(said(recording('Home', 'Nova Reyes', { durationMs: 180_000 }), long, file)).toBe('same_recording!');
  });

  it('points from the altered to the original, whichever id comes first', () => {
    const plain = recording('Home', 'Nova Reyes');
    const sped = recording('Home (Sped Up)', 'Nova Reyes');
    const live = recording('Home (Live)', 'Nova Reyes', { id: 'a' });
    for (const altered of [sped, live]) {
      const relation = relate(plain, altered, nothing);
      expect(relation.kind === 'edge' && [relation.edge.recordingId, relation.edge.otherId]).toEqual([
        altered.id,
        plain.id,
      ]);
    }
  });

  it('says the same of two recordings in either order', () => {
    const title = fc.constantFrom(
      'Home',
      'Home (Live)',
      'Home - Sped Up',
      'Home (Clean)',
      'Hone',
      '夜に駆ける',
      '',
      '(((',
    );
    const artist = fc.constantFrom('Nova Reyes', 'Nova Reyes;Kid Ember', 'Kid Ember;Nova Reyes', 'Cedar Pine', '');
    const one = fc.record({
      title,
      artist,
      durationMs: fc.constantFrom(null, 180_000, 200_000),
      isrc: fc.constantFrom(null, isrc),
    });
    fc.assert(
      fc.property(one, one, fc.boolean(), fc.boolean(), (x, y, externalId, sameFile) => {
        const a = recording(x.title, x.artist, { durationMs: x.durationMs, isrc: x.isrc });
        const b = recording(y.title, y.artist, { durationMs: y.durationMs, isrc: y.isrc });
        expect(relate(a, b, { externalId, sameFile })).toEqual(relate(b, a, { externalId, sameFile }));
      }),
    );
  });
});
