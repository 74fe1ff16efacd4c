import type { Finding } from '../rules/rule';
import type { Place } from '../source/file';
import { visible } from './visible';

/** `file:line:column`, as editors and terminals make links of. */
export function location({ file, range: { start } }: Place): string {
  return `${file.path}:${start.line}:${start.column}`;
}

/** Where a place lies in the files of the repository: of what is rendered from a chart, the beginning of its template. */
export function placeInRepository(place: Place): Pick<Place, 'file' | 'range'> {
  const { file, resource } = place;
  const template = file.chart === undefined ? undefined : resource?.document.origin;
  if (template === undefined) return place;
  const start = { line: 1, column: 1 };
  return { file: file.named(template), range: { start, end: start } };
}

/** A message on one line, for formats that give a finding one line. */
export const oneLine = (message: string): string =>
  message.replace(/\s+/g, (space) => (/[\r\n]/.test(space) ? ' ' : space));

/** The template that the object at a place was rendered from, where it was rendered. */
export function originOf({ resource }: Place): string | undefined {
  const origin = resource?.document.origin;
  return origin === undefined ? undefined : visible(origin);
}

/** A finding's message, with the template that its object was rendered from: the place alone does not lead there. */
export function messageOf({ message, place }: Finding): string {
  const origin = originOf(place);
  return origin ? `${message} (rendered from ${origin})` : message;
}

/** A finding's message with the object that it is about, for people. */
export function headline({ message, place: { resource } }: Finding): string {
  if (!resource?.name) return message;
  const title = visible(resource.title);
  return message.includes(title) ? message : `${title}: ${message}`;
}
