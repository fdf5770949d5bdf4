// A platform's own object without secrets, bounded: what of it may be stored.

const maxDepth = 12;
const maxNodes = 20_000;
const maxItems = 200;
const maxText = 20_000;

const secretName =
  /token|cookie|secret|password|authorization|credential|session_?id|api_?key|signature|x-bogus|mstoken|jwt/i;
const tokenShaped = /\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{4,}(?:\.[A-Za-z0-9_-]*)?/g;
const signedUrl = /([?&](?:[^=&]*(?:token|signature|policy|key|sig|expires|credential|auth)[^=&]*)=)[^&\s"]+/gi;

/** A copy without secrets, with bounded depth, length and number of values; cut places are noted. */
export function redact(value: unknown, notes: string[]): unknown {
  let nodes = 0;
  let cut = false;
  let removed = false;
  const copy = (at: unknown, depth: number): unknown => {
    nodes += 1;
    if (nodes > maxNodes || depth > maxDepth) {
      cut = true;
      return null;
    }
    switch (typeof at) {
      case 'string': {
        if (at.length > maxText) cut = true;
        const bounded = at.slice(0, maxText);
        const clean = redactText(bounded);
        if (clean !== bounded) removed = true;
        return storable(clean);
      }
      case 'number':
        return Number.isFinite(at) ? at : null;
      case 'boolean':
        return at;
      case 'bigint':
        return String(at);
      case 'object':
        break;
      default:
        return null;
    }
    if (at === null) return null;
    if (Array.isArray(at)) {
      if (at.length > maxItems) cut = true;
      return at.slice(0, maxItems).map((item: unknown) => copy(item, depth + 1));
    }
    const out: Record<string, unknown> = {};
    let names: readonly string[] = [];
    try {
      names = Object.keys(at);
    } catch {
      return null;
    }
    if (names.length > maxItems) cut = true;
    for (const name of names.slice(0, maxItems)) {
      if (secretName.test(name) || name === '__proto__') {
        removed = true;
        continue;
      }
      let child: unknown = null;
      try {
        child = (at as Readonly<Record<string, unknown>>)[name];
      } catch {
        // A getter that throws cannot come from JSON; it is read as absent.
      }
      out[storable(name.slice(0, 200))] = copy(child, depth + 1);
    }
    return out;
  };
  const clean = copy(value, 0);
  if (cut) notes.push('the payload was too deep or too large and was cut');
  if (removed) notes.push('tokens were removed');
  return clean;
}

/** Postgres takes neither NUL nor half of a surrogate pair, which cutting a text can make too. */
const storable = (value: string): string => value.toWellFormed().replaceAll('\0', '');

/** Strings may carry secrets inside: JSON in a string (`extra`), a signed address, a bare token. */
function redactText(value: string): string {
  const start = value.trimStart().charAt(0);
  if ((start === '{' || start === '[') && secretName.test(value)) {
    try {
      return JSON.stringify(redact(JSON.parse(value), []));
    } catch {
      return '[removed]';
    }
  }
  return value.replace(tokenShaped, '[removed]').replace(signedUrl, '$1[removed]');
}
