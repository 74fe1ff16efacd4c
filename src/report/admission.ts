import type { Finding } from '../rules/rule';
import { headline, oneLine } from './location';
import { visible } from './visible';

/** A finding in one line for kubectl: its rule, its object, its field and its message. */
export function admissionLine(finding: Finding): string {
  const { rule, place } = finding;
  const field = place.pathText === '' ? '' : ` (${visible(place.pathText)})`;
  return `${rule.name}: ${visible(oneLine(headline(finding)))}${field}`;
}
