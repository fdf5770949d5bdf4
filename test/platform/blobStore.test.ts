import { createHash, randomBytes } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { hashFile, openBlobStore } from '../../platform/blobStore.ts';

const sha256 = (content: string | Buffer): string => createHash('sha256').update(content).digest('hex');

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'blobs-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const open = () => openBlobStore(join(folder, 'store'));
const drafts = (): string[] => readdirSync(join(folder, 'store', 'drafts'));

it('keeps a copied file under the hash of its content, once', async () => {
  const content = randomBytes(300_000);
  const file = join(folder, 'original');
  writeFileSync(file, content);
  const store = open();
  expect(await store.has(sha256(content))).toBe(false);
  expect(await store.copyIn(file)).toBe(sha256(content));
  expect(await store.copyIn(file)).toBe(sha256(content));
  expect(readFileSync(store.path(sha256(content)))).toEqual(content);
  expect(readFileSync(file)).toEqual(content);
  expect(drafts()).toEqual([]);
});

it('names a blob by the bytes that were copied, also when the file changes meanwhile', async () => {
  const file = join(folder, 'growing');
  writeFileSync(file, Buffer.alloc(30_000_000, 1));
  const store = open();
  const copying = store.copyIn(file);
  const writing = setInterval(() => writeFileSync(file, randomBytes(1000), { flag: 'a' }), 1);
  const name = await copying.finally(() => clearInterval(writing));
  expect(await hashFile(store.path(name))).toBe(name);
});

it('adopts a draft, also when the blob is there already', async () => {
  const store = open();
  for (let times = 0; times < 2; times += 1) {
    const draft = await store.draft();
    writeFileSync(draft, 'fetched');
    await store.adopt(draft, sha256('fetched'));
    expect(existsSync(draft)).toBe(false);
  }
  expect(readFileSync(store.path(sha256('fetched')), 'utf8')).toBe('fetched');
});

it('gives each draft a name of its own', async () => {
  const store = open();
  expect(await store.draft()).not.toBe(await store.draft());
});

it('survives many copies of the same file at once', async () => {
  const file = join(folder, 'original');
  writeFileSync(file, 'shared');
  const store = open();
  const names = await Promise.all(Array.from({ length: 20 }, () => store.copyIn(file)));
  expect(new Set(names)).toEqual(new Set([sha256('shared')]));
  expect(readFileSync(store.path(sha256('shared')), 'utf8')).toBe('shared');
  expect(drafts()).toEqual([]);
});

it('leaves nothing behind when the file is not there', async () => {
  await expect(open().copyIn(join(folder, 'absent'))).rejects.toThrow('ENOENT');
  expect(existsSync(join(folder, 'store'))).toBe(false);
});

it.each(['', 'abc', '../../../etc/passwd', 'A'.repeat(64), `${'a'.repeat(64)}/..`])(
  'takes no other name than a hash: %s',
  (name) => expect(() => open().path(name)).toThrow('not a SHA-256'),
);

it('does not take a folder for a blob', async () => {
  const store = open();
  mkdirSync(store.path(sha256('x')), { recursive: true });
  expect(await store.has(sha256('x'))).toBe(false);
});

it('throws away what a process that is gone left half written, and nothing that is being written', async () => {
  const left = await open().draft();
  const young = join(folder, 'store', 'drafts', 'young');
  for (const draft of [left, young]) writeFileSync(draft, 'half');
  const hoursAgo = Date.now() / 1000 - 2 * 3600;
  utimesSync(left, hoursAgo, hoursAgo);
  await open().draft();
  expect(drafts()).toEqual(['young']);
});
