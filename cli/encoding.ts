// The option --encoding.

import { TextDecoder } from 'node:util';
import { Misuse } from '../domain/failures.ts';

/** @returns the name as given. @throws Misuse when the runtime knows no encoding of that name. */
export function checkEncoding(name: string | null): string | null {
  if (name === null) return null;
  try {
    new TextDecoder(name);
    return name;
  } catch {
    throw new Misuse(`--encoding knows no "${name}"; try windows-1252, iso-8859-2, shift_jis or utf-16le`);
  }
}
