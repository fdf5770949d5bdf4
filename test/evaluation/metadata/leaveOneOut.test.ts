import { describe, expect, it } from 'vitest';
import type { CatalogueRow } from '../../../evaluation/metadata/catalogueDatabase.ts';
import { differenceOf } from '../../../evaluation/metadata/real/differences.ts';
import { officialForms, uploadForms } from '../../../evaluation/metadata/real/forms.ts';
import { ask, askWholeAlbum, type Asked, template } from '../../../evaluation/metadata/real/leaveOneOut.ts';
import { memoryCatalogue } from '../../../evaluation/metadata/real/memoryCatalogue.ts';
import { sampleOf } from '../../../evaluation/metadata/real/sample.ts';

const row = (id: string, title: string, artists: string, seconds = 200, album: string | null = null): CatalogueRow => ({
  id: `row-00${id}`,
  title,
  artists: artists.split('; '),
  album,
  durationMs: seconds * 1000,
  isrc: null,
});

const rows = [
  row('a', 'Harbour of Glass', 'Ada Quill'),
  row('b', 'Harbour of Glass - Live', 'Ada Quill', 260),
  row('c', 'Lantern Parade', 'Mara Voss', 180, 'Lantern Parade'),
  row('d', 'Tin Boats', 'Mara Voss', 190, 'Lantern Parade'),
  row('e', 'Copper Winter (feat. Tess Okoro)', 'Jonah Pell; Tess Okoro', 210),
  row('f', 'Copper Winter', 'Jonah Pell', 211),
  row('g', 'Quiet Meridian', 'The Copper Larks', 240),
  row('h', 'Quiet Meridian', 'The Copper Larks', 260),
  row('i', 'Velvet Orchard', 'Sela Brandt', 222),
  row('j', 'Velvet Orchard', 'Sela Brandt', 224),
];
const sample = sampleOf(rows);
const setting = { sample, catalogue: memoryCatalogue(rows) };
const official = officialForms[0]!;
const asking = (id: string, form: string, condition: 'present' | 'absent'): Asked => {
  const found = [...officialForms, ...uploadForms].find(({ name }) => name === form)!;
  return ask(setting, sample.byId.get(`row-00${id}`)!, found, condition)!;
};

describe('leave-one-out', () => {
  it('links what is there, and nothing when it is gone', () => {
    expect(asking('d', 'official', 'present')).toMatchObject({ outcome: 'linked', kind: null, firstIsRight: true });
    expect(asking('d', 'official', 'absent')).toMatchObject({ outcome: 'refused', kind: null });
  });

  it('takes twins out with the recording, and takes a link to a twin for right', () => {
    const there = asking('i', 'official', 'present');
    expect(['linked', 'review']).toContain(there.outcome);
    expect(there.firstIsRight).toBe(true);
    expect(asking('i', 'official', 'absent').outcome).toBe('refused');
  });

  it('knows where words cannot decide', () => {
    expect(asking('g', 'official', 'present').decidable).toBe(false);
    expect(asking('i', 'official', 'present').decidable).toBe(true);
    expect(asking('g', 'official', 'absent')).toMatchObject({ outcome: 'another', kind: 'another: duration' });
  });

  it('counts a recording with a guest as meant by an upload that names none, when it is as long', () => {
    expect(asking('f', 'artist - title', 'present')).toMatchObject({ decidable: true, firstIsRight: true });
    // The plain one gone, the one with the guest goes with it.
    expect(asking('f', 'artist - title', 'absent').outcome).toBe('refused');
    expect(asking('f', 'official', 'absent').outcome).not.toBe('refused');
  });

  it('asks for the relation', () => {
    expect(asking('d', 'artist - title (slowed + reverb)', 'present').outcome).toBe('linked');
    // A form that says an effect which is no other speed: whatever becomes of it, it is not the recording as released.
    const effect = asking('d', 'artist - title (8D Audio)', 'present');
    expect(effect.firstIsRight).toBe(true);
    expect(effect.kind).toBe(effect.outcome === 'linked' ? null : 'relation lost: linked as same');
  });

  it('asks for whole albums of several songs', () => {
    expect(sample.rows.filter((each) => sample.hasAlbumOf(each)).map(({ id }) => id)).toEqual(['row-00c', 'row-00d']);
    expect(askWholeAlbum(setting, sample.byId.get('row-00c')!)?.sound.title).toBe(
      'Mara Voss - Lantern Parade [FULL ALBUM]',
    );
    expect(askWholeAlbum(setting, sample.byId.get('row-00d')!)).toBeNull();
  });

  it('makes no upload of what says already how fast it is', () => {
    expect(uploadForms[0]!.make(row('z', 'Tin Boats - Sped Up', 'Mara Voss'))).toBeNull();
    expect(official.make(row('z', 'Tin Boats - Sped Up', 'Mara Voss'))).toMatchObject({ title: 'Tin Boats - Sped Up' });
  });
});

describe('kinds of errors', () => {
  it.each([
    [row('1', 'Tin Boats', 'Ada Quill'), row('2', 'Tin Boats', 'Ada Quill'), 'twin'],
    [row('1', 'Tin Boats', 'Ada Quill'), row('2', 'Tin Boats', 'Ada Quill', 220), 'duration'],
    [row('1', 'Tin Boats', 'Ada Quill'), row('2', 'Tin Boats - 2011 Remaster', 'Ada Quill', 220), 'neutral tag'],
    [row('1', 'Tin Boats', 'Ada Quill'), row('2', 'Tin Boats - Radio Edit', 'Ada Quill'), 'cut tag'],
    [row('1', 'Tin Boats', 'Ada Quill'), row('2', 'Tin Boats', 'Ada Quill; Tess Okoro'), 'guests'],
    [row('1', 'Tin Boats', 'Ada Quill; Tess Okoro'), row('2', 'Tin Boats', 'Tess Okoro'), 'second artist leads'],
    [row('1', 'Tin Boats', 'Ada Quill'), row('2', 'Tin Boats', 'Mara Voss'), 'artist'],
    [row('1', 'Tin Boats (Velvet Mix)', 'Ada Quill'), row('2', 'Tin Boats', 'Ada Quill'), 'version on the sound'],
    [row('1', 'Tin Boats', 'Ada Quill'), row('2', 'Tin Boats (Velvet Mix)', 'Ada Quill'), 'version on the other'],
    [row('1', 'Tin Boats (Of Paper)', 'Ada Quill'), row('2', 'Tin Boats', 'Ada Quill'), 'subtitle on the sound'],
    [row('1', 'Tin Boats', 'Ada Quill'), row('2', 'Tin Boats (Of Paper)', 'Ada Quill'), 'subtitle on the other'],
    [row('1', 'Tin Boats (Dusk)', 'Ada Quill'), row('2', 'Tin Boats (Dawn)', 'Ada Quill'), 'version'],
    [row('1', 'Tin Boats (Side A)', 'Ada Quill'), row('2', 'Glass (Side A)', 'Ada Quill'), 'shared group'],
    [row('1', 'Tin Boats', 'Ada Quill'), row('2', 'Glass (Tin Boats)', 'Ada Quill'), 'title in the group'],
    [row('1', 'Tin Boats', 'Ada Quill'), row('2', 'Tin Boats Again', 'Ada Quill'), 'part of the title'],
    [row('1', 'Tin Boats', 'Ada Quill'), row('2', 'Tin Boots', 'Ada Quill'), 'spelling'],
    [row('1', 'Ada Quill', 'Ada Quill'), row('2', 'Glass', 'Ada Quill'), 'title is an artist'],
    [row('1', 'Tin Boats', 'Ada Quill'), row('2', 'Glass', 'Mara Voss'), 'other'],
  ])('%o and %o: %s', (meant, other, kind) => {
    expect(differenceOf(meant, other)).toBe(kind);
  });

  it.each([
    ['The best recording has a probability of 87 % only.', 'The best recording has a probability of N % only.'],
    [
      'Held back: the recording is "live", the sound does not say so.',
      'Held back: the recording is …, the sound does not say so.',
    ],
    [
      'Held back: the recording is part 2, the sound does not say so.',
      'Held back: the recording is part N, the sound does not say so.',
    ],
    [
      'Held back: the sound says ines rook remix, the recording does not.',
      'Held back: the sound says …, the recording does not.',
    ],
    ['The sound names Tess Okoro x Ines Rook, the recording does not.', 'The sound names …, the recording does not.'],
    ['Many play this work; the sound does not name Ines Rook.', 'Many play this work; the sound does not name ….'],
    ['"Tin Boots" may be another title than "Tin Boats".', '"…" may be another title than "…".'],
  ])('%s', (why, kind) => {
    expect(template(why)).toBe(kind);
  });
});
