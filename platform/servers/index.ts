// What the rest of the program uses of this folder.

export { findServices, memoryOf } from './descriptor.ts';
export type { ProcessMemory, RunningProcess, ServicesDescriptor } from './descriptor.ts';
export { startServices } from './servers.ts';
export type { RunningServices, StartOptions, StopReason } from './servers.ts';
export type { ProcessSpec } from './supervise.ts';
export { temporalConnectionOptions } from './temporal.ts';
export type { SearchAttributes, SearchAttributeType } from './temporal.ts';
