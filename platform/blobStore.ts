// Files kept by the hash of their content. Writing is atomic, and writing twice is harmless.

import { createHash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { copyFile, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';

export interface BlobStore {
  /** Where the blob of that SHA-256 (hex) is, or would be. */
  path(sha256: string): string;
  has(sha256: string): Promise<boolean>;
  /** A fresh file name inside the store to write into before `adopt`. */
  draft(): Promise<string>;
  /** Moves a finished draft to its place. */
  adopt(draft: string, sha256: string): Promise<void>;
  /** Copies a file in. @returns its SHA-256. */
  copyIn(file: string): Promise<string>;
}

/** Longer than anybody writes at one file. */
const abandonedAfterMs = 60 * 60_000;

export function openBlobStore(folder: string): BlobStore {
  const path = (sha256: string): string => {
    if (!/^[0-9a-f]{64}$/.test(sha256)) throw new Error(`not a SHA-256: ${sha256.slice(0, 80)}`);
    return join(folder, sha256.slice(0, 2), sha256.slice(2));
  };
  const drafts = join(folder, 'drafts');
  /** Once: what a process that was killed left half written belongs to nobody, and may be what must not be kept. */
  let swept: Promise<void> | null = null;
  const sweep = async (): Promise<void> => {
    for (const name of await readdir(drafts)) {
      const draft = join(drafts, name);
      const found = await stat(draft).catch(() => null);
      if (found !== null && Date.now() - found.mtimeMs > abandonedAfterMs) await rm(draft, { force: true });
    }
  };
  const store: BlobStore = {
    path,
    has: (sha256) =>
      stat(path(sha256)).then(
        (found) => found.isFile(),
        () => false,
      ),
    async draft() {
      await mkdir(drafts, { recursive: true });
      await (swept ??= sweep());
      return join(drafts, randomUUID());
    },
    async adopt(draft, sha256) {
      const target = path(sha256);
      await mkdir(dirname(target), { recursive: true });
      // On disk before the row that names it: a row without its blob would be a lost sound after a power failure.
      const file = await open(draft, 'r+');
      try {
        await file.sync();
      } finally {
        await file.close();
      }
      await rename(draft, target);
    },
    async copyIn(file) {
      const known = await hashFile(file);
      if (await store.has(known)) return known;
      const draft = await store.draft();
      try {
        await copyFile(file, draft);
        // The file may have grown since: a blob under another content's name would answer for that content for ever.
        const sha256 = await hashFile(draft);
        await store.adopt(draft, sha256);
        return sha256;
      } finally {
        await rm(draft, { force: true });
      }
    },
  };
  return store;
}

/** SHA-256 of a file's content, hex. */
export async function hashFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}
