import { type Style, coloured, plain } from '../report/style';

/** When to colour: `auto` asks the terminal and the environment. */
export type ColourChoice = 'auto' | 'always' | 'never';

/** The style for a stream, by the user's choice, NO_COLOR, FORCE_COLOR and what the stream is. */
export function styleFor(
  stream: NodeJS.WriteStream,
  choice: ColourChoice,
  env: NodeJS.ProcessEnv = process.env,
): Style {
  if (choice !== 'auto') return choice === 'always' ? coloured : plain;
  if (env.NO_COLOR) return plain;
  if (env.FORCE_COLOR !== undefined) return env.FORCE_COLOR === '0' || env.FORCE_COLOR === 'false' ? plain : coloured;
  return stream.isTTY && env.TERM !== 'dumb' ? coloured : plain;
}

/** Writes a result to standard output and waits until it is through. A reader that has gone away is no error. */
export function print(text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    process.stdout.on('error', (error: NodeJS.ErrnoException) => (error.code === 'EPIPE' ? resolve() : reject(error)));
    process.stdout.write(text, () => resolve());
  });
}

let isQuiet = false;

/** Says something that is not the result, on standard error. */
export function say(text: string): void {
  if (!isQuiet) process.stderr.write(`${text}\n`);
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
