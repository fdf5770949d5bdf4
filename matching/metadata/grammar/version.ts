// Versions: another performance, cut or mix of the song. "Live at Wembley", "Tiësto Remix", "Taylor's Version".

import type { Tag, VersionKind } from '../tags.ts';
import { afterMix, mixEndings, mixWords, namedMixWords, styles, stylesAlone } from '../words/mixes.ts';
import {
  joinedVersionNouns,
  nobodyInVersion,
  versionNouns,
  versionPattern,
  versionWordings,
} from '../words/versions.ts';
import { anyOf, whole } from '../words/wordings.ts';

const rules = versionWordings.map((wording) => ({ version: wording.version, pattern: versionPattern(wording) }));
const own = whole('(?:the )?(.+?)s (?:version|ver)');
const mix = whole(
  `(?:(.+?) )?(?:(${mixWords.join('|')})|(${namedMixWords.join('|')})|(${stylesAlone.join('|')})|(${styles.join('|')}))(?: ${anyOf(afterMix)})*(?: by (.+?)| ([0-9]{4}))?`,
);
const endsAsMix = new RegExp(`${anyOf(mixEndings)}$`);
const named = whole(`(.+?) ${anyOf(versionNouns)}`);
const namedJoined = whole(`(.+)${anyOf(joinedVersionNouns)}`);
const nobody = whole(anyOf(nobodyInVersion));

/** More words than these are no remixer's and no version's name. */
const mostMixWords = 8;
const mostVersionWords = 6;

export function readVersion(key: string): readonly Tag[] | null {
  if (key === '') return null;
  for (const { pattern, version } of rules) {
    const found = pattern.exec(key);
    if (found) return [versionTag(version, whoWords(found[1] ?? found[2] ?? ''))];
  }
  const owner = own.exec(key);
  if (owner) return [versionTag('own', whoWords(owner[1] ?? ''))];
  const mixed = mix.exec(key);
  if (mixed) return readMix(key, mixed);
  const version = named.exec(key) ?? namedJoined.exec(key);
  if (version && wordCount(version[1] ?? '') <= mostVersionWords)
    return [versionTag('version', whoWords(version[1] ?? ''))];
  return null;
}

const versionTag = (version: VersionKind, who: readonly string[]): Tag => ({ kind: 'version', version, who });

function readMix(
  key: string,
  [, before = '', , namedMix, styleAlone, style, by = '', year = '']: RegExpExecArray,
): readonly Tag[] | null {
  if (wordCount(before) > mostMixWords) return null;
  // A style word is a tag only as "(Phonk Remix)" or in a word of its own: "(Rock)" may be a name, "(Rock Version)" is not.
  const isStyle = style !== undefined || styleAlone !== undefined;
  if (isStyle && !endsAsMix.test(key) && (style !== undefined || before !== '')) return null;
  // "(Dub)" is a mix; "(Dub Version)", which names nobody, may as well be a name.
  if (namedMix === 'dub' && before === '' && key !== 'dub') return null;
  const kind = namedMix?.slice(0, 3) ?? styleAlone ?? style;
  return [
    versionTag('remix', [
      ...whoWords(before),
      ...(kind === undefined ? [] : [kind.replaceAll(' ', '')]),
      ...whoWords(by),
      ...whoWords(year),
    ]),
  ];
}

const wordCount = (text: string): number => text.split(' ').length;

function whoWords(text: string): readonly string[] {
  return text.split(' ').filter((word) => word !== '' && !nobody.test(word));
}
