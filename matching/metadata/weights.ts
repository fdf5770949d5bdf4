// Every number that scoring uses, in bits (log2 of a likelihood ratio). Data, not code: a fitted set may replace it.
// Whoever changes one raises their name, `handWeightsName` (domain/decision.ts), which is stored with each decision.

export const weights = {
  title: {
    /** No title says more than this, however rare: retitled re-uploads and namesakes exist. */
    cap: 26,
    /** A short title ("You", "Her") says no less than this beside its exact artist: of one name's songs few are called so. */
    besideArtist: 14,
    viaSubtitle: -1,
    /** The same words beside both titles. */
    beside: 4,
    viaSplit: -0.5,
    viaArtistInTitle: -1,
    viaAlias: -1,
    /** The same movement of the same work, worded otherwise. */
    viaMovement: -2,
    viaRomanised: -3,
    squeezed: -0.5,
    /** Shares of the exact bits that a close spelling keeps: two neighbours swapped, a letter too many or too few, a letter changed. */
    swapped: 0.75,
    inserted: 0.7,
    changed: 0.65,
    /** The same in a short title: "Lights" and "Nights" are two songs. */
    swappedShort: 0.6,
    insertedShort: 0.5,
    changedShort: 0.4,
    none: -12,
    noneOtherScript: -4,
    /** A person names an upload as they like. */
    noneUserMade: -2,
  },
  artist: {
    equal: 20,
    furtherCredit: 2,
    furtherCreditCap: 4,
    /** The lead artist and nobody else is named; guests are often left out. */
    leadAlone: 19.5,
    /** A title this rare may rest on any credited artist: orchestras are named where the catalogue has the composer first. */
    someSufficesTitleBits: 16,
    /** The names stand in another order: family name first or last. */
    turned: -0.5,
    /** Nobody is named but on the album that is. */
    byAlbum: 12,
    lead: 17,
    some: 13,
    fuzzy: -4,
    handle: 12,
    none: -14,
    noneOtherScript: -5,
    noneUnknownMaker: -8,
    noneUserMade: -1,
  },
  version: {
    bothPlain: 0.5,
    equal: 6,
    sameKindLessDetail: 1,
    onlyInSound: -9,
    onlyInRecording: -10,
    differ: -16,
    speedEqual: 5,
    speedEqualDetailApart: 1,
    speedOnlyInSound: -0.5,
    effectOnlyInSound: -0.5,
    speedOnlyInRecording: -8,
    speedOpposite: -16,
    partEqual: 3,
    partDiffers: -16,
    partOnlyInOne: -9,
    softEqual: 2,
    softDiffers: -5,
    /** A remaster is the same take, and most catalogues hold nothing else of an old song. */
    softSaysLittle: -1,
  },
  /**
   * Odds that another recording of this title and artist is meant, which the catalogue lacks, against this one. Rounded from 16,108 real
   * recordings, each asked for with itself and its twins taken out (evaluation/metadata/REAL.md).
   */
  elsewhere: {
    /** The recording has a guest whom the sound leaves out, as platforms and uploads often do. */
    guestUnnamed: 0.015,
    /** The sound names somebody whom the recording lacks: recorded again with a guest, a remix by him, a cover. */
    nameUnknown: 1.5,
    /** Of a composer's work everybody has a recording: who plays it decides. */
    otherPlayers: 1,
    /** Remastered, explicit, from a film, on one side only. */
    edition: 0.015,
    /** Another cut, mono or clean on one side only, or two different cuts. */
    cut: 1,
    /** Words beside the title on one side only that nobody can read. */
    unread: 1,
    /** The same, where they stand behind many titles or speak of how it was made: a version. */
    version: 4,
    /** The same on the recording's side, where they read like another name of the song. */
    subtitle: 0.025,
    /** The same in another script than the title: mostly its translation. */
    otherScript: 0.03,
    /** A cover by the artist that names what it covers. */
    ownCover: 0.03,
    /** One's title stands beside the other's. */
    crossed: 2,
    /** The sound's whole length is not the recording's. */
    length: 3,
  },
  /** Another candidate fits the words better: it has what the sound says, and nothing more. */
  fitsWorse: -7,
  context: { equal: 6, differ: -4, album: 3 },
  identifier: {
    /** The platform's own mapping from sound to recording: p about .99 against a prior of 1e-8. */
    platform: 34,
    isrc: 12,
    isrcAlone: 4,
  },
  /** A song that the platform or the caption names; what it contains, not what it is. */
  named: { caption: -8 },
  /** `slowest`: the slowest release in circulation plays at about this share of the speed; a longer official sound is another recording. */
  duration: {
    tooLong: -8,
    slackMs: 5000,
    slowest: 0.6,
    /** An official sound that is longer than this is the whole recording, not a clip of it. */
    longestClipMs: 65_000,
    /** Two lengths of one recording differ by less: rounding, silence at the ends. */
    equalMs: 3000,
    equal: 2,
  },
  rarity: {
    /** The rarity guess from a title's words weighs as much as this many catalogue rows. */
    pseudoRows: 100_000,
  },
} as const;

/** A title's first bits, and what its first common word adds on top of its own. */
export const titleStartBits = { start: 6, firstCommonWord: 3 } as const;
