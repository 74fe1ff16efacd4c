/** Wrong usage or unreadable input: told in one line, exit status 2. */
export class UsageError extends Error {}
