// M3U playlists: `#EXTINF:213,Artist - Title` over the path of a file.

import type { Line } from '../platform/readLines.ts';
import type { Row } from './exports.ts';

export async function* readPlaylist(
  lines: AsyncIterable<Line>,
): AsyncGenerator<{ readonly line: number; readonly row: Row | string }> {
  let told: Row = {};
  for await (const { line, text } of lines) {
    if (text === null) {
      yield { line, row: 'the line is too long' };
      continue;
    }
    const info = /^#EXTINF:\s*(-?\d+(?:\.\d+)?)[^,]*,(.*)$/i.exec(text.trim());
    const album = /^#EXTALB:(.+)$/i.exec(text.trim())?.[1]?.trim();
    if (info !== null) {
      const [, length = '', label = ''] = info;
      const [, artist = '', title = ''] = /^(.+?)\s+[-–—]\s+(.+)$/.exec(label.trim()) ?? [];
      told = {
        ...told,
        ...(title === '' ? { title: label.trim() } : { title, artists: artist }),
        ...(Number(length) > 0 ? { duration_ms: Math.round(Number(length) * 1000) } : {}),
      };
    } else if (album !== undefined) told = { ...told, album };
    else if (text.trim() !== '' && !text.startsWith('#')) {
      yield {
        line,
        row: {
          ...told,
          file: text
            .trim()
            .replaceAll('\\', '/')
            .replace(/^(?:\.\/)+/, ''),
        },
      };
      told = {};
    }
  }
}
