import { withoutSecretForms } from '../../source/secrets';

const LEVELS = ['debug', 'info', 'warn', 'error'] as const;

/** How much is logged. */
export type LogLevel = (typeof LEVELS)[number];

/** The names of the levels, the most talkative first. */
export const LOG_LEVELS: readonly LogLevel[] = LEVELS;

/** Writes one JSON object a line, with time, level and message. */
export class Log {
  constructor(
    private readonly lowest: LogLevel,
    private readonly write: (line: string) => void = (line) => process.stderr.write(line),
  ) {}

  debug(message: string, fields: object = {}): void {
    this.line('debug', message, fields);
  }

  info(message: string, fields: object = {}): void {
    this.line('info', message, fields);
  }

  warn(message: string, fields: object = {}): void {
    this.line('warn', message, fields);
  }

  error(message: string, fields: object = {}): void {
    this.line('error', message, fields);
  }

  private line(level: LogLevel, message: string, fields: object): void {
    if (LEVELS.indexOf(level) < LEVELS.indexOf(this.lowest)) return;
    const text = JSON.stringify({ time: new Date().toISOString(), level, message, ...fields });
    this.write(`${withoutSecretForms(text)}\n`);
  }
}
