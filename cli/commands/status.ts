// Everything about one sound: where it stands, why, what each source said, who decided what and when.

import { groupOf, readGroup } from '../../store/sounds/groups.ts';
import { readEvidence } from '../../store/sounds/evidence.ts';
import { readDecisions } from '../../store/sounds/records.ts';
import { readSound } from '../../store/sounds/sounds.ts';
import { soundWorkflowId } from '../../domain/naming.ts';
import type { AudioCandidate, ServiceCandidate, TextCandidate } from '../../domain/evidence.ts';
import { expectWords, type Command } from '../command.ts';
import { pageOf, readOne, resolveSound, withDatabase } from '../../app/connection.ts';
import { table } from '../terminal.ts';
import { groupLine } from './groups.ts';

export const status: Command = {
  name: 'status',
  summary: 'Show one sound: its state and why, the evidence, and every decision.',
  words: 'SOUND',
  options: {},
  notes: 'SOUND is platform:id, or the id alone.',
  examples: ['fermata status tiktok:7123456789012345678', 'fermata status 7123456789012345678 --json'],
  async run(call) {
    const [typed] = expectWords(call, 'SOUND') as [string];
    return withDatabase(call.config, async (stored) => {
      const { database } = stored;
      const id = await resolveSound(stored, typed);
      const [record, sound, evidence, decisions] = [
        await readOne(stored, id),
        (await readSound(database, id))!,
        await readEvidence(database, id),
        await readDecisions(database, id),
      ];
      const groupId = await groupOf(database, id);
      const company = groupId === null ? null : await readGroup(database, groupId);
      const page = pageOf(stored, soundWorkflowId(id));
      if (call.json) {
        call.terminal.out(
          JSON.stringify({
            ...record,
            title: sound.title,
            author: sound.author,
            rejected: sound.rejected,
            prerelease: sound.prerelease,
            evidence,
            decisions,
            group: company === null ? null : { id: company.id, sounds: company.sounds, last_day: company.lastDay },
            page,
          }),
        );
        return 0;
      }
      const { out } = call.terminal;
      out(`${id}  "${sound.title}" by ${sound.author || 'nobody named'}`);
      out(`${record.state}: ${record.reasons[0] ?? ''}`);
      if (record.recording !== null) {
        const { relation, speed_ratio, offset_ms, coverage, probability, decided_by } = record;
        out(
          `link: ${record.recording}, ${relation}, speed ${speed_ratio?.toFixed(3) ?? '–'}, offset ${offset_ms === null ? '–' : `${offset_ms} ms`}, coverage ${coverage?.toFixed(2) ?? '–'}, probability ${probability?.toFixed(3)}, decided by ${decided_by}`,
        );
      }
      if (company !== null) out(`group ${company.id}: ${groupLine(company)}`);
      if (record.next_attempt_at !== null)
        out(`next attempt: ${record.next_attempt_at} (after ${record.attempts} attempts)`);
      for (const row of evidence) {
        out(`\n${row.source}, attempt ${row.attempt}: ${row.evidence.kind}`);
        if (row.evidence.kind === 'match') {
          const candidates: readonly (TextCandidate | AudioCandidate | ServiceCandidate)[] = row.evidence.candidates;
          for (const candidate of candidates.slice(0, 5)) out(`  ${describe(candidate)}`);
        } else out(`  ${row.evidence.reason}`);
      }
      if (decisions.length > 0) {
        out('');
        out(
          table(
            ['when', 'who', 'what', 'recording', 'why'],
            decisions.map((d) => [
              d.at.toISOString().slice(0, 19),
              d.decidedBy,
              d.accepted ? d.kind : `${d.kind} (refused)`,
              d.recordingId ?? '',
              d.why,
            ]),
          ),
        );
      }
      if (page !== null) out(`\nin Temporal: ${page}`);
      return 0;
    });
  },
};

function describe(candidate: TextCandidate | AudioCandidate | ServiceCandidate): string {
  if ('serviceId' in candidate) return `${candidate.recordingId}  ${candidate.text}`;
  if ('speedRatio' in candidate) {
    return `${candidate.recordingId}: ${candidate.relation}, speed ${candidate.speedRatio.toFixed(3)}, pitch ${candidate.pitchSemitones.toFixed(2)} st, offset ${Math.round(candidate.offsetMs)} ms${candidate.inPreview === true ? ' in its preview' : ''}, coverage ${candidate.coverage.toFixed(2)}, ${candidate.logLikelihoodRatio.toFixed(1)} bits`;
  }
  const reasons = candidate.reasons.map(
    (reason) => `${reason.bits >= 0 ? '+' : ''}${reason.bits.toFixed(1)} ${reason.text}`,
  );
  return `${candidate.recordingId}: ${reasons.join('; ')}${candidate.blockedBy === null ? '' : ` — blocked: ${candidate.blockedBy}`}`;
}
