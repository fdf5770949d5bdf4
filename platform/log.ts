// Structured logging: one line an event, as JSON for programs or as text for people. Never on standard output, which
// belongs to results.

import { appendFileSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';
export type LogFields = Readonly<Record<string, unknown>>;

export interface Log {
  readonly debug: (message: string, fields?: LogFields) => void;
  readonly info: (message: string, fields?: LogFields) => void;
  readonly warn: (message: string, fields?: LogFields) => void;
  readonly error: (message: string, fields?: LogFields) => void;
  /** The same log with fields that go into every line. */
  readonly with: (fields: LogFields) => Log;
}

export interface LogOptions {
  readonly level: LogLevel;
  /** `auto`: human when standard error is a terminal, json elsewhere. */
  readonly format: 'auto' | 'json' | 'human';
  /** Absolute path of the file to append to; null: standard error. */
  readonly file?: string | null;
  readonly fields?: LogFields;
  /** Epoch milliseconds; replaced in tests. */
  readonly now?: () => number;
}

const weights: Readonly<Record<LogLevel, number>> = { debug: 10, info: 20, warn: 30, error: 40 };

export function createLog(options: LogOptions): Log {
  const file = options.file ?? null;
  const human = options.format === 'human' || (options.format === 'auto' && file === null && process.stderr.isTTY);
  const now = options.now ?? Date.now;
  if (file !== null) mkdirSync(dirname(file), { recursive: true });

  const write = (level: LogLevel, message: string, fields: LogFields): void => {
    if (weights[level] < weights[options.level]) return;
    const line = `${human ? humanLine(now(), level, message, fields) : jsonLine(now(), level, message, fields)}\n`;
    // Synchronous on purpose: the last line before a crash is the one that matters.
    if (file === null) process.stderr.write(line);
    else appendFileSync(file, line);
  };
  const build = (bound: LogFields): Log => ({
    debug: (message, fields) => write('debug', message, { ...bound, ...fields }),
    info: (message, fields) => write('info', message, { ...bound, ...fields }),
    warn: (message, fields) => write('warn', message, { ...bound, ...fields }),
    error: (message, fields) => write('error', message, { ...bound, ...fields }),
    with: (fields) => build({ ...bound, ...fields }),
  });
  return build(options.fields ?? {});
}

function jsonLine(atMs: number, level: LogLevel, message: string, fields: LogFields): string {
  const seen = new WeakSet<object>();
  return JSON.stringify({ at: new Date(atMs).toISOString(), level, message, ...fields }, (_name, value: unknown) => {
    if (typeof value === 'bigint') return value.toString();
    if (value instanceof Error) return { name: value.name, message: value.message, stack: value.stack };
    if (typeof value !== 'object' || value === null) return value;
    if (seen.has(value)) return '[seen before]';
    seen.add(value);
    return value;
  });
}

function humanLine(atMs: number, level: LogLevel, message: string, fields: LogFields): string {
  const clock = new Date(atMs).toISOString().slice(11, 19);
  const shown = Object.entries(fields).map(([name, value]) => `${name}=${showField(value)}`);
  return [clock, level.padEnd(5), message, ...shown].join(' ');
}

function showField(value: unknown): string {
  if (value instanceof Error) return JSON.stringify(`${value.name}: ${value.message}`);
  if (typeof value === 'string') return /^[\w.:/@-]+$/.test(value) ? value : JSON.stringify(value);
  return typeof value === 'bigint' ? value.toString() : (JSON.stringify(value) ?? 'undefined');
}
