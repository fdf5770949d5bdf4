// A process that stages a delivery, says so, and takes it in when it is told to, as an audio worker would.
//   node evaluation/intake/worker.ts DATABASE_URL DELIVERY

import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { createDecoder } from '../../audio/decode.ts';
import { openBlobStore } from '../../platform/blobStore.ts';
import { createAnalysis } from '../../search/analysis.ts';
import { inThisThread } from '../../search/threads.ts';
import { createWork } from '../../search/work.ts';
import { openDatabase } from '../../store/database.ts';
import { rowsAtOnce } from '../../domain/delivery.ts';
import { indexRows } from '../../usecases/catalogue/indexRows.ts';
import { stageDelivery } from '../../usecases/catalogue/stageDelivery.ts';

const [url = '', deliveryId = ''] = process.argv.slice(2);
const database = openDatabase(url, { maxConnections: 4 });
const decoder = createDecoder();
const analysis = createAnalysis(
  inThisThread(createWork({ engine: 'onnx', allocate: (bytes) => new ArrayBuffer(bytes) })),
  { withVectors: false },
);
const deps = { database, decoder, blobs: openBlobStore(tmpdir()), analysis };
const task = { signal: new AbortController().signal, beat: () => {}, attempt: 1, reached: undefined };

const { problem } = await stageDelivery(deps, { deliveryId }, task);
if (problem !== null) throw new Error(problem);
process.stdout.write('staged\n');
await once(process.stdin, 'data');

const before = process.cpuUsage();
let rows = 0;
for (let afterLine = 0; ;) {
  const chunk = await indexRows(deps, { deliveryId, afterLine, limit: rowsAtOnce }, task);
  rows += chunk.recordingIds.length;
  afterLine = chunk.lastLine;
  if (chunk.remaining === 0) break;
}
const used = process.cpuUsage(before);
process.stdout.write(`${JSON.stringify({ rows, cpuMs: (used.user + used.system) / 1000 })}\n`);
decoder.close();
await database.close();
process.stdin.destroy();
