// The sounds of the examples, as a list: what the platform says about each, how its audio is made from the tracks, and what is true of it.
// Uploaders, handles and ids are invented. `make.ts` turns this list into sounds.jsonl, truth.jsonl and the clips.

/** A stretch of audio before any alteration; a sound is one or several of them in a row. */
export type Scene =
  | { readonly kind: 'track'; readonly file: string; readonly startS: number; readonly lengthS: number }
  | { readonly kind: 'speech'; readonly voice: string; readonly text: string; readonly lengthS: number | null }
  | { readonly kind: 'silence'; readonly lengthS: number };

/** What uploaders do to music. They apply to the whole sound, in the order given. */
export type Alteration =
  /** Tempo and pitch together, as a record player does it. */
  | { readonly kind: 'speed'; readonly ratio: number }
  /** Tempo alone. */
  | { readonly kind: 'tempo'; readonly ratio: number }
  /** Pitch alone. */
  | { readonly kind: 'pitch'; readonly semitones: number }
  /** A synthetic room: noise that has fallen by 60 dB after `decayS`, mixed in at `wetDb` against the dry music. */
  | { readonly kind: 'reverb'; readonly decayS: number; readonly wetDb: number }
  /** An ffmpeg filter that moves nothing in time: equaliser, band-pass. */
  | { readonly kind: 'filter'; readonly graph: string }
  /** Speech on top, from `startS` on; `musicToVoiceDb` compares the two levels while somebody speaks. */
  | {
      readonly kind: 'voice';
      readonly voice: string;
      readonly text: string;
      readonly startS: number;
      readonly musicToVoiceDb: number;
    };

export type Encoding = {
  readonly format: 'm4a' | 'mp3';
  readonly kbps: number;
  readonly channels: 1 | 2;
  readonly sampleRateHz: number;
};

export type Audio =
  | {
      readonly kind: 'clip';
      readonly scenes: readonly Scene[];
      readonly alterations: readonly Alteration[];
      readonly encoding: Encoding;
    }
  /** A file that is not what it says: `truncated` is the head of a real clip with its end cut off and garbage in the middle. */
  | {
      readonly kind: 'broken';
      readonly how: 'truncated' | 'empty' | 'text';
      readonly format: 'm4a' | 'mp3';
      readonly claimedMs: number;
    }
  /** The platform gives no audio (a muted sound). */
  | { readonly kind: 'none'; readonly claimedMs: number };

/** What is true and cannot be computed from the recipe. */
export type Verdict =
  /** The machine links it to the recording that the recipe names, or to `isrc` where there is no audio or a better sibling. */
  | {
      readonly state: 'matched';
      readonly isrc: string | null;
      /** What the words claim where there is no audio to measure it in. */
      readonly relation: 'same' | 'sped_up' | 'contains';
    }
  /** A person must decide; `decide` is what the person in the demo says. */
  | { readonly state: 'review'; readonly decide: string | null }
  /** Music that nothing known matches; `afterRelease` when the delivery in release/ contains it. */
  | { readonly state: 'waiting'; readonly afterRelease: boolean }
  | { readonly state: 'unmatchable' };

export type ExampleSound = {
  readonly slug: string;
  readonly kind: string;
  readonly platform: 'tiktok' | 'douyin' | 'youtube';
  readonly id: string;
  readonly title: string;
  readonly author: string;
  readonly handle: string;
  readonly original: boolean;
  readonly audio: Audio;
  readonly payload: Readonly<Record<string, unknown>> | null;
  readonly verdict: Verdict;
  readonly why: string;
};

const platformClip: Encoding = { format: 'm4a', kbps: 64, channels: 2, sampleRateHz: 44100 };
const goodClip: Encoding = { ...platformClip, kbps: 96 };
const mp3Clip: Encoding = { format: 'mp3', kbps: 80, channels: 2, sampleRateHz: 44100 };

/**
 * An excerpt of one track, altered in the given order.
 * Some of this music repeats itself to the sample ("Castle" of plee-the-bear-data every 24 s); the stretches used here sound once
 * in their track only, so that there is one right offset.
 */
function excerpt(
  file: string,
  startS: number,
  lengthS: number,
  alterations: readonly Alteration[] = [],
  encoding: Encoding = platformClip,
): Audio {
  return { kind: 'clip', scenes: [{ kind: 'track', file, startS, lengthS }], alterations, encoding };
}

const linked: Verdict = { state: 'matched', isrc: null, relation: 'same' };
const waiting: Verdict = { state: 'waiting', afterRelease: false };
/** For a person, whom the demo does not play. */
const asked: Verdict = { state: 'review', decide: null };
const named = (isrc: string, relation: 'same' | 'sped_up' | 'contains' = 'same'): Verdict => ({
  state: 'matched',
  isrc,
  relation,
});
const unheard = (claimedMs: number): { readonly audio: Audio } => ({ audio: { kind: 'none', claimedMs } });

/** The fields that most sounds share: a TikTok upload by a user, nothing special in its payload. */
const upload = { platform: 'tiktok', original: true, payload: null, verdict: linked } as const;
const official = { ...upload, original: false } as const;

const cookingTalk =
  'Okay so today I am making the soup that everyone keeps asking me about. You need two onions, a little butter, and about an hour of patience. ' +
  'Do not skip the patience, because that is really where the flavour comes from.';
const travelTalk =
  'This is day four of the trip and I still cannot believe how quiet the harbour is in the morning. We walked along the pier before breakfast and met nobody at all.';
const studyTalk =
  'Welcome back to the study stream. We do fifty minutes of work and then a break of ten. Write your goal for this hour into the chat, close your other tabs, and put your phone away. ' +
  'I am going to read the third chapter and make notes. If you have a question about the schedule, it is pinned at the top. Good luck everyone, and see you in the break.';
const breakTalk =
  'Alright, that is the hour. Stand up, drink some water, and look out of the window for a moment. Somebody asked which pen this is: it is just a normal pen. ' +
  'Another question was how long I have been doing this: since last winter, nearly every day. We go on in a few minutes.';
const storyTalk =
  'So I have to tell you what happened at the bus stop yesterday. There was this man with a very large plant, and the driver would not let him in, because the plant needed its own ticket. ' +
  'And then everybody on the bus put their coins together, and the plant got a seat by the window.';

/** Ten minutes: talk and other music, with a minute of a catalogue track from 6:10 on. */
const studyStream: readonly Scene[] = [
  { kind: 'speech', voice: 'en-us', text: studyTalk, lengthS: 40 },
  { kind: 'track', file: 'tobias-escher-gameplay-3', startS: 0, lengthS: 60 },
  { kind: 'speech', voice: 'en-us', text: breakTalk, lengthS: 30 },
  { kind: 'track', file: 'k-pone-the-skylands', startS: 0, lengthS: 60 },
  { kind: 'silence', lengthS: 20 },
  { kind: 'speech', voice: 'en-us', text: storyTalk, lengthS: 40 },
  { kind: 'track', file: 'tobias-escher-gameplay-3', startS: 0, lengthS: 60 },
  { kind: 'speech', voice: 'en-us', text: cookingTalk, lengthS: 30 },
  { kind: 'silence', lengthS: 30 },
  { kind: 'track', file: 'slippycurb-the-things', startS: 3, lengthS: 60 },
  { kind: 'speech', voice: 'en-us', text: travelTalk, lengthS: 30 },
  { kind: 'track', file: 'k-pone-the-skylands', startS: 0, lengthS: 60 },
  { kind: 'speech', voice: 'en-us', text: studyTalk, lengthS: 40 },
  { kind: 'silence', lengthS: 40 },
];

export const sounds: readonly ExampleSound[] = [
  // Named as the release, or nearly.
  {
    ...official,
    slug: 'official',
    kind: 'official',
    id: '7000000000000001237',
    title: 'Warm Ink',
    author: '_ghost',
    handle: 'ghost.ccmixter.example',
    audio: excerpt('ghost-warm-ink', 18, 20, [], goodClip),
    why: 'Title, artist and audio are those of the release.',
  },
  {
    ...official,
    slug: 'official-common-title',
    kind: 'official',
    id: '7000000000000002461',
    title: 'Ave Maria',
    author: 'John Michel',
    handle: 'johnmichelcello.example',
    audio: excerpt('john-michel-ave-maria', 12, 20, [], goodClip),
    why: 'Hundreds of recordings share the title; artist and audio name this one.',
  },
  {
    ...official,
    slug: 'tiktok-release',
    kind: 'suffix',
    id: '7000000000000003593',
    title: 'Musicbox (TikTok release)',
    author: 'Stian Grenborgen',
    handle: 'stian.grenborgen.example',
    audio: excerpt('stian-grenborgen-musicbox', 20, 16),
    why: '"(TikTok release)" is the platform\'s suffix and says nothing about the recording.',
  },
  {
    ...official,
    slug: 'tiktok-version',
    kind: 'suffix',
    id: '7000000000000004721',
    title: 'Armygeddon (TikTok Version)',
    author: 'Muldjord',
    handle: 'muldjord.example',
    audio: excerpt('muldjord-armygeddon', 25, 18),
    why: '"(TikTok Version)" is the platform\'s suffix; the audio is an unaltered excerpt of the release.',
  },
  {
    ...official,
    slug: 'youtube-short',
    kind: 'official',
    platform: 'youtube',
    id: 'FERMATAEX01',
    title: "Beware the Ship's Kobold!",
    author: 'Tobias Escher - Topic',
    handle: '@tobiasescher-topic-example',
    audio: excerpt('tobias-escher-beware-the-ships-kobold', 8, 16, [], mp3Clip),
    why: '"- Topic" is how YouTube names an artist\'s own channel.',
  },
  {
    ...official,
    slug: 'official-sped-up',
    kind: 'official sped-up release',
    id: '7000000000000005849',
    title: 'Island Dreams (Sped Up)',
    author: 'K-Pone',
    handle: 'kpone.example',
    audio: excerpt('k-pone-island-dreams-sped-up', 22, 16, [], goodClip),
    why: 'The sped-up release has its own ISRC: the sound is that recording unaltered, not the slower one played faster.',
  },
  {
    ...official,
    slug: 'text-only',
    kind: 'no audio, decisive text',
    id: '7000000000000006977',
    title: 'City Blues',
    author: 'Robert van Herk',
    handle: 'rvanherk.example',
    audio: { kind: 'none', claimedMs: 30000 },
    verdict: named('ZZFER0500030'),
    why: 'The platform gives no audio, but an uncommon title and its artist agree with one recording and with no other.',
  },
  {
    ...official,
    slug: 'official-live',
    kind: 'version that the catalogue lacks',
    id: '7000000000000008101',
    title: "Lovin' (Live)",
    author: 'Gachopin',
    handle: 'gachopin.example',
    audio: { kind: 'none', claimedMs: 42000 },
    verdict: { state: 'review', decide: null },
    why: 'The words claim a live take; the catalogue has only the studio recording, and there is no audio to settle it.',
  },

  // Generic titles.
  {
    ...upload,
    slug: 'generic-castle',
    kind: 'generic title, decisive audio',
    id: '7000000000000009239',
    title: 'Castle',
    author: 'cozy.keep',
    handle: 'cozy.keep',
    audio: excerpt('jordan-trudgett-castle', 22, 18),
    why: 'Three recordings are called "Castle"; the audio is Jordan Trudgett\'s.',
  },
  {
    ...upload,
    slug: 'generic-main-theme',
    kind: 'generic title, decisive audio',
    id: '7000000000000010367',
    title: 'main theme 🎮',
    author: 'retro.corner',
    handle: 'retro.corner',
    audio: excerpt('manuel-marino-main-theme', 14, 18),
    why: 'Three recordings are called "Main Theme"; the audio is Manuel Marino\'s.',
  },
  {
    ...official,
    slug: 'generic-undecided',
    kind: 'generic title, unusable audio',
    id: '7000000000000011491',
    title: 'Main Theme',
    author: 'Tobias Escher & Manuel Marino',
    handle: 'gamescores.example',
    audio: { kind: 'clip', scenes: [{ kind: 'silence', lengthS: 12 }], alterations: [], encoding: platformClip },
    verdict: { state: 'review', decide: 'ZZFER1100019' },
    why: 'Two recordings fit the title and one credited artist each, and the audio is silent: only a person can tell.',
  },

  // "Original sound" in several languages, unaltered music.
  {
    ...upload,
    slug: 'original-en',
    kind: 'placeholder title',
    id: '7000000000000012623',
    title: 'original sound - mira.wanders',
    author: 'mira.wanders',
    handle: 'mira.wanders',
    audio: excerpt('jordan-trudgett-world-map', 18.5, 15),
    why: 'The title says nothing; the audio is an unaltered excerpt.',
  },
  {
    ...upload,
    slug: 'original-es',
    kind: 'placeholder title',
    id: '7000000000000013757',
    title: 'sonido original - luzdelmar.ok 🌊',
    author: 'Luz 🌊',
    handle: 'luzdelmar.ok',
    audio: excerpt('aminos-together', 21.25, 17),
    why: 'Spanish for "original sound"; the audio is an unaltered excerpt.',
  },
  {
    ...upload,
    slug: 'original-ru',
    kind: 'placeholder title',
    id: '7000000000000014891',
    title: 'оригинальный звук - sever_anya',
    author: 'Аня с севера',
    handle: 'sever_anya',
    audio: excerpt('manolo-camp-medieval', 11, 16, [], mp3Clip),
    why: 'Russian for "original sound"; the audio is an unaltered excerpt.',
  },
  {
    ...upload,
    slug: 'original-ja',
    kind: 'placeholder title',
    id: '7000000000000016027',
    title: 'オリジナル楽曲 - ねこまち',
    author: 'ねこまち',
    handle: 'nekomachi_222',
    audio: excerpt('karl-macklin-geoscape-theme-1', 30, 16),
    why: 'Japanese for "original sound"; the audio is an unaltered excerpt.',
  },
  {
    ...upload,
    slug: 'original-ar',
    kind: 'placeholder title',
    id: '7000000000000017159',
    title: 'الصوت الأصلي - ليلى ✨',
    author: 'ليلى ✨',
    handle: 'layla.example',
    audio: excerpt('gachopin-lovin', 7, 14),
    why: 'Arabic for "original sound", written from right to left; the audio is an unaltered excerpt.',
  },
  {
    ...upload,
    slug: 'original-zh',
    kind: 'placeholder title',
    platform: 'douyin',
    id: '7000000000000018293',
    title: '@小满同学创作的原声',
    author: '小满同学',
    handle: 'xiaoman.example',
    audio: excerpt('czech-national-symphony-orchestra-morning', 24, 18),
    why: 'Douyin\'s form of "original sound by"; the audio is an unaltered excerpt.',
  },
  {
    ...upload,
    slug: 'emoji-only',
    kind: 'empty title',
    id: '7000000000000019427',
    title: '🌙✨💫',
    author: '',
    handle: 'nightowl.4471',
    audio: excerpt('azrael1322-azrael', 33, 15),
    why: 'A title of emoji only; the audio is an unaltered excerpt.',
  },

  // Altered music.
  {
    ...upload,
    slug: 'sped-up-115',
    kind: 'sped up',
    id: '7000000000000020551',
    title: 'chaos god (sped up)',
    author: 'fast.tracks.daily',
    handle: 'fast.tracks.daily',
    audio: excerpt('muldjord-chaos-god', 14, 20, [{ kind: 'speed', ratio: 1.15 }]),
    why: 'The uploader played it 1.15 times as fast; no sped-up release of it exists.',
  },
  {
    ...upload,
    slug: 'sped-up-130',
    kind: 'sped up',
    id: '7000000000000021683',
    title: 'original sound - speedyaudios',
    author: 'speedyaudios',
    handle: 'speedyaudios_x',
    audio: excerpt('christian-hoffmann-credits', 20, 22, [{ kind: 'speed', ratio: 1.3 }]),
    why: 'Played 1.3 times as fast, and the title does not say so.',
  },
  {
    ...upload,
    slug: 'slowed-085-reverb',
    kind: 'slowed and reverb',
    id: '7000000000000022819',
    title: "lovin' slowed + reverb 🌧️",
    author: 'rainy.loops',
    handle: 'rainy.loops',
    audio: excerpt('gachopin-lovin', 26, 15, [
      { kind: 'speed', ratio: 0.85 },
      { kind: 'reverb', decayS: 1.6, wetDb: -4 },
    ]),
    why: 'Played at 0.85 of its speed with a long reverb.',
  },
  {
    ...upload,
    slug: 'slowed-080-reverb',
    kind: 'slowed and reverb',
    id: '7000000000000023957',
    title: 'som original - bia 🌊✨',
    author: 'bia 🌊✨',
    handle: 'bia.ondas',
    audio: excerpt('marine-baklund-striking-into-the-unknown', 10, 15, [
      { kind: 'speed', ratio: 0.8 },
      { kind: 'reverb', decayS: 1.8, wetDb: -3 },
    ]),
    why: 'Played at 0.8 of its speed with a long reverb; the title is Portuguese for "original sound".',
  },
  {
    ...upload,
    slug: 'pitched-up',
    kind: 'pitched',
    id: '7000000000000025087',
    title: 'original sound - tunedup.tina',
    author: 'tunedup.tina',
    handle: 'tunedup.tina',
    audio: excerpt('david-reeves-david-03', 18, 18, [{ kind: 'pitch', semitones: 2 }]),
    why: 'Two semitones higher at the same tempo.',
  },
  {
    ...upload,
    slug: 'pitched-down',
    kind: 'pitched',
    id: '7000000000000026213',
    title: 'original sound - lowkey.lars',
    author: 'lowkey.lars',
    handle: 'lowkey.lars',
    audio: excerpt('manuel-marino-mission-music-2', 16, 18, [{ kind: 'pitch', semitones: -2 }]),
    why: 'Two semitones lower at the same tempo.',
  },
  {
    ...upload,
    slug: 'nightcore',
    kind: 'nightcore',
    id: '7000000000000027341',
    title: 'Together - nightcore ver. 💜',
    author: 'nightcore.nina',
    handle: 'nightcore.nina',
    audio: excerpt('aminos-together', 30, 22, [
      { kind: 'speed', ratio: 1.25 },
      { kind: 'filter', graph: 'bass=g=5:f=110,treble=g=4:f=4000' },
    ]),
    why: 'Played 1.25 times as fast with more bass and treble.',
  },
  {
    ...upload,
    slug: 'tempo-112',
    kind: 'tempo alone',
    id: '7000000000000028477',
    title: 'dance trend audio 💃',
    author: 'steps.with.sol',
    handle: 'steps.with.sol',
    audio: excerpt('tobias-escher-main-theme', 44, 20, [{ kind: 'tempo', ratio: 1.12 }]),
    why: 'Tempo raised by 12 per cent with the pitch kept.',
  },
  {
    ...upload,
    slug: 'low-quality',
    kind: 'low quality',
    id: '7000000000000029611',
    title: 'original sound - oldphone_ok',
    author: 'oldphone_ok',
    handle: 'oldphone_ok',
    audio: excerpt('kenneth-welch-artificial-intelligence', 20, 20, [], {
      format: 'mp3',
      kbps: 24,
      channels: 1,
      sampleRateHz: 22050,
    }),
    why: 'Mono at 24 kb/s.',
  },
  {
    ...upload,
    slug: 'phone-band',
    kind: 'low quality',
    id: '7000000000000030739',
    title: 'recorded this off the radio lol',
    author: 'attic.finds',
    handle: 'attic.finds',
    audio: excerpt(
      'sindre-froyn-main-screen',
      17,
      18,
      [{ kind: 'filter', graph: 'highpass=f=300:p=2,highpass=f=300:p=2,lowpass=f=3400:p=2,lowpass=f=3400:p=2' }],
      { ...platformClip, kbps: 48, channels: 1 },
    ),
    why: 'Only the band of a telephone is left.',
  },
  {
    ...upload,
    slug: 'voice-over-6db',
    kind: 'voice over',
    id: '7000000000000031873',
    title: 'original sound - kitchen.with.noor',
    author: 'kitchen.with.noor',
    handle: 'kitchen.with.noor',
    audio: excerpt('ghost-warm-ink', 36, 22, [
      { kind: 'voice', voice: 'en-us', text: cookingTalk, startS: 1, musicToVoiceDb: 6 },
    ]),
    why: 'Somebody talks over it, 6 dB below the music.',
  },
  {
    ...upload,
    slug: 'voice-over-0db',
    kind: 'voice over',
    id: '7000000000000033007',
    title: 'day 4 ⛵',
    author: 'two.tickets.out',
    handle: 'two.tickets.out',
    audio: excerpt('karl-macklin-geoscape-theme-1', 8, 24, [
      { kind: 'voice', voice: 'en-gb', text: travelTalk, startS: 3, musicToVoiceDb: 0 },
    ]),
    why: 'Somebody talks over it as loud as the music.',
  },
  {
    ...upload,
    slug: 'partial',
    kind: 'music in a part',
    id: '7000000000000034141',
    title: 'wait for it 😂',
    author: 'bus.stop.stories',
    handle: 'bus.stop.stories',
    audio: {
      kind: 'clip',
      scenes: [
        {
          kind: 'speech',
          voice: 'en-us',
          text: 'Okay, nobody believes me, so I filmed it. Watch the door. Wait for it.',
          lengthS: 7,
        },
        { kind: 'track', file: 'tobias-escher-main-theme', startS: 25, lengthS: 13 },
      ],
      alterations: [],
      encoding: platformClip,
    },
    why: 'Seven seconds of speech, then the music.',
  },
  {
    ...upload,
    slug: 'four-seconds',
    kind: 'very short',
    id: '7000000000000035267',
    title: 'original sound - blink.clips',
    author: 'blink.clips',
    handle: 'blink.clips',
    audio: excerpt('czech-national-symphony-orchestra-morning', 44, 4, [], goodClip),
    why: 'Four seconds of unaltered music.',
  },
  {
    ...upload,
    slug: 'ten-minutes',
    kind: 'very long',
    id: '7000000000000036401',
    title: 'study with me 📚 full stream',
    author: 'deskhours',
    handle: 'deskhours',
    audio: {
      kind: 'clip',
      scenes: studyStream,
      alterations: [],
      encoding: { format: 'm4a', kbps: 40, channels: 1, sampleRateHz: 44100 },
    },
    why: 'Ten minutes of talk and other music, with one minute of a catalogue track from 6:10 on.',
  },

  // What the platform's own object says.
  {
    ...upload,
    slug: 'payload-tt2dsp',
    kind: 'platform hints',
    id: '7000000000000037537',
    title: '原创音乐',
    author: 'user47110815',
    handle: 'user47110815',
    audio: excerpt('slippycurb-the-things', 34, 16),
    payload: {
      music: {
        id: '7000000000000037537',
        title: '原创音乐',
        authorName: 'user47110815',
        original: true,
        private: false,
        duration: 16,
        isCopyrighted: true,
        tt2dsp: {
          tt_to_dsp_song_infos: [
            {
              meta_song_id: '7000000000000937537',
              platform: 1,
              song_id: '9990000018',
              token: { apple_music_token: { developer_token: 'EXAMPLE-TOKEN-NOT-A-SECRET' } },
            },
            { meta_song_id: '7000000000000937537', platform: 3, song_id: 'ExampleSpotifyTrack018' },
          ],
        },
      },
    },
    why: "The platform's web object names songs at two services even for a user's sound; the token in it must never be stored.",
  },
  {
    ...upload,
    slug: 'payload-matched-song',
    kind: 'platform hints',
    id: '7000000000000038671',
    title: "original sound - usersnameb7 (Contains music from: Beware the Ship's Kobold! - Tobias Escher)",
    author: 'usersnameb7',
    handle: 'usersnameb7',
    audio: excerpt('tobias-escher-beware-the-ships-kobold', 40, 17, [
      { kind: 'voice', voice: 'en-us', text: 'Look at this. Just look at this view.', startS: 5, musicToVoiceDb: 6 },
    ]),
    payload: {
      music: {
        id_str: '7000000000000038671',
        mid: '7000000000000038671',
        title: 'original sound - usersnameb7',
        author: 'usersnameb7',
        owner_handle: 'usersnameb7',
        is_original: false,
        is_original_sound: true,
        matched_song: { id: '7000000000000938671', author: 'Tobias Escher', title: "Beware the Ship's Kobold!" },
        extra: '{"is_ugc_mapping":true,"music_display_mapping_title":"Beware the Ship\'s Kobold!","is_aed_music":1}',
        duration: 17,
      },
    },
    why: 'The platform says which song the upload contains, and the audio agrees.',
  },

  // Not out yet.
  {
    ...upload,
    slug: 'teaser',
    kind: 'teaser',
    id: '7000000000000039803',
    title: 'unreleased - out friday 🔥',
    author: 'K-Pone',
    handle: 'kpone.example',
    audio: excerpt('k-pone-motorway', 22, 16, [], goodClip),
    verdict: { state: 'waiting', afterRelease: true },
    why: 'A teaser: the track comes into the catalogue later.',
  },
  {
    ...upload,
    slug: 'teaser-sped-up',
    kind: 'teaser',
    id: '7000000000000040939',
    title: 'who made this?? need it NOW 😭',
    author: 'leaks.and.loops',
    handle: 'leaks.and.loops',
    audio: excerpt('k-pone-motorway', 36, 18, [{ kind: 'speed', ratio: 1.1 }]),
    verdict: { state: 'waiting', afterRelease: true },
    why: 'The same unreleased track played 1.1 times as fast by somebody else.',
  },

  // In no catalogue.
  {
    ...upload,
    slug: 'unknown-music',
    kind: 'in no catalogue',
    id: '7000000000000042071',
    title: 'original sound - tidelines',
    author: 'tidelines',
    handle: 'tidelines',
    audio: excerpt('k-pone-the-skylands', 12, 18),
    verdict: waiting,
    why: 'Music that the catalogue does not have, by an artist that it does have.',
  },
  {
    ...official,
    slug: 'unknown-official',
    kind: 'in no catalogue',
    id: '7000000000000043207',
    title: 'Gameplay 3',
    author: 'Tobias Escher',
    handle: 'tobiasescher.example',
    audio: excerpt('tobias-escher-gameplay-3', 20, 18, [], goodClip),
    verdict: waiting,
    why: 'An official sound of a track that has not been delivered; other tracks by the artist have.',
  },

  // Words alone, the way uploaders and scrapers write them; the platform gives no audio.
  {
    ...official,
    ...unheard(30000),
    slug: 'words-swapped-fields',
    kind: 'title and artist exchanged',
    id: '7000000000000050021',
    title: 'Slippycurb',
    author: 'The Things',
    handle: 'slippycurb.example',
    verdict: named('ZZFER1100018'),
    why: "Title and artist stand in each other's field.",
  },
  {
    ...upload,
    ...unheard(15000),
    slug: 'words-artist-title',
    kind: 'artist and title in one field',
    id: '7000000000000051151',
    title: 'Muldjord - Armygeddon',
    author: 'chiptune.cellar',
    handle: 'chiptune.cellar',
    verdict: named('ZZFER0600010'),
    why: 'Somebody\'s upload, titled "Artist - Title".',
  },
  {
    ...upload,
    ...unheard(21000),
    slug: 'words-title-artist',
    kind: 'artist and title in one field',
    id: '7000000000000052289',
    title: 'Striking Into The Unknown - Marine Baklund',
    author: 'space.opera.sunday',
    handle: 'space.opera.sunday',
    verdict: named('ZZFER0800017'),
    why: 'Somebody\'s upload, titled "Title - Artist".',
  },
  {
    ...official,
    ...unheard(30000),
    slug: 'words-html-entity',
    kind: 'scraped spelling',
    id: '7000000000000053419',
    title: 'Beware the Ship&#039;s Kobold!',
    author: 'Tobias Escher',
    handle: 'tobiasescher.example',
    verdict: named('ZZFER0900020'),
    why: 'The apostrophe came through as an HTML entity.',
  },
  {
    ...upload,
    ...unheard(28000),
    slug: 'words-file-name',
    kind: 'name of a file',
    id: '7000000000000054547',
    title: 'Karl Macklin - Geoscape theme #1.mp3',
    author: 'lanparty.1999',
    handle: 'lanparty.1999',
    verdict: named('ZZFER0800011'),
    why: 'The upload kept the name of the file that it was; "#1" belongs to the title.',
  },
  {
    ...official,
    ...unheard(18000),
    slug: 'words-hashtags',
    kind: 'hashtags and emoji',
    id: '7000000000000055681',
    title: '✨🎻 Urban Bolero 🎻✨ #fyp #guitar #viral',
    author: 'K-Pone',
    handle: 'kpone.example',
    verdict: named('ZZFER1500008'),
    why: 'Emoji and hashtags around the title say nothing.',
  },
  {
    ...official,
    ...unheard(24000),
    slug: 'words-accents',
    kind: 'accents',
    id: '7000000000000056813',
    title: 'MAIN SCREEN',
    author: 'Sindre Frøyn',
    handle: 'sindrefroyn.example',
    verdict: named('ZZFER1200002'),
    why: 'Capitals, and the letter ø that the catalogue writes as o.',
  },
  {
    ...official,
    ...unheard(30000),
    slug: 'words-guest-in-title',
    kind: 'guest named in the title',
    id: '7000000000000057947',
    title: 'Castle (feat. Florian Massuyeau)',
    author: 'Julien Jorge',
    handle: 'julienjorge.example',
    verdict: named('ZZFER1100027'),
    why: 'Three recordings are called "Castle"; the catalogue credits the guest as an artist, the sound in its title.',
  },
  {
    ...official,
    ...unheard(30000),
    slug: 'words-swapped-letters',
    kind: 'slip of the hand',
    id: '7000000000000059077',
    title: 'Artificial Intelligecne',
    author: 'Kenneth Welch',
    handle: 'kennethwelch.example',
    verdict: named('ZZFER0400026'),
    why: 'Two neighbouring letters in the wrong order; the word is long, and no other one is near.',
  },
  {
    ...official,
    ...unheard(17000),
    slug: 'words-sped-up',
    kind: 'sped up, by its words',
    id: '7000000000000060209',
    title: 'Urban Bolero (Sped Up)',
    author: 'K-Pone',
    handle: 'kpone.example',
    verdict: named('ZZFER1500008', 'sped_up'),
    why: 'The words claim a faster version of a track that has no sped-up release; how much faster nobody can tell without audio.',
  },
  {
    ...official,
    ...unheard(22000),
    slug: 'words-sped-up-release',
    kind: 'official sped-up release',
    id: '7000000000000061343',
    title: 'Island Dreams - Sped Up Version',
    author: 'K-Pone',
    handle: 'kpone.example',
    verdict: named('ZZFER2400007'),
    why: 'The sped-up release has its own ISRC, and the words name it.',
  },
  {
    ...upload,
    ...unheard(19000),
    slug: 'words-contains',
    kind: 'platform hints',
    id: '7000000000000062473',
    title: 'original sound - tram.line.12 (Contains music from: City Blues - Robert van Herk)',
    author: 'tram.line.12',
    handle: 'tram.line.12',
    verdict: named('ZZFER0500030', 'contains'),
    why: 'A placeholder title, but the platform says which song the upload contains.',
  },
  {
    ...official,
    ...unheard(30000),
    slug: 'words-named-remix',
    kind: 'version that the catalogue lacks',
    id: '7000000000000063607',
    title: 'Armygeddon (Slippycurb Remix)',
    author: 'Muldjord',
    handle: 'muldjord.example',
    verdict: asked,
    why: 'A remix by name; the catalogue has only the plain recording.',
  },
  {
    ...official,
    ...unheard(30000),
    slug: 'words-part-two',
    kind: 'version that the catalogue lacks',
    id: '7000000000000064739',
    title: 'Urban Bolero, Pt. 2',
    author: 'K-Pone',
    handle: 'kpone.example',
    verdict: asked,
    why: 'A second part; the recording in the catalogue has no parts.',
  },
  {
    ...official,
    ...unheard(26000),
    slug: 'words-misspelled-version',
    kind: 'version that the catalogue lacks',
    id: '7000000000000065867',
    title: 'City Blues (Acoustik)',
    author: 'Robert van Herk',
    handle: 'rvanherk.example',
    verdict: asked,
    why: 'Probably an acoustic take with a slip in the word; the catalogue has only the plain recording.',
  },
  {
    ...official,
    ...unheard(30000),
    slug: 'words-platform-contradicts',
    kind: 'platform hints',
    id: '7000000000000066997',
    title: 'Chaos God',
    author: 'Muldjord',
    handle: 'muldjord.example',
    payload: {
      music: {
        id: '7000000000000066997',
        title: 'Chaos God',
        authorName: 'Muldjord',
        original: false,
        duration: 30,
        tt2dsp: {
          tt_to_dsp_song_infos: [
            { meta_song_id: '7000000000000966997', platform: 3, song_id: 'ExampleSpotifyTrack018' },
          ],
        },
      },
    },
    verdict: asked,
    why: "The words name one recording, the platform's link to a streaming service another.",
  },
  {
    ...official,
    ...unheard(40000),
    slug: 'words-mash-up',
    kind: 'mash-up',
    id: '7000000000000068129',
    title: 'Chaos God x Armygeddon',
    author: 'Muldjord',
    handle: 'muldjord.example',
    verdict: asked,
    why: 'Two songs in one sound: neither is simply it, and a person must say which of them to report.',
  },
  {
    ...upload,
    ...unheard(12000),
    slug: 'words-generic',
    kind: 'generic title, nothing else',
    id: '7000000000000069263',
    title: 'main theme',
    author: 'boss.fight.clips',
    handle: 'boss.fight.clips',
    verdict: waiting,
    why: 'Thousands of recordings have this title, three of them here; without artist and audio there is nothing to decide by.',
  },
  {
    ...official,
    ...unheard(30000),
    slug: 'words-other-artist',
    kind: 'in no catalogue',
    id: '7000000000000070393',
    title: 'Medieval',
    author: 'The Paper Lanterns',
    handle: 'paperlanterns.example',
    verdict: waiting,
    why: 'A namesake of a catalogue track by another artist.',
  },
  {
    ...official,
    ...unheard(14000),
    slug: 'words-teaser',
    kind: 'teaser',
    id: '7000000000000071527',
    title: 'new song teaser 🤫 out friday',
    author: "Grady O'Connell",
    handle: 'gradyoconnell.example',
    verdict: waiting,
    why: 'Something by this artist is coming; nothing says what, and it is not the track that is already out.',
  },

  // Nothing to find.
  {
    ...upload,
    slug: 'speech',
    kind: 'speech only',
    id: '7000000000000044339',
    title: 'original sound - storytime.jo',
    author: 'storytime.jo',
    handle: 'storytime.jo',
    audio: {
      kind: 'clip',
      scenes: [{ kind: 'speech', voice: 'en-us', text: storyTalk, lengthS: null }],
      alterations: [],
      encoding: platformClip,
    },
    verdict: { state: 'unmatchable' },
    why: 'Somebody talks; there is no music, and the words name none.',
  },
  {
    ...upload,
    slug: 'silence',
    kind: 'silence',
    id: '7000000000000045473',
    title: 'original sound - quiet.room',
    author: 'quiet.room',
    handle: 'quiet.room',
    audio: { kind: 'clip', scenes: [{ kind: 'silence', lengthS: 15 }], alterations: [], encoding: platformClip },
    verdict: { state: 'unmatchable' },
    why: 'Fifteen seconds of silence.',
  },
  {
    ...upload,
    slug: 'corrupt',
    kind: 'corrupt file',
    id: '7000000000000046609',
    title: 'original sound - glitch.garden',
    author: 'glitch.garden',
    handle: 'glitch.garden',
    audio: { kind: 'broken', how: 'truncated', format: 'm4a', claimedMs: 15000 },
    verdict: { state: 'unmatchable' },
    why: 'The file breaks off and cannot be decoded.',
  },
  {
    ...upload,
    slug: 'empty-file',
    kind: 'empty file',
    id: '7000000000000047741',
    title: 'original sound - nothing.here.yet',
    author: 'nothing.here.yet',
    handle: 'nothing.here.yet',
    audio: { kind: 'broken', how: 'empty', format: 'm4a', claimedMs: 9000 },
    verdict: { state: 'unmatchable' },
    why: 'The file has no bytes.',
  },
  {
    ...upload,
    slug: 'not-audio',
    kind: 'not audio',
    id: '7000000000000048871',
    title: 'original sound - copy.paste.carl',
    author: 'copy.paste.carl',
    handle: 'copy.paste.carl',
    audio: { kind: 'broken', how: 'text', format: 'mp3', claimedMs: 12000 },
    verdict: { state: 'unmatchable' },
    why: 'A text file under the name of an MP3.',
  },
];
