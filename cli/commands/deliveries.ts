// What was delivered, and what each delivery changed.

import { deliveriesWithProgress, findDelivery } from '../../store/catalogue/deliveries.ts';
import { flagNumber, type Command } from '../command.ts';
import { Failed, Misuse } from '../../domain/failures.ts';
import { withDatabase } from '../../app/connection.ts';
import { table } from '../terminal.ts';
import { reportDelivery } from '../deliveryReport.ts';

export const deliveries: Command = {
  name: 'deliveries',
  summary: 'List the deliveries into the catalogue, or show what one of them changed and why rows were refused.',
  words: '[ID]',
  options: { limit: { type: 'string', value: 'N', help: 'at most this many (default 50)' } },
  notes:
    'Of a delivery that was repeated, its last run is shown. Every change ever made is in the table recording_changes.',
  examples: ['fermata deliveries', 'fermata deliveries 3f2a9c', 'fermata deliveries 3f2a9c --json'],
  async run(call) {
    if (call.words.length > 1) throw new Misuse(`too many words: ${call.words.slice(1).join(' ')}`);
    const [typed] = call.words;
    const limit = flagNumber(call, 'limit', 50, 1, 10_000);
    return withDatabase(call.config, async (stored) => {
      if (typed === undefined) {
        const all = await deliveriesWithProgress(stored.database, null, limit);
        if (call.json) call.terminal.out(JSON.stringify(all));
        else
          call.terminal.out(
            table(
              ['delivery', 'started', 'state', 'rows', 'added', 'changed', 'withdrawn', 'refused', 'from'],
              all.map((each) => [
                each.id.slice(0, 8),
                each.startedAt.toISOString().slice(0, 16).replace('T', ' '),
                each.state,
                ...[each.total, each.added, each.changed, each.withdrawn, each.refused].map(String),
                each.problem ?? each.listing ?? each.folder,
              ]),
            ),
          );
        return 0;
      }
      const found = await findDelivery(stored.database, typed);
      if (found.length !== 1)
        throw new Failed(
          found.length === 0 ? `there is no delivery ${typed}` : `several deliveries begin with ${typed}`,
          '"fermata deliveries" lists them',
        );
      const [delivery] = await deliveriesWithProgress(stored.database, found, 1);
      if (delivery!.problem !== null && !call.json) call.terminal.out(`failed: ${delivery!.problem}`);
      await reportDelivery(stored.database, delivery!, call);
      return 0;
    });
  },
};
