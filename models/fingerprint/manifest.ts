// What the weights' own description says: sizes, layers, front end, version, hashes. Written by training, read here.

import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { analysisRateHz, bandCount, bandsPerOctave, lowestBandHz, windowSamples } from '../../audio/spectrum.ts';
import { embeddingHopSamples, windowFrames } from './frontEnd.ts';

/** (time, frequency). */
type Pair = readonly [number, number];

export interface Manifest {
  readonly name: string;
  /** First twelve digits of the weights' hash. */
  readonly version: string;
  readonly files: Readonly<Record<WeightFile, { readonly bytes: number; readonly sha256: string }>>;
  readonly frontEnd: {
    readonly sampleRateHz: number;
    readonly fftSamples: number;
    readonly hopSamples: number;
    readonly lowestBandHz: number;
    readonly bandsPerOctave: number;
    readonly bands: number;
    readonly frames: number;
  };
  readonly network: {
    readonly layers: readonly { readonly name: string; readonly strides: Pair; readonly pads: Pair }[];
    readonly head: 'linear' | 'divide';
    /** Numbers in a vector of each head. */
    readonly segment: number;
    readonly track: number;
    readonly parameters: number;
    readonly multiplicationsPerWindow: number;
  };
}

export type WeightFile = 'fingerprint.onnx' | 'fingerprint.safetensors';

/** The folder that holds this file and the weights that ship. */
export const shippedFolder: string = fileURLToPath(new URL('.', import.meta.url));

/** What the code computes; weights trained on anything else would answer without complaint, and wrongly. */
const computed: Manifest['frontEnd'] = {
  sampleRateHz: analysisRateHz,
  fftSamples: windowSamples,
  hopSamples: embeddingHopSamples,
  lowestBandHz,
  bandsPerOctave,
  bands: bandCount,
  frames: windowFrames,
};

/** Throws when the file is missing, or when its weights were trained on another front end than this program computes. */
export async function readManifest(folder: string = shippedFolder): Promise<Manifest> {
  const manifest = JSON.parse(await readFile(`${folder}/manifest.json`, 'utf8')) as Manifest;
  for (const [name, value] of Object.entries(computed) as [keyof Manifest['frontEnd'], number][]) {
    if (manifest.frontEnd[name] !== value) {
      throw new Error(
        `${folder}/manifest.json: the weights need ${name} ${manifest.frontEnd[name]}, this program has ${value}`,
      );
    }
  }
  return manifest;
}

/** Throws when the file is not the one that the manifest describes: weights and vectors of two versions must not be mixed. */
export async function readWeights(folder: string, manifest: Manifest, name: WeightFile): Promise<Uint8Array> {
  const bytes = await readFile(`${folder}/${name}`);
  const found = createHash('sha256').update(bytes).digest('hex');
  if (found !== manifest.files[name].sha256) {
    throw new Error(`${folder}/${name} is not the file that manifest.json describes (sha256 ${found})`);
  }
  return bytes;
}
