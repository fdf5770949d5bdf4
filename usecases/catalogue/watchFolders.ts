// Looks into watched folders for deliveries that are new or changed, and at rest. What was taken once is taken again when its files change.

import { createHash } from 'node:crypto';
import { readdir, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { deliveryIdOf, readDelivery, startDelivery } from '../../store/catalogue/deliveries.ts';
import type { DeliveryOptions } from '../../domain/delivery.ts';
import { markTaken, noteSeen } from '../../store/catalogue/watchedDeliveries.ts';
import { findListing, isManifest } from './catalogueFile.ts';
import type { Needs } from '../needs.ts';
import type { Task } from '../task.ts';

export interface WatchInput {
  readonly folders: readonly string[];
  /** How long files must have been at rest. */
  readonly settleMs: number;
}

export interface FoundDelivery {
  readonly path: string;
  readonly deliveryId: string;
  readonly folder: string;
  /** One file of the folder; null: the folder as a whole. */
  readonly entry: string | null;
  /** Of its files as they were when it was found. */
  readonly signature: string;
}

/** Uploads under way, as the usual programs name them. */
const underway = /\.(?:part|partial|tmp|temp|filepart|crdownload|uploading|download)$/i;
/** A person or a program that puts this into a folder says that everything is there. */
const completeMarks = /^(?:\.complete|_complete|complete\.txt)$/i;

/** Deliveries to be taken now, in the order of their paths. A folder that cannot be read is passed over until it can. */
export async function findDeliveries(deps: Needs<'database'>, input: WatchInput, task: Task): Promise<FoundDelivery[]> {
  const found: FoundDelivery[] = [];
  for (const watched of input.folders) {
    for (const candidate of await candidatesIn(watched)) {
      task.beat(candidate.path);
      const looked = await lookAt(candidate);
      if (looked === null) continue;
      const { signature, isComplete, isUnderway } = looked;
      const seen = await noteSeen(deps.database, candidate.path, signature);
      if (seen.taken === signature || isUnderway) continue;
      if (isComplete || seen.unchangedMs >= input.settleMs) found.push({ ...candidate, signature });
    }
  }
  return found;
}

type Candidate = Omit<FoundDelivery, 'signature'>;

/** Each folder in it, and each listing or message that lies in it loose. */
async function candidatesIn(watched: string): Promise<Candidate[]> {
  let root: string;
  try {
    root = await realpath(watched);
  } catch {
    return [];
  }
  const entries = await readdir(root, { withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => !entry.name.startsWith('.'))
    .flatMap((entry): Candidate[] => {
      const path = join(root, entry.name);
      if (entry.isDirectory()) return [{ path, deliveryId: deliveryIdOf(path), folder: path, entry: null }];
      const isDelivery = /\.(?:csv|tsv|jsonl|xml)$/i.test(entry.name) && !isManifest(entry.name);
      return entry.isFile() && isDelivery
        ? [{ path, deliveryId: deliveryIdOf(path), folder: root, entry: entry.name }]
        : [];
    })
    .sort((a, b) => (a.path < b.path ? -1 : 1));
}

interface Looked {
  readonly signature: string;
  readonly isComplete: boolean;
  readonly isUnderway: boolean;
}

/** Null for what is no delivery (yet). */
async function lookAt(candidate: Candidate): Promise<Looked | null> {
  const hash = createHash('sha256');
  try {
    if (candidate.entry !== null) {
      const { size, mtimeMs } = await stat(candidate.path);
      return { signature: `${size} ${mtimeMs}`, isComplete: false, isUnderway: size === 0 };
    }
    if ((await findListing(candidate.folder)).kind === 'problem') return null;
    let [isComplete, isUnderway] = [false, false];
    for (const name of await filesUnder(candidate.folder)) {
      const { size, mtimeMs } = await stat(join(candidate.folder, name));
      const base = name.slice(name.lastIndexOf('/') + 1);
      hash.update(`${name}\u0000${size}\u0000${mtimeMs}\u0000`);
      isUnderway ||= underway.test(base);
      isComplete ||= completeMarks.test(base) || /^batch_?complete/i.test(base);
    }
    return { signature: hash.digest('hex').slice(0, 32), isComplete, isUnderway };
  } catch {
    // A file that went away while it was looked at: the folder is being worked on.
    return null;
  }
}

/** Paths of all files under a folder, sorted; as deep as deliveries go. */
async function filesUnder(folder: string, under = '', depth = 0): Promise<string[]> {
  const files: string[] = [];
  for (const entry of await readdir(join(folder, under), { withFileTypes: true })) {
    const path = under === '' ? entry.name : `${under}/${entry.name}`;
    if (entry.isDirectory() && depth < 5) files.push(...(await filesUnder(folder, path, depth + 1)));
    else if (entry.isFile()) files.push(path);
  }
  return files.sort();
}

export interface BeginDelivery {
  readonly deliveryId: string;
  readonly folder: string;
  readonly entry: string | null;
  readonly options: DeliveryOptions;
}

/** Registers a delivery, unless it is being taken already. */
export async function beginDelivery(deps: Needs<'database'>, input: BeginDelivery): Promise<void> {
  const known = await readDelivery(deps.database, input.deliveryId);
  if (known?.state === 'started') return;
  // What was said by hand about how to read it (--map) holds for its next versions too.
  const options = Object.keys(input.options).length > 0 ? input.options : null;
  await startDelivery(deps.database, input.deliveryId, input.folder, input.entry, options);
}

export const endWatchedDelivery = (
  deps: Needs<'database'>,
  input: { readonly path: string; readonly signature: string },
): Promise<void> => markTaken(deps.database, input.path, input.signature);
