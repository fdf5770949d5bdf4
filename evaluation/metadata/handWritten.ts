// Cases written by hand, each for one rule or one miss that real systems make. Titles and credits are public facts, accounts are
// invented. One group is about one song and stays in one half.

import type { CaseCandidate, CaseSound, Truth } from './case.ts';

export interface HandWritten {
  readonly kind: string;
  readonly sound: CaseSound;
  readonly cands: readonly CaseCandidate[];
  readonly expect: Truth['expect'];
  readonly recording: string | null;
  readonly why: string;
}

const cand = (id: string, title: string, artists: string, more: Partial<CaseCandidate> = {}): CaseCandidate => ({
  id,
  title,
  artists: artists.split(';'),
  ...more,
});
const official = (title: string, author: string | null, more: Partial<CaseSound> = {}): CaseSound => ({
  title,
  author,
  original: false,
  ...more,
});
const upload = (title: string, handle: string, more: Partial<CaseSound> = {}): CaseSound => ({
  title,
  author: handle,
  handle,
  original: true,
  ...more,
});
const hand = (
  kind: string,
  sound: CaseSound,
  cands: readonly CaseCandidate[],
  expect: Truth['expect'],
  recording: string | null,
  why: string,
): HandWritten => ({ kind, sound, cands, expect, recording, why });

const ignition = [cand('a', 'Ignition', 'R. Kelly'), cand('b', 'Ignition (Remix)', 'R. Kelly')];
const lights = [cand('a', 'City Lights', 'Motion City'), cand('b', 'City Nights', 'Motion City')];
const wall = [
  cand('1', 'Another Brick in the Wall, Pt. 1', 'Pink Floyd'),
  cand('2', 'Another Brick in the Wall, Pt. 2', 'Pink Floyd'),
  cand('3', 'Another Brick In The Wall (Part III)', 'Pink Floyd'),
];
const detroit = [
  cand('a', 'Put Your Hands Up For Detroit', 'Fedde Le Grand'),
  cand('b', 'Put Your Hands Up For Detroit (Tiësto Remix)', 'Fedde Le Grand'),
];
const wish = [
  cand('a', 'Wildest Dreams', 'Taylor Swift'),
  cand('b', "Wildest Dreams (Taylor's Version)", 'Taylor Swift'),
];
const afterDark = [
  cand('a', 'After Dark', 'Mr.Kitty'),
  cand('s', 'After Dark (Sped Up)', 'Mr.Kitty'),
  cand('l', 'After Dark (Slowed + Reverb)', 'Mr.Kitty'),
];
const hallelujah = [
  cand('a', 'Hallelujah', 'Leonard Cohen'),
  cand('b', 'Hallelujah', 'Jeff Buckley'),
  cand('c', 'Hallelujah', 'Pentatonix'),
  cand('d', 'Hallelujah', 'Alexandra Burke'),
];
const sunflower = [
  cand('a', 'Sunflower - Spider-Man: Into the Spider-Verse', 'Post Malone;Swae Lee'),
  cand('b', 'Sunflower', 'Rex Orange County'),
];
const gangsta = [
  cand('a', "Gangsta's Paradise", 'Coolio;L.V.'),
  cand('b', "Gangsta's Paradise (feat. L.V.) [Instrumental]", 'Coolio'),
];
const duplicate = [cand('a', 'Unwritten', 'Natasha Bedingfield'), cand('b', 'Unwritten', 'Natasha Bedingfield')];
const tenMinutes = [
  cand('a', "All Too Well (Taylor's Version)", 'Taylor Swift'),
  cand('b', "All Too Well (10 Minute Version) (Taylor's Version) (From The Vault)", 'Taylor Swift'),
];

/** Groups; one group never crosses the halves. */
export const handWritten: readonly (readonly HandWritten[])[] = [
  [
    hand(
      'remix is the song',
      official('Ignition (Remix)', 'R. Kelly'),
      ignition,
      'link',
      'b',
      'the remix is its own recording',
    ),
    hand('remix is the song', official('Ignition', 'R. Kelly'), ignition, 'link', 'a', 'the plain one, not the remix'),
  ],
  [
    hand('near title', official('City Lights', 'Motion City'), lights, 'link', 'a', 'one letter makes another song'),
    hand(
      'near title',
      official('City Nights', 'Motion City'),
      [lights[0]!],
      'none',
      null,
      'another song by the same artist; review is fine',
    ),
  ],
  [
    hand('part', official('Another Brick in the Wall (Part 2)', 'Pink Floyd'), wall, 'link', '2', 'parts are identity'),
    hand('part', official('Another Brick in the Wall', 'Pink Floyd'), wall, 'review', '2', 'no part is named'),
    hand('part', official('Another Brick in the Wall Pt. III', 'Pink Floyd'), wall, 'link', '3', 'roman numerals'),
  ],
  [
    hand(
      'remixer',
      official('Put Your Hands Up For Detroit (Tiesto Remix)', 'Fedde Le Grand'),
      detroit,
      'link',
      'b',
      'the remixer is named',
    ),
    hand(
      'remixer',
      official('Put Your Hands Up For Detroit (Claude VonStroke Remix)', 'Fedde Le Grand'),
      detroit,
      'review',
      'b',
      'another remixer',
    ),
    hand('remixer', official('Put Your Hands Up For Detroit', 'Fedde Le Grand'), detroit, 'link', 'a', 'the plain one'),
  ],
  [
    hand(
      'own version',
      official("Wildest Dreams (Taylor's Version)", 'Taylor Swift'),
      wish,
      'link',
      'b',
      'the new recording',
    ),
    hand('own version', official('Wildest Dreams', 'Taylor Swift'), wish, 'link', 'a', 'the first recording'),
    hand(
      'own version',
      official('Wildest Dreams', 'Taylor Swift'),
      [wish[1]!],
      'review',
      'b',
      'only the other recording is known',
    ),
  ],
  [
    hand(
      'speed siblings',
      official('after dark (sped up version)', 'Mr.Kitty'),
      afterDark,
      'link',
      's',
      'an official sped-up release exists',
    ),
    hand(
      'speed siblings',
      official('After Dark (slowed + reverb)', 'Mr. Kitty'),
      afterDark,
      'link',
      'l',
      'and a slowed one',
    ),
    hand('speed siblings', official('After Dark', 'Mr.Kitty'), afterDark, 'link', 'a', 'the plain one'),
    hand(
      'speed siblings',
      official('After Dark', 'Mr.Kitty'),
      afterDark.slice(1),
      'review',
      's',
      'only altered releases are known',
    ),
  ],
  [
    hand('cover', official('Hallelujah', 'Jeff Buckley'), hallelujah, 'link', 'b', 'one work, four recordings'),
    hand('cover', official('Hallelujah', 'Voices of Elm Street'), hallelujah, 'none', null, 'a fifth recording'),
    hand('cover', upload('hallelujah', 'mossyteacup'), hallelujah, 'none', null, 'an upload with a generic title'),
  ],
  [
    hand(
      'subtitle',
      official('Sunflower', 'Post Malone, Swae Lee'),
      sunflower,
      'link',
      'a',
      'the film stands in the title',
    ),
    hand(
      'subtitle',
      official('Sunflower (Spider-Man: Into the Spider-Verse)', 'Post Malone & Swae Lee'),
      sunflower,
      'link',
      'a',
      'other brackets',
    ),
    hand('subtitle', official('Sunflower', 'Rex Orange County'), sunflower, 'link', 'b', 'the namesake'),
  ],
  [
    hand(
      'context',
      official('Gangsta’s Paradise (From "Dangerous Minds")', 'Coolio feat. L.V.'),
      gangsta,
      'link',
      'a',
      'curly apostrophe and a film',
    ),
    hand(
      'instrumental',
      official("Gangsta's Paradise (Instrumental)", 'Coolio'),
      gangsta,
      'link',
      'b',
      'the instrumental',
    ),
    hand(
      'instrumental',
      official("Gangsta's Paradise (Karaoke Version)", 'Sing King'),
      gangsta,
      'none',
      null,
      'a karaoke recording by others; review is fine',
    ),
  ],
  [
    hand(
      'equal siblings',
      official('Unwritten', 'Natasha Bedingfield'),
      duplicate,
      'review',
      'a',
      'two rows with equal text',
    ),
  ],
  [
    hand(
      'ten minutes',
      official("All Too Well (10 Minute Version) (Taylor's Version)", 'Taylor Swift'),
      tenMinutes,
      'link',
      'b',
      'length is identity',
    ),
    hand(
      'ten minutes',
      official("All Too Well (Taylor's Version)", 'Taylor Swift'),
      tenMinutes,
      'link',
      'a',
      'the shorter one',
    ),
  ],
  [
    hand(
      'substring trap',
      official('Draft Day', 'Drake'),
      [cand('a', 'Draft Day', 'Drake'), cand('b', 'Day', 'Drake')],
      'link',
      'a',
      '"ft" inside a word',
    ),
  ],
  [
    hand(
      'substring trap',
      official('Alive', 'Pearl Jam'),
      [cand('a', 'Alive', 'Pearl Jam'), cand('b', 'Alive (Live)', 'Pearl Jam')],
      'link',
      'a',
      '"live" inside a word',
    ),
  ],
  [
    hand(
      'substring trap',
      official('Live Forever', 'Oasis'),
      [cand('a', 'Live Forever', 'Oasis'), cand('b', 'Live Forever (Live at Knebworth)', 'Oasis')],
      'link',
      'a',
      '"live" as a verb',
    ),
  ],
  [
    hand(
      'substring trap',
      official('Cover Me Up', 'Jason Isbell'),
      [cand('a', 'Cover Me Up', 'Jason Isbell'), cand('b', 'Cover Me Up', 'Morgan Wallen')],
      'link',
      'a',
      '"cover" as a verb',
    ),
  ],
  [
    hand(
      'tag-like title',
      official('Fast Car', 'Tracy Chapman'),
      [cand('a', 'Fast Car', 'Tracy Chapman'), cand('b', 'Fast Car', 'Luke Combs')],
      'link',
      'a',
      '"fast" is a word of the name',
    ),
  ],
  [
    hand(
      'tag-like title',
      official('Slow Dancing in the Dark', 'Joji'),
      [cand('a', 'SLOW DANCING IN THE DARK', 'Joji')],
      'link',
      'a',
      '"slow" is a word of the name',
    ),
  ],
  [
    hand(
      'tag-like title',
      official('Speed Drive', 'Charli xcx'),
      [cand('a', 'Speed Drive (From Barbie The Album)', 'Charli xcx'), cand('b', 'Drive', 'Charli xcx')],
      'link',
      'a',
      '"speed" is a word of the name',
    ),
  ],
  [
    hand(
      'tag-like title',
      official('Intro', 'The xx'),
      [cand('a', 'Intro', 'The xx'), cand('b', 'Intro', 'alt-J')],
      'link',
      'a',
      'a short generic title with its artist',
    ),
  ],
  [hand('symbols', official('Fukumean', 'Gunna'), [cand('a', 'fukumean', 'Gunna')], 'link', 'a', 'lower case')],
  [
    hand(
      'symbols',
      official('1V$1B', 'Zhazha'),
      [cand('a', '(', 'Zhazha'), cand('b', '1v1', 'Zhazha')],
      'none',
      null,
      'short strings at a small absolute distance',
    ),
  ],
  [
    hand(
      'symbols',
      official('÷', 'Ed Sheeran'),
      [cand('a', '×', 'Ed Sheeran'), cand('b', '=', 'Ed Sheeran')],
      'none',
      null,
      'titles without letters; review is fine',
    ),
  ],
  [hand('symbols', official('TiK ToK', 'Ke$ha'), [cand('a', 'TiK ToK', 'Kesha')], 'link', 'a', '$ is s')],
  [
    hand(
      'symbols',
      official('Raise Your Glass', 'Pink'),
      [cand('a', 'Raise Your Glass', 'P!nk')],
      'link',
      'a',
      '! is i',
    ),
  ],
  [
    hand(
      'other script',
      official('Gruppa krovi', 'Kino'),
      [cand('a', 'Группа крови', 'Кино'), cand('b', 'Кукушка', 'Кино')],
      'link',
      'a',
      'romanised title and artist',
    ),
  ],
  [
    hand(
      'other script',
      official('Gurenge', 'LiSA'),
      [cand('a', '紅蓮華', 'LiSA', { aliases: ['Gurenge'] })],
      'link',
      'a',
      'an alias from the catalogue',
    ),
  ],
  [
    hand(
      'other script',
      official('夜に駆ける (加速版)', 'YOASOBI'),
      [cand('a', '夜に駆ける', 'YOASOBI')],
      'derived',
      'a',
      'sped up, in Chinese',
    ),
  ],
  [
    hand(
      'douyin',
      upload('@小满在路上创作的原声', '小满在路上'),
      [cand('a', '原声', 'Various Band')],
      'none',
      null,
      'Douyin placeholder',
    ),
  ],
  [
    hand(
      'douyin',
      official('起风了 (DJ版)', '买辣椒也用券'),
      [cand('a', '起风了', '买辣椒也用券')],
      'review',
      'a',
      'a DJ version is a remix',
    ),
  ],
  [
    hand(
      'platform id',
      upload('原创音乐', 'lanternfish', { dsp: [{ platform: 3, id: '3KkXRkHbMCARz0aVfEt68P' }] }),
      [
        cand('a', 'Sunflower Fields', 'Post Office', { spotify: '3KkXRkHbMCARz0aVfEt68P' }),
        cand('b', 'Rain Fields', 'Post Office', { spotify: '0000000000000000000000' }),
      ],
      'linkOrDerived',
      'a',
      'the platform knows the recording',
    ),
  ],
  [
    hand(
      'platform id',
      official('Feather', 'Sabrina Carpenter', { dsp: [{ platform: 4, id: '1' }] }),
      [cand('a', 'Feather', 'Sabrina Carpenter')],
      'link',
      'a',
      'an id of a closed service says nothing',
    ),
  ],
  [
    hand(
      'mash-up',
      upload('Toxic x Pony mashup', 'lunchbreakloops'),
      [cand('a', 'Toxic', 'Britney Spears'), cand('b', 'Pony', 'Ginuwine')],
      'none',
      null,
      'two songs; review is fine',
    ),
  ],
  [
    hand(
      'x in a name',
      official('THATS WHAT I WANT', 'Lil Nas X'),
      [cand('a', "THAT'S WHAT I WANT", 'Lil Nas X')],
      'link',
      'a',
      'the x belongs to the name',
    ),
  ],
  [
    hand(
      'x in a name',
      official('Bad Bunny x Jhayco - Dákiti', 'Rimas'),
      [cand('a', 'DÁKITI', 'Bad Bunny;Jhayco')],
      'link',
      'a',
      'official sound under a label name',
    ),
  ],
  [
    hand(
      'clean',
      official('Industry Plant (Clean)', 'Ona Vell'),
      [cand('a', 'Industry Plant', 'Ona Vell'), cand('b', 'Industry Plant (Clean)', 'Ona Vell')],
      'link',
      'b',
      'clean and explicit are siblings',
    ),
  ],
  [
    hand(
      'remaster',
      official('Everywhere - 2017 Remaster', 'Fleetwood Mac'),
      [cand('a', 'Everywhere', 'Fleetwood Mac'), cand('b', 'Everywhere - Live', 'Fleetwood Mac')],
      'link',
      'a',
      'a remaster is the same master to a listener',
    ),
  ],
  [
    hand(
      'radio edit',
      official('Freed From Desire', 'Gala'),
      [cand('a', 'Freed From Desire (Radio Edit)', 'Gala'), cand('b', 'Freed From Desire (Acapella)', 'Gala')],
      'review',
      'a',
      'the edit is another cut of it',
    ),
  ],
  [
    hand(
      'language',
      official('Fuego Lento (English Version)', 'Mara Soto'),
      [cand('a', 'Fuego Lento', 'Mara Soto')],
      'review',
      'a',
      'another language is another recording',
    ),
  ],
  [
    hand(
      'artist in title',
      upload('ava max kings & queens sped up', 'ozonekid.mp4'),
      [cand('a', 'Kings & Queens', 'Ava Max'), cand('b', 'Kings and Queens', 'Thirty Seconds to Mars')],
      'derived',
      'a',
      'artist, title and tag in one line',
    ),
  ],
  [
    hand(
      'guest only',
      official('Whatever It Takes', 'DJ Nobody'),
      [cand('a', 'Whatever It Takes', 'Imagine Dragons')],
      'none',
      null,
      'another artist',
    ),
  ],
  [
    hand(
      'shared guest',
      official('Moonlit (feat. Rihanna)', 'Someone Else'),
      [cand('a', 'Moonlit', 'Calvin Harris;Rihanna')],
      'none',
      null,
      'a shared guest is not the artist; review is fine',
    ),
  ],
  [
    hand(
      'upload by name',
      upload('my cat falling off things', 'velvetcrumbs'),
      [cand('a', 'My Cat', 'Jack Off Jill')],
      'none',
      null,
      'a caption as title',
    ),
  ],
  [
    hand(
      'prerelease',
      official('Halcyon Street (snippet)', 'Iris Vane'),
      [cand('a', 'Halcyon Street', 'Iris Vane', { pre: true, rel: '2027-03-05' })],
      'link',
      'a',
      'the label announced it',
    ),
  ],
  [
    hand(
      'prerelease',
      official('new song teaser 🤫', 'Iris Vale'),
      [cand('a', 'Glasshouse', 'Iris Vale')],
      'pending',
      null,
      'no title is known yet',
    ),
  ],
  [
    hand(
      'longer than track',
      official('Clocktower', 'Ines Rook', { dur: 400 }),
      [cand('a', 'Clocktower', 'Ines Rook', { dur: 120 })],
      'review',
      'a',
      'an official clip cannot be longer than its recording',
    ),
  ],
  [
    hand(
      'near title',
      official('Good Girls', 'Harbour & Vine'),
      [cand('a', 'Good Girl', 'Harbour & Vine')],
      'none',
      null,
      'one more letter, another song; review is fine',
    ),
    hand(
      'near title',
      official('Paper Trial', 'Harbour & Vine'),
      [cand('a', 'Paper Trail', 'Harbour & Vine')],
      'link',
      'a',
      'two letters swapped',
    ),
  ],
  [
    hand(
      'near title',
      official('Broken Wings', 'Ada Quill'),
      [cand('a', 'Broken Rings', 'Ada Quill')],
      'none',
      null,
      'another first letter; review is fine',
    ),
  ],
  [
    hand(
      'near title',
      official('Golden House', 'Tess Okoro'),
      [cand('a', 'Golden Horse', 'Tess Okoro'), cand('b', 'House', 'Tess Okoro')],
      'none',
      null,
      'the changed word is a title itself; review is fine',
    ),
    hand(
      'near title',
      official('Golden Hoxse', 'Tess Okoro'),
      [cand('a', 'Golden Horse', 'Tess Okoro')],
      'link',
      'a',
      'no such word',
    ),
  ],
  [
    hand(
      'guest',
      official('Tidewater', 'Lena Moor'),
      [cand('a', 'Tidewater (feat. Jun Park)', 'Lena Moor;Jun Park'), cand('b', 'Tidewater', 'Lena Moor')],
      'link',
      'b',
      'the sibling without the guest',
    ),
  ],
  [
    hand(
      'version tag slip',
      official('Copper Harbour Lines (Inst rumental)', 'Lena Moor'),
      [cand('a', 'Copper Harbour Lines', 'Lena Moor')],
      'review',
      'a',
      'may be instrumental',
    ),
    hand(
      'version tag slip',
      official('Copper Harbour Lines (Slowed + Rverb)', 'Lena Moor'),
      [cand('a', 'Copper Harbour Lines', 'Lena Moor')],
      'derived',
      'a',
      'misspelled, but nothing else than reverb',
    ),
    hand(
      'version tag slip',
      official('Copper Harbour Lines (Acousticc Version)', 'Lena Moor'),
      [cand('a', 'Copper Harbour Lines', 'Lena Moor')],
      'review',
      'a',
      'may be acoustic',
    ),
    hand(
      'version tag slip',
      official('Copper Harbour Lines (Acousitc)', 'Lena Moor'),
      [cand('a', 'Copper Harbour Lines', 'Lena Moor')],
      'review',
      'a',
      'may be acoustic',
    ),
    hand(
      'version tag slip',
      official('Copper Harbour Lines (Livee)', 'Lena Moor'),
      [cand('a', 'Copper Harbour Lines', 'Lena Moor')],
      'review',
      'a',
      'may be live',
    ),
    hand(
      'version tag slip',
      official('Copper Harbour Lines - Sepd Up', 'Lena Moor'),
      [cand('a', 'Copper Harbour Lines', 'Lena Moor')],
      'review',
      'a',
      'may be sped up',
    ),
    hand(
      'version tag slip',
      official('Copper Harbour Lines (Slowwed)', 'Lena Moor'),
      [cand('a', 'Copper Harbour Lines', 'Lena Moor')],
      'review',
      'a',
      'may be slowed',
    ),
    hand(
      'version tag slip',
      official('Copper Harbour Lines (Galantis Remox)', 'Lena Moor'),
      [cand('a', 'Copper Harbour Lines', 'Lena Moor')],
      'review',
      'a',
      'may be a remix',
    ),
    hand(
      'version tag slip',
      official('Copper Harbour Lines (Galantis Rmix)', 'Lena Moor'),
      [cand('a', 'Copper Harbour Lines', 'Lena Moor')],
      'review',
      'a',
      'may be a remix',
    ),
    hand(
      'version tag slip',
      official('Copper Harbour Lines (Karaokee)', 'Lena Moor'),
      [cand('a', 'Copper Harbour Lines', 'Lena Moor')],
      'review',
      'a',
      'may be karaoke',
    ),
    hand(
      'version tag slip',
      official('Copper Harbour Lines (Unpluggd)', 'Lena Moor'),
      [cand('a', 'Copper Harbour Lines', 'Lena Moor')],
      'review',
      'a',
      'may be unplugged',
    ),
    hand(
      'version tag slip',
      official('Copper Harbour Lines - Nghtcore', 'Lena Moor'),
      [cand('a', 'Copper Harbour Lines', 'Lena Moor')],
      'review',
      'a',
      'may be nightcore',
    ),
    hand(
      'version tag slip',
      official('Copper Harbour Lines (Demoo)', 'Lena Moor'),
      [cand('a', 'Copper Harbour Lines', 'Lena Moor')],
      'review',
      'a',
      'may be a demo',
    ),
    hand(
      'version tag slip',
      official('Copper Harbour Lines (Extendd)', 'Lena Moor'),
      [cand('a', 'Copper Harbour Lines', 'Lena Moor')],
      'review',
      'a',
      'may be extended',
    ),
    hand(
      'version tag slip',
      official('Copper Harbour Lines (Live Versino)', 'Lena Moor'),
      [cand('a', 'Copper Harbour Lines', 'Lena Moor')],
      'review',
      'a',
      'may be live',
    ),
    hand(
      'version tag slip',
      official('Copper Harbour Lines (Mashpu)', 'Lena Moor'),
      [cand('a', 'Copper Harbour Lines', 'Lena Moor')],
      'review',
      'a',
      'may be a mash-up',
    ),
    hand(
      'subtitle word',
      official('Copper Harbour Lines (Olivia)', 'Lena Moor'),
      [cand('a', 'Copper Harbour Lines', 'Lena Moor')],
      'review',
      'a',
      'a name that the recording lacks',
    ),
    hand(
      'subtitle word',
      official('Copper Harbour Lines (Dover)', 'Lena Moor'),
      [cand('a', 'Copper Harbour Lines', 'Lena Moor')],
      'review',
      'a',
      'a name that the recording lacks',
    ),
    hand(
      'subtitle word',
      official('Copper Harbour Lines (Max)', 'Lena Moor'),
      [cand('a', 'Copper Harbour Lines', 'Lena Moor')],
      'review',
      'a',
      'a name that the recording lacks',
    ),
    hand(
      'subtitle word',
      official('Copper Harbour Lines (Clip)', 'Lena Moor'),
      [cand('a', 'Copper Harbour Lines', 'Lena Moor')],
      'link',
      'a',
      'a word of its own, no slip',
    ),
    hand(
      'subtitle word',
      official('Copper Harbour Lines (Hart)', 'Lena Moor'),
      [cand('a', 'Copper Harbour Lines', 'Lena Moor')],
      'review',
      'a',
      'a name that the recording lacks',
    ),
    hand(
      'subtitle word',
      official('Copper Harbour Lines (Oliver)', 'Lena Moor'),
      [cand('a', 'Copper Harbour Lines', 'Lena Moor')],
      'review',
      'a',
      'a name that the recording lacks',
    ),
    hand(
      'subtitle word',
      official('Copper Harbour Lines (Remember)', 'Lena Moor'),
      [cand('a', 'Copper Harbour Lines', 'Lena Moor')],
      'review',
      'a',
      'a name that the recording lacks',
    ),
    hand(
      'subtitle word',
      official('Copper Harbour Lines (The Slip)', 'Lena Moor'),
      [cand('a', 'Copper Harbour Lines', 'Lena Moor')],
      'review',
      'a',
      'a name that the recording lacks',
    ),
  ],
  [
    hand(
      'version tag slip',
      official('Paper Lantern Sky (Liv e)', 'Ada Quill'),
      [cand('a', 'Paper Lantern Sky', 'Ada Quill')],
      'review',
      'a',
      'may be live',
    ),
    hand(
      'version tag slip',
      official('Paper Lantern Sky (Slowed + Revrb)', 'Ada Quill'),
      [cand('a', 'Paper Lantern Sky', 'Ada Quill')],
      'review',
      'a',
      'may be slowed',
    ),
    hand(
      'version tag slip',
      official('Paper Lantern Sky (Acoustik)', 'Ada Quill'),
      [cand('a', 'Paper Lantern Sky', 'Ada Quill')],
      'review',
      'a',
      'may be acoustic',
    ),
    hand(
      'version tag slip',
      official('Paper Lantern Sky (Lve)', 'Ada Quill'),
      [cand('a', 'Paper Lantern Sky', 'Ada Quill')],
      'review',
      'a',
      'may be live',
    ),
    hand(
      'version tag slip',
      official('Paper Lantern Sky - Spde Up', 'Ada Quill'),
      [cand('a', 'Paper Lantern Sky', 'Ada Quill')],
      'review',
      'a',
      'may be sped up',
    ),
    hand(
      'version tag slip',
      official('Paper Lantern Sky (Slwed + Reverb)', 'Ada Quill'),
      [cand('a', 'Paper Lantern Sky', 'Ada Quill')],
      'review',
      'a',
      'may be slowed',
    ),
    hand(
      'version tag slip',
      official('Paper Lantern Sky (Tiesto Remux)', 'Ada Quill'),
      [cand('a', 'Paper Lantern Sky', 'Ada Quill')],
      'review',
      'a',
      'may be a remix',
    ),
    hand(
      'version tag slip',
      official('Paper Lantern Sky (Instrumetnal)', 'Ada Quill'),
      [cand('a', 'Paper Lantern Sky', 'Ada Quill')],
      'review',
      'a',
      'may be instrumental',
    ),
    hand(
      'version tag slip',
      official('Paper Lantern Sky [Nigthcore]', 'Ada Quill'),
      [cand('a', 'Paper Lantern Sky', 'Ada Quill')],
      'review',
      'a',
      'may be nightcore',
    ),
    hand(
      'version tag slip',
      official('Paper Lantern Sky (Prat 2)', 'Ada Quill'),
      [cand('a', 'Paper Lantern Sky', 'Ada Quill')],
      'review',
      'a',
      'may be part 2',
    ),
    hand(
      'subtitle word',
      official('Paper Lantern Sky (Love)', 'Ada Quill'),
      [cand('a', 'Paper Lantern Sky', 'Ada Quill')],
      'review',
      'a',
      'a name that the recording lacks',
    ),
    hand(
      'subtitle word',
      official('Paper Lantern Sky (Edith)', 'Ada Quill'),
      [cand('a', 'Paper Lantern Sky', 'Ada Quill')],
      'review',
      'a',
      'a name that the recording lacks',
    ),
    hand(
      'subtitle word',
      official('Paper Lantern Sky (Over)', 'Ada Quill'),
      [cand('a', 'Paper Lantern Sky', 'Ada Quill')],
      'review',
      'a',
      'a name that the recording lacks',
    ),
    hand(
      'subtitle word',
      official('Paper Lantern Sky (Mia)', 'Ada Quill'),
      [cand('a', 'Paper Lantern Sky', 'Ada Quill')],
      'review',
      'a',
      'a name that the recording lacks',
    ),
    hand(
      'subtitle word',
      official('Paper Lantern Sky (Party)', 'Ada Quill'),
      [cand('a', 'Paper Lantern Sky', 'Ada Quill')],
      'review',
      'a',
      'a name that the recording lacks',
    ),
  ],
];
