// What a use case throws. `docs/errors.md` is the contract: who may throw what, and who tries again for how long.

import type { ProviderErrorKind } from '../providers/provider.ts';

export { NotFound } from '../domain/failures.ts';

/** Expected trouble of somebody else's server that passes: whoever runs the use case tries again, a few times. */
export class TryAgain extends Error {
  readonly kind: ProviderErrorKind;
  /** When it makes sense; null: nobody said. */
  readonly inMs: number | null;
  constructor(kind: ProviderErrorKind, message: string, inMs: number | null, options?: ErrorOptions) {
    super(message, options);
    this.name = 'TryAgain';
    this.kind = kind;
    this.inMs = inMs;
  }
}
