// Searches the open sounds with whatever entered the catalogue, as long as there is something left. One run at a time; the dispatcher starts it, or
// tells the one that runs.

import { continueAsNew, proxyActivities, setCurrentDetails, setHandler, workflowInfo } from '@temporalio/workflow';
import type { Activities } from '../activities/index.ts';
import { taskQueues } from '../domain/naming.ts';
import { arrived } from './messages.ts';

// Some dozens of recordings, each a search of a tenth of a second to a few seconds; what is done is noted one by one.
const { wakeSounds } = proxyActivities<Activities>({
  taskQueue: taskQueues.audio,
  startToCloseTimeout: '30 minutes',
  heartbeatTimeout: '2 minutes',
});

/** A big delivery is searched for on several workers at once. */
const mostLanes = 4;
/** So many arrivals are worth a lane of their own. */
const arrivalsALane = 64;
const longHistory = 1000;

export async function wakeWaiting(): Promise<void> {
  let isNews = true;
  let called = 0;
  setHandler(arrived, () => {
    isNews = true;
  });
  while (isNews) {
    isNews = false;
    for (let left = 1; left > 0;) {
      const lanes = Math.min(mostLanes, Math.ceil(left / arrivalsALane));
      const done = await Promise.all(Array.from({ length: lanes }, (_, lane) => wakeSounds({ lane, lanes })));
      called += done.reduce((sum, one) => sum + one.called, 0);
      left = Math.min(...done.map((one) => one.left));
      setCurrentDetails(`${called} sounds called, ${left} recordings to go`);
      if (workflowInfo().historyLength > longHistory) {
        await continueAsNew<typeof wakeWaiting>();
      }
    }
  }
}
