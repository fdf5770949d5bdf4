// What an error of Postgres means for who wrote.

/**
 * away: our database does not answer, or not now: whoever wrote tries again without end · refused: it will never take this value: say so and go on ·
 * fault: ours; tried again a few times, then shown.
 */
export type DatabaseTrouble = 'away' | 'refused' | 'fault';

/** Classes of SQLSTATE (PostgreSQL, appendix A), by their first two letters. */
const classes: Readonly<Record<string, DatabaseTrouble>> = {
  '08': 'away', // connection exceptions
  '53': 'away', // insufficient resources: disk, memory, connections
  '57': 'away', // operator intervention: shutdown, cancelled statements
  '58': 'away', // system errors
  '40': 'away', // serialization failures and deadlocks: the same transaction goes through the next time
  '55': 'away', // a lock that could not be had
  '22': 'refused', // data exceptions: out of range, invalid text
  '23': 'refused', // violated constraints
  '54': 'refused', // program limits: an index row that is too large
};

/** Null for what is no error of the database. */
export function databaseTrouble(error: unknown): DatabaseTrouble | null {
  if (!(error instanceof Error)) return null;
  const { code } = error as { code?: unknown };
  if (typeof code === 'string') {
    if (/^[0-9A-Z]{5}$/.test(code)) return classes[code.slice(0, 2)] ?? 'fault';
    if (/^(E[A-Z]+|ERR_SOCKET)/.test(code))
      return /^(ECONN|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|EHOST|ENET)/.test(code) ? 'away' : null;
  }
  return /^(Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error)/.test(
    error.message,
  )
    ? 'away'
    : null;
}
