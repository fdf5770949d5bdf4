// The life of a sound, told in days on the time-skipping server.

import { describe, expect } from 'vitest';
import { outcome, story } from '../support/stage.ts';

describe('waiting', () => {
  story('teased on day 0, released on day 9, linked on day 9, nobody touched it', async ({ stage }) => {
    const id = await stage.submit({ id: '1', title: 'Harbour Lights at Four', author: 'Ines Varga' });
    expect(await stage.state(id)).toMatchObject({ status: 'waiting', link: null });
    await stage.pass('9 days');
    expect(await stage.state(id)).toMatchObject({ status: 'waiting', link: null });
    const woken = await stage.deliver('september', [
      { isrc: 'ZZTST2600001', title: 'Harbour Lights at Four', artists: 'Ines Varga' },
    ]);
    expect(woken).toBe(1);
    await outcome(stage, id);
    expect(await stage.state(id)).toMatchObject({
      status: 'matched',
      link: { recordingId: 'ZZTST2600001', decidedBy: 'rule' },
    });
  });
});
