// The one file that a worker bundles.
export { reconcileSound } from './reconcileSound.ts';
export { reconcileBatch } from './reconcileBatch.ts';
export { indexCatalogue } from './indexCatalogue.ts';
export { wakeWaiting } from './wakeWaiting.ts';
export { watchFolders } from './watchFolders.ts';
export { syncServices } from './syncServices.ts';
