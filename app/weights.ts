// The weights that this installation decides with: the file that FERMATA_WEIGHTS names, else the hand weights.

import { readFile } from 'node:fs/promises';
import { handWeights, readWeights, type Weights } from '../matching/weights.ts';
import type { Config } from '../platform/config/index.ts';
import { PlatformError } from '../platform/failures.ts';

/** Throws `PlatformError` ('config-invalid') when the file cannot be read or holds no weights that fit these rules. */
export async function loadWeights({ weightsPath }: Pick<Config, 'weightsPath'>): Promise<Weights> {
  if (weightsPath === null) return handWeights;
  try {
    return readWeights(JSON.parse(await readFile(weightsPath, 'utf8')));
  } catch (error) {
    throw new PlatformError(
      'config-invalid',
      `FERMATA_WEIGHTS ${weightsPath}: ${error instanceof Error ? error.message : String(error)}`,
      'make it with "fermata fit --out FILE", or unset FERMATA_WEIGHTS to decide with the hand weights',
    );
  }
}
