// Writing to people: results on standard output, talk and progress on standard error, tables that fit the window.

import type { Terminal } from './command.ts';

export function createTerminal(): Terminal {
  // Programs get every byte as it is; a person's window must not be steered by the titles of strangers.
  const shown = (text: string, stream: NodeJS.WriteStream): string => (stream.isTTY ? harmless(text) : text);
  let open = false;
  let lastPrinted = 0;
  const settle = (): void => {
    if (open) process.stderr.write('\n');
    open = false;
  };
  return {
    out(text) {
      settle();
      process.stdout.write(`${shown(text, process.stdout)}\n`);
    },
    talk(text) {
      settle();
      process.stderr.write(`${shown(text, process.stderr)}\n`);
    },
    progress(text) {
      if (process.stderr.isTTY) {
        process.stderr.write(`\r\x1b[2K${cut(text, (process.stderr.columns ?? 100) - 1)}`);
        open = true;
      } else if (Date.now() - lastPrinted >= 5_000) {
        // A log file wants a line now and then, not one per step.
        lastPrinted = Date.now();
        process.stderr.write(`${text}\n`);
      }
    },
    settle,
  };
}

/** `██████░░░░ 60 % 18/30` */
export function bar(done: number, total: number): string {
  const share = total === 0 ? 1 : Math.min(1, done / total);
  const full = Math.round(share * 24);
  return `${'█'.repeat(full)}${'░'.repeat(24 - full)} ${String(Math.floor(share * 100)).padStart(3)} % ${done}/${total}`;
}

/** Rows under a header, columns padded; the last column is cut to the window's width. */
export function table(
  header: readonly string[],
  rows: readonly (readonly string[])[],
  columns = process.stdout.columns ?? 160,
): string {
  const clean = rows.map((row) => row.map(printable));
  const widths = header.map((name, i) => Math.max(width(name), ...clean.map((row) => width(row[i] ?? ''))));
  const before = widths.slice(0, -1).reduce((sum, w) => sum + w + 2, 0);
  const last = Math.max(20, columns - before);
  const line = (row: readonly string[]): string =>
    row
      .map((cell, i) =>
        i === header.length - 1 ? cut(cell, last) : cell + ' '.repeat(Math.max(0, widths[i]! - width(cell))),
      )
      .join('  ')
      .trimEnd();
  return [
    line(header),
    line(
      header.map((_, i) => '─'.repeat(i === header.length - 1 ? Math.min(last, Math.max(widths[i]!, 3)) : widths[i]!)),
    ),
    ...clean.map(line),
  ].join('\n');
}

// Control characters could move the cursor or change colours, direction marks turn a table around.
const steering = /[\p{Cc}\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]/u;
const printable = (text: string): string => text.replaceAll(new RegExp(steering, 'gu'), ' ');
/** The same for running text, which keeps its lines and tabs. */
export const harmless = (text: string): string =>
  text.replaceAll(new RegExp(steering, 'gu'), (letter) => (letter === '\n' || letter === '\t' ? letter : ' '));

const letters = new Intl.Segmenter('en', { granularity: 'grapheme' });
const wide =
  /[\u1100-\u115f\u2e80-\ua4cf\ua960-\ua97c\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{20000}-\u{3fffd}]/u;
/**
 * Columns that a text takes on a terminal: what a reader sees as one letter counts once, emoji (also those made of several)
 * and East Asian letters as two. Terminals differ on rare emoji; a table is then off by a column, not by a word.
 */
export function width(text: string): number {
  let sum = 0;
  for (const { segment } of letters.segment(text)) sum += letterWidth(segment);
  return sum;
}

function letterWidth(letter: string): number {
  if (/\p{Emoji_Presentation}|\ufe0f/u.test(letter) || wide.test(letter)) return 2;
  return /[^\p{M}\p{Cf}]/u.test(letter) ? 1 : 0;
}

/** The text, or as much of it as fits with an ellipsis. Never parts a letter from its marks. */
export function cut(text: string, columns: number): string {
  if (width(text) <= columns) return text;
  let out = '';
  let used = 0;
  for (const { segment } of letters.segment(text)) {
    used += letterWidth(segment);
    if (used > columns - 1) break;
    out += segment;
  }
  return `${out}…`;
}
