// `npm ci` refuses a lock that lacks an optional package, even one for another system. npm writes such a lock without a word
// when the registry it asks does not offer that package.

import { expect, test } from 'vitest';
import lock from '../package-lock.json' with { type: 'json' };

interface Locked {
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

const packages = lock.packages as Readonly<Record<string, Locked>>;

/** True when `name`, asked for by the package at `path`, is found in the lock the way Node looks for it: from inside outwards. */
function isLocked(path: string, name: string): boolean {
  for (let folder = path; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf('/node_modules/')))) {
    if (`${folder === '' ? '' : `${folder}/`}node_modules/${name}` in packages) return true;
    if (folder === '') return false;
  }
}

test('the lock names every optional package, so that npm ci works on every system', () => {
  const missing = Object.entries(packages).flatMap(([path, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies).filter((name) => !isLocked(path, name)),
  );
  expect(missing).toEqual([]);
});
