// Bodies of requests, read no further than their limit.

import type { Context } from 'hono';
import { readJson } from '../domain/json.ts';
import { Refusal } from './problems.ts';

const tooLarge = (limit: number): Refusal =>
  new Refusal(413, `the request is larger than ${limit} bytes`, { fix: 'send less at a time' });

/** @throws Refusal once there are more. */
export async function* bytesOf(context: Context, limit: number): AsyncGenerator<Buffer> {
  // Refused as it is: what a few bytes unpack to cannot be known before they are unpacked.
  if (context.req.header('content-encoding') !== undefined)
    throw new Refusal(415, 'a compressed request is not taken', { fix: 'send it without Content-Encoding' });
  if (Number(context.req.header('content-length') ?? 0) > limit) throw tooLarge(limit);
  let length = 0;
  for await (const chunk of context.req.raw.body ?? []) {
    length += chunk.byteLength;
    if (length > limit) throw tooLarge(limit);
    yield Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
  }
}

/** Nobody means more; JSON.parse with a reviver, JSON.stringify and Postgres all end on a stack. */
const mostDepth = 100;

/** @returns the body as text with the value that it is. @throws Refusal for anything but JSON. */
export async function jsonOf(
  context: Context,
  limit: number,
): Promise<{ readonly text: string; readonly value: unknown }> {
  const type = context.req.header('content-type')?.split(';')[0]?.trim().toLowerCase();
  if (type !== 'application/json')
    throw new Refusal(415, `the request's Content-Type is ${type === undefined ? 'missing' : 'not application/json'}`, {
      fix: 'send JSON, with Content-Type: application/json',
    });
  const parts: Buffer[] = [];
  for await (const part of bytesOf(context, limit)) parts.push(part);
  const text = Buffer.concat(parts).toString('utf8');
  if (depthOf(text) > mostDepth) throw new Refusal(400, `the body is nested more than ${mostDepth} deep`);
  try {
    return { text, value: readJson(text) };
  } catch {
    throw new Refusal(400, 'the body is not valid JSON');
  }
}

function depthOf(text: string): number {
  let [depth, most, inString] = [0, 0, false];
  for (let i = 0; i < text.length; i += 1) {
    const letter = text[i];
    if (inString) {
      if (letter === '\\') i += 1;
      else if (letter === '"') inString = false;
    } else if (letter === '"') inString = true;
    else if (letter === '[' || letter === '{') most = Math.max(most, (depth += 1));
    else if (letter === ']' || letter === '}') depth -= 1;
  }
  return most;
}
