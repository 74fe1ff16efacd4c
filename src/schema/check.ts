import type { ErrorObject } from 'ajv';
import type { Path } from '../source/path';
import { withProperNames } from './aliases';
import { ruleViolations } from './cel/messages';
import { brokenRules } from './cel/rules';
import { shapeViolations, unsetFields } from './shape';
import { emptyUnknownFields } from './shape/empty';
import { type Misfit, pathOf, schemaAt } from './shape/misfit';
import { copyOf, hasNullEntries, takeOut } from './stored';
import { type Validators, schemaFile, validatorsOf } from './validators';
import type { Violation } from './violation';
import { own } from '../source/own';

/** What is left of a value that was held against a schema, and what was wrong with it. */
export interface Checked {
  readonly value: unknown;
  readonly violations: readonly Violation[];
  /** The items of lists in the value that have lost what their type requires. */
  readonly incomplete: readonly Path[];
  /** The path of something in the value as the document has it, where a field may have another name. */
  readonly written: (path: Path) => Path;
}

/** What has these faults is not what its type says. */
const UNTYPED: ReadonlySet<Violation['reason']> = new Set(['unknown-field', 'wrong-type', 'enum'] as const);

/** Whether what has such a fault is not what its type says, and cannot be read by others. */
export const isUntyped = (reason: Violation['reason']): boolean => UNTYPED.has(reason);

/** A value held against a schema: for documents, and for what stands inside of others such as the mesh's configuration. */
export function check(bundle: string, kind: string, written: unknown): Checked {
  const hasNulls = hasNullEntries(written);
  const validators = validatorsOf(bundle);
  // Validation fills in defaults, and must not write into what others read.
  const value = hasNulls || validators.defaults ? copyOf(written) : written;
  const checked = checkStored(validators, { bundle, kind, value, written });
  const empty = hasNulls ? emptyUnknownFields({ bundle, kind, value: written }) : [];
  return empty.length ? { ...checked, violations: [...empty, ...checked.violations] } : checked;
}

function checkStored(validators: Validators, misfit: Misfit & { written: unknown }): Checked {
  const { bundle, kind, value } = misfit;
  const errors = errorsOf(validators, kind, value);
  if (errors.length === 0)
    return { value, violations: rulesBrokenBy(bundle, kind, value, []), incomplete: [], written: asItIs };

  return errors.some((error) => isAlias(misfit, error)) ? checkRenamed(misfit) : checkOne(misfit, errors);
}

const asItIs = (path: Path) => path;

const errorsOf = ({ validate }: Validators, kind: string, value: unknown): readonly ErrorObject[] =>
  own(validate, kind)!(value) ? [] : (own(validate, kind)!.errors ?? []);

function checkOne(misfit: Misfit, errors: readonly ErrorObject[]): Checked {
  const violations = shapeViolations(misfit, errors);
  const value = copyOf(misfit.value);
  for (const path of unsetFields(misfit, errors)) takeOut(value, path);
  for (const { reason, path } of violations) if (isUntyped(reason)) takeOut(value, path);
  return {
    value,
    violations: [...violations, ...rulesBrokenBy(misfit.bundle, misfit.kind, value, violations)],
    incomplete: violations.flatMap((found) => incompleteItem(misfit, found)),
    written: asItIs,
  };
}

/** The innermost item of a list that loses a field that it must have, since the field has the wrong type. */
function incompleteItem(misfit: Misfit, { reason, path }: Violation): Path[] {
  const parent = path.slice(0, -1);
  const index = parent.findLastIndex((step) => typeof step === 'number');
  if (index < 0 || !isUntyped(reason)) return [];
  const isRequired = schemaAt(misfit, parent)?.required?.includes(String(path.at(-1)));
  return isRequired ? [parent.slice(0, index + 1)] : [];
}

/** Rules are asked only about what has no fault in it: they would complain of the same mistake once more. */
function rulesBrokenBy(bundle: string, kind: string, value: unknown, violations: readonly Violation[]): Violation[] {
  if (!validatorsOf(bundle).rules) return [];
  const faults = violations.filter(({ severity }) => severity === 'error');
  const isSound = (path: Path) => !faults.some((fault) => path.every((step, index) => fault.path[index] === step));
  return ruleViolations(brokenRules(bundle, kind, value, isSound));
}

/** Whether a field is unknown only by the name it is written with. */
function isAlias(misfit: Misfit, { keyword, instancePath, params }: ErrorObject): boolean {
  if (keyword !== 'additionalProperties') return false;
  const { aliases = {} } = schemaAt(misfit, pathOf(instancePath, misfit.value)) ?? {};
  return Object.hasOwn(aliases, (params as { additionalProperty: string }).additionalProperty);
}

function checkRenamed(misfit: Misfit): Checked {
  const { bundle, kind } = misfit;
  const file = schemaFile(bundle);
  const renamed = withProperNames(own(file.kinds, kind)!, file, misfit.value);
  const checked = checkOne({ ...misfit, value: renamed.value }, errorsOf(validatorsOf(bundle), kind, renamed.value));
  const violations = checked.violations.map((found) => ({ ...found, path: renamed.written(found.path) }));
  return { ...checked, violations, written: renamed.written };
}
