// Every workflow id in one place. Ids are derived from what they stand for, never random, so that starting twice is harmless.
//   sound:<platform>:<platformSoundId>   one sound, for all of its runs
//   batch:<name>:<yyyy-mm-dd>            one bulk run
//   catalogue:<deliveryId>               one delivery into the catalogue
//   wake:waiting                         searches the open sounds with what entered the catalogue
//   sync:services                        one round of asking catalogue services about what is expected
//   watch:<name>                         one look at watched folders; `folders` is the schedule's

declare const brand: unique symbol;
/** `<platform>:<platformSoundId>`; the platform never contains a colon, the platform's own id may. */
export type SoundId = string & { readonly [brand]?: 'SoundId' };
/** Derived from the ISRC where there is one, else from the catalogue row; see `usecases/catalogue/indexRows.ts`. */
export type RecordingId = string & { readonly [brand]?: 'RecordingId' };

export function soundId(platform: string, platformSoundId: string): SoundId {
  return `${platform}:${platformSoundId}`;
}

/** The inverse of `soundId`; null when the text is not a sound id. */
export function parseSoundId(id: string): { readonly platform: string; readonly platformSoundId: string } | null {
  const colon = id.indexOf(':');
  if (colon <= 0 || colon === id.length - 1) return null;
  return { platform: id.slice(0, colon), platformSoundId: id.slice(colon + 1) };
}

export const soundWorkflowId = (id: SoundId): string => `sound:${id}`;
export const batchWorkflowId = (batchId: string): string => `batch:${batchId}`;
export const catalogueWorkflowId = (deliveryId: string): string => `catalogue:${deliveryId}`;
export const wakeWorkflowId = 'wake:waiting';
export const syncWorkflowId = 'sync:services';
export const watchWorkflowId = (name: string): string => `watch:${name}`;

/**
 * Task queues are cut by resource, not by feature: light bookkeeping; CPU; services that know recordings by name, mostly free;
 * services that know audio, mostly paid.
 */
export const taskQueues = {
  reconcile: 'reconcile',
  audio: 'audio',
  catalogues: 'catalogues',
  recognisers: 'recognisers',
} as const;
