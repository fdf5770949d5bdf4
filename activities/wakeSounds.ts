// A recording entered the catalogue: which open sounds were waiting for it? They are found by audio and by words, and signalled.

import { heartbeat } from '@temporalio/activity';
import { recordingsById } from '../catalogue/recordings.ts';
import { referencesOf } from '../catalogue/references.ts';
import { openPrints, openSoundsByKeys } from '../catalogue/sounds.ts';
import type { SoundId } from '../domain/naming.ts';
import { soundPrintVersion } from '../matching/audio/soundPrint.ts';
import { recordingKeys } from '../matching/metadata/keys.ts';
import type { Deps } from './index.ts';

/** Prints are up to 240 KB: a page of 50 is 12 MB at most. */
const page = 50;

/** Signals each sound that a new recording may answer. A lost signal is caught by the sound's next timer. */
export async function wakeSounds(
  deps: Deps,
  input: { readonly recordingIds: readonly string[]; readonly except?: SoundId },
  signal: AbortSignal,
): Promise<{ woken: number }> {
  const why = new Map<string, string>();
  const recordings = await recordingsById(deps.database, input.recordingIds);
  for (const recording of recordings) {
    const { baseKey, titleKey, extraKeys } = recordingKeys(recording);
    for (const sound of await openSoundsByKeys(deps.database, [baseKey, titleKey, ...extraKeys])) {
      why.set(sound.id, `${recording.id} entered the catalogue under its title`);
    }
  }
  const references = new Set(await referencesOf(deps.database, input.recordingIds));
  if (references.size > 0) {
    const index = await deps.references.current();
    let afterId = '';
    for (;;) {
      const prints = await openPrints(deps.database, afterId, soundPrintVersion, page);
      for (const { id, print } of prints) {
        signal.throwIfAborted();
        const found = index.searchAmong(print, references, { maxCandidates: 1 })[0];
        if (found !== undefined) why.set(id, `${found.recordingId} entered the catalogue, its audio fits`);
        heartbeat(id);
        // Searching keeps the thread busy: let heartbeats and other activities through.
        await new Promise(setImmediate);
      }
      if (prints.length < page) break;
      afterId = prints.at(-1)!.id;
    }
  }
  // Who brought it in looks at it anyway.
  if (input.except !== undefined) why.delete(input.except);
  let woken = 0;
  for (const [soundId, reason] of why) {
    signal.throwIfAborted();
    if (await deps.wake(soundId, reason)) woken += 1;
    heartbeat(soundId);
  }
  return { woken };
}
