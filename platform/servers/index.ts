// What the rest of the program uses of this folder.

export { findServers, memoryOf } from './descriptor.ts';
export type { ProcessMemory, RunningProcess, ServersDescriptor } from './descriptor.ts';
export { startServers } from './servers.ts';
export type { RunningServers, StartOptions, StopReason } from './servers.ts';
export type { ProcessSpec } from './supervise.ts';
export { temporalConnectionOptions } from './connectionOptions.ts';
export type { SearchAttributes, SearchAttributeType } from './temporal.ts';
