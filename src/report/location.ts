import type { Finding } from '../rules/rule';
import type { Place } from '../source/file';

/** `file:line:column`, as editors and terminals make links of. */
export function location({ file, range: { start } }: Place): string {
  return `${file.path}:${start.line}:${start.column}`;
}

/** A message on one line, for formats that give a finding one line. */
export const oneLine = (message: string): string => message.replace(/\s*[\r\n]+\s*/g, ' ');

/** A finding's message, with the template that its object was rendered from: the place alone does not lead there. */
export function messageOf({ message, place }: Finding): string {
  const origin = place.resource?.document.origin;
  return origin ? `${message} (rendered from ${origin})` : message;
}
