// The word lists: what stands in them is met by the grammar.

import { describe, expect, it } from 'vitest';
import { fold } from '../../../matching/metadata/fold.ts';
import { readClause } from '../../../matching/metadata/grammar/clause.ts';
import type { Tag } from '../../../matching/metadata/tags.ts';
import { parseTitle } from '../../../matching/metadata/title.ts';
import * as contexts from '../../../matching/metadata/words/contexts.ts';
import * as editions from '../../../matching/metadata/words/editions.ts';
import * as languages from '../../../matching/metadata/words/languages.ts';
import * as mixes from '../../../matching/metadata/words/mixes.ts';
import * as parts from '../../../matching/metadata/words/parts.ts';
import * as slips from '../../../matching/metadata/words/slips.ts';
import * as speeds from '../../../matching/metadata/words/speeds.ts';
import * as tails from '../../../matching/metadata/words/tails.ts';
import * as teasers from '../../../matching/metadata/words/teasers.ts';
import * as titleWords from '../../../matching/metadata/words/titleWords.ts';
import * as versions from '../../../matching/metadata/words/versions.ts';

const folded = {
  contexts,
  editions,
  languages,
  mixes,
  parts,
  slips,
  speeds,
  tails,
  teasers,
  titleWords,
  versions,
};

/** All texts inside, however deep. */
function textsOf(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  if (value instanceof Set) return [...value].flatMap(textsOf);
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsOf) : [];
}

/** Not a regular expression: the text itself is met. */
const isPlain = (wording: string): boolean => /^[\p{L}\p{M}\p{N} ]+$/u.test(wording);
const plain = (wordings: readonly string[]): readonly string[] => wordings.filter(isPlain);

it.each(Object.entries(folded))('%s are written as titles are compared: folded', (_, lists) => {
  const runs = textsOf(lists).flatMap((text) => text.match(/[\p{L}\p{M}\p{N}]+/gu) ?? []);
  expect(runs.length).toBeGreaterThan(10);
  expect(runs.filter((run) => fold(run) !== run)).toEqual([]);
});

describe('each wording is read as what its list says', () => {
  it.each(
    versions.versionWordings.flatMap(({ version, wordings, end = '' }) =>
      // What must end in a name says nothing without it.
      end === '' || end.endsWith(')?') ? plain(wordings).map((wording) => [wording, version] as const) : [],
    ),
  )('"%s": %s', (wording, version) => {
    expect(readClause(wording)).toContainEqual(expect.objectContaining({ kind: 'version', version }));
  });

  const speedLists: readonly (readonly [Extract<Tag, { kind: 'speed' }>['effect'], readonly string[]])[] = [
    ['sped_up', speeds.fasterWords],
    ['sped_up', speeds.joinedFasterWords],
    ['slowed', speeds.slowerWords],
    ['slowed', speeds.joinedSlowerWords],
    ['pitched', speeds.pitchWords],
    ['effect', speeds.effects.flatMap(({ wordings }) => wordings)],
  ];
  it.each(
    speedLists.flatMap(([effect, wordings]) =>
      plain(wordings)
        .filter((wording) => !speeds.notASpeedAlone.includes(wording))
        .map((wording) => [wording, effect] as const),
    ),
  )('"%s": %s', (wording, effect) => {
    expect(readClause(wording)).toContainEqual(expect.objectContaining({ kind: 'speed', effect }));
  });

  it.each([
    ...plain(editions.neutralWordings).map((wording) => [wording, 'neutral'] as const),
    ...plain(teasers.teaserWordings).map((wording) => [wording, 'teaser'] as const),
    ...plain(parts.namedParts).map((wording) => [wording, 'part'] as const),
    ...plain(mixes.mixWords).map((wording) => [`somebody ${wording}`, 'version'] as const),
    ...plain(mixes.stylesAlone).map((wording) => [wording, 'version'] as const),
    ...plain(mixes.styles).map((wording) => [`${wording} remix`, 'version'] as const),
    ...plain(languages.languages).map((wording) => [wording, 'version'] as const),
  ])('"%s": %s', (wording, kind) => {
    expect(readClause(wording)).toContainEqual(expect.objectContaining({ kind }));
  });

  it.each(plain(tails.tailWordings.flatMap(({ wordings }) => wordings)).map((wording) => [wording]))(
    'behind a name: "%s"',
    (wording) => {
      const { base, tags } = parseTitle(`Paper Lanterns ${wording}`);
      expect(base).toBe('Paper Lanterns');
      expect(tags).not.toEqual([]);
    },
  );
});
