// The table `audit_log`: who asked for what change, and what became of it. Lines are only ever added, which a trigger holds.

import type { Queryable } from '../database.ts';
import { toJson } from '../json/column.ts';

export interface AuditLine {
  /** Absent: the command line. */
  readonly tokenId?: string;
  readonly who: string;
  readonly role?: string;
  readonly action: string;
  readonly subject: string | null;
  readonly outcome: 'asked' | 'done' | 'refused' | 'failed' | 'denied';
  /** The line that this is the outcome of. */
  readonly of?: number;
  readonly detail?: Readonly<Record<string, unknown>>;
}

/** @returns the line's number. */
export async function note(client: Queryable, line: AuditLine): Promise<number> {
  const { rows } = await client.query<{ id: number }>(
    `insert into audit_log (token_id, who, role, action, subject, outcome, of, detail) values ($1, $2, $3, $4, $5, $6, $7, $8) returning id`,
    [
      line.tokenId ?? null,
      line.who,
      line.role ?? null,
      line.action,
      line.subject,
      line.outcome,
      line.of ?? null,
      toJson({ version: 1, ...line.detail }),
    ],
  );
  return rows[0]!.id;
}
