// `fermata index FOLDER --watch`: asks the workers to look at a folder again and again, and says what they took.

import { realpath } from 'node:fs/promises';
import { deliveryIdOf, deliveryProgress } from '../store/catalogue/deliveries.ts';
import type { DeliveryOptions } from '../domain/delivery.ts';
import { flagNumber, type Call } from './command.ts';
import { Failed } from '../domain/failures.ts';
import type { Connections } from '../app/connection.ts';
import { reportDelivery } from './deliveryReport.ts';

/** Between two looks. */
const pauseMs = 2000;

/** Runs until Ctrl-C or SIGTERM. What is being taken then goes on. */
export async function watchFolder(
  connections: Connections,
  path: string,
  options: DeliveryOptions,
  call: Call,
): Promise<number> {
  const settleMs = flagNumber(call, 'settle', 10, 0, 86_400) * 1000;
  let folder: string;
  try {
    folder = await realpath(path);
  } catch {
    throw new Failed(`there is no folder ${path}`);
  }
  const stopping = Promise.withResolvers<'stop'>();
  let stopped = false;
  const stop = (): void => {
    stopped = true;
    stopping.resolve('stop');
  };
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  call.terminal.talk(`watching ${folder}: each folder or listing in it is a delivery; Ctrl-C stops`);
  while (!stopped) {
    const looked = await Promise.race([
      connections.reconciliation.lookAtFolders(deliveryIdOf(folder), { folders: [folder], settleMs, options }),
      stopping.promise,
    ]);
    if (looked === 'stop') break;
    for (const { deliveryId } of looked.taken) {
      const delivery = await deliveryProgress(connections.database, deliveryId);
      if (delivery === null) continue;
      if (delivery.problem !== null && !call.json) call.terminal.out(`${delivery.folder}: ${delivery.problem}`);
      else await reportDelivery(connections.database, delivery, call);
    }
    if (looked.more) continue;
    await Promise.race([new Promise((resolve) => setTimeout(resolve, pauseMs)), stopping.promise]);
  }
  return 0;
}
