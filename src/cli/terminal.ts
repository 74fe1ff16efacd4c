import { visible, withoutCommands, withoutControls, withoutMarkers } from '../report/visible';
import { type Style, coloured, plain } from '../report/style';
import { UsageError } from './usage-error';

import { withoutSecretForms } from '../source/secrets';

/** When to colour: `auto` asks the terminal and the environment. */
export type ColourChoice = 'auto' | 'always' | 'never';

/** The style for a stream, by the user's choice, NO_COLOR, FORCE_COLOR and what the stream is. */
export function styleFor(
  stream: NodeJS.WriteStream,
  choice: ColourChoice,
  env: NodeJS.ProcessEnv = process.env,
): Style {
  if (choice !== 'auto') return choice === 'always' ? coloured : plain;
  if (env['NO_COLOR']) return plain;
  if (env['FORCE_COLOR'] !== undefined)
    return env['FORCE_COLOR'] === '0' || env['FORCE_COLOR'] === 'false' ? plain : coloured;
  return stream.isTTY && env['TERM'] !== 'dumb' ? coloured : plain;
}

/** Whether a result is on its way, whose sender reports what becomes of it. */
let isPrinting = false;

/** Writes a result to standard output and waits until it is through. Nothing of the input is a command to a terminal or a CI system. */
export const print = (text: string): Promise<void> => write(withoutCommands(withoutControls(text)));

/** As `print`, for a result whose lines are commands to GitHub. */
export const printCommands = (text: string): Promise<void> => write(withoutMarkers(withoutControls(text)));

/** A reader that has gone away is not an error. */
function write(text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const end = (error?: NodeJS.ErrnoException | null): void =>
      !error || error.code === 'EPIPE' ? resolve() : reject(new UsageError(unwritten(error)));
    isPrinting = true;
    process.stdout.once('error', end);
    try {
      process.stdout.write(text, end);
    } catch (error) {
      end(error as NodeJS.ErrnoException);
    }
  });
}

/** Why a result did not get through. */
function unwritten({ code = '', message }: NodeJS.ErrnoException): string {
  const why = code === 'ENOSPC' ? 'no space left on the device' : message;
  return `cannot write to standard output: ${why}`;
}

/** Errors of standard output that come when nobody waits for them: a reader may go away, a full device ends the run. */
export function guardOutput(name: string): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') return;
    if (!isPrinting && process.exitCode !== 2) say(`${name}: ${unwritten(error)}`);
    process.exitCode = 2;
  });
  process.stderr.on('error', () => undefined);
}

let isQuiet = false;

/** Says something that is not the result in one line on standard error. */
export function say(text: string): void {
  if (!isQuiet) sayLines(`${visible(withoutSecretForms(text))}\n`);
}

/** Writes lines to standard error. */
export function sayLines(text: string): void {
  process.stderr.write(withoutCommands(withoutControls(text)));
}

/** Does something once more that has said before what there is to say. */
export async function quietly<Result>(body: () => Promise<Result>): Promise<Result> {
  isQuiet = true;
  try {
    return await body();
  } finally {
    isQuiet = false;
  }
}
