// PostgreSQL refuses to run as root. A root shell is common in containers, so: run it in a user namespace, where root's
// files belong to an ordinary number and stay root's outside; where the kernel or the container forbids that, run it as
// another user who owns its data folder.

import { execFile } from 'node:child_process';
import { chownSync, lstatSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { PlatformError } from '../failures.ts';

const run = promisify(execFile);

export interface RunAs {
  readonly kind: 'same-user' | 'user-namespace' | 'other-user';
  /** Put before the command. */
  readonly prefix: readonly string[];
  /** Owner that the data folder must have; null: leave it. */
  readonly owner: { readonly uid: number; readonly gid: number } | null;
}

const sameUser: RunAs = { kind: 'same-user', prefix: [], owner: null };

/** uid and gid of `postgres`, else of `nobody`, else the customary numbers of nobody. */
function ordinaryUser(): { readonly uid: number; readonly gid: number } {
  let passwd = '';
  try {
    passwd = readFileSync('/etc/passwd', 'utf8');
  } catch {
    // A container without one.
  }
  for (const name of ['postgres', 'nobody']) {
    const line = passwd
      .split('\n')
      .find((entry) => entry.startsWith(`${name}:`))
      ?.split(':');
    const uid = Number(line?.[2]);
    const gid = Number(line?.[3]);
    if (uid > 0 && gid > 0) return { uid, gid };
  }
  return { uid: 65_534, gid: 65_534 };
}

/** The ways to run a program as somebody else than root, best first. */
export function waysAroundRoot(): readonly RunAs[] {
  const user = ordinaryUser();
  const setpriv = ['setpriv', `--reuid=${user.uid}`, `--regid=${user.gid}`, '--clear-groups'];
  return [
    {
      kind: 'user-namespace',
      prefix: ['unshare', '--user', `--map-user=${user.uid}`, `--map-group=${user.gid}`],
      owner: { uid: 0, gid: 0 },
    },
    // Homes of root are closed to others (0700). This keeps the one right to pass through them; Docker grants it to root by
    // default while it forbids user namespaces. The secure bit is needed because access(2) would drop the right.
    {
      kind: 'other-user',
      prefix: [
        ...setpriv,
        '--inh-caps=-all,+dac_override',
        '--ambient-caps=+dac_override',
        '--securebits=+no_setuid_fixup',
      ],
      owner: user,
    },
  ];
}

/**
 * How to run the programs in `binDir` on files below `dataDir`: as we are, or, for root, in the first way that works here.
 * Each way is tried with the real program. Throws `PlatformError` ('root-refused').
 */
export async function chooseRunAs(
  binDir: string,
  dataDir: string,
  ways: readonly RunAs[] = waysAroundRoot(),
): Promise<RunAs> {
  if (process.getuid?.() !== 0) return sameUser;
  const script = '[ "$(id -u)" != 0 ] && cd "$1" && "$0" --version && test -x "$0"';
  for (const way of ways) {
    const [command, ...args] = [...way.prefix, 'sh', '-c', script, join(binDir, 'postgres'), dataDir];
    try {
      await run(command as string, args, { timeout: 20_000 });
      return way;
    } catch {
      // Not here; the next one.
    }
  }
  throw new PlatformError(
    'root-refused',
    'PostgreSQL does not run as root, and neither a user namespace (unshare) nor another user (setpriv) can be used here.',
    'start as an ordinary user, or set DATABASE_URL to a Postgres with pgvector',
  );
}

/** Gives a folder and all in it to `owner`; only what differs is touched. */
export function giveTo(owner: RunAs['owner'], path: string): void {
  if (owner === null) return;
  const status = lstatSync(path);
  if (status.uid !== owner.uid || status.gid !== owner.gid) chownSync(path, owner.uid, owner.gid);
  if (status.isDirectory()) for (const name of readdirSync(path)) giveTo(owner, join(path, name));
}
