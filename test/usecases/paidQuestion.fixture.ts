// A process that asks one paid question and stops between the answer and its record, to be killed there.
//   node test/usecases/paidQuestion.fixture.ts DATABASE_URL SERVICE_URL

import { recognitionsColumn } from '../../usecases/asking/answers.ts';
import { askOnce } from '../../usecases/asking/askProvider.ts';
import { openDatabase } from '../../store/database.ts';
import { noteProvider, takePermits } from '../../store/providers/limits.ts';
import { requestPriorities } from '../../domain/asking.ts';
import { createLimits } from '../../providers/limits.ts';

const [databaseUrl = '', service = ''] = process.argv.slice(2);
const database = openDatabase(databaseUrl, { maxConnections: 2 });
const credential = 'audd:test';
const limits = createLimits({
  store: {
    take: (request) =>
      takePermits(database, {
        ...request,
        credential,
        terms: { calls: 10, windowMs: 1_000, pricePerCall: 0.005, callsPerDay: 100, moneyPerDay: null },
      }),
    note: (note) => noteProvider(database, { ...note, credential }),
  },
  priorities: requestPriorities.length,
  patienceMs: 2_000,
});
await askOnce(
  { database, limits, now: Date.now },
  { provider: 'audd', query: 'audio:abc@1#0', priority: 'new', paid: true, fresh: false },
  recognitionsColumn,
  async () => {
    await (await limits.fetchFor('audd')(service)).text();
    process.stdout.write('answered\n');
    return new Promise<never>(() => setInterval(() => {}, 1_000));
  },
);
