// "fermata providers" against services on the loopback and a real database.

import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { providers } from '../../cli/commands/providers.ts';
import { runCommand, type Terminal } from '../../cli/command.ts';
import type { ProviderName } from '../../domain/providers.ts';
import { services } from '../support/providers/index.ts';
import { startFake, type Fake } from '../support/providers/server.ts';
import { createWorld } from '../support/providers/world.ts';
import { freshDatabase, type TestDatabase } from '../support/database.ts';

let database: TestDatabase;
const fakes = new Map<ProviderName, Fake>();
const before = { ...process.env };
const on: readonly ProviderName[] = ['deezer', 'spotify', 'acrcloud'];

beforeAll(async () => {
  database = await freshDatabase({ maxConnections: 2 });
  for (const name of on) fakes.set(name, await startFake(services[name](), { world: createWorld(), rate: null }));
  Object.assign(process.env, {
    DATABASE_URL: database.url,
    TEMPORAL_ADDRESS: '127.0.0.1:1',
    FERMATA_DATA_DIR: '/nowhere',
    ...Object.assign({}, ...[...fakes.values()].map(({ service }) => service.environment())),
    FERMATA_PROVIDER_URLS: [...fakes].map(([name, { url }]) => `${name}=${url}`).join(','),
    FERMATA_PROVIDER_LIMITS: 'spotify=180/30s',
    FERMATA_PROVIDER_PRICES: 'acrcloud=0.25',
    FERMATA_PROVIDER_MONEY_PER_DAY: 'acrcloud=0.6',
  });
});
afterAll(async () => {
  for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name];
  Object.assign(process.env, before);
  await Promise.all([...fakes.values()].map((fake) => fake.close()));
  await database.close();
});
beforeEach(async () => {
  await database.query(`truncate provider_limits, provider_permits, provider_spend`);
  for (const fake of fakes.values()) fake.misbehave(null);
});

async function run(...words: string[]) {
  const [results, talked]: [string[], string[]] = [[], []];
  const terminal: Terminal = {
    out: (text) => void results.push(text),
    talk: (text) => void talked.push(text),
    progress() {},
    settle() {},
  };
  const code = await runCommand(providers, words, terminal);
  return { code, out: results.join('\n'), talk: talked.join('\n') };
}
const rows = async (): Promise<Record<string, unknown>[]> =>
  JSON.parse((await run('--json')).out) as Record<string, unknown>[];
const row = async (name: ProviderName) => (await rows()).find((one) => one['name'] === name);

describe('fermata providers', () => {
  it('says whose previews are listened to', async () => {
    process.env['FERMATA_DEEZER_PREVIEWS'] = 'on';
    try {
      expect((await rows()).filter((one) => one['previews']).map((one) => one['name'])).toEqual(['deezer']);
      expect((await run()).out).toMatch(/deezer and its previews +open/);
    } finally {
      delete process.env['FERMATA_DEEZER_PREVIEWS'];
    }
  });

  it('says of every service whether it is on, else what is missing', async () => {
    const all = await rows();
    expect(all.filter((one) => one['on']).map((one) => one['name'])).toEqual(expect.arrayContaining([...on]));
    expect(all.filter((one) => one['on'])).toHaveLength(on.length);
    expect(all.find((one) => one['name'] === 'musicbrainz')).toMatchObject({
      state: 'off',
      why: expect.stringContaining('FERMATA_MUSICBRAINZ_CONTACT') as string,
    });
    expect((await run()).out).toMatch(/deezer +open +0 of 50 in 5 s/);
    expect(await row('deezer')).toMatchObject({ previews: false });
    expect((await run()).out).toMatch(/spotify +open +0 of 180 in 30 s/);
  });

  it('tries one with one call that counts like any other', async () => {
    const asked = fakes.get('deezer')!.state().requests;
    expect(await run('test', 'deezer')).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^deezer answers \(\d+ ms\): nothing found$/) as string,
    });
    expect(fakes.get('deezer')!.state().requests - asked).toBe(1);
    expect(await row('deezer')).toMatchObject({ state: 'open', limit: { used: 1 }, today: { calls: 1 } });
    expect(JSON.parse((await run('test', 'spotify', '--json')).out)).toMatchObject({
      name: 'spotify',
      ok: true,
      found: 0,
    });
  });

  it('keeps the budget, and shows it', async () => {
    for (let i = 0; i < 2; i += 1) expect((await run('test', 'acrcloud')).code).toBe(0);
    const third = await run('test', 'acrcloud');
    expect(third.code).toBe(1);
    expect(third.talk).toMatch(/acrcloud: its budget for today is spent \(2 calls and 0.5 spent\); again at \d{4}-/);
    expect(await row('acrcloud')).toMatchObject({
      today: { calls: 2, money: 0.5 },
      budget: { calls: null, money: 0.6 },
    });
    expect((await run()).out).toMatch(/acrcloud .* 0\.5 of 0\.6/);
  });

  it('says what went wrong, what to do, and for how long the service is left alone', async () => {
    fakes.get('deezer')!.misbehave({ kind: 'status', status: 429, headers: { 'retry-after': '7200' } });
    const failed = await run('test', 'deezer');
    expect(failed).toMatchObject({ code: 1, out: '' });
    expect(failed.talk).toMatch(/^deezer: asks for fewer requests \(HTTP 429\); again at .* UTC\n→ wait/);
    expect(await row('deezer')).toMatchObject({
      state: 'paused',
      paused_why: 'asks for fewer requests (HTTP 429)',
      last_error: 'asks for fewer requests (HTTP 429)',
    });
    expect((await run()).out).toMatch(/deezer +paused until \d{4}-/);
    await database.query(`update provider_limits set paused_until_ms = epoch_ms() - 1`);
    expect(await row('deezer')).toMatchObject({ state: 'half-open' });
    fakes.get('deezer')!.misbehave(null);
    expect((await run('test', 'deezer')).code).toBe(0);
    expect(await row('deezer')).toMatchObject({ state: 'open', paused_until: null });
  });

  it.each([
    [['test'], /NAME missing/],
    [['test', 'napster'], /there is no service "napster"; there are spotify/],
    [['try', 'deezer'], /"try" is not something to do/],
  ])('%j is misuse', async (words, says) => {
    const { code, talk } = await run(...words);
    expect(code).toBe(2);
    expect(talk).toMatch(says);
  });

  it('does not try what is off', async () => {
    const { code, talk } = await run('test', 'audd');
    expect(code).toBe(1);
    expect(talk).toContain('audd is off: FERMATA_AUDD_TOKEN is not set');
  });
});
