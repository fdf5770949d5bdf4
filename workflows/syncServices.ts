// One round of the scheduled sync: asks the catalogue services about everything that is expected. A schedule starts it again and again.

import { proxyActivities } from '@temporalio/workflow';
import type { Activities } from '../activities/index.ts';
import { taskQueues } from '../domain/naming.ts';
import type { SyncServicesInput, SyncServicesResult } from './messages.ts';

// A few hundred questions within the services' limits take minutes; each is noted, so that another worker goes on where one stopped.
const { checkServices } = proxyActivities<Activities>({
  taskQueue: taskQueues.catalogues,
  startToCloseTimeout: '1 hour',
  heartbeatTimeout: '3 minutes',
  retry: { maximumAttempts: 5 },
});

export const syncServices = (input: SyncServicesInput): Promise<SyncServicesResult> => checkServices(input);
