// The table `access_tokens`: who may ask over HTTP.

import { createHash, randomBytes } from 'node:crypto';
import type { Queryable } from '../database.ts';
import { note } from './audit.ts';

/** Each may do what the one before it may. viewer: look · reviewer: decide · operator: submit, and start and stop bulk runs. */
export const roles = ['viewer', 'reviewer', 'operator'] as const;
export type Role = (typeof roles)[number];

export interface Token {
  readonly id: string;
  readonly name: string;
  readonly role: Role;
  readonly madeAt: Date;
  readonly expiresAt: Date | null;
  readonly usedAt: Date | null;
  readonly revokedAt: Date | null;
}

/** Whoever shows a valid token. */
export type Bearer = Pick<Token, 'id' | 'name' | 'role'>;

const secretBytes = 32;
const prefix = 'fermata_';

/**
 * Plain SHA-256, no slow hash with a salt: those defend words that people choose, which can be guessed one after the other. Of 256 random bits nothing can
 * be guessed, however fast the hash is, and each request is checked with it. The secret is looked up by its hash, so how long that takes says
 * nothing of the secret.
 */
const hashOf = (secret: string): Buffer => createHash('sha256').update(secret).digest();

const columns = `id, name, role, made_at as "madeAt", expires_at as "expiresAt", used_at as "usedAt", revoked_at as "revokedAt"`;

export interface NewToken {
  readonly name: string;
  readonly role: Role;
  readonly expiresAt?: Date | null;
}

/** To be called in a transaction. @returns the token with its secret, which nobody can read again. */
export async function makeToken(
  client: Queryable,
  token: NewToken,
  by: string,
): Promise<Token & { readonly secret: string }> {
  const secret = prefix + randomBytes(secretBytes).toString('base64url');
  const { rows } = await client.query<Token>(
    `insert into access_tokens (id, name, role, hash, expires_at) values ($1, $2, $3, $4, $5) returning ${columns}`,
    [randomBytes(6).toString('hex'), token.name, token.role, hashOf(secret), token.expiresAt ?? null],
  );
  const made = rows[0]!;
  await note(client, {
    who: by,
    action: 'token made',
    subject: made.id,
    outcome: 'done',
    detail: { name: made.name, role: made.role },
  });
  return { ...made, secret };
}

/** The first token, for an operator; null when there has been one. In a transaction: of two that start at once one makes it. */
export async function makeFirstToken(client: Queryable): Promise<string | null> {
  await client.query(`lock table access_tokens in share row exclusive mode`);
  const { rowCount } = await client.query(`select from access_tokens limit 1`);
  return rowCount === 0 ? (await makeToken(client, { name: 'first', role: 'operator' }, 'fermata up')).secret : null;
}

/** The newest first. */
export async function listTokens(client: Queryable): Promise<Token[]> {
  const { rows } = await client.query<Token>(`select ${columns} from access_tokens order by made_at desc, id`);
  return rows;
}

/** By its id or, when only one token in force bears it, its name. In a transaction. @returns those it may be: revoked when it is one. */
export async function revokeToken(client: Queryable, idOrName: string, by: string): Promise<string[]> {
  const { rows } = await client.query<{ id: string }>(
    `select id from access_tokens where (id = $1 or name = $1) and revoked_at is null order by (id = $1) desc for update`,
    [idOrName],
  );
  const ids = rows[0]?.id === idOrName ? [idOrName] : rows.map((row) => row.id);
  if (ids.length !== 1) return ids;
  await client.query(`update access_tokens set revoked_at = now() where id = $1`, ids);
  await note(client, { who: by, action: 'token revoked', subject: ids[0]!, outcome: 'done' });
  return ids;
}

/** Who bears this secret; null: nobody does, or does no longer. */
export async function bearerOf(client: Queryable, secret: string): Promise<Bearer | null> {
  const { rows } = await client.query<Bearer & { stale: boolean }>(
    `select id, name, role, coalesce(used_at < now() - interval '1 minute', true) as stale from access_tokens
      where hash = $1 and revoked_at is null and (expires_at is null or expires_at > now())`,
    [hashOf(secret)],
  );
  const row = rows[0];
  if (row === undefined) return null;
  if (row.stale) await client.query(`update access_tokens set used_at = now() where id = $1`, [row.id]);
  const { stale: _, ...bearer } = row;
  return bearer;
}

/** Whether a token that was valid still is. */
export async function bearerStands(client: Queryable, id: string): Promise<boolean> {
  const { rowCount } = await client.query(
    `select from access_tokens where id = $1 and revoked_at is null and (expires_at is null or expires_at > now())`,
    [id],
  );
  return rowCount === 1;
}
