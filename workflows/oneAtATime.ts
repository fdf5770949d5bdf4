// Local activities in single file.
//
// The SDK hands over the results of local activities that run side by side one by one, as they come in; on replay it hands over several together,
// and the order of microtasks decides which of the functions that wait goes on first. What that one schedules next is then given the result that
// was recorded under its number, which was another's: a person's decision received the plan of an attempt, and the sound's tasks failed for ever
// after. With one in progress at a time there is nothing to reorder. A row takes milliseconds, so nobody waits for long; but one
// that fails for ever, which is a fault of ours, keeps those behind it waiting, a person's word included.

/** The same functions, each of which waits until those called before it have ended. Order of calls is order of execution. */
export function oneAtATime<T extends object>(activities: T): T {
  let last: Promise<unknown> = Promise.resolve();
  return new Proxy(activities, {
    get(target, name) {
      const activity: unknown = Reflect.get(target, name);
      if (typeof activity !== 'function') return activity;
      return (...args: unknown[]): Promise<unknown> => {
        const run = last.then((): unknown => Reflect.apply(activity, undefined, args));
        last = run.catch(() => {});
        return run;
      };
    },
  });
}
