// Who may do what over HTTP, and that all of it is written down.

import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bearerOf, listTokens, makeFirstToken, makeToken, revokeToken, roles } from '../../store/access/tokens.ts';
import { serveApi, type TestApi } from '../support/api.ts';
import { freshDatabase } from '../support/database.ts';
import { builtBundle, migratedDatabaseUrl } from '../support/desk.ts';
import { openStage, type Stage } from '../support/stage.ts';

let stage: Stage;
let api: TestApi;
beforeAll(async () => {
  stage = await openStage({ databaseUrl: await migratedDatabaseUrl(), bundle: await builtBundle(), server: 'real' });
  api = await serveApi(stage);
});
afterAll(async () => {
  await api?.close();
  await stage?.close();
});

describe('roles', () => {
  it('may do what the matrix says, and nothing else', async () => {
    const lines: string[] = [];
    for (const [path, operations] of Object.entries(api.description.paths)) {
      for (const [method, operation] of Object.entries(operations)) {
        const request = `${method.toUpperCase()} ${path.replace('/api/v1', '').replaceAll(/\{\w+\}/g, 'nothing')}`;
        const cells: string[] = [];
        for (const as of [null, ...roles]) {
          // Nothing is done: whoever is let in is told that there is no such thing, or that the request says nothing.
          const { status, body } = await api.open(request, { as });
          await body?.cancel();
          cells.push(status === 401 || status === 403 ? String(status) : 'yes');
        }
        // The description says the same.
        expect(cells.slice(1), request).toEqual(
          roles.map((role) => (roles.indexOf(role) >= roles.indexOf(operation['x-role']) ? 'yes' : '403')),
        );
        lines.push(
          `${`${method.toUpperCase()} ${path.replace('/api/v1', '')}`.padEnd(36)}${cells
            .map((cell) => cell.padEnd(10))
            .join('')
            .trimEnd()}`,
        );
      }
    }
    const matrix = [
      `${''.padEnd(36)}${['(none)', ...roles]
        .map((role) => role.padEnd(10))
        .join('')
        .trimEnd()}`,
      ...lines,
    ].join('\n');
    console.log(matrix);
    expect(`\n${matrix}\n`).toMatchInlineSnapshot(`
      "
                                          (none)    viewer    reviewer  operator
      GET /me                             401       yes       yes       yes
      POST /sounds                        401       403       403       yes
      GET /sounds                         401       yes       yes       yes
      GET /sounds/{sound}                 401       yes       yes       yes
      GET /sounds/{sound}/evidence        401       yes       yes       yes
      GET /sounds/{sound}/explanation     401       yes       yes       yes
      POST /sounds/{sound}/decisions      401       403       yes       yes
      POST /sounds/{sound}/retry          401       403       yes       yes
      POST /sounds/{sound}/prerelease     401       403       yes       yes
      POST /audio                         401       403       yes       yes
      GET /groups                         401       yes       yes       yes
      GET /groups/{group}                 401       yes       yes       yes
      POST /groups/{group}/split          401       403       yes       yes
      POST /groups/{group}/merge          401       403       yes       yes
      GET /recordings                     401       yes       yes       yes
      GET /recordings/{recording}         401       yes       yes       yes
      GET /deliveries                     401       yes       yes       yes
      GET /deliveries/{delivery}          401       yes       yes       yes
      POST /batches                       401       403       403       yes
      POST /batches/lines                 401       403       403       yes
      GET /batches/{batch}                401       yes       yes       yes
      POST /batches/{batch}/pause         401       403       403       yes
      POST /batches/{batch}/resume        401       403       403       yes
      POST /batches/{batch}/cancel        401       403       403       yes
      GET /changes                        401       yes       yes       yes
      GET /export                         401       yes       yes       yes
      "
    `);
  });

  it('are kept in the log when they do not suffice', async () => {
    await api.ask('POST /sounds/tiktok:1/decisions', { as: 'viewer', json: { kind: 'reopen' } });
    const { rows } = await stage.database.query(
      `select who, role, action, subject, outcome from audit_log order by id desc limit 1`,
    );
    expect(rows).toEqual([{ who: 'viewer', role: 'viewer', action: 'decide', subject: 'tiktok:1', outcome: 'denied' }]);
  });
});

describe('a token', () => {
  const make = (name: string, expiresAt: Date | null = null) =>
    stage.database.transaction((inside) => makeToken(inside, { name, role: 'viewer', expiresAt }, 'a test'));
  const me = async (token: string): Promise<number> => (await api.ask('GET /me', { token })).status;

  it('is kept as its hash, nowhere as itself', async () => {
    const { secret } = await make('ann');
    expect(secret).toMatch(/^fermata_[\w-]{43}$/);
    const { rows } = await stage.database.query<{ hash: Buffer; whole: string }>(
      `select hash, t::text as whole from access_tokens t where name = 'ann'`,
    );
    expect(rows[0]!.hash).toEqual(createHash('sha256').update(secret).digest());
    expect(rows[0]!.whole).not.toContain(secret.slice(8, 20));
    expect(await me(secret)).toBe(200);
    expect((await listTokens(stage.database)).find(({ name }) => name === 'ann')?.usedAt).not.toBeNull();
  });

  it('opens nothing once it is revoked or expired, nor when a letter of it is another', async () => {
    const { secret, id } = await make('ben');
    expect(await me(secret)).toBe(200);
    expect(await me(`${secret.slice(0, -1)}${secret.endsWith('A') ? 'B' : 'A'}`)).toBe(401);
    expect(await stage.database.transaction((inside) => revokeToken(inside, 'ben', 'a test'))).toEqual([id]);
    expect(await me(secret)).toBe(401);
    expect(await stage.database.transaction((inside) => revokeToken(inside, 'ben', 'a test'))).toEqual([]);
    expect(await me((await make('cat', new Date(Date.now() - 1_000))).secret)).toBe(401);
    expect(await me((await make('cat', new Date(Date.now() + 60_000))).secret)).toBe(200);
    for (const authorization of ['Bearer', 'Basic YTpi', `Bearer ${'x'.repeat(5_000)}`, 'Bearer a b', "Bearer '; --"])
      expect((await api.ask('GET /me', { as: null, headers: { authorization } })).status).toBe(401);
  });

  it('says with a refusal what is missing', async () => {
    const { headers, json } = await api.ask('GET /me', { as: null });
    expect(headers.get('www-authenticate')).toBe('Bearer realm="fermata"');
    expect(json).toMatchObject({
      status: 401,
      title: 'Who is asking?',
      fix: expect.stringContaining('fermata token make'),
    });
  });

  it('is revoked by name only when one bears it', async () => {
    const [one, two] = [await make('twin'), await make('twin')];
    expect((await stage.database.transaction((inside) => revokeToken(inside, 'twin', 'x'))).sort()).toEqual(
      [one.id, two.id].sort(),
    );
    expect(await me(one.secret)).toBe(200);
    expect(await stage.database.transaction((inside) => revokeToken(inside, one.id, 'x'))).toEqual([one.id]);
    expect(await stage.database.transaction((inside) => revokeToken(inside, 'twin', 'x'))).toEqual([two.id]);
  });

  it('is made for the first time once, whoever starts at the same moment', async () => {
    const database = await freshDatabase();
    try {
      const made = await Promise.all(
        Array.from({ length: 5 }, () => database.transaction((inside) => makeFirstToken(inside))),
      );
      const [secret, ...more] = made.filter((one) => one !== null);
      expect(more).toEqual([]);
      expect(await bearerOf(database, secret!)).toMatchObject({ name: 'first', role: 'operator' });
      const [token] = await listTokens(database);
      await database.transaction((inside) => revokeToken(inside, token!.id, 'x'));
      expect(await database.transaction((inside) => makeFirstToken(inside))).toBeNull();
    } finally {
      await database.close();
    }
  });
});

describe('the audit log', () => {
  it('says of every change who asked for it before it is done, and what became of it', async () => {
    await api.ask('POST /sounds', { json: { sounds: [{ platform: 'tiktok', id: 'audited', title: 'x y z' }] } });
    await stage.until('tiktok:audited', ({ status }) => status !== 'submitted');
    await api.ask('POST /sounds/tiktok:audited/decisions', { as: 'reviewer', json: { kind: 'notMusic' } });
    await api.ask('POST /sounds/tiktok:audited/decisions', { as: 'reviewer', json: { kind: 'abandon' } });
    await api.ask('GET /sounds/tiktok:audited', { as: 'viewer' });
    const { rows } = await stage.database.query(
      `select a.who, a.role, a.action, a.subject, a.outcome, b.outcome as before, a.detail->>'why' as why from audit_log a
         left join audit_log b on b.id = a.of where a.subject = 'tiktok:audited' order by a.id`,
    );
    const line = { who: 'reviewer', role: 'reviewer', action: 'decide', subject: 'tiktok:audited', why: null };
    expect(rows).toEqual([
      { ...line, outcome: 'asked', before: null },
      { ...line, outcome: 'done', before: 'asked' },
      { ...line, outcome: 'asked', before: null },
      { ...line, outcome: 'refused', before: 'asked', why: expect.stringContaining('already settled') },
    ]);
    const { rows: tokens } = await stage.database.query(
      `select action, who from audit_log where action like 'token %' order by id limit 1`,
    );
    expect(tokens).toEqual([{ action: 'token made', who: 'a test' }]);
  });

  it('only grows', async () => {
    for (const statement of [
      `update audit_log set who = 'somebody else'`,
      `delete from audit_log`,
      `truncate audit_log`,
    ])
      await expect(stage.database.query(statement), statement).rejects.toThrow(/only grows/);
  });
});
