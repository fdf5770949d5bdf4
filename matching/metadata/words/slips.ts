// Slips of the hand in tags: which words are tags when one letter is mended, and which are words of their own. Folded.

const wordsOf = (...lines: readonly string[]): readonly string[] => lines.join(' ').split(' ');

/** Words that make a version, speed or part tag. Styles ("phonk") matter alone; beside "remix" or "version" any word is read already. */
export const tagWords = wordsOf(
  'live acoustic acustico acustica acoustique akustik stripped unplugged instrumental instrumentals karaoke acapella acappella cappella',
  'vocals cover covered demo extended loop looped remix remixes remixed rmx mix edit bootleg flip rework reworked refix remake',
  'reimagined mashup medley vip dub version session sessions sped speed spedup speedup slowed slow faster slower nightcore daycore pitched',
  'screwed reverb reverbed phonk hardstyle lofi part chapter interlude reprise up down vivo',
);

/** Whole tags whose space may be lost or misplaced: "(Spe dup)", "(Liv e)", "(SlowedReverb)". */
export const tagPhrases: readonly string[] = [
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
export const oneSlipAway: ReadonlySet<string> = new Set(
  wordsOf(
    // live
    'alive olive lie liv lives lived liver livre line lime lite five dive hive jive give vive wive lave lice lire lieve leve libe',
    // acoustic, stripped, vocals, cover, covered, demo
    'acoustics striped tripped stripper vocal locals lover over hover mover rover dover cove coven covet covers clover corer covert',
    'hovered demos dem deo memo nemo demon deme demi deemo emo domo',
    // extended, loop, looped, remix, mix
    'extender loops loot look loom lop loup poop coop hoop bloop sloop looper looked looted hooped cooped remit remi remis remy remixer',
    'max mia mid mig mik mil mim min mir mis mit six fix nix pix tix vix mixt minx moix',
    // edit, bootleg, flip, rework, remake, medley, vip, dub, version, session
    'edith edits exit emit adit edict elit bootlegs flips flit flap flop clip slip lip blip fip reworks remade remakes retake medly vips',
    'rip tip dip hip zip sip kip nip pip yip via vim viz dubs dud due dug dun duo dab dob deb hub pub rub sub tub cub nub bub dumb daub drub',
    'aversion versions cession sessions',
    // sped, speed, slow, slowed, faster, slower, pitched, screwed
    'shed sled seed spe spend spud aped steed speeds speedy slows slew slot slop glow blow flow plow snow show stow sow slo sloe glowed',
    'flowed plowed snowed showed stowed fasted easter master caster laster vaster fester foster feaster fatter paster lower flower glower',
    'blower pitcher pitches hitched ditched patched screwer',
    // phonk, lofi, part, chapter, interlude
    'phono phone phonks loft sofi party parts past pert port pat art par park pare apart parte parti pact pant dart cart hart tart wart',
    'mart bart spart chapters interludes',
  ),
);

/** From this length a tag word with two slips leaves no other word but those of `twoSlipsAway`. */
export const longTag = 8;
export const twoSlipsAway: ReadonlySet<string> = new Set(
  wordsOf(
    'caustic caustics instrument instruments rewarded reworded rewound networked extenuated intended attended expended extend extends',
    'extent reimagine unplug unplugs',
  ),
);

/** Words of releases and uploads, in which a slip changes nothing. */
export const wordingWords: readonly string[] = wordsOf(
  'official version video lyrics lyric audio visualizer remastered original',
);
