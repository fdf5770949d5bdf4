// What the generated client sends with. It needs nothing but `fetch`: copy it, and fermata.ts beside it, into a program of yours.

export interface Connection {
  /** `http://127.0.0.1:8484` */
  readonly url: string;
  readonly token: string;
}

/** The server's answer when it is none: what happened, and what helps. */
export class ProblemError extends Error {
  readonly status: number;
  readonly fix: string | null;
  /** After so many seconds it may be asked again; null: that would not help. */
  readonly retryAfter: number | null;
  constructor(status: number, detail: string, fix: string | null, retryAfter: number | null) {
    super(detail);
    this.name = 'ProblemError';
    this.status = status;
    this.fix = fix;
    this.retryAfter = retryAfter;
  }
}

export interface Request {
  readonly method: string;
  /** With parameters in braces. */
  readonly path: string;
  readonly params?: Readonly<Record<string, string | number>>;
  readonly query?: Readonly<Record<string, string | number | undefined>>;
  readonly json?: unknown;
  readonly bytes?: { readonly type: string; readonly body: Uint8Array | string | ReadableStream<Uint8Array> };
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal | undefined;
}

export async function send(connection: Connection, request: Request): Promise<Response> {
  const { method, path, params = {}, query = {}, json, bytes, headers, signal } = request;
  const url = new URL(
    path.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(params[name]))),
    connection.url,
  );
  for (const [name, value] of Object.entries(query)) if (value !== undefined) url.searchParams.set(name, String(value));
  const response = await fetch(url, {
    method,
    headers: {
      authorization: `Bearer ${connection.token}`,
      ...(json === undefined ? {} : { 'content-type': 'application/json' }),
      ...(bytes === undefined ? {} : { 'content-type': bytes.type }),
      ...headers,
    },
    ...(json === undefined ? {} : { body: JSON.stringify(json) }),
    ...(bytes === undefined ? {} : { body: bytes.body, duplex: 'half' }),
    ...(signal === undefined ? {} : { signal }),
  } as RequestInit);
  if (response.ok) return response;
  const problem = (await response.json().catch(() => ({}))) as { detail?: string; fix?: string | null };
  const after = response.headers.get('retry-after');
  throw new ProblemError(
    response.status,
    problem.detail ?? response.statusText,
    problem.fix ?? null,
    after === null ? null : Number(after),
  );
}

/** A value a line, as they come. */
export async function* lines<Line>(response: Response): AsyncGenerator<Line> {
  for await (const line of split(response, '\n')) if (line !== '') yield JSON.parse(line) as Line;
}

const isOver = ({ signal }: Request): boolean => signal?.aborted ?? false;

/** Events as they come. Connects again where it was when the connection breaks, until `signal` says that it is enough. */
export async function* events<Event>(
  connection: Connection,
  request: Request,
  from: number | undefined,
): AsyncGenerator<Event> {
  for (let last = from; !isOver(request);) {
    try {
      const response = await send(connection, {
        ...request,
        headers: {
          accept: 'text/event-stream',
          ...(last === undefined ? {} : { 'last-event-id': String(last) }),
        },
      });
      for await (const block of split(response, '\n\n')) {
        // Also told before anything happens, so that what happens while the connection is broken is not missed.
        const place = /^(?:id:|: after) (\d+)$/m.exec(block)?.[1];
        const data = /^data: (.*)$/m.exec(block)?.[1];
        if (data !== undefined) yield JSON.parse(data) as Event;
        if (place !== undefined) last = Number(place);
      }
    } catch (error) {
      if (isOver(request)) return;
      // What asking again does not mend: no token, or a place that is forgotten.
      if (error instanceof ProblemError && error.retryAfter === null) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, 2_000));
  }
}

async function* split(response: Response, by: string): AsyncGenerator<string> {
  let rest = '';
  for await (const part of response.body!.pipeThrough(new TextDecoderStream())) {
    const parts = (rest + part).split(by);
    rest = parts.pop()!;
    yield* parts;
  }
  if (rest !== '') yield rest;
}
