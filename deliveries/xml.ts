// An XML message from strangers as a small tree, in bounded time and memory.
//
// saxes is a strict parser that never opens anything and knows no entities but the five of XML itself; what it would still let through
// is refused here: a DOCTYPE, whatever it holds (entity bombs and files of the reader begin there), deep nesting, endless elements.

import { TextDecoder } from 'node:util';
import { SaxesParser } from 'saxes';

export interface XmlElement {
  /** Local name: DDEX qualifies its root only, some senders qualify everything. */
  readonly name: string;
  readonly namespace: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly XmlElement[];
  /** Of this element alone, trimmed. */
  readonly text: string;
  readonly line: number;
  /** Path below the root with positions: `ResourceList/SoundRecording[2]`. */
  readonly path: string;
}

/** The message cannot be read; says why, and on which line. */
export class XmlRefused extends Error {
  readonly line: number;
  constructor(line: number, reason: string) {
    super(reason);
    this.line = line;
  }
}

/** A box set of 300 recordings with all its deals is about 5 MB and 60,000 elements; a kept element takes some 400 bytes. */
export const xmlLimits = { bytes: 64 * 2 ** 20, depth: 40, elements: 400_000, textLength: 100_000 } as const;

interface Draft {
  readonly element: { -readonly [Key in keyof XmlElement]: XmlElement[Key] } & { children: XmlElement[] };
  readonly texts: string[];
  textLength: number;
  readonly counts: Map<string, number>;
}

/** Parses a whole message. @throws XmlRefused */
export async function readXml(source: AsyncIterable<Buffer>): Promise<XmlElement> {
  const parser = new SaxesParser({ xmlns: true, position: true });
  const open: Draft[] = [];
  let root: XmlElement | null = null;
  let elements = 0;
  const refuse = (reason: string): never => {
    throw new XmlRefused(parser.line, reason);
  };
  parser.on('error', (error) => refuse(`not well-formed XML: ${error.message.replace(/^\d+:\d+: /, '')}`));
  parser.on('doctype', () => refuse('it has a DOCTYPE, which no message needs: entities of its own are not read'));
  parser.on('opentag', ({ local, uri, attributes }) => {
    elements += 1;
    if (open.length >= xmlLimits.depth) refuse(`it is nested more than ${xmlLimits.depth} levels deep`);
    if (elements > xmlLimits.elements) refuse(`it has more than ${xmlLimits.elements} elements`);
    const above = open.at(-1);
    const position = (above?.counts.get(local) ?? 0) + 1;
    above?.counts.set(local, position);
    const own = above === undefined ? '' : `${local}${position === 1 ? '' : `[${position}]`}`;
    open.push({
      element: {
        name: local,
        namespace: uri,
        attributes: Object.fromEntries(Object.values(attributes).map((each) => [each.local, each.value])),
        children: [],
        text: '',
        line: parser.line,
        path: above === undefined || above.element.path === '' ? own : `${above.element.path}/${own}`,
      },
      texts: [],
      textLength: 0,
      counts: new Map(),
    });
  });
  const onText = (text: string): void => {
    const draft = open.at(-1);
    if (draft === undefined) return;
    draft.textLength += text.length;
    if (draft.textLength > xmlLimits.textLength) refuse(`a text is longer than ${xmlLimits.textLength} characters`);
    draft.texts.push(text);
  };
  parser.on('text', onText);
  parser.on('cdata', onText);
  parser.on('closetag', () => {
    const draft = open.pop();
    if (draft === undefined) return;
    draft.element.text = draft.texts.join('').trim();
    const above = open.at(-1);
    if (above === undefined) root = draft.element;
    else above.element.children.push(draft.element);
  });
  let bytes = 0;
  let decoder: TextDecoder | null = null;
  for await (const chunk of source) {
    bytes += chunk.length;
    if (bytes > xmlLimits.bytes) refuse(`it is larger than ${xmlLimits.bytes / 2 ** 20} MB`);
    decoder ??= new TextDecoder(encodingOf(chunk), { fatal: true });
    let text: string;
    try {
      text = decoder.decode(chunk, { stream: true });
    } catch {
      return refuse(`it is not in ${decoder.encoding.toUpperCase()}`);
    }
    parser.write(text);
  }
  parser.close();
  return root ?? refuse('it is empty');
}

/** DDEX messages are UTF-8, some UTF-16; anything else in the declaration is honoured where the runtime knows it. */
function encodingOf(head: Buffer): string {
  if (head[0] === 0xff && head[1] === 0xfe) return 'utf-16le';
  if (head[0] === 0xfe && head[1] === 0xff) return 'utf-16be';
  const declared = /^(?:\uFEFF|\u00EF\u00BB\u00BF)?<\?xml[^>]*encoding=["']([A-Za-z0-9._-]+)["']/.exec(
    head.subarray(0, 200).toString('latin1'),
  )?.[1];
  try {
    // A declaration that says UTF-16 in a file without its mark is a copied line: the bytes are what they are.
    return declared === undefined || /^utf-?16/i.test(declared) ? 'utf-8' : new TextDecoder(declared).encoding;
  } catch {
    return 'utf-8';
  }
}

export const childrenOf = (element: XmlElement | null, name: string): readonly XmlElement[] =>
  element === null ? [] : element.children.filter((child) => child.name === name);

export const childOf = (element: XmlElement | null, ...path: readonly string[]): XmlElement | null =>
  path.reduce<XmlElement | null>((at, name) => at?.children.find((child) => child.name === name) ?? null, element);

/** Text at the end of a path; null when it is missing or blank. */
export const textAt = (element: XmlElement | null, ...path: readonly string[]): string | null =>
  childOf(element, ...path)?.text || null;

/** All descendants of one name, in order. */
export function descendantsOf(element: XmlElement, name: string): XmlElement[] {
  return element.children.flatMap((child) => [...(child.name === name ? [child] : []), ...descendantsOf(child, name)]);
}
