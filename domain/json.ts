// JSON as others write it.

/**
 * Reads JSON. Ids of platforms and services are 64-bit integers: as numbers they would be rounded to their neighbours, so a whole number that
 * JavaScript cannot hold exactly stays the text that it was. @throws SyntaxError
 */
export const readJson = (text: string): unknown =>
  JSON.parse(text, ((_key: string, value: unknown, context: { source?: string }) =>
    typeof value === 'number' && !Number.isSafeInteger(value) && /^-?\d+$/.test(context.source ?? '')
      ? context.source
      : value) as (key: string, value: unknown) => unknown);
