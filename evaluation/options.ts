// What the measurements' command lines have in common.

/** What `read` makes of the command line; null after saying on standard error what is wrong with it, which is exit code 2. */
export function readOrSay<Asked>(usage: string, read: () => Asked): Asked | null {
  try {
    return read();
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n${usage}\n`);
    return null;
  }
}

/** @throws when the flag's text is no whole number between the two, both included. */
export function wholeNumber(flag: string, text: string, least: number, most: number): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < least || value > most)
    throw new Error(`--${flag} takes a whole number from ${least} to ${most}`);
  return value;
}
