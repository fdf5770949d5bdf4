// Long computations that let others have the thread in between.

/**
 * Runs a computation to its end, turn by turn, so that heartbeats and other activities get through. `between` is called after each turn but
 * the last; what it throws ends the computation.
 */
export async function inTurns<T>(work: Generator<unknown, T>, between: () => void = () => {}): Promise<T> {
  for (;;) {
    const turn = work.next();
    if (turn.done === true) return turn.value;
    between();
    await new Promise(setImmediate);
  }
}
