// The audio of a delivered row: its print and vectors, or why there are none.

import { realpath } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { findReference } from '../../store/catalogue/references.ts';
import { printVersion } from '../../matching/audio/reference.ts';
import { hashFile } from '../../platform/blobStore.ts';
import type { Taking } from './taking.ts';

export type Printed =
  | {
      readonly kind: 'print';
      readonly fileHash: string;
      readonly durationMs: number;
      readonly print: Uint8Array;
      /** Of the second cue; null where it does not run. */
      readonly vectors: Int8Array | null;
    }
  | { readonly kind: 'known' }
  /** For a reason of ours, which may be gone next time. */
  | { readonly kind: 'unheard'; readonly reason: string }
  | { readonly kind: 'unreadable'; readonly missing: boolean; readonly reason: string };

export async function printFile({ deps, folder, signal }: Taking, file: string, recordingId: string): Promise<Printed> {
  let path: string;
  try {
    path = await realpath(join(folder, file));
  } catch {
    return { kind: 'unreadable', missing: true, reason: `${file.slice(0, 200)} is not there` };
  }
  // A link inside a delivered folder must not make us read what lies elsewhere.
  if (!path.startsWith((await realpath(folder)) + sep)) {
    return { kind: 'unreadable', missing: true, reason: `${file} leads out of the folder` };
  }
  const fileHash = await hashFile(path);
  const known = await findReference(deps.database, recordingId, fileHash, printVersion);
  // A reference from before the second cue, or of other weights, is listened to again for its vectors.
  const isEmbedded = deps.vectors === undefined || (known !== null && (await deps.vectors.has(deps.database, known)));
  if (known !== null && isEmbedded) return { kind: 'known' };
  const decoded = await deps.decoder.decode(path, { sampleRateHz: 8000, signal });
  if (decoded.kind === 'failed') return { kind: 'unheard', reason: `${file}: ${decoded.reason}` };
  if (decoded.kind !== 'audio') return { kind: 'unreadable', missing: false, reason: `${file}: ${decoded.reason}` };
  return {
    kind: 'print',
    fileHash,
    durationMs: Math.round(decoded.durationMs),
    ...(await deps.analysis.fingerprint(decoded.pcm, signal)),
  };
}
