// What a command is, and how its words become one: parsed, explained by --help, run, and turned into an exit code.

import { parseArgs, type ParseArgsConfig } from 'node:util';
import { Failed, Misuse } from '../domain/failures.ts';
import { PlatformError } from '../platform/failures.ts';
import { readConfig, type Config } from '../platform/config/index.ts';

export interface Option {
  readonly type: 'string' | 'boolean';
  readonly value?: string;
  /** May be given several times: read it with `flagList`. */
  readonly repeatable?: boolean;
  readonly help: string;
}

export interface Command {
  readonly name: string;
  readonly summary: string;
  /** Positional words as shown in the usage line: `SOUND RECORDING`. */
  readonly words: string;
  readonly options: Readonly<Record<string, Option>>;
  /** Text under the options, for formats and defaults. */
  readonly notes?: string;
  readonly examples: readonly string[];
  /** @returns the exit code: 0 done, 1 failed. Throws `Misuse` for words that make no sense. */
  run(call: Call): Promise<number>;
}

type Flags = Readonly<Record<string, string | boolean | readonly string[] | undefined>>;

export interface Call {
  readonly words: readonly string[];
  readonly flags: Flags;
  readonly json: boolean;
  readonly config: Config;
  readonly terminal: Terminal;
}

/** Results go to standard output, talk to standard error. */
export interface Terminal {
  readonly out: (text: string) => void;
  readonly talk: (text: string) => void;
  /** One line that is rewritten in place on a terminal, and printed now and then elsewhere. */
  readonly progress: (text: string) => void;
  /** Ends the progress line. */
  readonly settle: () => void;
}

const common: Readonly<Record<string, Option>> = {
  'data-dir': { type: 'string', value: 'DIR', help: 'folder with all state (FERMATA_DATA_DIR; default .fermata)' },
  json: { type: 'boolean', help: 'print JSON on standard output, and nothing else there' },
  help: { type: 'boolean', help: 'show this help' },
};

export function helpOf(command: Command): string {
  const rows = Object.entries({ ...command.options, ...common }).map(([name, option]) => {
    const left = `  --${name}${option.value === undefined ? '' : ` ${option.value}`}`;
    return `${left.padEnd(26)} ${option.help}`;
  });
  return [
    `fermata ${command.name}${command.words === '' ? '' : ` ${command.words}`}`,
    '',
    command.summary,
    '',
    'Options',
    ...rows,
    ...(command.notes === undefined ? [] : ['', command.notes]),
    '',
    'Examples',
    ...command.examples.map((example) => `  ${example}`),
  ].join('\n');
}

/** Runs one command with its arguments. @returns the exit code. */
export async function runCommand(command: Command, args: readonly string[], terminal: Terminal): Promise<number> {
  try {
    const options: ParseArgsConfig['options'] = Object.fromEntries(
      Object.entries({ ...command.options, ...common } as Readonly<Record<string, Option>>).map(
        ([name, { type, repeatable = false }]) => [name, { type, multiple: repeatable }],
      ),
    );
    let parsed;
    try {
      parsed = parseArgs({ args: [...args], options, allowPositionals: true });
    } catch (error) {
      throw new Misuse(error instanceof Error ? error.message : String(error));
    }
    const flags = parsed.values as Flags;
    if (flags.help === true) {
      terminal.out(helpOf(command));
      return 0;
    }
    const config = readConfig({ flags: platformFlags(flags) });
    return await command.run({ words: parsed.positionals, flags, json: flags.json === true, config, terminal });
  } catch (error) {
    terminal.settle();
    if (error instanceof Misuse) {
      terminal.talk(`${error.message}\n(see: fermata ${command.name} --help)`);
      return 2;
    }
    if (error instanceof Failed || error instanceof PlatformError) {
      terminal.talk(error.fix === null ? error.message : `${error.message}\n→ ${error.fix}`);
      return error instanceof PlatformError && error.code === 'config-invalid' ? 2 : 1;
    }
    terminal.talk(error instanceof Error ? (error.stack ?? error.message) : String(error));
    return 1;
  }
}

function platformFlags(flags: Flags): Record<string, string> {
  const names = ['data-dir', 'temporal-port', 'ui-port', 'postgres-port', 'api-port', 'log-level'];
  return Object.fromEntries(
    names.flatMap((name) => (typeof flags[name] === 'string' ? [[name, flags[name] as string]] : [])),
  );
}

/** The words of a call that must be exactly these. */
export function expectWords(call: Call, ...names: readonly string[]): string[] {
  if (call.words.length !== names.length) {
    throw new Misuse(
      call.words.length < names.length
        ? `${names.slice(call.words.length).join(' and ')} missing`
        : `too many words: ${call.words.slice(names.length).join(' ')}`,
    );
  }
  return [...call.words];
}

export const flagText = (call: Call, name: string): string | null => {
  const value = call.flags[name];
  return typeof value === 'string' ? value : null;
};

/** Every value of a flag that may be repeated. */
export const flagList = (call: Call, name: string): readonly string[] => {
  const value = call.flags[name];
  return Array.isArray(value) ? (value as readonly string[]) : [];
};

/** A whole number between two bounds, or the fallback when the flag is absent. */
export function flagNumber(call: Call, name: string, fallback: number, least: number, most: number): number {
  const text = flagText(call, name);
  if (text === null) return fallback;
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < least || value > most)
    throw new Misuse(`--${name} takes a whole number from ${least} to ${most}, not "${text}"`);
  return value;
}
