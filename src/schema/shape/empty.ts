import type { Path } from '../../source/path';
import { own } from '../../source/own';
import type { Violation } from '../violation';
import { unknownField } from './fields';
import { type Misfit, schemaAt } from './misfit';

/**
 * The unknown fields of a value that are written with nothing behind them (`trafficPolciy:`). Nulls are dropped before a value is
 * judged, but every strict reader looks at the names before that.
 */
export function emptyUnknownFields(misfit: Misfit): Violation[] {
  return nullsIn([], misfit.value)
    .filter(([first]) => first !== 'status')
    .filter((path) => isUnknown(misfit, path))
    .map((path) => unknownField(misfit, path.slice(0, -1), String(path.at(-1))));
}

/** The paths of the entries of maps that are null. */
function nullsIn(base: Path, value: unknown): Path[] {
  if (value === null || typeof value !== 'object') return [];
  if (Array.isArray(value)) return value.flatMap((item, index) => nullsIn([...base, index], item));
  return Object.entries(value).flatMap(([key, child]) =>
    child === null ? [[...base, key]] : nullsIn([...base, key], child),
  );
}

function isUnknown(misfit: Misfit, path: Path): boolean {
  const { properties, additionalProperties, aliases } = schemaAt(misfit, path.slice(0, -1)) ?? {};
  const name = String(path.at(-1));
  if (!properties || additionalProperties !== false) return false;
  return own(properties, name) === undefined && own(aliases, name) === undefined;
}
