// The one error type of this folder: what happened, and the line that fixes it.

export type FailureCode =
  | 'config-invalid'
  | 'data-folder-in-use'
  | 'data-folder-unusable'
  | 'port-busy'
  | 'tool-missing'
  | 'root-refused'
  | 'start-failed'
  | 'unreachable'
  | 'stopped';

/**
 * An expected failure of the machine or its set-up, never of the program. `message` says what happened in words for the
 * person at the terminal; `fix` is the command or change that helps, or null when only the details can tell.
 */
export class PlatformError extends Error {
  readonly code: FailureCode;
  readonly fix: string | null;

  constructor(code: FailureCode, message: string, fix: string | null = null, options?: ErrorOptions) {
    super(message, options);
    this.name = 'PlatformError';
    this.code = code;
    this.fix = fix;
  }
}

/** The message of anything that was thrown. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
