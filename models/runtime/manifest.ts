// What a model's folder says of itself in `manifest.json`: its name and version, its files with their hashes, its inputs and outputs. Written by
// training, read here. A model may say more; its own schema extends this one.

import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';

const shape = z.array(z.union([z.int().positive(), z.string().regex(/^[a-z][A-Za-z]*$/)])).min(1);
const fileName = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/);

export const manifestSchema = z.object({
  name: z.string().min(1),
  /** First twelve digits of the hash of the weights: what another version computed must never be mixed with this one's. */
  version: z.string().regex(/^[0-9a-f]{12}$/),
  files: z.record(fileName, z.object({ bytes: z.int().positive(), sha256: z.string().regex(/^[0-9a-f]{64}$/) })),
  /** The numbers, as safetensors. */
  weights: fileName,
  /** The network as an ONNX graph that takes its numbers out of the file of the weights. */
  graph: fileName,
  /** By name. A word stands for what varies from call to call, `tensor.ts` says how. */
  inputs: z.record(z.string(), shape),
  outputs: z.record(z.string(), shape),
});
export type Manifest = z.infer<typeof manifestSchema>;

export type ModelErrorCode =
  /** A file of the model is not there. */
  | 'missing_file'
  /** A file is not the one that the manifest describes. */
  | 'wrong_hash'
  /** The graph, the weights or an answer has another shape than the manifest says. */
  | 'wrong_shape'
  /** The manifest does not say what it must, or a file cannot be read for what it should be. */
  | 'malformed'
  /** The weights were trained on something else than this program computes. */
  | 'wrong_front_end';

/** What is wrong with a model's folder. The message names the file. */
export class ModelError extends Error {
  readonly code: ModelErrorCode;
  constructor(code: ModelErrorCode, message: string) {
    super(message);
    this.name = 'ModelError';
    this.code = code;
  }
}

async function readModelFile(folder: string, name: string): Promise<Buffer> {
  const file = path.join(folder, name);
  try {
    return await readFile(file);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new ModelError('missing_file', `${file} ${code === 'ENOENT' ? 'is missing' : `cannot be read: ${message}`}`);
  }
}

/** Throws ModelError when the file is missing or does not say what the schema asks for. */
export async function readManifestOf<M extends Manifest>(folder: string, schema: z.ZodType<M>): Promise<M> {
  const file = path.join(folder, 'manifest.json');
  const text = (await readModelFile(folder, 'manifest.json')).toString('utf8');
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new ModelError('malformed', `${file} is no JSON`);
  }
  const parsed = schema.safeParse(json);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new ModelError('malformed', `${file}: ${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'not a manifest'}`);
  }
  const manifest = parsed.data;
  for (const name of [manifest.weights, manifest.graph])
    if (manifest.files[name] === undefined) throw new ModelError('malformed', `${file} does not describe ${name}`);
  if (!manifest.files[manifest.weights]!.sha256.startsWith(manifest.version))
    throw new ModelError('malformed', `${file}: version ${manifest.version} is not that of its weights`);
  return manifest;
}

/** Throws ModelError when the file is missing, or not the one that the manifest describes. */
export async function readVerified(folder: string, manifest: Manifest, name: string): Promise<Uint8Array> {
  const bytes = await readModelFile(folder, name);
  const found = createHash('sha256').update(bytes).digest('hex');
  if (found !== manifest.files[name]!.sha256)
    throw new ModelError(
      'wrong_hash',
      `${path.join(folder, name)} is not the file that manifest.json describes (sha256 ${found})`,
    );
  return bytes;
}
