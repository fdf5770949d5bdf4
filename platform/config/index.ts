// The one place where the environment and the command-line flags become typed values. Read once, frozen, passed on.
// settings/ is the list, schemas.ts what text may be.

export { describeConfig, maskSecret } from './describe.ts';
export { readConfig, type Config } from './read.ts';
