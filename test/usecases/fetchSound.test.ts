// Bringing a sound's audio in: what cannot be had (yet), what is asked again at once, and what a cancellation stops.

import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { ApplicationFailureCategory } from '@temporalio/common';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readEvidence } from '../../store/sounds/evidence.ts';
import { insertSounds, readSound } from '../../store/sounds/sounds.ts';
import { readLine } from '../../app/submission.ts';
import { openActivities, quietEnvironment, type OpenActivities } from '../support/activities.ts';
import { openAudioHost, type AudioHost } from '../support/audioHost.ts';
import { migratedDatabaseUrl } from '../support/desk.ts';

let folder: string;
let host: AudioHost;
let open: OpenActivities;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fermata-fetch-'));
  host = await openAudioHost();
  await mkdir(join(folder, 'submitted'));
  open = openActivities({ databaseUrl: await migratedDatabaseUrl(), folder, allowedHosts: [host.host] });
});
afterEach(async () => {
  await open.close();
  await host.close();
  await rm(folder, { recursive: true, force: true });
});

/** A sound of a file submitted from `folder/submitted`. */
async function sound(audio: string | null): Promise<string> {
  const read = readLine(JSON.stringify({ platform: 'tiktok', id: '1', audio }), join(folder, 'submitted'), 1e9);
  if (typeof read === 'string') throw new Error(read);
  await insertSounds(open.database, [read]);
  return read.id;
}
const fetch = (soundId: string, env = quietEnvironment()): Promise<unknown> =>
  env.run(open.activities.fetchSound, { soundId, attempt: 1 });
const blobs = async (): Promise<string[]> => {
  const entries = await readdir(join(folder, 'blobs'), { recursive: true, withFileTypes: true }).catch(() => []);
  // Spread over folders named after the first digits.
  return entries.filter((entry) => entry.isFile()).map((entry) => basename(entry.parentPath) + entry.name);
};

describe('from a web server', () => {
  it('is fetched once and kept by its content', async () => {
    host.answer = () => ({ status: 200, body: Buffer.from('some audio') });
    const id = await sound(host.url('/a.mp3'));
    expect(await fetch(id)).toBeNull();
    expect(await fetch(id)).toBeNull();
    expect(host.asked).toEqual(['/a.mp3']);
    expect(await blobs()).toEqual([(await readSound(open.database, id))?.audioHash]);
  });

  it.each([
    ['that says it is gone', () => ({ status: 404 })],
    ['that redirects to a private address', () => ({ status: 302, headers: { location: 'http://10.0.0.1/a.mp3' } })],
    ['that sends too much', () => ({ status: 200, body: new Uint8Array(17 * 2 ** 20) })],
  ])(
    '%s, is not "no audio": it cannot be had yet, with the reason, and leaves nothing behind',
    async (_name, answer) => {
      host.answer = answer;
      const id = await sound(host.url('/a.mp3'));
      expect(await fetch(id)).toMatchObject({ source: 'audio', kind: 'unavailable' });
      expect(await readEvidence(open.database, id)).toMatchObject([
        {
          source: 'audio',
          evidence: { kind: 'unavailable', reason: expect.stringMatching(/^Its audio was not fetched: ./) },
        },
      ]);
      expect(await blobs()).toEqual([]);
    },
  );

  it('that is not on the list, is never asked', async () => {
    const other = await openAudioHost();
    expect(await fetch(await sound(other.url('/a.mp3')))).toMatchObject({ kind: 'unavailable' });
    expect(other.asked).toEqual([]);
    await other.close();
  });

  it('in short trouble, is a failure to be retried that pages nobody', async () => {
    host.answer = () => ({ status: 503, headers: { 'retry-after': '7' } });
    const id = await sound(host.url('/a.mp3'));
    await expect(fetch(id)).rejects.toMatchObject({
      type: 'ServiceUnavailable',
      nonRetryable: false,
      nextRetryDelay: 7000,
      category: ApplicationFailureCategory.BENIGN,
    });
    expect(await readEvidence(open.database, id)).toEqual([]);
  });

  it('that asks for a long pause, gets it: the sound waits, not the activity', async () => {
    host.answer = () => ({ status: 429, headers: { 'retry-after': '7200' } });
    const before = Date.now();
    const line = (await fetch(await sound(host.url('/a.mp3')))) as { kind: string; untilMs: number };
    expect(line.kind).toBe('unavailable');
    expect(line.untilMs - before).toBeGreaterThanOrEqual(7_200_000);
    expect(line.untilMs - before).toBeLessThan(7_230_000);
  });

  it('that never answers, is let go of when the attempt is cancelled', async () => {
    host.answer = () => new Promise(() => {});
    const env = quietEnvironment();
    const fetching = fetch(await sound(host.url('/a.mp3')), env);
    while (host.asked.length === 0) await new Promise((resolve) => setTimeout(resolve, 10));
    const cancelled = Date.now();
    env.cancel('CANCELLED');
    await expect(fetching).rejects.toThrow();
    expect(Date.now() - cancelled).toBeLessThan(2000);
    expect(await blobs()).toEqual([]);
  });
});

describe('from a file', () => {
  it('under the submitted folder is taken', async () => {
    await writeFile(join(folder, 'submitted', 'a.mp3'), 'audio');
    const id = await sound('a.mp3');
    expect(await fetch(id)).toBeNull();
    expect(await blobs()).toHaveLength(1);
  });

  it.each([
    ['elsewhere', '/etc/hostname', 'lies outside'],
    ['above the folder', '../secret.mp3', 'lies outside'],
    ['that is a link out of it', 'link.mp3', 'lies outside'],
    ['that is not there', 'none.mp3', 'is not there'],
    ['that is a folder', '.', 'lies outside|not a regular file'],
  ])('%s is not read, with the reason', async (_name, path, reason) => {
    await writeFile(join(folder, 'secret.mp3'), 'secret');
    await symlink(join(folder, 'secret.mp3'), join(folder, 'submitted', 'link.mp3'));
    expect(await fetch(await sound(path))).toMatchObject({
      kind: 'unavailable',
      text: expect.stringMatching(new RegExp(reason)) as string,
    });
    expect(await blobs()).toEqual([]);
  });

  it('of none, says so; of an unknown sound, fails for good', async () => {
    expect(await fetch(await sound(null))).toMatchObject({ kind: 'unusable', text: 'It was submitted without audio.' });
    await expect(fetch('tiktok:404')).rejects.toMatchObject({ type: 'NotFound', nonRetryable: true });
  });
});
