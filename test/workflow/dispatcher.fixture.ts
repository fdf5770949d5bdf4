// A dispatcher in a process of its own, which dies without a word when it sends its first message: just before the server hears of it, or just
// after. `node dispatcher.fixture.ts DATABASE_URL TEMPORAL_ADDRESS before|after`

import { Client, Connection } from '@temporalio/client';
import { startDispatcher } from '../../app/dispatcher.ts';
import { openDatabase } from '../../store/database.ts';

const [databaseUrl, address, when] = process.argv.slice(2) as [string, string, 'before' | 'after'];
const client = new Client({ connection: await Connection.connect({ address }) });
const die = (): void => void process.kill(process.pid, 'SIGKILL');
const start = client.workflow.start.bind(client.workflow);
client.workflow.start = async (...args) => {
  if (when === 'before') die();
  const handle = await start(...args);
  die();
  return handle;
};
startDispatcher({ database: openDatabase(databaseUrl), databaseUrl, client, log: { warn: () => {} } });
