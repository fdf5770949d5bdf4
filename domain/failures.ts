// What ends a person's request, whoever asked: the command line, a program over HTTP, a message.

/** The words make no sense: nothing was tried. */
export class Misuse extends Error {}

/** It could not be done, for a reason that a person understands; `fix` is what helps, or null when only the reason can tell. */
export class Failed extends Error {
  readonly fix: string | null;
  constructor(message: string, fix: string | null = null) {
    super(message);
    this.fix = fix;
  }
}

/** What was named does not exist: trying again finds no more. */
export class NotFound extends Failed {
  constructor(message: string, fix: string | null = null) {
    super(message, fix);
    this.name = 'NotFound';
  }
}
