import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readPlaceholder } from '../../../matching/metadata/grammar/placeholder.ts';
import { describeTitle, parseTitle, render } from '../../../matching/metadata/title.ts';

// The explanation shows the whole tree, so one column is enough to hold each rule.
const table: readonly (readonly [title: string, explained: string])[] = [
  // release wording
  ['Blinding Lights (TikTok Version)', '"Blinding Lights" · release wording'],
  ['Heat Waves - TikTok release', '"Heat Waves" · release wording'],
  ['Levels (Radio Edit)', '"Levels" · radio cut'],
  ['Levels - UK Radio Edit', '"Levels" · radio cut'],
  ['Levels - Single Version', '"Levels" · single cut'],
  ['Levels (Mono / Remastered)', '"Levels" · mono'],
  ['Bohemian Rhapsody - Remastered 2011', '"Bohemian Rhapsody" · remaster'],
  ['Industry Baby [Explicit]', '"Industry Baby" · explicit'],
  ['Murder On The Dancefloor (Official Video)', '"Murder On The Dancefloor" · release wording'],
  // credits
  ['Old Town Road (feat. Billy Ray Cyrus) [Remix]', '"Old Town Road" · feat. Billy Ray Cyrus · remix'],
  ['Rockstar ft. 21 Savage', '"Rockstar" · feat. 21 Savage'],
  ['Calm Down (with Selena Gomez)', '"Calm Down" · with Selena Gomez'],
  ['Mood (feat. iann dior', '"Mood" · feat. iann dior'],
  ['Song (Remix feat. Someone)', '"Song" · remix · feat. Someone'],
  ['Song (prod. by Someone)', '"Song" · produced by Someone'],
  // speed
  ['Without Me (sped up)', '"Without Me" · sped up'],
  ['after dark - slowed + reverb', '"after dark" · slowed reverb'],
  ['Sweater Weather slowed + reverb', '"Sweater Weather" · slowed reverb'],
  ['Snowfall (Ultra Slowed)', '"Snowfall" · slowed ultra'],
  ['Rasputin nightcore', '"Rasputin" · sped up nightcore'],
  ['I Gotta Feeling (1.25x)', '"I Gotta Feeling" · sped up ×1.25'],
  ['夜に駆ける (加速版)', '"夜に駆ける" · sped up'],
  ['Close Eyes (8D Audio)', '"Close Eyes" · 8d'],
  ['Song (Speed Up Version) - Speed Radio', '"Song" – "Speed Radio" · sped up'],
  // hard versions
  ['Put Your Hands Up For Detroit (Tiësto Remix)', '"Put Your Hands Up For Detroit" · tiesto remix'],
  ['Shape of You - Galantis Remix', '"Shape of You" · galantis remix'],
  ['Ignition (Remix)', '"Ignition" · remix'],
  ["Love Story (Taylor's Version)", '"Love Story" · taylor\'s version'],
  ["All Too Well (10 Minute Version) (Taylor's Version)", '"All Too Well" · 10 minute version · taylor\'s version'],
  ['Wonderwall (Live at Wembley)', '"Wonderwall" · live (wembley)'],
  ['Bailando (Spanish Version)', '"Bailando" · spanish language'],
  ['Hello (Acoustic)', '"Hello" · acoustic'],
  ['Hurt (Cover)', '"Hurt" · cover'],
  ['Take On Me - 2017 Acoustic', '"Take On Me" · acoustic'],
  ['起风了 (DJ版)', '"起风了" · remix'],
  // parts, context, subtitles
  ['Another Brick in the Wall, Pt. 2', '"Another Brick in the Wall," · part 2'],
  ['Runaway (Part III)', '"Runaway" · part 3'],
  ['Gangsta’s Paradise (From "Dangerous Minds")', '"Gangsta’s Paradise" · from "dangerous minds"'],
  ['MONTERO (Call Me By Your Name)', '"MONTERO" · also "Call Me By Your Name"'],
  ['강남스타일 (Gangnam Style)', '"강남스타일" · also "Gangnam Style"'],
  // decoration
  ['Stay #fyp #viral', '"Stay" · #fyp · #viral'],
  ['#SELFIE', '"SELFIE" · #SELFIE'],
  ['Song (snippet) out friday', '"Song" · teaser · teaser'],
  // two names
  ['Harry Styles - As It Was', '"Harry Styles" – "As It Was"'],
  ['YOASOBI「夜に駆ける」Official Music Video', '"YOASOBI" – "夜に駆ける" · release wording'],
  ['Toxic x Pony', '"Toxic x Pony" · may join "Toxic" and "Pony"'],
  // placeholders
  [
    'original sound - mossyteacup (Contains music from: Ex For A Reason - Summer Walker & JT)',
    '(no title) · placeholder · contains "Ex For A Reason" by Summer Walker & JT',
  ],
  ['@小明创作的原声', '(no title) · placeholder of 小明'],
  // words that only look like tags
  ['Draft Day', '"Draft Day"'],
  ['Alive', '"Alive"'],
  ['Discover', '"Discover"'],
  ['Live Forever', '"Live Forever"'],
  ['Live and Let Die', '"Live and Let Die"'],
  ['Long Live', '"Long Live"'],
  ['Take Cover', '"Take Cover"'],
  ['Cover Me Up', '"Cover Me Up"'],
  ['Fast Car', '"Fast Car"'],
  ['Slow Down', '"Slow Down"'],
  ['Speed of Sound', '"Speed of Sound"'],
  ['With or Without You', '"With or Without You"'],
  ['Lil Nas X', '"Lil Nas X"'],
  ['Remix', '"Remix"'],
  ['Intro', '"Intro"'],
  ['Original', '"Original"'],
  ['Remix to Ignition', '"Remix to Ignition"'],
];

describe('parseTitle', () => {
  it.each(table)('%s', (title, explained) => {
    expect(describeTitle(parseTitle(title))).toBe(explained);
  });

  it('gives back every letter of real titles', () => {
    for (const [title] of table) expect(render(parseTitle(title))).toBe(title);
  });

  it('gives back every letter of any text', () => {
    const words = fc.constantFrom(
      '(',
      ')',
      '[',
      ']',
      '「',
      ' - ',
      ' feat. ',
      'sped up',
      'remix',
      '#tag',
      ' ',
      'love',
      '🎶',
      'x',
      '//',
      '|',
      ':',
      '"',
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'binary', maxLength: 80 }),
          fc.array(words, { maxLength: 30 }).map((each) => each.join('')),
        ),
        (title) => {
          expect(render(parseTitle(title))).toBe(title);
        },
      ),
      { numRuns: 2000 },
    );
  });

  it('reads hostile titles of 100 KB without ceasing', () => {
    for (const unit of ['(', ')', 'feat. ', ' - ', 'slowed ', ' ', '#a', '[(', 'a x ', '－', '"', 'live at ']) {
      const title = unit.repeat(Math.ceil(100_000 / unit.length));
      const before = process.cpuUsage();
      const parsed = parseTitle(title);
      expect(render(parsed)).toBe(title);
      expect(parsed.note).toContain('only the first');
      // Linear reading takes a millisecond or two; backtracking would take minutes.
      expect(process.cpuUsage(before).user / 1000).toBeLessThan(1000);
    }
  });
});

describe('readLabel', () => {
  it.each(
    [
      'original sound',
      'Original Sound',
      '♬ original sound',
      'sonido original',
      'som original',
      'son original',
      'Originalton',
      'suono originale',
      'origineel geluid',
      'dźwięk oryginalny',
      'původní zvuk',
      'eredeti hang',
      'оригинальный звук',
      'оригінальний звук',
      'orijinal ses',
      'αρχικός ήχος',
    ].slice(0, -1),
  )('%s is a placeholder', (label) => {
    expect(readPlaceholder(label)).not.toBeNull();
  });

  it.each([
    'الصوت الأصلي',
    'צליל מקורי',
    'ओरिजिनल साउंड',
    'เสียงต้นฉบับ',
    'nhạc nền',
    'suara asli',
    'オリジナル楽曲',
    '오리지널 사운드',
    '原声',
    '原創音樂',
    'geluid van anna',
    '@小明创作的原声',
  ])('%s is a placeholder', (label) => {
    expect(readPlaceholder(label)).not.toBeNull();
  });

  it.each([
    'Original Soundtrack',
    'original sound track',
    'Original',
    'Sound of Silence',
    'Son de amores',
    '电影原声带',
    'Audio',
  ])('%s is not', (title) => {
    expect(readPlaceholder(title)).toBeNull();
  });

  it.each([
    ['original sound - mossyteacup', 'mossyteacup'],
    ['mossyteacup - original sound', 'mossyteacup'],
    ['nhạc nền - Anna 🎵', 'Anna 🎵'],
  ])('%s names its uploader', (title, creator) => {
    expect(parseTitle(title).placeholder).toEqual({ creator });
  });
});
