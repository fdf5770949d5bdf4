// Which reader a file needs, by its first bytes.

import getType from 'audio-type';
import { openAdts, parseAdtsHeader } from './adts.ts';
import { openFlac } from './flac.ts';
import { firstFrame, id3Bytes } from './frames.ts';
import { openMp4 } from './mp4.ts';
import { openMpeg, parseMpegHeader } from './mpeg.ts';
import { openOgg } from './ogg.ts';
import { openOther } from './other.ts';
import { Unreadable, type Opened } from './pieces.ts';
import { createLookahead, type ByteSource } from './source.ts';
import { openWav } from './wav.ts';

const sniffBytes = 4096;
/** QuickTime files may begin with any of these instead of their type. */
const quickTime = /^....(moov|mdat|wide|free|skip|pnot)/s;

export async function openAudio(source: ByteSource): Promise<Opened> {
  if (source.size === 0) throw new Unreadable('empty', 'no bytes');
  const head = await source.read(0, sniffBytes);
  const begins = Buffer.from(head.buffer, head.byteOffset, Math.min(16, head.length)).toString('latin1');
  // A tag may be longer than what was read.
  const tag = id3Bytes(head, 0);
  const behind = tag === 0 ? head : await source.read(tag, sniffBytes);
  const format = getType(behind) ?? getType(head);
  if (begins.startsWith('OggS')) return openOgg(source);
  if (begins.slice(4, 8) === 'ftyp' || (format === undefined && quickTime.test(begins))) return openMp4(source);
  switch (format) {
    case 'wav':
      return openWav(source);
    case 'flac':
      return openFlac(source);
    case 'mp3':
      return openMpeg(source);
    case 'aac':
      return openAdts(source);
    case 'm4a':
      return openMp4(source);
    case undefined:
      return openHeadless(source);
    default:
      return openOther(source, format);
  }
}

/** Frames of mp3 or AAC behind a damaged or missing beginning. */
async function openHeadless(source: ByteSource): Promise<Opened> {
  const look = createLookahead(source);
  if ((await firstFrame(look, source.size, parseMpegHeader)) !== null) return openMpeg(source);
  if ((await firstFrame(look, source.size, parseAdtsHeader)) !== null) return openAdts(source);
  throw new Unreadable('not_audio', 'no known audio format');
}
