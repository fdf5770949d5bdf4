// What stands behind titles in catalogues, by language and by what it says of the recording. Written from knowledge of catalogues.
//   version   names another recording: a take, a mix, an arrangement, another singer
//   edition   another cut or master of the same take (radio edit, single version, mono): linked or shown, but where both are known the words decide
//   neutral   says nothing about the recording
//   relation  says what was done to the recording: another speed, an effect
// `{artist}` is the one who sings it, `{other}` somebody else.

export const classes = ['version', 'edition', 'neutral', 'relation'] as const;
export type WordingClass = (typeof classes)[number];

export interface LanguageWordings {
  /** ISO 639-1. */
  readonly language: string;
  /** Made-up titles and artists in that language; one of them is taken by the wording. */
  readonly songs: readonly (readonly [title: string, artist: string])[];
  readonly other: string;
  /** By kind, separated by " | ". */
  readonly version: Readonly<Record<string, string>>;
  readonly edition: string;
  readonly neutral: string;
  readonly relation: { readonly sped_up?: string; readonly slowed?: string; readonly altered?: string };
}
