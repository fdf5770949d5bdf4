// A sound whose history has grown long goes on in a new run with everything it had. The server is told to suggest that after
// 30 events instead of thousands.

import { describe, expect } from 'vitest';
import { readDecisions } from '../../store/sounds/records.ts';
import { soundWorkflowId } from '../../domain/naming.ts';
import type { EvidenceLine } from '../../domain/evidenceLine.ts';
import type { SoundState } from '../../domain/sound.ts';
import { replay } from '../support/replay.ts';
import { outcome } from '../support/stage.ts';
import { shortHistoryStory } from '../support/story.ts';

const release = { isrc: 'ZZTST2600001', title: 'Harbour Lights at Four', artists: 'Ines Varga' };

describe('continue-as-new', () => {
  shortHistoryStory('keeps state, evidence, attempts and every message', async ({ stage }) => {
    const id = await stage.submit({ id: '1', title: release.title, author: release.artists });
    const handle = stage.client.workflow.getHandle(soundWorkflowId(id));
    const begun = await handle.describe();
    const first = begun.runId;
    const summary = '"Harbour Lights at Four" by Ines Varga, tiktok';
    expect(await begun.staticSummary()).toBe(summary);
    await handle.signal('prereleaseMetadata', {
      metadata: {
        title: 'Working Title',
        artists: ['Ines Varga'],
        isrc: null,
        releaseDate: '2031-05-06',
        audioHash: null,
      },
    });
    // Forty wake-ups and thirty decisions, some of them while it passes from one run to the next.
    const sent: Promise<unknown>[] = [];
    for (let i = 0; i < 40; i += 1) {
      sent.push(stage.reconciliation.retry(id, `wake-up ${i}`));
      if (i % 4 !== 0)
        sent.push(
          stage.reconciliation.decide(id, { kind: 'match', recordingId: `nothing ${i}` }, { decisionId: `d${i}` }),
        );
      if (i % 5 === 0) await new Promise((resolve) => setTimeout(resolve, 100));
    }
    await Promise.all(sent);
    await stage.until(id, (state) => state.nextAttemptAtMs !== null);
    const description = await handle.describe();
    expect(description.runId).not.toBe(first);
    expect(description.status.name).toBe('RUNNING');
    // The server hands a run's static summary to no other run; what its page says of the sound, the memo and the details go on saying.
    expect(description.memo).toEqual({ sound: summary });
    const { currentDetails } = await handle.query<{ currentDetails: string }>('__temporal_workflow_metadata');
    expect(currentDetails).toContain(summary);
    expect(description.typedSearchAttributes.getAll().map((pair) => pair.key.name)).toEqual(
      expect.arrayContaining(['FermataStatus', 'FermataPlatform']),
    );

    // What came side by side is done again in the same order: a worker that takes the sound up later reads this.
    for (const runId of [first, description.runId])
      await replay(await stage.client.workflow.getHandle(soundWorkflowId(id), runId).fetchHistory());

    const kept = await handle.query<SoundState>('soundStatus');
    expect(kept).toMatchObject({ status: 'waiting', releaseDate: '2031-05-06', soundId: id });
    expect(kept.attempts).toBe((await stage.state(id)).attempts);
    expect(kept.attempts).toBeGreaterThan(2);
    expect((await handle.query<EvidenceLine[]>('soundEvidence')).map((line) => line.source)).toEqual([
      'metadata',
      'audio',
    ]);
    const refused = (await readDecisions(stage.database, id)).filter((decision) => decision.decidedBy === 'person');
    expect(refused).toHaveLength(30);
    expect(refused.every((decision) => !decision.accepted)).toBe(true);

    expect(await stage.deliver('release', [release])).toBe(1);
    await stage.until(id, (state) => state.status === 'matched');
    expect(await outcome(stage, id)).toMatchObject({ status: 'matched', recording: release.isrc });
  });
});
