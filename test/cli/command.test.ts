// How the words of a command become a run and an exit code, and what every command must offer.

import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { commandNames, findCommand, main } from '../../cli/cli.ts';
import {
  expectWords,
  flagNumber,
  helpOf,
  runCommand,
  type Call,
  type Command,
  type Terminal,
} from '../../cli/command.ts';
import { Failed, Misuse } from '../../domain/failures.ts';
import { PlatformError } from '../../platform/failures.ts';

interface Heard extends Terminal {
  readonly results: string[];
  readonly talked: string[];
}
const listen = (): Heard => {
  const [results, talked]: [string[], string[]] = [[], []];
  return {
    results,
    talked,
    out: (text) => void results.push(text),
    talk: (text) => void talked.push(text),
    progress() {},
    settle() {},
  };
};

const command = (run: Command['run']): Command => ({
  name: 'try',
  summary: 'Tries.',
  words: 'WORD',
  options: { count: { type: 'string', value: 'N', help: 'how often' }, loud: { type: 'boolean', help: 'or quiet' } },
  examples: ['fermata try it'],
  run,
});

async function outcome(run: Command['run'], ...args: string[]) {
  const terminal = listen();
  return { code: await runCommand(command(run), args, terminal), ...terminal };
}

describe('an exit code', () => {
  it.each<[string, string[]]>([
    ['an unknown flag', ['--colour']],
    ['a flag without its value', ['--count']],
    ['a value for a flag that takes none', ['--loud=yes']],
    ['an unknown short flag', ['-x']],
    ['no words', []],
    ['too many words', ['one', 'two']],
  ])('of %s is 2, with the way to the help', async (_, args) => {
    const { code, talked, results } = await outcome(
      async (call) => {
        expectWords(call, 'WORD');
        return 0;
      },
      ...args,
    );
    expect(code).toBe(2);
    expect(talked).toHaveLength(1);
    expect(talked[0]).toContain('fermata try --help');
    expect(results).toEqual([]);
  });

  it.each([0, 1])('is what the command returns: %d', async (code) =>
    expect((await outcome(async () => code, 'word')).code).toBe(code),
  );

  it('of what could not be done is 1, with the fix', async () => {
    const { code, talked } = await outcome(async () => {
      throw new Failed('no services are running', 'start them');
    }, 'word');
    expect([code, talked]).toEqual([1, ['no services are running\n→ start them']]);
  });

  it('of trouble with the machine is 1, of a wrong setting 2', async () => {
    const failing = (code: 'port-busy' | 'config-invalid') => async (): Promise<number> => {
      throw new PlatformError(code, 'it says');
    };
    expect((await outcome(failing('port-busy'), 'word')).code).toBe(1);
    expect((await outcome(failing('config-invalid'), 'word')).code).toBe(2);
  });

  it('of a mistake in the program is 1, with its stack', async () => {
    const { code, talked } = await outcome(async () => {
      throw new TypeError('oh');
    }, 'word');
    expect(code).toBe(1);
    expect(talked[0]).toMatch(/TypeError: oh\n +at /);
  });

  it('of a wrong variable is 2, before anything runs', async () => {
    vi.stubEnv('FERMATA_HORIZON_DAYS', 'a few');
    const { code, talked } = await outcome(async () => 0, 'word');
    expect(code).toBe(2);
    expect(talked[0]).toContain('FERMATA_HORIZON_DAYS');
    vi.unstubAllEnvs();
  });
});

describe('a number flag', () => {
  const call = (count: string | undefined): Call => ({ flags: { count } }) as unknown as Call;
  it('is its value, or the fallback', () => {
    expect(flagNumber(call('7'), 'count', 3, 1, 9)).toBe(7);
    expect(flagNumber(call(undefined), 'count', 3, 1, 9)).toBe(3);
  });
  it.each(['0', '10', '1.5', 'x', '', ' ', '1e1', '0x5', '-1', 'Infinity'])('is not "%s"', (text) =>
    expect(() => flagNumber(call(text), 'count', 3, 1, 9)).toThrow(Misuse),
  );
});

describe('words', () => {
  const call = (...words: string[]): Call => ({ words }) as unknown as Call;
  it('that are missing are named', () =>
    expect(() => expectWords(call('one'), 'SOUND', 'RECORDING')).toThrow('RECORDING missing'));
  it('that are too many are named', () => expect(() => expectWords(call('one', 'two'), 'SOUND')).toThrow('two'));
});

describe('every command', () => {
  it('of the folder can be called', async () => {
    const files = readdirSync(join(import.meta.dirname, '..', '..', 'cli', 'commands'));
    const loaded = await Promise.all(commandNames.map(findCommand));
    // decisions.ts holds six commands, groups.ts two.
    expect(loaded.length).toBe(files.length + 6);
    expect(new Set(loaded.map((one) => one?.name))).toEqual(new Set(commandNames));
  });

  it.each(commandNames)('%s: help explains each option and shows examples that would be understood', async (name) => {
    const found = (await findCommand(name))!;
    const help = helpOf(found);
    for (const [flag, option] of Object.entries(found.options)) {
      expect(help).toContain(`--${flag}`);
      expect(option.help.length).toBeGreaterThan(3);
    }
    for (const flag of ['--data-dir', '--json', '--help']) expect(help).toContain(flag);
    expect(found.examples.length).toBeGreaterThan(0);
    for (const example of found.examples) {
      expect(help).toContain(example);
      const words = /fermata (.*?)(?: [|>].*)?$/.exec(example)?.[1]?.split(' ') ?? [];
      // An example may show the next step, which is another command's.
      const shown = (await findCommand(words[0] ?? ''))!;
      expect(shown, example).not.toBeNull();
      for (const flag of words.filter((word) => word.startsWith('--')))
        expect([...Object.keys(shown.options), 'data-dir', 'json', 'help']).toContain(flag.slice(2));
    }
    expect(found.examples.some((example) => example.includes(`fermata ${name}`))).toBe(true);
    for (const line of help.split('\n')) expect(line.length).toBeLessThanOrEqual(160);
  });

  it.each(commandNames)('%s: --help is 0, an unknown flag is 2, words that make no sense are 2', async (name) => {
    const found = (await findCommand(name))!;
    const helped = listen();
    expect(await runCommand(found, ['--help'], helped)).toBe(0);
    expect(helped.results).toEqual([helpOf(found)]);
    expect(await runCommand(found, ['--no-such-flag'], listen())).toBe(2);
    const confused = listen();
    expect(await runCommand(found, ['too', 'many', 'words', 'here'], confused)).toBe(2);
    expect(confused.results).toEqual([]);
  });
});

describe('fermata', () => {
  let results: string;
  let talked: string;
  beforeEach(() => {
    results = '';
    talked = '';
    vi.spyOn(process.stdout, 'write').mockImplementation((text: unknown): boolean => ((results += String(text)), true));
    vi.spyOn(process.stderr, 'write').mockImplementation((text: unknown): boolean => ((talked += String(text)), true));
  });
  afterEach(() => void vi.restoreAllMocks());

  it.each([[['--help'], 0] as const, [['-h'], 0] as const, [['help'], 0] as const, [[], 2] as const])(
    '%j shows every command and is %d',
    async (args, code) => {
      expect(await main(args)).toBe(code);
      for (const name of commandNames) expect(results).toMatch(new RegExp(`^  ${name} `, 'm'));
      expect(talked).toBe('');
    },
  );

  it.each(['stauts', '--json', 'constructor', '__proto__', 'toString', ''])('"%s" is no command', async (name) => {
    expect(await main([name])).toBe(2);
    expect(talked).toContain('there is no command');
    expect(results).toBe('');
  });
});

describe('fermata config', () => {
  it('shows the settings, and which outside services they switch on, without a secret', async () => {
    vi.stubEnv('FERMATA_AUDD_TOKEN', 'planted');
    vi.stubEnv('FERMATA_DEEZER', 'off');
    const terminal = listen();
    expect(await runCommand((await findCommand('config'))!, [], terminal)).toBe(0);
    const shown = terminal.results.join('\n');
    expect(shown).toMatch(/^audd +on/m);
    expect(shown).toMatch(/^deezer +off +FERMATA_DEEZER is not on/m);
    expect(shown).not.toContain('planted');
  });
});
