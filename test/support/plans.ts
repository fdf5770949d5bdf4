// What a function of the store asks the database, and how the database goes about it.

import type { Database, Queryable, Session } from '../../store/database.ts';

/** A table that was read from its beginning to its end. */
export interface Scan {
  readonly table: string;
  /** The statement; for what a function or trigger in the database did, its call. */
  readonly sql: string;
}

interface Statement {
  readonly sql: string;
  readonly values: unknown[] | undefined;
}

interface Plan {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly Plans?: readonly Plan[];
}

/**
 * Runs `work` and takes back what it wrote. @returns each sequential scan of its statements' plans, and of whatever they set going (functions, triggers,
 * foreign keys), of which no plan is shown but which are counted.
 */
export async function scansOf(session: Session, work: (database: Database) => Promise<unknown>): Promise<Scan[]> {
  const statements: Statement[] = [];
  const recording: Queryable = {
    query(sql, values) {
      statements.push({ sql, values });
      return session.query(sql, values);
    },
  };
  const database: Database = {
    ...recording,
    transaction: (inside) => inside(recording),
    session: (inside) => inside({ ...recording, transaction: (within) => within(recording) }),
    close: () => Promise.resolve(),
  };
  await session.query('begin');
  try {
    await work(database);
    const { rows: counted } = await session.query<{ relname: string }>(
      `select relname from pg_stat_xact_user_tables where seq_scan > 0`,
    );
    await session.query('rollback');
    const scans: Scan[] = [];
    for (const { sql, values } of statements) {
      if (!/^\s*(?:select|insert|update|delete|with|\()/i.test(sql)) continue;
      const { rows } = await session.query<{ 'QUERY PLAN': readonly [{ readonly Plan: Plan }] }>(
        `explain (format json) ${sql}`,
        values,
      );
      for (const table of scannedIn(rows[0]!['QUERY PLAN'][0].Plan)) scans.push({ table, sql });
    }
    const seen = new Set(scans.map(({ table }) => table));
    for (const { relname } of counted)
      if (!seen.has(relname)) scans.push({ table: relname, sql: statements.map(({ sql }) => sql).join(';\n') });
    return scans;
  } catch (error) {
    await session.query('rollback');
    throw error;
  }
}

function scannedIn(plan: Plan): string[] {
  const inside = (plan.Plans ?? []).flatMap(scannedIn);
  return plan['Node Type'] === 'Seq Scan' ? [plan['Relation Name']!, ...inside] : inside;
}
