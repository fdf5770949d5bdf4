// Every recorded history must replay with today's workflow code: sounds sleep for weeks and outlive deployments.
// A failure here means that a changed sequence of commands needs `patched(…)`; see `test/histories/record.ts`.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DeterminismViolationError } from '@temporalio/workflow';
import { describe, expect, it } from 'vitest';
import { replay } from '../support/replay.ts';

const folder = join(import.meta.dirname, '..', 'histories');
const names = readdirSync(folder).filter((name) => name.endsWith('.json'));

interface RecordedEvent {
  readonly eventType: string;
  activityTaskScheduledEventAttributes?: { activityType: { name: string } };
}
const read = (name: string): { readonly events: RecordedEvent[] } =>
  JSON.parse(readFileSync(join(folder, name), 'utf8')) as { events: RecordedEvent[] };

describe('the recorded histories', () => {
  it('are of all workflows', () => {
    const types = names.map((name) => JSON.stringify(read(name).events[0]));
    for (const type of [
      'reconcileSound',
      'reconcileBatch',
      'indexCatalogue',
      'wakeWaiting',
      'watchFolders',
      'syncServices',
    ])
      expect(types.some((text) => text.includes(`"${type}"`))).toBe(true);
  });

  it.each(names)('%s replays', async (name) => {
    await replay(read(name));
  });

  it('with one activity exchanged do not replay: this test can fail', async () => {
    const history = read('matched-at-once.json');
    const scheduled = history.events.find((event) => event.activityTaskScheduledEventAttributes !== undefined);
    scheduled!.activityTaskScheduledEventAttributes!.activityType.name = 'somethingElse';
    await expect(replay(history)).rejects.toThrow(DeterminismViolationError);
  });
});
