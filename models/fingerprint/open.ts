// Choosing the engine.

import type { EngineName, EngineOutcome } from './engine.ts';

/** Opens the engine of that name with the weights that ship. Loads nothing of the other one. */
export async function openEngine(name: EngineName): Promise<EngineOutcome> {
  switch (name) {
    case 'onnx':
      return (await import('./onnx.ts')).openOnnxEngine();
    case 'tensorflow':
      return (await import('./tensorflow.ts')).openTensorflowEngine();
  }
}
