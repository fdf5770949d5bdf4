import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { candidateKeys, recordingKeys } from '../../../matching/metadata/keys.ts';
import { guessedTitleBits, titleBits } from '../../../matching/metadata/rarity.ts';
import { hasUsableText, scoreText, textEvidence } from '../../../matching/metadata/score.ts';
import { needsAudioFeature } from '../../../matching/metadata/score/reason.ts';
import { official, rare, recording, upload } from './support.ts';

const bitsOf = (candidate: ReturnType<typeof scoreText>, feature: string): number | undefined =>
  candidate.reasons.find((reason) => reason.feature === feature)?.bits;

describe('versions', () => {
  it.each([
    ['Song (Live)', 'Song', 'the sound says live, the recording does not'],
    ['Song', 'Song (Live)', 'the recording is "live", the sound does not say so'],
    ['Song (Tiësto Remix)', 'Song (Galantis Remix)', 'the sound says tiesto remix, the recording says galantis remix'],
    ['Song Pt. 1', 'Song Pt. 2', 'the sound is part 1, the recording part 2'],
    ['Song (Slowed)', 'Song (Sped Up)', 'the sound is slowed, the recording sped up'],
    ['Song (Remix)', 'Song (Tiësto Remix)', 'the sound says remix, the recording says tiesto remix'],
    [
      'Song (Live at Wembley)',
      'Song (Live at Knebworth)',
      'the sound says live (wembley), the recording says live (knebworth)',
    ],
  ])('%s against %s is held back', (ours, theirs, why) => {
    expect(scoreText(official(ours, 'Artist Name'), recording('a', theirs, 'Artist Name'), rare).blockedBy).toBe(why);
  });

  it.each([
    ['Song (Tiesto Remix)', 'Song - Tiësto Remix', 'same'],
    ['Song (Live)', 'Song - Live at Wembley', 'same'],
    ['Song (TikTok Version)', 'Song', 'same'],
    ['Song - 2011 Remaster', 'Song', 'same'],
    ['Song (sped up)', 'Song', 'sped_up'],
    ['Song - slowed + reverb', 'Song', 'slowed'],
    ['Song (sped up)', 'Song - Sped Up Version', 'same'],
    ['Song Part II', 'Song, Pt. 2', 'same'],
  ])('%s against %s is free, relation %s', (ours, theirs, relation) => {
    const scored = scoreText(official(ours, 'Artist Name'), recording('a', theirs, 'Artist Name'), rare);
    expect(scored.blockedBy).toBeNull();
    expect(scored.relation).toBe(relation);
  });

  it('reads the catalogue’s version field like words in the title', () => {
    expect(
      scoreText(official('Song', 'Artist'), recording('a', 'Song', 'Artist', { version: 'Live at Wembley' }), rare)
        .blockedBy,
    ).toContain('live');
    expect(
      scoreText(official('Song', 'Artist'), recording('a', 'Song', 'Artist', { version: 'Winter Sessions Take' }), rare)
        .blockedBy,
    ).not.toBeNull();
  });

  it('asks for audio when only an altered release is known', () => {
    expect(
      bitsOf(
        scoreText(official('Song', 'Artist'), recording('a', 'Song (Sped Up)', 'Artist'), rare),
        needsAudioFeature,
      ),
    ).toBe(0);
  });
});

describe('titles and artists', () => {
  it.each([
    [upload('Harry Styles - As It Was', 'papertiger'), 'As It Was', 'Harry Styles'],
    [upload('As It Was - Harry Styles', 'papertiger'), 'As It Was', 'Harry Styles'],
    [upload('harry styles as it was', 'papertiger'), 'As It Was', 'Harry Styles'],
    [official('Harry Styles', 'As It Was'), 'As It Was', 'Harry Styles'],
    [official('Gurenge', 'LiSA'), '紅蓮華 (Gurenge)', 'LiSA'],
    [official('Sun Flower', 'Post Malone'), 'Sunflower', 'Post Malone'],
    [official('Levitatign', 'Dua Lipa'), 'Levitating', 'Dua Lipa'],
    [official('Gruppa krovi', 'Kino'), 'Группа крови', 'Кино'],
  ])('%j names "%s" by %s', (sound, title, artist) => {
    const scored = scoreText(sound, recording('a', title, artist), rare);
    expect(bitsOf(scored, 'title')).toBeGreaterThan(5);
    expect(scored.artistAgrees).toBe(true);
  });

  it.each([
    ['Blinding Lihgts', 'Blinding Lights', false],
    ['Blindingg Lights', 'Blinding Lights', false],
    ['Blindinf Lights', 'Blinding Lights', true],
    ['Blindong Lights', 'Blinding Lights', true],
    ['Blibding Lights', 'Blinding Lights', false],
    ['Golden Bride', 'Golden Bridge', true],
    ['Golden Stove', 'Golden Stone', true],
    ['Golden Dessert', 'Golden Desert', true],
    ['Golden Princes', 'Golden Princess', true],
    ['Golden Revolution', 'Golden Resolution', true],
    ['Golden Girls', 'Golden Girl', true],
  ])('"%s" for "%s" may be another title: %s', (ours, theirs, doubtful) => {
    const unseen = { ...rare, titleFrequency: () => 0 };
    const scored = scoreText(official(ours, 'Artist Name'), recording('a', theirs, 'Artist Name'), unseen);
    expect(bitsOf(scored, 'title')).toBeGreaterThan(0);
    expect(bitsOf(scored, needsAudioFeature)).toBe(doubtful ? 0 : undefined);
  });

  it('does not take another letter in a short title for a slip', () => {
    expect(bitsOf(scoreText(official('Hope', 'Artist'), recording('a', 'Home', 'Artist'), rare), 'title')).toBeLessThan(
      0,
    );
    expect(
      bitsOf(scoreText(official('Vol 12', 'Artist'), recording('a', 'Vol 13', 'Artist'), rare), 'title'),
    ).toBeLessThan(0);
    expect(bitsOf(scoreText(official('1V$1B', 'Artist'), recording('a', '(', 'Artist'), rare), 'title')).toBeLessThan(
      0,
    );
  });

  it('holds an uploader’s name against nobody', () => {
    const recordingA = recording('a', 'As It Was', 'Harry Styles');
    expect(bitsOf(scoreText(upload('as it was', 'papertiger'), recordingA, rare), 'artist')).toBe(-1);
    expect(bitsOf(scoreText(official('As It Was', 'Papertiger'), recordingA, rare), 'artist')).toBe(-14);
  });

  it('takes ISRC for proof only beside an agreeing title', () => {
    const sound = official('As It Was', 'Harry Styles', { hints: [{ kind: 'isrc', isrc: 'gb-um7-22-00101' }] });
    expect(
      bitsOf(scoreText(sound, recording('a', 'As It Was', 'Harry Styles', { isrc: 'GBUM72200101' }), rare), 'isrc'),
    ).toBe(12);
    expect(
      bitsOf(scoreText(sound, recording('b', 'Adagio', 'Orchestra', { isrc: 'GBUM72200101' }), rare), 'isrc'),
    ).toBe(4);
  });

  it('lets the platform’s own id decide, but not against an official title', () => {
    const hints = [{ kind: 'dsp', platform: 'spotify', id: '3KkX' }] as const;
    const known = recording('a', 'Sunflower', 'Post Malone', { externalIds: [{ platform: 'spotify', id: '3KkX' }] });
    expect(scoreText(upload('原创音乐', 'mossy', { hints }), known, rare)).toMatchObject({
      artistAgrees: true,
      blockedBy: null,
    });
    expect(scoreText(official('Sunflower', 'Post Malone', { hints }), known, rare).blockedBy).toBeNull();
    expect(scoreText(official('Adagio for Strings', 'Other People', { hints }), known, rare).blockedBy).toContain(
      'the platform links',
    );
  });
});

describe('rarity', () => {
  it('ranks titles by what they say', () => {
    const bits = ['intro', 'home', 'levitating', 'blinding lights', 'monkeys spinning monkeys'].map(guessedTitleBits);
    expect([...bits].sort((a, b) => a - b)).toEqual(bits);
    expect(bits[1]).toBeLessThan(14);
    expect(bits[4]).toBeGreaterThan(23);
  });

  it('falls as the catalogue holds more of a title, and never leaves its bounds', () => {
    fc.assert(
      fc.property(fc.string(), fc.nat(1e6), fc.nat(1e6), fc.nat(1e8), (title, a, b, catalogueSize) => {
        const [few, many] = [Math.min(a, b), Math.max(a, b)];
        const bitsFew = titleBits(title, { titleFrequency: () => few, catalogueSize });
        const bitsMany = titleBits(title, { titleFrequency: () => many, catalogueSize });
        expect(bitsFew).toBeGreaterThanOrEqual(bitsMany);
        expect(bitsMany).toBeGreaterThanOrEqual(1);
        expect(bitsFew).toBeLessThanOrEqual(26);
      }),
    );
  });
});

describe('words that say nothing', () => {
  it.each(['original sound - mossy', '♬ sonido original', '🎶🎶', '', '   '])('"%s" is no text evidence', (title) => {
    expect(hasUsableText(upload(title, 'mossy'))).toBe(false);
    expect(textEvidence(upload(title, 'mossy'), [recording('a', 'Original Sound', 'Zedd')], rare)).toMatchObject({
      kind: 'unusable',
      code: 'no_text',
    });
  });
});

describe('keys', () => {
  it.each([
    ['Blinding Lights (TikTok Version) #fyp', 'The Weeknd', 'Blinding Lights', 'The Weeknd'],
    ['The Weeknd - Blinding Lights', 'papertiger', 'Blinding Lights', 'The Weeknd'],
    ['the weeknd blinding lights sped up', 'papertiger', 'Blinding Lights', 'The Weeknd'],
    ['Sunflower', 'Post Malone', 'Sunflower - Spider-Man: Into the Spider-Verse', 'Post Malone;Swae Lee'],
    ['Gangnam Style', 'PSY', '강남스타일 (Gangnam Style)', 'PSY'],
    ['Gruppa Krovi', 'Kino', 'Группа крови', 'Кино'],
    ['Sun Flower', 'Post Malone', 'Sunflower', 'Post Malone'],
    ['Post Malone', 'Sunflower', 'Sunflower', 'Post Malone'],
    ['Remix to Ignition', 'R. Kelly', 'Remix to Ignition', 'R. Kelly'],
  ])('"%s" by %s meets "%s" by %s', (title, author, theirTitle, artists) => {
    const wanted = new Set(candidateKeys(official(title, author)).exact);
    const stored = recordingKeys({ title: theirTitle, artists: artists.split(';') });
    expect([stored.titleKey, stored.baseKey, ...stored.extraKeys].some((key) => wanted.has(key))).toBe(true);
  });

  it('a sound named exactly like a recording always finds it', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 }), (title) => {
        const sound = official(title, 'Artist');
        if (!hasUsableText(sound)) return;
        const stored = recordingKeys({ title, artists: ['Artist'] });
        const wanted = new Set(candidateKeys(sound).exact);
        expect([stored.titleKey, stored.baseKey, ...stored.extraKeys].some((key) => wanted.has(key))).toBe(true);
        expect(bitsOf(scoreText(sound, recording('a', title, 'Artist'), rare), 'title')).toBeGreaterThan(0);
      }),
      { numRuns: 1000 },
    );
  });

  it('hostile titles ask for a bounded number of keys', () => {
    for (const unit of ['a - ', '(b) ', 'x vs ', 'feat. c & ', ' ', '+ ', 'a  ']) {
      const keys = candidateKeys(official(unit.repeat(5000), unit.repeat(5000)));
      expect(keys.exact.length).toBeLessThanOrEqual(40);
      expect(keys.artistKeys.length).toBeLessThanOrEqual(40);
      const hostile = official(unit.repeat(20_000), unit.repeat(20_000));
      const before = process.cpuUsage();
      scoreText(hostile, recording('a', unit.repeat(20_000), unit.repeat(20_000)), rare);
      candidateKeys(hostile);
      expect(process.cpuUsage(before).user / 1000).toBeLessThan(2000);
    }
  });
});
