// One of the load run's processes: works through the questions with the product's own clients, limits, budgets and memory of answers.
//   node evaluation/providers/asker.ts      settings and DATABASE_URL in the environment

import { setTimeout as sleep } from 'node:timers/promises';
import { recognitionsColumn, recordingsColumn } from '../../usecases/asking/answers.ts';
import { askOnce } from '../../usecases/asking/askProvider.ts';
import { openDatabase } from '../../store/database.ts';
import { openProviders } from '../../app/providers.ts';
import type { ProviderName } from '../../domain/providers.ts';
import { readConfig } from '../../platform/config/index.ts';
import { ProviderError } from '../../providers/provider.ts';
import { ids, markedWav } from '../../test/support/providers/world.ts';
import { finishQuestion, putBack, takeQuestion, type LoadQuestion } from './questions.ts';

/** Questions of one provider that a process has under way: a few more than it lets through while one of them is on its way and written down. */
const atOnce = (name: ProviderName): number => (name === 'deezer' ? 12 : 6);

const config = readConfig();
if (config.databaseUrl === null) throw new Error('DATABASE_URL is not set');
const database = openDatabase(config.databaseUrl, { maxConnections: 12 });
// Permits do not queue behind the bookkeeping of this run.
const desk = openProviders(config, openDatabase(config.databaseUrl, { maxConnections: 2 }));
const never = new AbortController().signal;

async function answerOf({ provider, place }: LoadQuestion): Promise<string> {
  const isrc = `ZZFPR26${String(place).padStart(5, '0')}`;
  const recogniser = desk.recognisers.find(({ name }) => name === provider);
  const catalogue = desk.catalogues.find(({ name }) => name === provider);
  const paid = recogniser !== undefined;
  const asking = {
    provider,
    query: paid ? `audio:${place}@1#0` : `isrc:${isrc}`,
    priority: 'backlog',
    paid,
    fresh: false,
  } as const;
  if (recogniser !== undefined) {
    const sample = { wav: markedWav(place, 4000), durationMs: 4000, fullDurationMs: 4000 };
    const { value } = await askOnce({ ...desk, database }, asking, recognitionsColumn, () =>
      recogniser.identify(sample, never),
    );
    return value[0]?.isrc ?? value[0]?.id ?? 'none';
  }
  if (catalogue === undefined) throw new Error(`${provider} is not on`);
  const { value } = await askOnce({ ...desk, database }, asking, recordingsColumn, async () => {
    const byIsrc = catalogue.byIsrc(isrc, never);
    if (byIsrc !== null) return byIsrc;
    const { value: one, ...rest } = await catalogue.byId(ids.apple(place), never);
    return { ...rest, value: one === null ? [] : [one] };
  });
  return value[0]?.isrc ?? value[0]?.id ?? 'none';
}

async function work(provider: ProviderName): Promise<never> {
  for (;;) {
    const question = await takeQuestion(database, provider);
    if (question === null) {
      await sleep(200);
      continue;
    }
    try {
      await finishQuestion(database, question.id, await answerOf(question));
    } catch (error) {
      // Our own database is away for a moment: the lease ends, and the question is taken again.
      if (!(error instanceof ProviderError)) console.error(String(error));
      else await putBack(database, question.id, error.untilMs ?? Date.now() + 1_000);
    }
  }
}

process.stdin.resume().on('end', () => process.exit(0));
const on = [...desk.catalogues, ...desk.recognisers].map(({ name }) => name);
await Promise.all(on.flatMap((name) => Array.from({ length: atOnce(name) }, () => work(name))));
