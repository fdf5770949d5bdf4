// A search thread. `threads.ts` starts it.

import { workerData } from 'node:worker_threads';
import type { EngineName } from '../models/runtime/model.ts';
import { serve } from './serve.ts';
import { createWork } from './work.ts';

const { engine } = workerData as { readonly engine: EngineName | null };
serve(createWork({ engine, allocate: (bytes) => new SharedArrayBuffer(bytes) }));
