// Why there is such a thing is said in workflows/oneAtATime.ts; that histories replay is shown by the stories.

import { describe, expect, it } from 'vitest';
import { oneAtATime } from '../../workflows/oneAtATime.ts';

describe('oneAtATime', () => {
  it('runs calls in their order and never two together, whatever each one takes', async () => {
    const log: string[] = [];
    const step =
      (name: string) =>
      async (ms: number): Promise<string> => {
        log.push(`${name} begins`);
        await new Promise((resolve) => setTimeout(resolve, ms));
        log.push(`${name} ends`);
        return name;
      };
    const rows = oneAtATime({ slow: step('slow'), quick: step('quick') });
    expect(await Promise.all([rows.slow(20), rows.quick(0), rows.slow(5)])).toEqual(['slow', 'quick', 'slow']);
    expect(log).toEqual(['slow', 'quick', 'slow'].flatMap((name) => [`${name} begins`, `${name} ends`]));
  });

  it('goes on after a failure, which is the caller’s alone', async () => {
    const rows = oneAtATime({
      fails: (): Promise<never> => Promise.reject(new Error('no such row')),
      works: (): Promise<string> => Promise.resolve('done'),
    });
    const failed = rows.fails();
    const worked = rows.works();
    await expect(failed).rejects.toThrow('no such row');
    expect(await worked).toBe('done');
  });
});
