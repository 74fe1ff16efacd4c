/** Wrong usage or unreadable input: told in one line, exit status 2. */
export class UsageError extends Error {
  // The build lays this class into two files: an instance is known by its name.
  override readonly name = 'UsageError';
  /** Each is shown as one line, whatever it quotes. */
  readonly lines: readonly string[];

  constructor(...lines: string[]) {
    super(lines.join('\n'));
    this.lines = lines;
  }
}

/** Whether something thrown is a UsageError. */
export const isUsageError = (error: unknown): error is UsageError =>
  error instanceof Error && error.name === 'UsageError';
