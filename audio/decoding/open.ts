// Which reader a file needs, by its first bytes. Only that one is loaded: all of them take 0.14 s.

import getType from 'audio-type';
import { firstFrame, id3Bytes } from './frames.ts';
import { Unreadable, type Opened } from './pieces.ts';
import { createLookahead, type ByteSource } from './source.ts';

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
  if (begins.startsWith('OggS')) return (await import('./ogg.ts')).openOgg(source);
  if (begins.slice(4, 8) === 'ftyp' || format === 'm4a' || (format === undefined && quickTime.test(begins)))
    return (await import('./mp4.ts')).openMp4(source);
  switch (format) {
    case 'wav':
      return (await import('./wav.ts')).openWav(source);
    case 'flac':
      return (await import('./flac.ts')).openFlac(source);
    case 'mp3':
      return (await import('./mpeg.ts')).openMpeg(source);
    case 'aac':
      return (await import('./adts.ts')).openAdts(source);
    case 'webm':
    case 'mkv': {
      const { mayHaveSound } = await import('./matroska.ts');
      if (!(await mayHaveSound(source))) throw new Unreadable('no_audio', 'a video without sound');
      return (await import('./other.ts')).openOther(source, format);
    }
    case undefined:
      await (await import('./video.ts')).refuseVideo(source);
      return openHeadless(source);
    case 'wma':
      await (await import('./video.ts')).refuseVideo(source);
      return (await import('./other.ts')).openOther(source, format);
    default:
      return (await import('./other.ts')).openOther(source, format);
  }
}

/** Frames of mp3 or AAC behind a damaged or missing beginning. */
async function openHeadless(source: ByteSource): Promise<Opened> {
  const look = createLookahead(source);
  const { openMpeg, parseMpegHeader } = await import('./mpeg.ts');
  if ((await firstFrame(look, source.size, parseMpegHeader)) !== null) return openMpeg(source);
  const { openAdts, parseAdtsHeader } = await import('./adts.ts');
  if ((await firstFrame(look, source.size, parseAdtsHeader)) !== null) return openAdts(source);
  throw new Unreadable('not_audio', 'no known audio format');
}
