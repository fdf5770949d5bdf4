// Every number that scoring uses, in bits (log2 of a likelihood ratio). Data, not code: a fitted set may replace it.
// Whoever changes one raises their name, `handWeightsName` (domain/decision.ts), which is stored with each decision.

export const weights = {
  title: {
    /** No title says more than this, however rare: retitled re-uploads and namesakes exist. */
    cap: 26,
    viaSubtitle: -1,
    viaSplit: -0.5,
    viaArtistInTitle: -1,
    viaAlias: -1,
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
    leadAlone: 18.5,
    /** The recording's own title names a guest, the sound nowhere does: its sibling without the guest is likelier. */
    guestUnnamed: -3,
    /** A title this rare may rest on any credited artist: orchestras are named where the catalogue has the composer first. */
    someSufficesTitleBits: 22,
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
    speedOnlyInSound: -1,
    effectOnlyInSound: -0.5,
    speedOnlyInRecording: -8,
    speedOpposite: -16,
    partEqual: 3,
    partDiffers: -16,
    partOnlyInOne: -9,
    softEqual: 2,
    softDiffers: -5,
  },
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
  duration: { tooLong: -8, slackMs: 5000, slowest: 0.6 },
  rarity: {
    /** The rarity guess from a title's words weighs as much as this many catalogue rows. */
    pseudoRows: 100_000,
  },
} as const;

/** A title's first bits, and what its first common word adds on top of its own. */
export const titleStartBits = { start: 6, firstCommonWord: 3 } as const;
