import type { LanguageWordings } from './format.ts';

export const english: LanguageWordings = {
  language: 'en',
  songs: [
    ['Paper Lanterns', 'Ada Quill'],
    ['Tin Boats on the Harbour', 'Mara Voss'],
    ['Velvet Winter', 'The Copper Larks'],
    ['Seventeen Miles', 'Jonah Pell'],
  ],
  other: 'Ines Rook',
  version: {
    live: 'Live | Live Version | Live at the Old Mill | Live from Brixton | Live in Berlin | Live at Red Rocks, 2019 | Live 2016 | Live Acoustic | Recorded Live | In Concert | Concert Version | Live on Tour | Arena Tour Version | Festival Version | Live at Wembley Stadium / 1986 | Live from the Kitchen | Live in Studio | Live Take | Rehearsal | Soundcheck | From the Rooftop | At Home | Live at Home | Live Band Version | Live on Late Night | Street Performance',
    session:
      'Spotify Singles | Recorded at Spotify Studios NYC | Recorded at Electric Lady Studios | Amazon Original | Amazon Music Original | Vevo LIFT | Vevo DSCVR | Vevo Live Session | Audiotree Live Version | Audiotree Session | Apple Music Live | Apple Music Home Session | Apple Music Session | iTunes Session | iTunes Live | Deezer Session | Deezer Original | YouTube Session | TIDAL Session | Tiny Desk Concert | Tiny Desk (Home) Concert | A COLORS SHOW | COLORS Session | Mahogany Session | Sofar London | BBC Session | BBC Live Lounge | Live Lounge | Peel Session | Maida Vale Session | Live on KEXP | KEXP Session | Like a Version | Paste Session | Daytrotter Session | Take Away Show | From THE FIRST TAKE | The First Take | Honda Stage | SiriusXM Session | Pandora Session | AOL Sessions | Bedroom Session | Basement Session | Garage Session | Studio Session | Quarantine Session | Church Session | Abbey Road Session | Capitol Studios Session | Rooftop Session | Radio Session | Live Session | MTV Unplugged | Stripped Session',
    acoustic:
      'Acoustic | Acoustic Version | Acoustic Mix | Acoustic Guitar Version | Stripped | Stripped Back | Stripped Down | Stripped Version | Unplugged | Unplugged Version | Campfire Version | Bare Version | Naked Version | Raw Version',
    instrument:
      'Piano | Piano Version | Solo Piano | Piano Acoustic | Piano & Strings | Piano and Voice | Violin | Violin Version | Guitar | Guitar Version | Cello Version | Strings Version | With Strings | String Quartet | String Version | Orchestral | Orchestral Version | Orchestra Version | With Orchestra | Symphonic Version | Choir Version | Harp Version | Ukulele | Ukulele Version | Saxophone Version | Music Box | Music Box Version | Lullaby Version | Kalimba | 8-Bit | 8-Bit Version | Brass Version | Organ Version | Flute Version | Banjo Version | Bagpipe Version | Steel Drum Version',
    genre:
      'Techno | Techno Remix | Amapiano | Amapiano Remix | Drill | Drill Remix | UK Drill | Bachata | Bachata Version | Funk | Baile Funk | Phonk | Drift Phonk | House Remix | Deep House | Afro House | Afro House Remix | Tropical House Remix | Drum & Bass | DnB | DnB Remix | Jersey Club | Jersey Club Remix | Hardstyle | Hardtekk | Dubstep Remix | Trap Remix | Lofi | Lo-Fi Version | Lofi Flip | Jazz Version | Jazz | Bossa Nova Version | Reggae Version | Dancehall | Dancehall Remix | Reggaeton Remix | Synthwave | 80s Version | 80s Remix | Disco Version | Country Version | Metal Version | Rock Version | Punk Version | Swing Version | Gospel Version | Chillout Mix | Ambient | Ambient Version | Trance Mix | UK Garage | Garage Remix | Moombahton | Rave Edit | Epic Version | Cinematic Version | Bardcore | Hyperpop | Soul Version | R&B Version | Kizomba | Zouk Remix | Rumba Version | Bollywood Version',
    remix:
      'Remix | Official Remix | {other} Remix | {other} Edit | {other} Mix | {other} Bootleg | {other} VIP Mix | VIP | VIP Mix | Dub | Dub Mix | Harbour Dub Two | Club Mix | Flip | {other} Flip | {other} Rework | Rework | Refix | Reimagined | Remixed by {other} | {other} Remix Radio Edit | {other} Extended Remix | {other} Club Edit | Mashup | {other} Mashup | Festival Mix | Sunset Mix | Midnight Mix | Morning Mix | Night Version | Moonlit Version | Afterhours Mix | Re-Edit | Beatless | Pop Mix | Copycat Version | {other} vs. {artist} | {other} Reconstruction | {other} Interpretation | Redux | Continuous Mix | Mixed',
    long: 'Extended | Extended Mix | Extended Version | Extended Club Mix | Long Version | 12" Mix | 12" Version | 10 Minute Version | 1 Hour | 1 Hour Loop | 10 Hours | Loop | Looped | Interlude | Intro | Outro | Reprise | Part 2 | Pt. II | Vol. 2 | Prelude | Instrumental Interlude | Hidden Reprise',
    're-recorded':
      'Re-Recorded | Rerecorded | Re-Recorded Version | Re-Recording | Re-Recorded 2015 | New Recording | New Version | 2019 Version | 2021 Re-Recording | {artist}’s Version | My Version | Revisited | Revisited 2020 | Remake | 2.0 | Anniversary Version | 10th Anniversary Version | 20th Anniversary Mix | 2014 Remix | 2018 Mix | 50th Anniversary Mix | Reimagined Version | Reborn | Rebuilt | 2023 Redo',
    take: 'Demo | Demo Version | Original Demo | Home Demo | 4-Track Demo | Early Demo | 1994 Demo | Alternate Take | Alternative Take | Take 1 | Take 2 | Take 3 / Outtake | Outtake | Alternate Version | Alternative Version | Alternate Mix | Early Version | Early Take | Rough Mix | Studio Outtake | Work Tape | Voice Memo | Sketch | Unfinished | First Take | Working Version | Session Outtake | Monitor Mix | Writing Demo | Alternate Ending',
    language:
      'Spanish Version | English Version | French Version | German Version | Italian Version | Japanese Version | Korean Version | Korean Ver. | Portuguese Version | Chinese Version | Mandarin Version | Arabic Version | Spanglish Version | Simlish Version | Multilingual Version | Sung in Welsh | In Spanish',
    'no voice':
      'Instrumental | Instrumental Version | Official Instrumental | Instrumental Mix | Karaoke | Karaoke Version | Karaoke Version in the Style of {artist} | Backing Track | No Vocals | A Cappella | Acapella | Acappella Version | Studio Acapella | Vocals Only | Isolated Vocals | Drumless | Minus One | Sing-Along Version | Beat | Type Beat | Stems | Instrumental With Backing Vocals',
    'by another':
      'Cover | {artist} Cover | Cover by {other} | Tribute | Tribute to {artist} | Tribute Version | Originally Performed by {artist} | Made Famous by {artist} | In the Style of {artist} | Piano Cover | Metal Cover | Acoustic Cover | Tutorial | Piano Tutorial | Guitar Lesson | How to Play | Synthesia | AI | AI Cover | AI Version | AI Generated | Parody | Reaction | Female Version | Male Version | Kids Version | Children’s Choir Version | Rap Version | Freestyle | Response | Commentary | Track by Track Commentary | Spoken Word Version | Sleep Version | Meditation Version | Workout Mix | Ringtone | Christmas Version | Halloween Version | Wedding Version | ASMR | Beatbox | Duet | Duet Version | Solo Version | Group Version | Film Version | Movie Version | Original Cast Recording | Cast Version | Sad Version | Happy Version | Coke Studio | Recreated | Sing King Version',
  },
  edition:
    'Radio Edit | Radio Version | Radio Mix | UK Radio Edit | US Radio Edit | Single Version | Single Edit | Album Version | Album Edit | LP Version | 7" Version | 7" Edit | Mono | Mono Version | Mono / Remastered | Short Version | Short Edit | Video Edit | Video Version | Clean | Clean Version | Edit | TV Edit | Censored',
  neutral:
    'Remastered | Remaster | 2011 Remaster | Remastered 2009 | 2005 Remastered Version | Digitally Remastered | Explicit | Explicit Version | Official Audio | Official Video | Official Music Video | Official Lyric Video | Lyric Video | Lyrics | Visualizer | Official Visualizer | Audio | Bonus Track | Hidden Track | Deluxe | Deluxe Edition | Deluxe Version | Expanded Edition | Anniversary Edition | 10th Anniversary Edition | Original Mix | Original Version | Original | Stereo | Stereo Version | HD | HQ | 4K | Full Song | Full Version | Official Song | Original Song | From "Harbour Nights" | From the Original Motion Picture "Harbour Nights" | From the Netflix Series "Harbour Nights" | Music Video | Dolby Atmos | Spatial Audio | Out Now | TikTok Version | As Heard on TikTok | Bonus Track Version | with Lyrics | High Quality | Single',
  relation: {
    sped_up:
      'Sped Up | Sped Up Version | Speed Up | Speed Up Version | Sped-Up | Nightcore | Nightcore Version | Super Sped Up | Fast Version | Faster | Sped Up TikTok Version | Sped Up + Reverb | Sped Up & Pitched | 1.25x | 1.5x Speed | Sped Up Remix | Spedup | Speedup',
    slowed:
      'Slowed | Slowed + Reverb | Slowed & Reverb | Slowed Down | Slowed Version | Super Slowed | Ultra Slowed | Slowed to Perfection | Slowed n Reverb | Slowed and Reverbed | Daycore | Chopped & Screwed | 0.8x | Slowed Down Version | Perfectly Slowed | Slower',
    altered:
      '8D Audio | 8D | 16D Audio | Bass Boosted | Reverb | Pitched | Pitched Down | High Pitched | Chipmunk Version | Underwater | In Another Room',
  },
};
