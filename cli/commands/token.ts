// Tokens of the HTTP API: made, listed, revoked.

import { userInfo } from 'node:os';
import { withDatabase } from '../../app/connection.ts';
import { Failed, Misuse } from '../../domain/failures.ts';
import { listTokens, makeToken, revokeToken, roles, type Role, type Token } from '../../store/access/tokens.ts';
import { flagNumber, flagText, type Call, type Command } from '../command.ts';
import { table } from '../terminal.ts';

const dayMs = 24 * 3600 * 1000;

const asJson = (token: Token) => ({
  token: token.id,
  name: token.name,
  role: token.role,
  made_at: token.madeAt,
  expires_at: token.expiresAt,
  used_at: token.usedAt,
  revoked_at: token.revokedAt,
});

/** Whoever may open the database may do this; the audit log keeps by which account. */
const account = (): string => `the command line (${userInfo().username})`;

function readNew(call: Call): { readonly name: string; readonly role: Role; readonly expiresAt: Date | null } {
  const name = flagText(call, 'name')?.trim() ?? '';
  if (name === '' || name.length > 100 || /\p{C}/u.test(name))
    throw new Misuse('--name is needed: who the token is for, at most 100 letters');
  const role = flagText(call, 'role') ?? '';
  if (!(roles as readonly string[]).includes(role)) throw new Misuse(`--role takes one of ${roles.join(', ')}`);
  const days = flagNumber(call, 'days', 0, 1, 3650);
  return { name, role: role as Role, expiresAt: days === 0 ? null : new Date(Date.now() + days * dayMs) };
}

export const token: Command = {
  name: 'token',
  summary: 'Tokens of the HTTP API: make --name N --role R | list | revoke TOKEN',
  words: 'make | list | revoke TOKEN',
  options: {
    name: { type: 'string', value: 'NAME', help: 'with make: who it is for; kept with each decision' },
    role: { type: 'string', value: 'ROLE', help: `with make: ${roles.join(', ')}` },
    days: { type: 'string', value: 'N', help: 'with make: how long it is valid (default: until it is revoked)' },
  },
  notes: [
    'viewer looks; reviewer also decides; operator also submits, and starts and stops bulk runs.',
    'A token is printed when it is made and kept nowhere: only its SHA-256 is. TOKEN is the id that list shows, or a name that one token bears.',
  ].join('\n'),
  examples: [
    'fermata token make --name mara --role reviewer',
    'fermata token make --name importer --role operator --days 90 --json',
    'fermata token revoke mara',
  ],
  async run(call) {
    const [verb, word, ...more] = call.words;
    const fits = { make: word === undefined, list: word === undefined, revoke: word !== undefined };
    if (verb === undefined || !Object.hasOwn(fits, verb) || !fits[verb as keyof typeof fits] || more.length > 0)
      throw new Misuse('token takes make, list, or revoke TOKEN');
    const wanted = verb === 'make' ? readNew(call) : null;
    return withDatabase(call.config, async ({ database }) => {
      const { out, talk } = call.terminal;
      if (wanted !== null) {
        const made = await database.transaction((inside) => makeToken(inside, wanted, account()));
        if (call.json) out(JSON.stringify({ ...asJson(made), secret: made.secret }));
        else {
          out(made.secret);
          talk(
            `${made.name} is ${made.role}, token ${made.id}. It is shown this once: keep it where only ${made.name} can read it.`,
          );
        }
        return 0;
      }
      if (verb === 'revoke') {
        const ids = await database.transaction((inside) => revokeToken(inside, word!, account()));
        if (ids.length === 0) throw new Failed(`there is no token ${word} in force`, '"fermata token list" shows them');
        if (ids.length > 1)
          throw new Failed(`several tokens bear the name ${word}: ${ids.join(', ')}`, 'name one by its id');
        if (call.json) out(JSON.stringify({ revoked: ids[0] }));
        else out(`token ${ids[0]} is revoked: it opens nothing from now on`);
        return 0;
      }
      const all = await listTokens(database);
      if (call.json) out(JSON.stringify(all.map(asJson)));
      else if (all.length === 0) talk('there is no token yet');
      else
        out(
          table(
            ['token', 'role', 'made', 'used', 'valid', 'name'],
            all.map((one) => [
              one.id,
              one.role,
              minute(one.madeAt),
              minute(one.usedAt),
              one.revokedAt !== null ? 'revoked' : one.expiresAt === null ? 'yes' : `until ${minute(one.expiresAt)}`,
              one.name,
            ]),
          ),
        );
      return 0;
    });
  },
};

const minute = (at: Date | null): string => at?.toISOString().slice(0, 16).replace('T', ' ') ?? '–';
