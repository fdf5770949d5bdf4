// The connection to Postgres: a pool, transactions, sessions. Everything with more than one statement takes a client.

import pg from 'pg';

// bigint columns hold sequence numbers and durations, all far below 2^53.
pg.types.setTypeParser(pg.types.builtins.INT8, Number);
// A date is a day, not an instant: node-postgres would turn it into local midnight.
pg.types.setTypeParser(pg.types.builtins.DATE, (text) => text);

/** Both a pool and a client inside a transaction can be asked. */
export interface Queryable {
  query<Row extends pg.QueryResultRow>(sql: string, values?: unknown[]): Promise<pg.QueryResult<Row>>;
}

export interface Database extends Queryable {
  /** Runs `work` in one transaction; rolled back when it throws. */
  transaction<T>(work: (client: Queryable) => Promise<T>): Promise<T>;
  /**
   * Runs `work` on one connection of its own, which no transaction spans: for locks that are held longer than one. They end with it, whatever
   * becomes of us.
   */
  session<T>(work: (session: Session) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/** One connection, on which transactions follow each other. */
export type Session = Pick<Database, 'query' | 'transaction'>;

export interface DatabaseOptions {
  /** Default 10. */
  readonly maxConnections?: number;
  /** How long a connection may take. Default 10 s. */
  readonly connectMs?: number;
  /** How long a statement may take. Default 120 s. */
  readonly statementMs?: number;
}

export function openDatabase(url: string, options: DatabaseOptions = {}): Database {
  const pool = new pg.Pool({
    connectionString: url,
    max: options.maxConnections ?? 10,
    // A server that was killed answers nothing: fail in time for the activity's retry instead of hanging.
    connectionTimeoutMillis: options.connectMs ?? 10_000,
    statement_timeout: options.statementMs ?? 120_000,
    application_name: 'fermata',
  });
  // An idle connection that breaks (server restarted) is dropped by the pool; without a listener it would end the process.
  pool.on('error', () => {});

  /** `keep` false: the connection is closed afterwards, and whatever was set or locked on it ends. */
  const withClient = async <T>(keep: boolean, work: (client: pg.PoolClient) => Promise<T>): Promise<T> => {
    const client = await pool.connect();
    let broken: Error | undefined;
    // The server going away between two statements is reported on the client too.
    const onError = (error: Error): void => void (broken = error);
    client.on('error', onError);
    try {
      return await work(client);
    } catch (error) {
      // What is left open is rolled back; a connection on which not even that works is dropped.
      await client.query('rollback').catch((failure: Error) => (broken = failure));
      throw error;
    } finally {
      client.off('error', onError);
      client.release(broken ?? !keep);
    }
  };
  const inTransaction = async <T>(client: Queryable, work: (client: Queryable) => Promise<T>): Promise<T> => {
    await client.query('begin');
    const result = await work(client);
    await client.query('commit');
    return result;
  };

  return {
    query: (sql, values) => pool.query(sql, values),
    close: () => pool.end(),
    transaction: (work) => withClient(true, (client) => inTransaction(client, work)),
    session: (work) =>
      withClient(false, (client) =>
        work({
          query: (sql, values) => client.query(sql, values),
          transaction: (inside) =>
            inTransaction(client, inside).catch(async (error: unknown) => {
              await client.query('rollback').catch(() => {});
              throw error;
            }),
        }),
      ),
  };
}

/** The next number on the catalogue's line, in the transaction that writes it. Nobody waits for it. */
export async function nextCatalogueSeq(client: Queryable): Promise<number> {
  const { rows } = await client.query<{ seq: number }>(`select next_catalogue_seq() as seq`);
  return rows[0]!.seq;
}

/**
 * How far the catalogue can be read now: up to this number the next statement sees everything, and nothing will ever be added. Numbers beyond it may be
 * visible already while one before them is not: whoever remembers how far they read remembers this one.
 */
export async function catalogueSeq(database: Queryable): Promise<number> {
  // Numbers that were drawn and given up say nothing: nobody looks again for them.
  const { rows } = await database.query<{ seq: number }>(
    `select least(settled_catalogue_seq(),
                  greatest((select coalesce(max(seq), 0) from recordings), (select coalesce(max(seq), 0) from audio_references))) as seq`,
  );
  return rows[0]!.seq;
}
