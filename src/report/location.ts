import type { Place } from '../source/file';

/** `file:line:column`, as editors and terminals make links of. */
export function location({ file, range: { start } }: Place): string {
  return `${file.path}:${start.line}:${start.column}`;
}

/** A message on one line, for formats that give a finding one line. */
export const oneLine = (message: string): string => message.replace(/\s*[\r\n]+\s*/g, ' ');
