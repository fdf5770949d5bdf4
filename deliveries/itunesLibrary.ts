// The library that iTunes and Music export (a property list): its tracks. Read as a stream, since a library of 50,000 has three million elements.

import { SaxesParser } from 'saxes';
import type { Row } from './exports.ts';

const columns: Readonly<Record<string, string>> = {
  Name: 'title',
  Artist: 'artists',
  Album: 'album',
  'Total Time': 'duration_ms',
  Composer: 'composers',
};
const longestText = 20_000;

/** @throws Error with one sentence when it is no such file. */
export async function* readItunesLibrary(
  source: AsyncIterable<Buffer>,
): AsyncGenerator<{ readonly line: number; readonly row: Row }> {
  const parser = new SaxesParser({ position: true });
  const found: { line: number; row: Row }[] = [];
  let track: Record<string, string> | null = null;
  let [depth, line, key, text, isTracks] = [0, 0, '', '', false];
  parser.on('error', (error) => {
    throw new Error(`not well-formed XML: ${error.message.replace(/^\d+:\d+: /, '')}`);
  });
  // Apple's line names a DTD, which is not fetched; what declares entities of its own is refused.
  parser.on('doctype', (doctype) => {
    if (doctype.includes('[')) throw new Error('its DOCTYPE declares something: entities of its own are not read');
  });
  parser.on('opentag', ({ name }) => {
    text = '';
    if (name !== 'dict') return;
    depth += 1;
    if (depth > 40) throw new Error('it is nested more than 40 levels deep');
    if (depth === 2) isTracks = key === 'Tracks';
    if (depth === 3 && isTracks) [track, line] = [{}, parser.line];
  });
  const onText = (part: string): void => {
    text += part;
    if (text.length > longestText) throw new Error(`a text is longer than ${longestText} characters`);
  };
  parser.on('text', onText);
  parser.on('cdata', onText);
  parser.on('closetag', ({ name }) => {
    if (name === 'key') key = text.trim();
    else if (name === 'dict') {
      if (depth === 3 && track !== null && isMusic(track)) found.push({ line, row: rowOf(track) });
      if (depth === 3) track = null;
      depth -= 1;
    } else if (track !== null && depth === 3) track[key] = name === 'true' ? 'true' : text.trim();
    text = '';
  });
  const decoder = new TextDecoder('utf-8', { fatal: true });
  for await (const chunk of source) {
    parser.write(decoder.decode(chunk, { stream: true }));
    yield* found.splice(0);
  }
  parser.close();
  yield* found.splice(0);
}

const isMusic = (track: Readonly<Record<string, string>>): boolean =>
  !['Podcast', 'Movie', 'TV Show', 'Has Video', 'Audiobook'].some((mark) => track[mark] === 'true');
const rowOf = (track: Readonly<Record<string, string>>): Row =>
  Object.fromEntries(
    Object.entries(columns).flatMap(([key, field]) => (track[key] === undefined ? [] : [[field, track[key]]])),
  );
