import type { Place } from '../source/file';
import { Field } from '../source/field';

/** The value at a place, where it is a single one that may be known: what a finding is about unless its rule says otherwise. */
export function subjectAt(place: Place): string {
  if (!(place instanceof Field) || place.resource.kind === 'Secret') return '';
  const value: unknown = place.value;
  switch (typeof value) {
    case 'string':
      return value;
    case 'number':
    case 'boolean':
      return `${value}`;
    default:
      return '';
  }
}
