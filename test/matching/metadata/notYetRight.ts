// What is not right yet among the judged cases. A test holds every other case to be right, and each line here to be true: what becomes
// right leaves this list. Written as kind, title, author and reason of the case.

export const notYetRight: ReadonlySet<string> = new Set<string>([]);
