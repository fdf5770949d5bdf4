// Brings the schema of the database up to date.

import { findServers } from '../../platform/servers/index.ts';
import { Failed } from '../../domain/failures.ts';
import { openDatabase } from '../../store/database.ts';
import { isAway } from '../../store/failures.ts';
import { migrate, schemaState } from '../../store/migrate.ts';
import { expectWords, type Command } from '../command.ts';

export const migrateSchema: Command = {
  name: 'migrate',
  summary: 'Bring the schema of the database up to date with this version of Fermata.',
  words: '',
  options: { check: { type: 'boolean', help: 'only say what would run; exit code 1 when there is something' } },
  notes: [
    'Of the running services of the data folder, or of DATABASE_URL. "fermata up" does this by itself for the server that it starts. With a server of',
    'your own, stop the workers, take a backup, run this, and start the workers of the new version: workers and commands refuse a schema that they do not',
    'know. Each migration runs in a transaction of its own, and several processes may run this at once: one migrates, the others wait for it.',
  ].join('\n'),
  examples: ['fermata migrate', 'DATABASE_URL=postgres://… fermata migrate --check', 'fermata migrate --json'],
  async run(call) {
    expectWords(call);
    const url = findServers(call.config.dataDir)?.databaseUrl ?? call.config.databaseUrl;
    if (url === null)
      throw new Failed(
        `no services are running for ${call.config.dataDir}, and DATABASE_URL is not set`,
        '"fermata up" starts a server and brings its schema up to date',
      );
    const database = openDatabase(url, { maxConnections: 1 });
    try {
      if (call.flags.check === true) {
        const state = await schemaState(database);
        const missing = state.kind === 'older' ? state.missing : [];
        if (call.json) call.terminal.out(JSON.stringify({ state: state.kind, missing }));
        else if (state.kind === 'older') call.terminal.out(`to be run: ${missing.join(', ')}`);
        else call.terminal.out(`the schema is ${state.kind}`);
        return state.kind === 'current' ? 0 : 1;
      }
      const ran = await migrate(database, { onProgress: (text) => call.terminal.talk(text) });
      if (call.json) call.terminal.out(JSON.stringify({ ran }));
      else call.terminal.out(ran.length === 0 ? 'the schema is up to date' : `${ran.length} migrations have run`);
      return 0;
    } catch (error) {
      if (error instanceof Failed || !isAway(error)) throw error;
      throw new Failed(`the database does not answer: ${error instanceof Error ? error.message : String(error)}`);
    } finally {
      await database.close();
    }
  },
};
