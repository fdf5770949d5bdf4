// Recordings that are one, delivered more than once: catalogues hold most songs on a single, an album and a compilation. On 32,661 real rows
// 8.6 % have such a twin, and asking which of them a sound means is asking for nothing.
//   the same words (title, version, artists as sets), at most 3 s apart          or joined by an edge: ISRC, service or file, and words

import type { Twins } from '../../domain/evidence.ts';
import type { RecordingId } from '../../domain/naming.ts';
import { isConfirmed, type Known } from '../../domain/relations.ts';
import type { RecordingText } from './recordingText.ts';
import { relate } from './relations.ts';

export function areTwins(a: RecordingText, b: RecordingText): boolean {
  const relation = relate(a, b, { externalId: shareService(a, b), sameFile: false });
  return relation.kind === 'edge' && relation.edge.kind.level === 'same_recording' && isConfirmed(relation.edge);
}

const nothingKnown: Known = { joined: [], apart: [] };
const none: ReadonlyMap<RecordingId, Twins> = new Map();

/** The twins among a sound's candidates. A chain is none: of three at 3:20, 3:23 and 3:26 the outer two are two recordings. */
export function twinsAmong(
  candidates: readonly RecordingText[],
  known: Known = nothingKnown,
): ReadonlyMap<RecordingId, Twins> {
  if (candidates.length < 2) return none;
  const edges = new Map<RecordingId, Set<RecordingId>>();
  const join = (a: RecordingId, b: RecordingId): void => {
    edges.set(a, (edges.get(a) ?? new Set()).add(b));
    edges.set(b, (edges.get(b) ?? new Set()).add(a));
  };
  for (let i = 0; i < candidates.length; i += 1)
    for (let j = i + 1; j < candidates.length; j += 1)
      if (areTwins(candidates[i]!, candidates[j]!)) join(candidates[i]!.id, candidates[j]!.id);
  const ids = new Set(candidates.map(({ id }) => id));
  for (const [a, b] of known.joined) if (a !== b && ids.has(a) && ids.has(b)) join(a, b);
  for (const [a, b] of known.apart) {
    edges.get(a)?.delete(b);
    edges.get(b)?.delete(a);
  }
  for (const [id, others] of edges) if (others.size === 0) edges.delete(id);
  if (edges.size === 0) return none;
  const ranked = candidates
    .filter(({ id }) => edges.has(id))
    .map((recording) => ({ recording, degree: edges.get(recording.id)!.size }))
    .sort((a, b) => b.degree - a.degree || comparePreferred(a.recording, b.recording));
  return new Map(
    ranked.map(({ recording: { id } }, rank) => [id, { ids: [...edges.get(id)!].sort(compareIds), rank }]),
  );
}

/** The earliest release, then the one on most services: what a listener would call the recording. */
function comparePreferred(a: RecordingText, b: RecordingText): number {
  const [earlier, later] = [a.releaseDate ?? '9999', b.releaseDate ?? '9999'];
  if (earlier !== later) return earlier < later ? -1 : 1;
  return servicesOf(b) - servicesOf(a) || compareIds(a.id, b.id);
}

const servicesOf = ({ externalIds = [] }: RecordingText): number =>
  new Set(externalIds.map(({ platform }) => platform)).size;

const shareService = (a: RecordingText, b: RecordingText): boolean =>
  (a.externalIds ?? []).some((ours) =>
    (b.externalIds ?? []).some((theirs) => theirs.platform === ours.platform && theirs.id === ours.id),
  );

const compareIds = (a: RecordingId, b: RecordingId): number => (a < b ? -1 : a > b ? 1 : 0);
