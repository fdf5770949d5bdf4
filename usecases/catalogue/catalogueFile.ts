// Opens what was delivered: finds the listing or the messages in a folder and hands their bytes to the readers in deliveries/.

import { createReadStream } from 'node:fs';
import { open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Delivery } from '../../store/catalogue/deliveries.ts';
import { readErn } from '../../deliveries/ern.ts';
import { readListing } from '../../deliveries/listing.ts';
import type { DeliveryOptions, DeliveryRow } from '../../domain/delivery.ts';

const listings = ['catalogue.csv', 'catalogue.jsonl'];
/** A batch of ten thousand messages is split by its sender long before. */
const mostMessages = 10_000;

export type Found =
  | { readonly kind: 'listing'; readonly name: string }
  /** Paths under the folder. */
  | { readonly kind: 'messages'; readonly names: readonly string[] }
  | { readonly kind: 'problem'; readonly problem: string };

/** What there is to read: the named entry, or what a folder holds. */
export async function findListing(folder: string, entry: string | null = null): Promise<Found> {
  if (entry !== null)
    return /\.xml$/i.test(entry) && !(await isPropertyList(join(folder, entry)))
      ? { kind: 'messages', names: [entry] }
      : { kind: 'listing', name: entry };
  let names: string[];
  try {
    names = await readdir(folder);
  } catch (error) {
    return problem(`the folder cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
  const found = listings.filter((name) => names.includes(name));
  if (found.length === 1) return { kind: 'listing', name: found[0]! };
  if (found.length > 1) return problem(`${folder} has both ${found.join(' and ')}: leave one`);
  const messages = await findMessages(folder);
  if (messages.length > mostMessages)
    return problem(`${folder} has more than ${mostMessages} XML files: deliver it in parts`);
  const sheets = names.filter((name) => /\.(?:csv|tsv|jsonl)$/i.test(name) && !name.startsWith('.')).sort();
  if (messages.length > 0) return { kind: 'messages', names: messages };
  if (sheets.length === 1) return { kind: 'listing', name: sheets[0]! };
  return problem(
    sheets.length === 0
      ? `there is no ${listings.join(' or ')}, no other .csv and no DDEX message (.xml) in ${folder}`
      : `${folder} has several listings (${sheets.slice(0, 5).join(', ')}) and none is called ${listings.join(' or ')}: name the file instead of the folder`,
  );
}

/** Apple's libraries are XML and no messages. */
async function isPropertyList(path: string): Promise<boolean> {
  return /<plist\b/.test((await headOf(path, 2000)).toString('latin1'));
}

async function headOf(path: string, length: number): Promise<Buffer> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

const problem = (text: string): Found => ({ kind: 'problem', problem: text });

/** DDEX messages of a batch: in the folder, or in one folder for each release; the batch's own manifest is none. */
async function findMessages(folder: string, under = '', depth = 0): Promise<string[]> {
  const found: string[] = [];
  for (const entry of (await readdir(join(folder, under), { withFileTypes: true })).sort((a, b) =>
    a.name < b.name ? -1 : 1,
  )) {
    const path = under === '' ? entry.name : `${under}/${entry.name}`;
    if (entry.name.startsWith('.')) continue;
    if (entry.isDirectory() && depth < 2) found.push(...(await findMessages(folder, path, depth + 1)));
    else if (entry.isFile() && /\.xml$/i.test(entry.name) && !isManifest(entry.name)) found.push(path);
    if (found.length > mostMessages) break;
  }
  return found;
}

/** Files that say something about a batch rather than about releases. */
export const isManifest = (name: string): boolean => /^(?:batch_?complete|manifest|ack)[_.-]?.*\.xml$/i.test(name);

export interface Delivered {
  /** What was read, for people: the listing's path, or how many messages. */
  readonly listing: string;
  /** Throws when the delivery as a whole cannot be read. */
  readonly rows: AsyncIterable<DeliveryRow>;
  /** What was passed over as a whole; complete when the rows have been read. */
  readonly notes: () => readonly string[];
}

export async function readDelivered(
  delivery: Pick<Delivery, 'folder' | 'entry'> & { readonly options: DeliveryOptions },
): Promise<Delivered | { readonly problem: string }> {
  const found = await findListing(delivery.folder, delivery.entry);
  if (found.kind === 'problem') return found;
  if (found.kind === 'messages')
    return {
      listing:
        found.names.length === 1
          ? join(delivery.folder, found.names[0]!)
          : `${found.names.length} messages in ${delivery.folder}`,
      rows: readMessages(delivery.folder, found.names),
      notes: () => [],
    };
  const path = join(delivery.folder, found.name);
  const { rows, unknown } = readListing(path, createReadStream(path), delivery.options);
  return {
    listing: path,
    rows,
    notes: () =>
      unknown.size === 0 ? [] : [`columns that mean nothing here: ${[...unknown].slice(0, 50).join(', ')}`],
  };
}

/** Messages in the order in which they were written, one in memory at a time. */
async function* readMessages(folder: string, names: readonly string[]): AsyncGenerator<DeliveryRow> {
  const created = new Map<string, string>();
  for (const name of names) created.set(name, await createdAt(join(folder, name)));
  const inOrder = names.toSorted((a, b) => {
    const [one, other] = [created.get(a)!, created.get(b)!];
    return one === other ? (a < b ? -1 : 1) : one < other ? -1 : 1;
  });
  let line = 0;
  for (const name of inOrder) {
    const { rows } = await readErn(name, createReadStream(join(folder, name)));
    for (const row of rows) yield { ...row, line: (line += 1) };
  }
}

/** The time in a message's header, as an instant's text that sorts; empty when its beginning has none. The message itself is read later. */
async function createdAt(path: string): Promise<string> {
  const head = await headOf(path, 65_536);
  const text = head.toString(head[0] === 0xff ? 'utf16le' : 'utf8');
  const at = Date.parse(/<(?:\w+:)?MessageCreatedDateTime>\s*([^<\s]{10,40})\s*</.exec(text)?.[1] ?? '');
  return Number.isNaN(at) ? '' : new Date(at).toISOString();
}
