import { existsSync, realpathSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { FORMAT_NAMES } from '../report/format-names';
import type { FormatName } from '../report/formats';
import { didYouMean } from '../schema/spelling';
import { UsageError } from './usage-error';

/** One report that is asked for: its format, and its file where it does not go to standard output. */
export interface Output {
  format: FormatName;
  file?: string;
}

/** The file that is written in the end, however it is named. */
function placeOf(file: string | undefined): string | undefined {
  if (file === undefined) return undefined;
  if (existsSync(file)) return realpathSync(file);
  const folder = dirname(resolve(file));
  return join(existsSync(folder) ? realpathSync(folder) : folder, basename(file));
}

/** Reads one `FORMAT[:FILE]` after those that came before it. */
export function parseOutput(value: string, before: readonly Output[] = []): Output[] {
  const [, name = '', file] = /^([^:]*)(?::(.*))?$/s.exec(value)!;
  const format = FORMAT_NAMES.find((known) => known === name);
  if (!format)
    throw new UsageError(
      `unknown format "${name}"${didYouMean(name, FORMAT_NAMES) || `; formats: ${FORMAT_NAMES.join(', ')}`}`,
    );
  if (file === '') throw new UsageError(`"${value}" names no file after the colon`);
  if (before.some((other) => placeOf(other.file) === placeOf(file)))
    throw new UsageError(
      file === undefined
        ? `only one format can be written to standard output; write the others to files: "${format}:FILE"`
        : `two formats write to "${file}"`,
    );
  return [...before, { format, ...(file !== undefined && { file }) }];
}
