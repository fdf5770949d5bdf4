// A supervisor as a process of its own, so that tests can kill it. Prints one JSON line per event.
// node supervisor.fixture.ts DATA_DIR

import { readConfig } from '../../platform/config/index.ts';
import { PlatformError } from '../../platform/failures.ts';
import { startServers } from '../../platform/servers/index.ts';

const tell = (event: object): void => void process.stdout.write(`${JSON.stringify(event)}\n`);
// Ends when its input does, as a worker should.
const worker = `process.stdin.resume().on('end', () => process.exit(0)); console.log('worker at ' + process.env.TEMPORAL_ADDRESS)`;

try {
  const servers = await startServers({
    config: readConfig({ flags: { 'data-dir': process.argv[2] } }),
    searchAttributes: { TestState: 'Keyword', TestNext: 'Datetime', TestScore: 'Double', TestCount: 'Int' },
    extraProcesses: () => [{ name: 'worker-1', command: process.execPath, args: ['-e', worker] }],
    onProgress: (text) => tell({ event: 'progress', text }),
    onRestart: (name, how) => tell({ event: 'restart', name, how }),
  });
  tell({ event: 'ready', memory: servers.memory() });
  const reason = await servers.stopped;
  tell({ event: 'stopped', reason: reason.kind });
} catch (error) {
  const failure = error instanceof PlatformError ? error : new PlatformError('start-failed', String(error));
  tell({ event: 'failed', code: failure.code, message: failure.message, fix: failure.fix });
  process.exitCode = 1;
}
