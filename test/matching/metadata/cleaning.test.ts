import { expect, it } from 'vitest';
import { judgePair, ownPairs } from '../../../evaluation/metadata/cleaning.ts';

it.each(ownPairs)('"%s" and "%s": %s', (input, cleaned, outcome) => {
  expect(judgePair({ group: 'own', input, cleaned }).kind).toBe(outcome);
});
