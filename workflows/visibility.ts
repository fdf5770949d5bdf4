// What people see and filter on in Temporal's UI: search attributes and the page of one sound.

import { setCurrentDetails, upsertSearchAttributes, workflowInfo } from '@temporalio/workflow';
import type { SoundState } from '../domain/sound.ts';
import { attributes } from './attributes.ts';
import type { EvidenceLine } from '../domain/evidenceLine.ts';
import type { AttemptLine } from './messages.ts';

const isrcShape = /^[A-Z]{2}[A-Z0-9]{3}\d{7}$/;

/**
 * Brings the list view up to date with the state; called once for each change that people can see. What the list shows already (`shown`; null:
 * unknown) is left out: each attribute is written to history and to the server's index. `waitingFor` are the services that could not be asked; null
 * leaves what is shown of them.
 */
export function showState(state: SoundState, waitingFor: readonly string[] | null, shown: SoundState | null): void {
  const before = shown === null ? [] : attributesOf(shown).map(({ value }) => plain(value));
  const changed = attributesOf(state).filter(({ value }, i) => shown === null || plain(value) !== before[i]);
  const services =
    waitingFor === null
      ? []
      : [{ key: attributes.waitingFor, value: waitingFor.length === 0 ? null : [...waitingFor] }];
  if (changed.length + services.length > 0) upsertSearchAttributes([...changed, ...services]);
}

const plain = (value: string | number | Date | null): string | number | null =>
  value instanceof Date ? value.getTime() : value;

function attributesOf(state: SoundState) {
  const { link } = state;
  return [
    { key: attributes.status, value: state.status },
    { key: attributes.attempts, value: state.attempts },
    { key: attributes.nextAttempt, value: state.nextAttemptAtMs === null ? null : new Date(state.nextAttemptAtMs) },
    {
      key: attributes.releaseDate,
      value: state.releaseDate === null ? null : new Date(`${state.releaseDate}T00:00:00Z`),
    },
    { key: attributes.matchedBy, value: link === null ? null : link.decidedBy },
    // Four digits say enough in a list; rounded down, so that nearly sure never reads as certain.
    { key: attributes.confidence, value: link === null ? null : Math.floor(link.probability * 1e4) / 1e4 },
    { key: attributes.isrc, value: link !== null && isrcShape.test(link.recordingId) ? link.recordingId : null },
  ];
}

/** The sound's own page: where it stands, what the last attempts came to, what each source said. */
export function showStory(state: SoundState, log: readonly AttemptLine[], evidence: readonly EvidenceLine[]): void {
  const { memo, continuedFromExecutionRunId } = workflowInfo();
  // A run that goes on for another has no summary of its own: server and SDK hand over memo and search attributes (1.32, 1.24).
  const sound = continuedFromExecutionRunId === undefined ? null : memo?.['sound'];
  const until =
    state.nextAttemptAtMs === null
      ? ''
      : ` Next attempt at ${iso(state.nextAttemptAtMs)} UTC, gives up at ${iso(state.expiresAtMs)} UTC.`;
  const lines = [
    ...(typeof sound === 'string' ? [cell(sound), ''] : []),
    `**${state.status}**: ${cell(state.why).replace(/\.$/, '')}.${until}`,
    '',
    '| attempt | at (UTC) | outcome |',
    '| --- | --- | --- |',
    ...log.map((line) => `| ${line.attempt} | ${iso(line.atMs)} | ${cell(line.outcome)} |`),
  ];
  if (evidence.length > 0) {
    lines.push('', '| source | says | detail |', '| --- | --- | --- |');
    for (const line of evidence) lines.push(`| ${line.source} | ${line.kind} | ${cell(line.text)} |`);
  }
  setCurrentDetails(lines.join('\n'));
}

const iso = (ms: number): string => new Date(ms).toISOString().slice(0, 19).replace('T', ' ');
// Titles come from strangers: a bar or a line break must not break the table.
const cell = (text: string): string => text.replaceAll(/[|\r\n<>]/g, ' ').slice(0, 300);
