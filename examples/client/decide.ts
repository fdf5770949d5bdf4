// Submits one sound, waits for what becomes of it, and decides when the machine would not.
//
//   FERMATA_TOKEN=fermata_… node examples/client/decide.ts http://127.0.0.1:8484

import { createClient, type Client } from './fermata.ts';

export async function submitAndDecide(client: Client, id: string, title: string, recording: string): Promise<string> {
  // The place on the line of changes before anything happens, so that nothing is missed.
  const { changes, next } = await client.followChangesPage({ limit: 1_000 });
  const enough = new AbortController();
  const following = client.followChanges({ after: changes.at(-1)?.seq ?? next, signal: enough.signal });
  const { sounds } = await client.submitSounds({
    body: { sounds: [{ platform: 'tiktok', id, title }] },
    key: `submit-${id}`,
  });
  for await (const change of following) {
    if (change.sound !== sounds[0] || change.state === 'submitted') continue;
    enough.abort();
    if (change.state === 'matched') return change.why;
    const { why } = await client.decide({
      sound: change.sound,
      body: { kind: 'match', recording, note: 'listened to both' },
      key: `decide-${id}`,
    });
    return why;
  }
  throw new Error('the server ended the stream');
}

if (import.meta.main) {
  const client = createClient({
    url: process.argv[2] ?? 'http://127.0.0.1:8484',
    token: process.env['FERMATA_TOKEN'] ?? '',
  });
  console.log(await submitAndDecide(client, '7000000000000099999', 'Main Theme (TikTok release)', 'ZZFER1100019'));
}
