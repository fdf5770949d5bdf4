// What announces a song that is not out yet.

import type { Wordings } from './wordings.ts';

/** A piece of it, by any of these names: "new song teaser", "unreleased demo". */
export const teaserPieces: Wordings = ['teaser', 'snippet', 'preview', 'sneak peek', 'leak', 'leaked', 'unreleased'];
export const teaserPieceOf: Wordings = ['song', 'track', 'audio', 'version', 'clip', 'sound', 'snippet', 'demo'];
/** "new …" */
export const newSongs: Wordings = ['song', 'single', 'music', 'track'];

/** "out …" */
export const outWhen: Wordings = ['now', 'soon', 'today', 'tonight', 'tomorrow', 'everywhere'];
export const weekdays: Wordings = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'];
export const monthStarts: Wordings = [
  'jan',
  'feb',
  'mar',
  'apr',
  'may',
  'jun',
  'jul',
  'aug',
  'sep',
  'oct',
  'nov',
  'dec',
];

export const teaserWordings: Wordings = [
  'coming soon',
  'pre ?saves?(?: now| link in bio)?',
  'dropping (?:soon|friday|tonight|tomorrow)',
  'pre release',
  'prerelease',
  'pre order',
  // German, Portuguese
  'bald',
  'em breve',
  // Russian
  'скоро',
  'премьера',
  // Chinese, Japanese
  '未发布',
  '先行公開',
];
