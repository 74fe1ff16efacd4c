import { type Path, valueAt } from '../../source/path';
import { nearest, oneOf, unmistakable } from '../spelling';
import type { Schema } from '../validators';
import { type Violation, violation } from '../violation';
import { type Misfit, fileOf, newestSchemaAt, releaseOf, schemaAt, shown } from './misfit';
import { own } from '../../source/own';

const TYPES: Record<string, string> = {
  string: 'text',
  integer: 'a whole number',
  number: 'a number',
  boolean: 'true or false',
  object: 'a map',
  array: 'a list',
};

/** A value of another type than its field has. */
export function wrongType(misfit: Misfit, path: Path): Violation {
  const value = valueAt(misfit.value, path);
  const schema = schemaAt(misfit, path) ?? {};
  if (schema.enum && typeof value !== 'object') return notInEnum(misfit, path, schema.enum);
  if (isDuration(schema) && typeof value === 'number')
    return violation('wrong-type', path, `${value} has no unit; a duration such as "${value}s" is expected`);

  const wanted = [schema.type ?? 'object'].flat();
  const expected = wanted.map((name) => own(TYPES, name)).join(' or ');
  const meant = wanted.map((name) => converted(value, name)).find((fitting) => fitting !== undefined);
  const quotes = typeof value === 'string' ? '; write it without quotes' : '; put it in quotes';
  const message = `expected ${expected}, found ${shown(value)}${meant === undefined ? '' : quotes}`;
  return violation('wrong-type', path, message, {
    suggestion: meant === undefined ? undefined : { replaceValue: meant },
  });
}

const isDuration = ({ format, rules = [] }: Schema) =>
  format === 'duration' || rules.some((rule) => rule.includes('duration(self)'));

const BOOLEANS = new Map([
  ...['true', 'yes', 'on'].map((word) => [word, true] as const),
  ...['false', 'no', 'off'].map((word) => [word, false] as const),
]);

/** The value as the type that was meant, where only quotes make the difference. */
function converted(value: unknown, type: string): string | number | boolean | undefined {
  if (type === 'string' && (typeof value === 'number' || typeof value === 'boolean')) return String(value);
  if (typeof value !== 'string') return undefined;
  if (type === 'boolean') return BOOLEANS.get(value.toLowerCase());
  if (type === 'integer' && /^-?\d{1,15}$/.test(value)) return Number(value);
  if (type === 'number' && /^-?\d{1,15}(\.\d+)?$/.test(value)) return Number(value);
  return undefined;
}

/** A value that is none of those that its field may have. */
export function notInEnum(misfit: Misfit, path: Path, allowed: readonly unknown[]): Violation {
  const value = valueAt(misfit.value, path);
  const names = allowed.map(String);
  const meant = typeof value === 'string' ? nearest(value, names) : undefined;
  const only = typeof value === 'string' ? unmistakable(value, names) : undefined;
  const help = meant === undefined ? later(misfit, path, value) : `; did you mean "${meant}"?`;
  return violation('enum', path, `${shown(value)} is not one of ${oneOf(few(names))}${help}`, {
    suggestion: only === undefined ? undefined : { replaceValue: only },
  });
}

const later = (misfit: Misfit, path: Path, value: unknown) =>
  newestSchemaAt(misfit, path)?.enum?.includes(value) ? `; it was added after Istio ${releaseOf(misfit)}` : '';

/** As many as a reader will read. */
const few = (names: readonly string[]) => (names.length <= 12 ? names : [...names.slice(0, 11), '...']);

/** Whether an empty text stands for the server's own choice. */
export const isUnset = (misfit: Misfit, path: Path): boolean =>
  valueAt(misfit.value, path) === '' && schemaAt(misfit, path)?.orEmpty === true;

/** Go reads a null in a list as an empty item, which the kinds of Kubernetes refuse only where something is asked of it. */
export function isTolerated(misfit: Misfit, path: Path): boolean {
  if (!fileOf(misfit).from.startsWith('k8s.io/') || valueAt(misfit.value, path) !== null) return false;
  const { required, format, minLength, enum: choices } = schemaAt(misfit, path) ?? {};
  return required === undefined && format === undefined && minLength === undefined && choices === undefined;
}
