// Says what was found, what is missing, and the line that fixes it.

import { Failed } from '../../domain/failures.ts';
import { listTokens } from '../../store/access/tokens.ts';
import { openDatabase } from '../../store/database.ts';
import { requireSchema } from '../../store/migrate.ts';
import { describeVectors } from '../../store/catalogue/vectors.ts';
import { openEmbedder } from '../../models/fingerprint/embedder.ts';
import type { Config } from '../../platform/config/index.ts';
import { diagnose, type Finding } from '../../platform/doctor.ts';
import { findServers } from '../../platform/servers/index.ts';
import { expectWords, type Command } from '../command.ts';
import { table } from '../terminal.ts';

const marks = { ok: '✓', warning: '!', missing: '✗' } as const;

export const doctor: Command = {
  name: 'doctor',
  summary: 'Say what this machine has of what Fermata needs, and how to get the rest.',
  words: '',
  options: { install: { type: 'boolean', help: 'install the servers now instead of on the first start' } },
  examples: ['fermata doctor', 'fermata doctor --install', 'fermata doctor --json'],
  async run(call) {
    expectWords(call);
    const findings = [
      ...(await diagnose(call.config, { install: call.flags.install === true })),
      ...(await schema(call.config)),
      ...(await secondCue(call.config)),
      ...(await httpApi(call.config)),
    ];
    const good = findings.every((finding) => finding.state !== 'missing');
    if (call.json) {
      call.terminal.out(JSON.stringify({ ok: good, findings }));
    } else {
      call.terminal.out(
        table(
          ['', 'what', 'found'],
          findings.map((finding) => [marks[finding.state], finding.name, finding.found]),
        ),
      );
      for (const finding of findings.filter((each) => each.fix !== null))
        call.terminal.out(`\n${finding.name}: ${finding.fix}`);
    }
    return good ? 0 : 1;
  },
};

/** Nothing where no database is reached: other findings tell of that. */
async function schema(config: Config): Promise<Finding[]> {
  const url = findServers(config.dataDir)?.databaseUrl ?? config.databaseUrl;
  if (url === null) return [];
  const name = 'Schema';
  const database = openDatabase(url, { maxConnections: 1 });
  try {
    await requireSchema(database);
    return [{ name, state: 'ok', found: 'up to date', fix: null }];
  } catch (error) {
    return error instanceof Failed ? [{ name, state: 'missing', found: error.message, fix: error.fix }] : [];
  } finally {
    await database.close();
  }
}

/** Nothing where no services run: whoever starts them is told the address. */
async function httpApi(config: Config): Promise<Finding[]> {
  const servers = findServers(config.dataDir);
  if (servers === null || servers.apiUrl === null) return [];
  const name = 'HTTP API';
  const database = openDatabase(servers.databaseUrl, { maxConnections: 1 });
  try {
    const answer = await fetch(`${servers.apiUrl}/healthz`, { signal: AbortSignal.timeout(5_000) });
    if (!answer.ok) throw new Error(`it answers ${answer.status}`);
    const inForce = (await listTokens(database)).filter(({ revokedAt }) => revokedAt === null).length;
    const found = `${servers.apiUrl}/api/v1, ${inForce} ${inForce === 1 ? 'token' : 'tokens'}`;
    return inForce === 0
      ? [{ name, state: 'warning', found, fix: 'nobody may ask it: fermata token make --name NAME --role ROLE' }]
      : [{ name, state: 'ok', found, fix: null }];
  } catch (error) {
    const found = `${servers.apiUrl}: ${error instanceof Error ? error.message : String(error)}`;
    return [
      { name, state: 'warning', found, fix: `see logs/api.log in ${config.dataDir}; it is started again by itself` },
    ];
  } finally {
    await database.close();
  }
}

/**
 * Opens the engine as a worker would: a binding that is installed but does not load is found here. With services running, also how far
 * the index of its vectors is.
 */
async function secondCue(config: Config): Promise<Finding[]> {
  const name = 'Embedding engine';
  try {
    const outcome = await openEmbedder(config.engine);
    if (outcome.kind === 'unavailable') return [{ name, state: 'missing', found: outcome.reason, fix: outcome.fix }];
    const { description, modelVersion } = outcome.embedder;
    await outcome.embedder.close();
    const engine: Finding = {
      name,
      state: 'ok',
      found: `${config.engine}: ${description}; weights ${modelVersion}`,
      fix: null,
    };
    return [engine, ...(await vectorsOf(config, modelVersion))];
  } catch (error) {
    const found = error instanceof Error ? error.message : String(error);
    const fix = 'the weights in models/fingerprint/ are damaged: check the files out again';
    return [{ name, state: 'missing', found, fix }];
  }
}

/** Nothing where no database is reached: other findings tell of that. */
async function vectorsOf(config: Config, modelVersion: string): Promise<Finding[]> {
  const url = findServers(config.dataDir)?.databaseUrl ?? config.databaseUrl;
  if (url === null) return [];
  const name = 'Vectors of references';
  const database = openDatabase(url, { maxConnections: 1 });
  try {
    const known = await describeVectors(database, modelVersion);
    if (known === null)
      return [{ name, state: 'ok', found: 'none yet; the first audio worker prepares their index', fix: null }];
    const { embedded, references, isSearchable, state } = known;
    const found = `${embedded} of ${references} references, ${state === 'active' ? 'in use' : state}${isSearchable ? '' : ', not searched: no pgvector'}`;
    const again = 'index the delivered folders again: what lacks vectors is listened to once more';
    return embedded < references
      ? [{ name, state: 'warning', found, fix: again }]
      : [{ name, state: isSearchable ? 'ok' : 'warning', found, fix: null }];
  } catch {
    return [];
  } finally {
    await database.close();
  }
}
