// Opening a model on an engine.

import { ModelError, readManifestOf, type Manifest } from './manifest.ts';
import type { ModelDefinition, OpenOptions, SessionOutcome } from './model.ts';
import { createSession } from './session.ts';

/** Reads and checks the manifest. Throws ModelError with what is wrong. */
export async function readModelManifest<M extends Manifest>(
  model: ModelDefinition<M, string, string>,
  folder: string = model.folder,
): Promise<M> {
  const manifest = await readManifestOf(folder, model.manifest);
  for (const [what, found, expected] of [
    ['inputs', Object.keys(manifest.inputs), model.inputs],
    ['outputs', Object.keys(manifest.outputs), model.outputs],
  ] as const) {
    if (found.toSorted().join() !== expected.toSorted().join())
      throw new ModelError('wrong_shape', `${folder}: the ${what} are ${found.join(', ')}, not ${expected.join(', ')}`);
  }
  model.check(manifest, folder);
  return manifest;
}

/** Opens one session; a process may have several, of one model or of several. Loads nothing of the other engine. Throws ModelError. */
export async function openModel<M extends Manifest, Input extends string, Output extends string>(
  model: ModelDefinition<M, Input, Output>,
  options: OpenOptions,
): Promise<SessionOutcome<M, Input, Output>> {
  const { engine, threads = 1, folder = model.folder } = options;
  const manifest = await readModelManifest(model, folder);
  const outcome =
    engine === 'onnx'
      ? await (await import('./onnx.ts')).openOnnx(folder, manifest, threads)
      : await (await import('./tensorflow.ts')).openTensorflow(folder, manifest, options.backend, model.tensorflow);
  if (outcome.kind === 'unavailable') return outcome;
  const session = createSession<Input, Output>(outcome.network, engine, manifest, model.largestBatch[engine]);
  return { kind: 'ready', session, manifest };
}
