// The numbers that fusion, verdict and several witnesses share. What only one witness needs stands in its file, what only words need in
// metadata/weights.ts.

export const thresholds = {
  /** Recordings that a title may mean. */
  world: 1e8,
  /**
   * Odds that a recording with the very same title and artists is meant which the catalogue lacks: of 32,661 real ones 0.5 % have another
   * of these words, more than 3 s longer or shorter.
   */
  wordsAlike: 1 / 256,
  /** A small index still meets sounds that it does not hold. */
  smallestIndex: 1e4,
  /** Linked by a machine from here on. */
  sure: 0.95,
  /** Shown to a person from here on. */
  review: 0.2,
  /** Heard with so many bits, a recording needs no word to confirm it, and the ear knows what was done to it. */
  heardClearlyBits: 12,
  /** With so many, in at least this share of the sound, the ear is believed against the title of a person's upload. */
  heardPlainlyBits: 20,
  heardPlainlyCoverage: 0.5,
  /** Parts of the sound that share no more than this of the shorter one lie beside each other: seconds at a cut speak for both. */
  besideOverlap: 0.25,
  /** A recording heard in at least this share of the sound, and three times as much of it as another, is what the sound is about. */
  mainCoverage: 0.5,
  mainOverOther: 3,
} as const;
