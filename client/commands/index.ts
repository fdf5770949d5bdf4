// Takes a folder of audio files with its listing into the catalogue.

import { createHash } from 'node:crypto';
import { realpath } from 'node:fs/promises';
import { deliveryProgress, remarks, type DeliveryProgress } from '../../catalogue/deliveries.ts';
import { catalogueWorkflowId } from '../../domain/naming.ts';
import { expectWords, Failed, type Command, type Terminal } from '../command.ts';
import { pageOf, withServices, type Services } from '../connection.ts';
import { bar, table } from '../terminal.ts';

/** The same folder is the same delivery: indexing it again replaces what it said before. */
export const deliveryIdOf = (realFolder: string): string =>
  createHash('sha256').update(realFolder).digest('hex').slice(0, 16);

/** Delivers a folder and waits until it is taken in. */
export async function indexFolder(
  services: Services,
  folder: string,
  terminal: Terminal,
): Promise<DeliveryProgress & { id: string }> {
  let real: string;
  try {
    real = await realpath(folder);
  } catch {
    throw new Failed(`there is no folder ${folder}`);
  }
  const id = deliveryIdOf(real);
  await services.reconciliation.deliver(id, real);
  for (;;) {
    const progress = await deliveryProgress(services.database, id);
    if (progress !== null && progress.state !== 'started') {
      terminal.progress(`indexing  ${bar(progress.total - progress.pending, progress.total)}`);
      terminal.settle();
      if (progress.state === 'failed') throw new Failed(progress.problem ?? 'the delivery failed');
      return { ...progress, id };
    }
    if (progress !== null && progress.total > 0)
      terminal.progress(`indexing  ${bar(progress.total - progress.pending, progress.total)}`);
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
}

export const index: Command = {
  name: 'index',
  summary: 'Take a folder of recordings into the catalogue and wake the sounds that were waiting for them.',
  words: 'FOLDER',
  options: {},
  notes: [
    'FOLDER holds audio files and a catalogue.csv or catalogue.jsonl with the columns',
    '  title, artists (";" between them), and optionally file, isrc, version, release_date, upc, label, duration_ms, album,',
    '  aliases, and ids of services as spotify_id, apple_id, deezer_id …',
    'Indexing again is harmless: what is known is left alone, what changed is replaced. An interrupted run goes on.',
  ].join('\n'),
  examples: ['fermata index examples/catalogue', 'fermata index ~/deliveries/2026-11 --json'],
  async run(call) {
    const [folder] = expectWords(call, 'FOLDER') as [string];
    return withServices(call.config, async (services) => {
      const done = await indexFolder(services, folder, call.terminal);
      const said = await remarks(services.database, done.id);
      const { added, changed, unchanged, refused, total, listing } = done;
      if (call.json) {
        call.terminal.out(JSON.stringify({ listing, total, added, changed, unchanged, refused, remarks: said }));
        return 0;
      }
      call.terminal.out(
        `${total} rows of ${listing ?? folder}: ${added} added, ${changed} changed, ${unchanged} unchanged, ${refused} refused`,
      );
      if (said.length > 0)
        call.terminal.out(
          table(
            ['line', 'state', 'reason'],
            said.map((row) => [String(row.line), row.state, row.reason]),
          ),
        );
      const page = pageOf(services, catalogueWorkflowId(done.id));
      if (page !== null) call.terminal.talk(`in Temporal: ${page}`);
      return 0;
    });
  },
};
