import type { Place } from '../source/file';
import { UsageError } from './usage-error';

/** Something that is wrong with what configures a run, and where. */
export interface Complaint {
  readonly place: Place;
  readonly message: string;
}

/** A line for each complaint, in the order in which they stand; what is said twice of one place is said once. */
export function complaintLines(complaints: readonly Complaint[]): string[] {
  const placed = complaints.map(({ place, message }) => ({ ...place.range.start, path: place.file.path, message }));
  const inOrder = placed.sort((a, b) => order(a.path, b.path) || a.line - b.line || a.column - b.column);
  return [...new Set(inOrder.map(({ path, line, column, message }) => `${path}:${line}:${column}: ${message}`))];
}

const order = (a: string, b: string): number => Number(a > b) - Number(a < b);

/** Throws a UsageError with a line for each complaint; does nothing where there is none. */
export function refuse(complaints: readonly Complaint[]): void {
  if (complaints.length > 0) throw new UsageError(...complaintLines(complaints));
}
