// How the lists of this folder are written, and how they become regular expressions.
//   A wording is in its folded form (`fold` of ../fold.ts): lower case, no accents, no punctuation but single spaces. One that folding would
//   change can never be met; a test holds every list to this. It may be a small regular expression: "remaster(?:ed)?", "speed ?up".

export type Wordings = readonly string[];

/** One of these, as a piece of a regular expression. */
export const anyOf = (...lists: readonly Wordings[]): string => `(?:${lists.flat().join('|')})`;

/** Nothing but what the pattern says. */
export const whole = (pattern: string): RegExp => new RegExp(`^${pattern}$`, 'u');
