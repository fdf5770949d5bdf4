// The `fermata` command: finds the subcommand and runs it. One file per subcommand in commands/.

import { runCommand, type Command } from './command.ts';
import { createTerminal } from './terminal.ts';

const load: Readonly<Record<string, () => Promise<Command>>> = {
  up: async () => (await import('./commands/up.ts')).up,
  migrate: async () => (await import('./commands/migrate.ts')).migrateSchema,
  demo: async () => (await import('./commands/demo.ts')).demo,
  doctor: async () => (await import('./commands/doctor.ts')).doctor,
  config: async () => (await import('./commands/config.ts')).config,
  index: async () => (await import('./commands/index.ts')).index,
  deliveries: async () => (await import('./commands/deliveries.ts')).deliveries,
  submit: async () => (await import('./commands/submit.ts')).submit,
  batch: async () => (await import('./commands/batch.ts')).batch,
  status: async () => (await import('./commands/status.ts')).status,
  explain: async () => (await import('./commands/explain.ts')).explainCommand,
  listen: async () => (await import('./commands/listen.ts')).listen,
  list: async () => (await import('./commands/list.ts')).list,
  groups: async () => (await import('./commands/groups.ts')).groups,
  group: async () => (await import('./commands/groups.ts')).group,
  recording: async () => (await import('./commands/recording.ts')).recordingCommand,
  watch: async () => (await import('./commands/watch.ts')).watch,
  match: async () => (await import('./commands/decisions.ts')).match,
  reject: async () => (await import('./commands/decisions.ts')).reject,
  dismiss: async () => (await import('./commands/decisions.ts')).dismiss,
  abandon: async () => (await import('./commands/decisions.ts')).abandon,
  reopen: async () => (await import('./commands/decisions.ts')).reopen,
  retry: async () => (await import('./commands/decisions.ts')).retry,
  prerelease: async () => (await import('./commands/prerelease.ts')).prerelease,
  providers: async () => (await import('./commands/providers.ts')).providers,
  token: async () => (await import('./commands/token.ts')).token,
  fit: async () => (await import('./commands/fit.ts')).fit,
  export: async () => (await import('./commands/export.ts')).exportSounds,
};

export const commandNames: readonly string[] = Object.keys(load);

/** Null when there is no command of that name. */
export const findCommand = async (name: string): Promise<Command | null> =>
  Object.hasOwn(load, name) ? ((await load[name]?.()) ?? null) : null;

/** @returns the exit code: 0 done, 1 failed, 2 misuse. */
export async function main(args: readonly string[]): Promise<number> {
  const terminal = createTerminal();
  const [name, ...rest] = args;
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    terminal.out(await overview());
    return name === undefined ? 2 : 0;
  }
  const command = await findCommand(name);
  if (command === null) {
    terminal.talk(`there is no command "${name}"\n(see: fermata --help)`);
    return 2;
  }
  return runCommand(command, rest, terminal);
}

async function overview(): Promise<string> {
  const commands = await Promise.all(Object.values(load).map((find) => find()));
  return [
    'fermata COMMAND …',
    '',
    'Links short-video sounds to the recordings they contain.',
    '',
    ...commands.map((command) => `  ${command.name.padEnd(11)} ${command.summary.split('\n')[0]}`),
    '',
    'Every command takes --help, --json and --data-dir DIR. Exit codes: 0 done, 1 failed, 2 misuse.',
    '',
    'First steps',
    '  fermata demo                          the whole of it on the examples, in a few minutes',
    '  fermata up                            start the services, then in another window:',
    '  fermata index examples/catalogue',
    '  fermata submit examples/sounds.jsonl',
    '  fermata watch',
  ].join('\n');
}
