// Why a sound stands where it stands: both titles side by side, the bits one after the other, the closest other recording.

import { resolveSound, withDatabase } from '../../app/connection.ts';
import { readExplanation } from '../../app/explanation.ts';
import { loadWeights } from '../../app/weights.ts';
import type { ExplainedCandidate, ExplainedRecording, Explanation } from '../../matching/explain.ts';
import { expectWords, type Command } from '../command.ts';
import { cut, table } from '../terminal.ts';

export const explainCommand: Command = {
  name: 'explain',
  summary: 'Explain one sound: both titles as they were read, every bit of evidence, the closest other recording.',
  words: 'SOUND',
  options: {},
  notes: [
    'SOUND is platform:id, or the id alone. A bit is a factor of two in the odds; the bits of a recording add up from one in the many',
    'recordings there are. With --json: {"status","why","standing","best","sideBySide","sibling","others","none","rejected","sources"}.',
  ].join('\n'),
  examples: ['fermata explain tiktok:7123456789012345678', 'fermata explain 7123456789012345678 --json'],
  async run(call) {
    const [typed] = expectWords(call, 'SOUND') as [string];
    const weights = await loadWeights(call.config);
    return withDatabase(call.config, async (stored) => {
      const explanation = await readExplanation(stored.database, await resolveSound(stored, typed), weights);
      call.terminal.out(call.json ? JSON.stringify(explanation) : explanationText(explanation));
      return 0;
    });
  },
};

const percent = (probability: number | null): string =>
  probability === null
    ? 'never weighed'
    : `${(100 * probability).toFixed(probability > 0.999 || probability < 0.001 ? 3 : 1)} %`;
const signed = (bits: number): string => `${bits < 0 ? '−' : '+'}${Math.abs(bits).toFixed(1)}`;
const nameOf = (recording: ExplainedRecording): string =>
  recording.title === null
    ? `${recording.recordingId} (no longer in the catalogue)`
    : `"${recording.title}"${recording.version === null ? '' : ` (${recording.version})`} by ${recording.artists.join(', ')}, ${recording.recordingId}`;

const standings = {
  linked: 'Linked to',
  proposed: 'A person should decide; the likeliest is',
  closest: 'Not enough speaks for any recording; the closest is',
} as const;

/** The explanation for a terminal of so many columns. */
export function explanationText(explanation: Explanation, columns = process.stdout.columns ?? 140): string {
  const { best, sibling, sideBySide } = explanation;
  const lines = [
    `${explanation.id}  "${explanation.title}" by ${explanation.author ?? 'nobody named'}`,
    `${explanation.status}: ${explanation.why}`,
  ];
  if (explanation.person !== null && explanation.person.why !== explanation.why)
    lines.push(`A person's last word: ${explanation.person.why}`);
  if (explanation.rule !== null) {
    const { kind, why, weights } = explanation.rule;
    const said = why === explanation.why ? kind : `${kind}: ${why}`;
    lines.push(`The rules (weights ${weights ?? 'unknown'}) said ${said}`);
  }
  for (const { source, kind, text } of explanation.sources) lines.push(`${source}: ${kind}, ${text}`);
  if (best === null || explanation.standing === null) lines.push('', 'There is no recording to compare with.');
  else {
    lines.push('', `${standings[explanation.standing]} ${nameOf(best)}: ${relationText(best)}`);
    if (best.blockedBy !== null) lines.push(`Held back: ${best.blockedBy}.`);
    for (const twin of best.twins) lines.push(`  the same recording: ${nameOf(twin)}`);
    if (best.leftOpen.length > 0)
      lines.push('Another recording may be meant, which the catalogue lacks; each reason by itself:');
    for (const { text, probability } of best.leftOpen) lines.push(`  ${percent(probability)}  ${text}`);
  }
  if (sideBySide !== null) {
    lines.push(
      '',
      table(
        [`as read (${sideBySide.source})`, '', 'sound', 'recording'],
        sideBySide.aspects.map(({ aspect, sound, recording, agrees }) => [
          aspect,
          agrees === null ? ' ' : agrees ? '=' : '≠',
          cut(sound ?? '–', 60),
          recording ?? '–',
        ]),
        columns,
      ),
    );
  }
  if (best !== null) lines.push('', ...waterfallLines(best, explanation.none, columns));
  if (sibling !== null) {
    lines.push(
      '',
      `Closest other: ${nameOf(sibling)}`,
      `  ${standingOf(sibling)}`,
      `  What separates them: ${sibling.fact}`,
    );
  }
  if (explanation.others.length > 0) {
    lines.push('', `Also considered:`);
    for (const other of explanation.others.slice(0, 5)) lines.push(`  ${nameOf(other)}: ${standingOf(other)}`);
    if (explanation.others.length > 5) lines.push(`  and ${explanation.others.length - 5} more`);
  }
  for (const rejected of explanation.rejected) lines.push(`Rejected by a person: ${nameOf(rejected)}`);
  return lines.join('\n');
}

function relationText(candidate: ExplainedCandidate): string {
  const heard = candidate.speedRatio === null ? '' : `, heard at ${candidate.speedRatio.toFixed(3)} of its speed`;
  return `${candidate.relation.replace('_', ' ')}${heard}`;
}

function standingOf(candidate: ExplainedCandidate): string {
  const bits = candidate.bits === null ? '' : `, ${signed(candidate.bits)} bits`;
  const held = candidate.blockedBy === null ? '' : `; held back: ${candidate.blockedBy}`;
  return `${percent(candidate.probability)}${bits}${held}`;
}

const barColumns = 32;

/** Each step as a bar from the sum before it to the sum after it, on one scale. */
function waterfallLines(best: ExplainedCandidate, none: number, columns: number): readonly string[] {
  if (best.bits === null) return ['A person named this recording; no machine has weighed it.'];
  const sums = [0, ...best.waterfall.map((step) => step.sum)];
  const [least, most] = [Math.min(...sums), Math.max(...sums)];
  const at = (bits: number): number => Math.round(((bits - least) / Math.max(1, most - least)) * (barColumns - 1));
  // What only leaves something open has no bits, and stands above.
  const steps = best.waterfall.filter(
    ({ text, bits }) => bits !== 0 || !best.leftOpen.some((open) => open.text === text),
  );
  const lines = steps.map((step) => {
    const [from, to] = [at(step.sum - step.bits), at(step.sum)];
    const bar = (step.bits < 0 ? '░' : '█').repeat(Math.max(1, Math.abs(to - from)));
    const drawn = ' '.repeat(Math.min(from, to)) + bar;
    return cut(
      `${signed(step.bits).padStart(6)} ${signed(step.sum).padStart(6)}  ${drawn.padEnd(barColumns)} ${step.text}`,
      columns,
    );
  });
  return [
    `  bits    sum  ${'█ for, ░ against'.padEnd(barColumns)} reason`,
    ...lines,
    `Together ${signed(best.bits)} bits: probability ${percent(best.probability)}; none of these ${percent(none)}.`,
  ];
}
