// Structured logging with pino: one line an event, as JSON for programs or as text for people. Never on standard output, which belongs to
// results, and always written at once: the last line before a crash is the one that matters.

import pino from 'pino';

/** Fields first, then what happened: `log.warn({ left: 3 }, 'nearly full')`. */
export type Log = pino.Logger;

export interface LogOptions {
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  /** `auto`: human when standard error is a terminal, json elsewhere. */
  readonly format: 'auto' | 'json' | 'human';
  /** Absolute path of the file to append to; absent: standard error. */
  readonly file?: string;
  /** Epoch milliseconds; replaced in tests. */
  readonly now?: () => number;
}

export function createLog({ level, format, file, now = Date.now }: LogOptions): Log {
  const lines = pino.destination({ dest: file ?? 2, sync: true, mkdir: true });
  const isHuman = format === 'human' || (format === 'auto' && file === undefined && process.stderr.isTTY);
  return pino(
    {
      level,
      base: null,
      messageKey: 'message',
      timestamp: () => `,"at":"${new Date(now()).toISOString()}"`,
      formatters: {
        level: (label) => ({ level: label }),
        log: (fields) => Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, plain(value)])),
      },
    },
    isHuman ? { write: (line) => void lines.write(humanLine(line)) } : lines,
  );
}

/** An error's own fields may hold anything, a request with its credentials included: its name, message and stack are enough. */
function plain(value: unknown): unknown {
  if (value instanceof Error) return { name: value.name, message: value.message, stack: value.stack };
  // Readers of JSON round large numbers.
  return typeof value === 'bigint' ? value.toString() : value;
}

/** Pino's own way of text is a worker thread, whose last lines a crash would lose. */
function humanLine(json: string): string {
  const { at, level, message, ...fields } = JSON.parse(json) as { at: string; level: string; message?: string };
  const shown = Object.entries(fields).map(([name, value]) => `${name}=${showField(value)}`);
  return `${[at.slice(11, 19), level.padEnd(5), ...(message === undefined ? [] : [message]), ...shown].join(' ')}\n`;
}

function showField(value: unknown): string {
  if (typeof value === 'string') return /^[\w.:/@-]+$/.test(value) ? value : JSON.stringify(value);
  const { name, message, stack } = (value ?? {}) as Partial<Error>;
  return JSON.stringify(stack === undefined ? value : `${name}: ${message}`);
}
