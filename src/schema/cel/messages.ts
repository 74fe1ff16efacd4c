import { type Violation, violation } from '../violation';
import type { BrokenRule } from './rules';

/** What to say of a broken rule, and where. */
export function ruleViolation({ rule, path }: BrokenRule): Violation {
  return violation('cel', path, `the rule ${rule} does not hold`);
}
