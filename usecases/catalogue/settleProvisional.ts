// Brings provisional recordings and delivered ones together: confirmed and merged, contested, or left open.

import type { Source } from '../../store/catalogue/changes.ts';
import type { Queryable } from '../../store/database.ts';
import {
  anyProvisional,
  contestProvisional,
  lookalikes,
  mergeProvisional,
  standsFor,
} from '../../store/catalogue/provisional.ts';
import type { CatalogueRecording } from '../../store/catalogue/recordings.ts';
import { relateInTurn } from '../../store/catalogue/relations.ts';
import { printsOf } from '../../store/catalogue/references.ts';
import type { RecordingId } from '../../domain/naming.ts';
import { printVersion } from '../../matching/audio/reference.ts';
import { recordingKeys } from '../../matching/metadata/keys.ts';
import { judgeProvisional, type Sounds } from '../../matching/provisional.ts';
import type { Needs } from '../needs.ts';
import { textOf } from './relateRecording.ts';

/** How a provisional recording's audio compares with a delivered one's; made before the transaction, as it decodes. */
export type Comparisons = ReadonlyMap<string, Sounds>;
const pairOf = (provisional: RecordingId, delivered: RecordingId): string => `${provisional} ${delivered}`;

/**
 * Listens whether recordings that look alike sound alike. `print`: of the delivered audio when it is not in the index yet.
 * @returns nothing for pairs of which one has no audio.
 */
export async function compareAudio(
  deps: Needs<'database' | 'decoder' | 'blobs' | 'analysis'>,
  recording: CatalogueRecording,
  print: Uint8Array | null,
  signal: AbortSignal,
): Promise<Comparisons> {
  const compared = new Map<string, Sounds>();
  for (const other of await lookalikes(deps.database, recording, recordingKeys(recording))) {
    const [provisional, delivered] = recording.provisional ? [recording, other] : [other, recording];
    const masters = [
      ...(print === null || recording.provisional ? [] : [{ print }]),
      ...(await printsOf(deps.database, delivered.id, printVersion, { whole: true })),
    ];
    const handedIn = await printsOf(deps.database, provisional.id, printVersion, { whole: true });
    if (masters.length === 0 || handedIn.length === 0) continue;
    const references = masters.map(({ print: master }, i) => ({
      referenceId: i + 1,
      recordingId: delivered.id,
      print: master,
    }));
    const heard: Sounds[] = [];
    for (const { fileHash } of handedIn) {
      const decoded = await deps.decoder.decode(deps.blobs.path(fileHash), { sampleRateHz: 8000, signal });
      // Not heard for a reason of ours: that neither confirms nor contradicts.
      if (decoded.kind === 'failed') heard.push('unknown');
      if (decoded.kind !== 'audio') continue;
      const best = await deps.analysis.compare(references, decoded.pcm, signal);
      // Another speed, or only a part of it under a voice: that neither confirms nor contradicts.
      heard.push(best === null ? 'different' : best.relation === 'same' ? 'alike' : 'unknown');
    }
    const verdict = heard.includes('alike')
      ? 'alike'
      : heard.length > 0 && heard.every((each) => each === 'different')
        ? 'different'
        : 'unknown';
    compared.set(pairOf(provisional.id, delivered.id), verdict);
  }
  return compared;
}

/** In the transaction that wrote the recording, after everything else in it. Either side may be the one that came now. */
export async function settleProvisional(
  client: Queryable,
  recording: CatalogueRecording,
  compared: Comparisons,
  source: Source,
): Promise<void> {
  await relateInTurn(client);
  if (!recording.provisional && !(await anyProvisional(client))) return;
  const others = await lookalikes(client, recording, recordingKeys(recording));
  const contradictions: [RecordingId, string][] = [];
  for (const other of others) {
    const [provisional, delivered] = recording.provisional ? [recording, other] : [other, recording];
    if ((await standsFor(client, provisional.id))?.provisional !== true) continue;
    const verdict = judgeProvisional(
      textOf(provisional),
      textOf(delivered),
      compared.get(pairOf(provisional.id, delivered.id)) ?? 'unknown',
    );
    if (verdict.kind === 'confirmed') await mergeProvisional(client, provisional.id, delivered.id, verdict.why, source);
    else if (verdict.kind === 'contradicted') contradictions.push([provisional.id, verdict.why]);
  }
  // What one delivered recording contradicts, another may have confirmed: a confirmation ends it, whichever was looked at first.
  for (const [id, why] of contradictions) await contestProvisional(client, id, why, source);
}
