// The sound's title against the recording's, in every form that either has.

import type { Reason } from '../../../domain/evidence.ts';
import { squeeze } from '../fold.ts';
import { besides, compareNames, type Group, inOtherScript, type Name, type NameAgreement } from '../names.ts';
import { isSameMovement } from '../grammar/work.ts';
import { type Rarity, titleBits } from '../rarity.ts';
import type { RecordingSide } from '../recordingText.ts';
import { baseOf, type Reading } from '../soundText.ts';
import type { Tag } from '../tags.ts';
import { weights } from '../weights.ts';
import { runTogether } from './artistInTitle.ts';
import { mayBeAnother, onlyAudioCanTell, reason } from './reason.ts';
import { closeSpelling, scriptsApart } from './spelling.ts';

export interface TitleAgreement {
  /** The first says what the title is worth. */
  readonly reasons: readonly [Reason, ...Reason[]];
  readonly agrees: boolean;
  /** To the letter, but for what folding takes away. */
  readonly exact: boolean;
  /** Names of the recording's artists that stood inside the sound's title, beside the song's; empty: none was looked for. */
  readonly artistsInTitle: readonly string[];
  /** How much one side says and the other does not (reading.ts). */
  readonly apart: number;
  /** What stands beside the names, where they agree as names. */
  readonly beside: Pick<NameAgreement, 'onlyOurs' | 'onlyTheirs'>;
  /** What an alias that agrees says besides: a version, a part. */
  readonly furtherTags: readonly Tag[];
}

const agreeing = { agrees: true, exact: true, artistsInTitle: [], apart: 0, furtherTags: [] } as const;
/** Spelled in another way, or named by another name. */
const otherwise = 0.1;

export function compareTitles(
  reading: Reading,
  side: RecordingSide,
  rarity: Rarity,
  userMade: boolean,
): TitleAgreement {
  const shown = baseOf(reading);
  const theirs = side.title.base === '' ? side.recording.title : side.title.base;
  const readingCost = reading.kind === 'split' || reading.kind === 'swapped' ? weights.title.viaSplit : 0;
  const worth = (key: string, cost: number, text: string, share = 1): Reason =>
    reason('title', 'title', Math.max(0, titleBits(key, rarity) * share + (cost + readingCost) * share), text);

  const agreement = compareNames(reading.names, side.names);
  if (agreement !== null) {
    const { cost, matched, onlyOurs, onlyTheirs } = agreement;
    const text =
      cost === 0 && readingCost === 0 ? `Title "${theirs}" agrees.` : `Title "${theirs}" agrees with "${shown}".`;
    const doubt = crossedTitles(agreement, reading, shown, theirs);
    return {
      ...agreeing,
      reasons: [worth(rarityKey(matched, side), cost, text), ...besideBoth(agreement), ...(doubt ? [doubt] : [])],
      exact: cost >= weights.title.viaSubtitle,
      apart: doubt ? 3 : cost === 0 ? 0 : otherwise,
      beside: { onlyOurs, onlyTheirs },
    };
  }
  for (const { title, names } of side.aliases) {
    const viaAlias = compareNames(reading.names, names);
    if (viaAlias === null || viaAlias.crossed !== null) continue;
    const text = `Title agrees with the other name "${title.base}" of "${theirs}".`;
    return {
      ...agreeing,
      reasons: [worth(viaAlias.matched, weights.title.viaAlias, text), ...besideBoth(viaAlias)],
      apart: otherwise,
      beside: {
        onlyOurs: viaAlias.onlyOurs,
        onlyTheirs: groupsOf(names).length > 0 ? viaAlias.onlyTheirs : groupsOf(side.names),
      },
      furtherTags: title.tags,
    };
  }
  const together = runTogether(reading, side);
  if (together !== null) {
    const text = `"${shown}" names both the title "${theirs}" and the artist.`;
    return {
      ...agreeing,
      reasons: [worth(together.title, weights.title.viaArtistInTitle, text)],
      apart: otherwise,
      artistsInTitle: together.artists,
      beside: { onlyOurs: groupsOf(reading.names), onlyTheirs: together.groups },
    };
  }
  if (isSameMovement(reading.title.raw, side.recording.title)) {
    const text = `"${theirs}" is the same movement of the same work as "${shown}".`;
    return {
      ...agreeing,
      reasons: [worth(side.title.baseKey, weights.title.viaMovement, text)],
      exact: false,
      apart: otherwise,
      beside: nothingBeside,
    };
  }
  const close = closeSpelling(reading.names, side.names, rarity);
  if (close !== null) {
    const text = `Title "${shown}" is spelled almost like "${theirs}".`;
    const doubt = close.doubtful ? [onlyAudioCanTell(`"${shown}" may be another title than "${theirs}".`)] : [];
    return {
      ...agreeing,
      reasons: [worth(side.title.baseKey, 0, text, close.share), ...doubt],
      exact: false,
      apart: 1,
      beside: besides(close.our.groups, close.their.groups),
    };
  }
  const bits = userMade
    ? weights.title.noneUserMade
    : scriptsApart(shown, theirs)
      ? weights.title.noneOtherScript
      : weights.title.none;
  return {
    ...agreeing,
    reasons: [reason('title', 'title', bits, `Titles differ: "${shown}" and "${theirs}".`)],
    agrees: false,
    exact: false,
    beside: nothingBeside,
  };
}

const nothingBeside: TitleAgreement['beside'] = { onlyOurs: [], onlyTheirs: [] };
const groupsOf = (names: readonly Name[]): readonly Group[] => names[0]?.groups ?? [];

function besideBoth({ shared }: NameAgreement): readonly Reason[] {
  if (shared.length === 0) return [];
  const named = shared.map(({ raw }) => `"${raw}"`).join(', ');
  return [reason('beside', 'beside', weights.title.beside, `Both have ${named} beside the title.`)];
}

/** One's title beside the other's is a translation in another script, and another song in the same. */
function crossedTitles({ crossed }: NameAgreement, reading: Reading, shown: string, theirs: string): Reason | null {
  if (crossed === null || inOtherScript(crossed.raw, crossed.key === reading.names[0]?.squeezed ? theirs : shown))
    return null;
  return mayBeAnother(
    'beside',
    weights.elsewhere.crossed,
    `"${crossed.raw}" is the title of one and stands beside that of the other: they may be two songs.`,
  );
}

/** The frequency table holds folded base titles, so a squeezed or joined key is looked up as the recording's own base. */
function rarityKey(matched: string, side: RecordingSide): string {
  return squeeze(matched) === squeeze(side.title.baseKey) ? side.title.baseKey : matched;
}
