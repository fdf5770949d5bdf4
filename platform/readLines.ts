// Lines of a text file from strangers, in bounded memory.
//
// node:readline is not used for data: it also breaks lines at a lone CR, which a quoted field of a sheet may hold, and it keeps a line of any
// length in memory.

export interface Line {
  /** 1-based, counting every line of the file. */
  readonly line: number;
  /** Without its end (LF or CRLF) and, on the first line, without a byte order mark; null when it is longer than the limit. */
  readonly text: string | null;
}

const lineFeed = 0x0a;

/** Lines of UTF-8 bytes. Throws what the source throws. */
export async function* readLines(source: AsyncIterable<Buffer>, maxBytes: number): AsyncGenerator<Line> {
  let parts: Buffer[] = [];
  let length = 0;
  let line = 1;
  const keep = (part: Buffer): void => {
    length += part.length;
    if (length <= maxBytes) parts.push(part);
    else parts = [];
  };
  const take = (): Line => {
    const text = length > maxBytes ? null : Buffer.concat(parts).toString('utf8').replace(/\r$/, '');
    const taken = { line, text: line === 1 && text !== null ? text.replace(/^\uFEFF/, '') : text };
    parts = [];
    length = 0;
    line += 1;
    return taken;
  };
  for await (const chunk of source) {
    let from = 0;
    for (let end = chunk.indexOf(lineFeed); end !== -1; end = chunk.indexOf(lineFeed, from)) {
      keep(chunk.subarray(from, end));
      yield take();
      from = end + 1;
    }
    if (from < chunk.length) keep(chunk.subarray(from));
  }
  if (length > 0) yield take();
}
