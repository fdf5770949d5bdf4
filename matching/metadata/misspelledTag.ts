// Groups that the grammar cannot read, one slip away from a version, a speed or a part: "(Acoustik)", "- Spde Up", "(Tiesto Remux)".
// As subtitles they would be harmless, and all of these were linked to the plain recording with p .99. A slip counts only where the
// mended group is read as such a tag as a whole, and never where the slipped word is a word itself: "(Love)" is no "(Live)".

import { editDistance, fold, squeeze } from './fold.ts';
import { isTitleWord } from './rarity.ts';
import { readTags, type Tag } from './title.ts';

/** Words that make a version, speed or part tag. Styles ("phonk") matter alone; beside "remix" or "version" any word is read already. */
const tagWords = (
  'live acoustic acustico acustica acoustique akustik stripped unplugged instrumental instrumentals karaoke acapella acappella cappella ' +
  'vocals cover covered demo extended loop looped remix remixes remixed rmx mix edit bootleg flip rework reworked refix remake ' +
  'reimagined mashup medley vip dub version session sessions sped speed spedup speedup slowed slow faster slower nightcore daycore pitched ' +
  'screwed reverb reverbed phonk hardstyle lofi part chapter interlude reprise up down vivo'
).split(' ');

/** Whole tags whose space may be lost or misplaced: "(Spe dup)", "(Liv e)", "(SlowedReverb)". */
const tagPhrases = [
  'sped up',
  'speed up',
  'slowed down',
  'slowed reverb',
  'slowed and reverb',
  'nightcore',
  'live version',
  'live session',
  'acoustic version',
  'acoustic',
  'acapella',
  'instrumental',
  'karaoke version',
  'karaoke',
  'demo version',
  'extended',
  'extended mix',
  'unplugged',
  'remix',
  'mashup',
];

/**
 * Words and names one slip away from a tag word, beside those that thousands of titles hold (`isTitleWord`). The longer tag words have
 * no such neighbours but their own inflections.
 */
const ownWords = new Set(
  // live
  (
    'alive olive lie liv lives lived liver livre line lime lite five dive hive jive give vive wive lave lice lire lieve leve libe ' +
    // acoustic, stripped, vocals, cover, covered, demo
    'acoustics striped tripped stripper vocal locals lover over hover mover rover dover cove coven covet covers clover corer covert ' +
    'hovered demos dem deo memo nemo demon deme demi deemo emo domo ' +
    // extended, loop, looped, remix, mix
    'extender loops loot look loom lop loup poop coop hoop bloop sloop looper looked looted hooped cooped remit remi remis remy remixer ' +
    'max mia mid mig mik mil mim min mir mis mit six fix nix pix tix vix mixt minx moix ' +
    // edit, bootleg, flip, rework, remake, medley, vip, dub, version, session
    'edith edits exit emit adit edict elit bootlegs flips flit flap flop clip slip lip blip fip reworks remade remakes retake medly vips ' +
    'rip tip dip hip zip sip kip nip pip yip via vim viz dubs dud due dug dun duo dab dob deb hub pub rub sub tub cub nub bub dumb daub drub ' +
    'aversion versions cession sessions ' +
    // sped, speed, slow, slowed, faster, slower, pitched, screwed
    'shed sled seed spe spend spud aped steed speeds speedy slows slew slot slop glow blow flow plow snow show stow sow slo sloe glowed ' +
    'flowed plowed snowed showed stowed fasted easter master caster laster vaster fester foster feaster fatter paster lower flower glower ' +
    'blower pitcher pitches hitched ditched patched screwer ' +
    // phonk, lofi, part, chapter, interlude
    'phono phone phonks loft sofi party parts past pert port pat art par park pare apart parte parti pact pant dart cart hart tart wart ' +
    'mart bart spart chapters interludes'
  ).split(' '),
);

/** From this length two slips still leave no other word but those named in `twoSlipsAway`. */
const longTag = 8;
const twoSlipsAway = new Set(
  'caustic caustics instrument instruments rewarded reworded rewound networked extenuated intended attended expended extend extends extent reimagine unplug unplugs'.split(
    ' ',
  ),
);

export interface MisspelledTag {
  /** The group as written. */
  readonly written: string;
  /** The same with the slip mended, folded. */
  readonly meant: string;
}

/** Longest group looked at; tags are short, and subtitles of a whole sentence hold every word. */
const mostWords = 6;

/**
 * What an unread group may have been meant as; null when it is far from every tag, or when mending it yields only wording that says
 * nothing about the recording ("Album Verison").
 */
export function misspelledTag(group: string): MisspelledTag | null {
  const key = fold(group);
  const words = key.split(' ');
  if (!/[a-z]/.test(key) || words.length > mostWords) return null;
  if (words.length > 1 && words.length <= 3) {
    const phrase = [...tagPhrases, ...tagWords].find((each) => squeeze(each) === squeeze(key));
    if (phrase !== undefined && namesVersion(readTags(phrase))) return { written: group, meant: phrase };
  }
  for (const [index, word] of words.entries()) {
    if (word.length < 2 || tagWords.includes(word) || isTitleWord(word) || ownWords.has(word)) continue;
    for (const right of tagWords) {
      if (!isSlip(word, right)) continue;
      const meant = words.with(index, right).join(' ');
      if (namesVersion(readTags(meant))) return { written: group, meant };
    }
  }
  // Two slips: in one long word ("Acuostik"), or one in each of two words that make a tag ("Lvie Vresion", "Spde Pu").
  for (const [index, word] of words.entries()) {
    if (tagWords.includes(word) || isTitleWord(word) || ownWords.has(word) || twoSlipsAway.has(word)) continue;
    for (const right of tagWords) {
      if (right.length < longTag || editDistance(word, right, 2) !== 2) continue;
      const meant = words.with(index, right).join(' ');
      if (namesVersion(readTags(meant))) return { written: group, meant };
    }
  }
  if (words.length === 2 && !words.some((word) => isTitleWord(word) || ownWords.has(word))) {
    const [first, second] = words as [string, string];
    const phrase = tagPhrases.find((each) => {
      const [one, other] = each.split(' ');
      return one !== undefined && other !== undefined && isSlip(first, one) && isSlip(second, other);
    });
    if (phrase !== undefined && namesVersion(readTags(phrase))) return { written: group, meant: phrase };
  }
  // "Spdeup", "SlowedReverb": the space went with the slip or is the slip.
  if (words.length <= 2) {
    const phrase = tagPhrases.find((each) => each.includes(' ') && editDistance(squeeze(key), squeeze(each), 1) <= 1);
    if (phrase !== undefined && !words.every((word) => isTitleWord(word) || ownWords.has(word)))
      return { written: group, meant: phrase };
  }
  return null;
}

/** One swap, or one letter more, less or changed. In two letters only the swap: any other slip is a word of its own. */
function isSlip(word: string, right: string): boolean {
  if (right.length <= 2)
    return word.length === right.length && word !== right && [...word].reverse().join('') === right;
  return editDistance(word, right, 1) === 1;
}

/** Effects alone ("reverb") are left out: a recording with reverb is linked as itself when the word is spelled right, too. */
function namesVersion(tags: readonly Tag[] | null): boolean {
  return (tags ?? []).some(
    (tag) => tag.kind === 'version' || tag.kind === 'part' || (tag.kind === 'speed' && tag.effect !== 'effect'),
  );
}
