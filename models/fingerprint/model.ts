// The fingerprint network for the runtime: its folder, what its manifest says besides, its limits.

import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { analysisRateHz, bandCount, bandsPerOctave, lowestBandHz, windowSamples } from '../../audio/spectrum.ts';
import { manifestSchema, ModelError } from '../runtime/manifest.ts';
import type { ModelDefinition } from '../runtime/model.ts';
import { readModelManifest } from '../runtime/open.ts';
import { embeddingHopSamples, windowFrames } from './frontEnd.ts';

/** (time, frequency). */
const pair = z.tuple([z.int().nonnegative(), z.int().nonnegative()]);

const fingerprintSchema = manifestSchema.extend({
  frontEnd: z.object({
    sampleRateHz: z.number(),
    fftSamples: z.number(),
    hopSamples: z.number(),
    lowestBandHz: z.number(),
    bandsPerOctave: z.number(),
    bands: z.number(),
    frames: z.number(),
  }),
  network: z.object({
    layers: z.array(z.object({ name: z.string(), strides: pair, pads: pair })).min(1),
    head: z.enum(['linear', 'divide']),
    parameters: z.int(),
    multiplicationsPerWindow: z.int(),
  }),
});
export type FingerprintManifest = z.infer<typeof fingerprintSchema>;

/** What the code computes; weights trained on anything else would answer without complaint, and wrongly. */
const computed: FingerprintManifest['frontEnd'] = {
  sampleRateHz: analysisRateHz,
  fftSamples: windowSamples,
  hopSamples: embeddingHopSamples,
  lowestBandHz,
  bandsPerOctave,
  bands: bandCount,
  frames: windowFrames,
};

export const fingerprintModel: ModelDefinition<FingerprintManifest, 'windows', 'segment' | 'track'> = {
  folder: fileURLToPath(new URL('.', import.meta.url)),
  manifest: fingerprintSchema,
  inputs: ['windows'],
  outputs: ['segment', 'track'],
  check({ frontEnd }, folder) {
    for (const [name, value] of Object.entries(computed) as [keyof typeof computed, number][]) {
      if (frontEnd[name] !== value)
        throw new ModelError(
          'wrong_front_end',
          `${folder}/manifest.json: the weights need ${name} ${frontEnd[name]}, this program has ${value}`,
        );
    }
  },
  // 256 windows are 3.9 MB of input; the heap of WebAssembly never shrinks, and 64 windows keep it at some 60 MB.
  largestBatch: { onnx: 256, tensorflow: 64 },
  tensorflow: async () => (await import('./network.ts')).buildNetwork,
};

/** The manifest of the weights that ship, or of those in another folder. Throws ModelError. */
export const readManifest = (folder?: string): Promise<FingerprintManifest> =>
  readModelManifest(fingerprintModel, folder);
