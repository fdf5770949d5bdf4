import type { FakeRequest } from './server.ts';

/** The fields of a multipart or urlencoded body; an empty form for any other. */
export async function formIn({ headers, body }: FakeRequest): Promise<FormData> {
  const type = String(headers['content-type'] ?? '');
  if (!/^(multipart\/form-data|application\/x-www-form-urlencoded)/.test(type)) return new FormData();
  return await new Response(new Uint8Array(body), { headers: { 'content-type': type } }).formData();
}

/** A field that is text; empty when it is missing or a file. */
export function textIn(form: FormData, name: string): string {
  const value = form.get(name);
  return typeof value === 'string' ? value : '';
}
