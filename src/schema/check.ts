import type { Path } from '../source/path';
import { ruleViolation } from './cel/messages';
import { brokenRules } from './cel/rules';
import { shapeViolations } from './shape';
import { copyOf, takeOut, withoutNulls } from './stored';
import { validatorsOf } from './validators';
import type { Violation } from './violation';

/** What is left of a value that was held against a schema, and what was wrong with it. */
export interface Checked {
  readonly value: unknown;
  readonly violations: readonly Violation[];
}

/** A value held against a schema: for documents, and for what stands inside of others such as the mesh's configuration. */
export function check(bundle: string, kind: string, written: unknown): Checked {
  const validators = validatorsOf(bundle);
  const validate = validators.validate[kind]!;
  // Validation fills in defaults, and must not write into what others read.
  let value = validators.defaults ? copyOf(written) : withoutNulls(written);
  const violations = validate(value) ? [] : shapeViolations(bundle, kind, value, validate.errors ?? []);
  const doubtful = violations.filter(({ reason }) => UNTYPED.has(reason)).map(({ path }) => path);
  if (violations.length) {
    if (!validators.defaults) value = copyOf(value);
    for (const path of doubtful) takeOut(value, path);
  }
  if (!validators.rules) return { value, violations };
  const broken = brokenRules(bundle, kind, value, soundness(violations));
  return { value, violations: [...violations, ...broken.map(ruleViolation)] };
}

/** What has these faults is not what its type says. */
const UNTYPED: ReadonlySet<string> = new Set(['unknown-field', 'wrong-type', 'enum']);

/** Rules are asked only about what has no fault in it: they would complain of the same mistake once more. */
function soundness(violations: readonly Violation[]): (path: Path) => boolean {
  if (violations.length === 0) return () => true;
  return (path) => !violations.some((violation) => path.every((step, index) => violation.path[index] === step));
}
