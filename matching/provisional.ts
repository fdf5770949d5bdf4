// A person knew a recording before any delivery did. Is this delivered one it? Two kinds of evidence confirm (identifier and text,
// identifier and audio, text and audio); what cannot be true together contradicts, and is left to a person; anything else leaves it open.

import type { RelationEvidence } from '../domain/relations.ts';
import type { RecordingText } from './metadata/recordingText.ts';
import { relate } from './metadata/relations.ts';

export type ProvisionalVerdict =
  | { readonly kind: 'confirmed'; readonly evidence: readonly RelationEvidence[]; readonly why: string }
  | { readonly kind: 'contradicted'; readonly why: string }
  | { readonly kind: 'open' };

/** `unknown`: one of them has no audio, or it cannot be told. */
export type Sounds = 'alike' | 'different' | 'unknown';

export function judgeProvisional(
  provisional: RecordingText,
  delivered: RecordingText,
  sounds: Sounds,
): ProvisionalVerdict {
  const sameIsrc = provisional.isrc !== null && provisional.isrc === delivered.isrc;
  const otherIsrc = provisional.isrc !== null && delivered.isrc !== null && !sameIsrc;
  // The person's audio may be a piece of it, and identifiers are weighed here: neither may turn words into a conflict.
  const plain = (recording: RecordingText): RecordingText => ({ ...recording, isrc: null, durationMs: null });
  const words = relate(plain(provisional), plain(delivered), { externalId: false, sameFile: false });
  const sameWords =
    words.kind === 'edge' && (words.edge.kind.level === 'same_recording' || words.edge.kind.level === 'sibling');
  const named = (recording: RecordingText): string =>
    `"${recording.title}${recording.version === null ? '' : ` (${recording.version})`}" by ${recording.artists.join(', ')}`;
  const evidence: RelationEvidence[] = [];
  if (sameIsrc) evidence.push({ kind: 'id', text: `Both have the ISRC ${delivered.isrc}.` });
  if (sameWords) evidence.push({ kind: 'text', text: `Both are called ${named(delivered)}.` });
  if (sounds === 'alike') evidence.push({ kind: 'audio', text: 'Their audio is the same.' });

  if (sameIsrc && sounds === 'different')
    return contradicted(`ISRC ${delivered.isrc} was delivered with other audio than was handed in before`);
  if (evidence.length >= 2)
    return {
      kind: 'confirmed',
      evidence,
      why:
        evidence.map((each) => each.text).join(' ') +
        (otherIsrc ? ` It was expected as ISRC ${provisional.isrc}.` : '') +
        (sameWords ? '' : ` It was known as ${named(provisional)}.`),
    };
  if (sameIsrc)
    return contradicted(
      `ISRC ${delivered.isrc} was delivered as ${named(delivered)}, and was expected to be ${named(provisional)}`,
    );
  if (sameWords && otherIsrc)
    return contradicted(
      `${named(delivered)} was delivered as ISRC ${delivered.isrc}, and was expected as ${provisional.isrc}`,
    );
  return { kind: 'open' };
}

const contradicted = (why: string): ProvisionalVerdict => ({ kind: 'contradicted', why });
