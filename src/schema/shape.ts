import type { ErrorObject } from 'ajv';
import { type Path, valueAt } from '../source/path';
import { GONE_FIELDS } from './history';
import { limitMessage } from './limits';
import { misplaced } from './misplaced';
import { nearest, oneOf } from './spelling';
import { type Schema, type SchemaFile, resolved } from './validators';
import { type Violation, violation } from './violation';

/** A kind's schema, and a value that does not fit it. */
export interface Misfit {
  readonly file: SchemaFile;
  readonly root: Schema;
  readonly value: unknown;
}

/** What the validator of a kind found, in our words; one violation for one mistake. */
export function shapeViolations(misfit: Misfit, errors: readonly ErrorObject[]): Violation[] {
  const said = errors.flatMap((error) => translate(misfit, error));
  return onePerMistake(said).filter(({ path }) => path[0] !== 'status'); // The cluster writes the status.
}

/** The fields that are written, but empty, and so stand for the server's own choice. */
export const unsetFields = (misfit: Misfit, errors: readonly ErrorObject[]): Path[] =>
  errors
    .filter(({ keyword }) => keyword === 'enum')
    .map(({ instancePath }) => pathOf(instancePath, misfit.value))
    .filter((path) => isUnset(misfit, path));

const isUnset = (misfit: Misfit, path: Path) =>
  valueAt(misfit.value, path) === '' && schemaAt(misfit, path)?.orEmpty === true;

function translate(misfit: Misfit, error: ErrorObject): Violation[] {
  const path = pathOf(error.instancePath, misfit.value);
  const params = error.params as Record<string, unknown>;
  switch (error.keyword) {
    case 'additionalProperties':
      return [unknownField(misfit, path, params.additionalProperty as string)];
    case 'required':
      return [missingField(path, params.missingProperty as string)];
    case 'type':
      return isTolerated(misfit, path) ? [] : [wrongType(misfit, path)];
    case 'enum':
      return isUnset(misfit, path) ? [] : [notInEnum(misfit, path, params.allowedValues as unknown[])];
    case 'atMostOneOf':
      return [exclusive(misfit, path, params.group as string[])];
    case 'uniqueBy':
      return (params.repeated as number[]).map((index) => repeated(misfit, [...path, index]));
    case 'channel':
      return [experimental(path)];
    case 'if':
      return []; // Says only that `then` did not hold, which says so itself.
    default:
      return [violation(error.keyword === 'format' ? 'format' : 'limit', path, limitMessage(misfit, path, error))];
  }
}

/** Go reads a null in a list as an empty item, which the kinds of Kubernetes refuse only where something is asked of it. */
function isTolerated(misfit: Misfit, path: Path): boolean {
  if (!misfit.file.from.startsWith('k8s.io/') || valueAt(misfit.value, path) !== null) return false;
  const { required, format, minLength, enum: choices } = schemaAt(misfit, path) ?? {};
  return required === undefined && format === undefined && minLength === undefined && choices === undefined;
}

/** The path that a JSON pointer names: whether a step is the number of an item is seen from the value. */
export function pathOf(pointer: string, root: unknown): Path {
  const path: (string | number)[] = [];
  let value = root;
  for (const part of pointer.split('/').slice(1)) {
    const name = part.replaceAll('~1', '/').replaceAll('~0', '~');
    const step = Array.isArray(value) ? Number(name) : name;
    path.push(step);
    value = (value as Record<string | number, unknown>)[step];
  }
  return path;
}

/** The structure that the schema has for a path, or undefined where it has none. */
export function schemaAt({ root, file }: Misfit, path: Path): Schema | undefined {
  let schema: Schema | undefined = resolved(root, file);
  for (const step of path) {
    const { additionalProperties, items, properties } = schema;
    const open = typeof additionalProperties === 'object' ? additionalProperties : undefined;
    const next: Schema | undefined = typeof step === 'number' ? items : (properties?.[step] ?? open);
    if (!next) return undefined;
    schema = resolved(next, file);
  }
  return schema;
}

function unknownField(misfit: Misfit, path: Path, name: string): Violation {
  const known = Object.keys(schemaAt(misfit, path)?.properties ?? {});
  const present = valueAt(misfit.value, path) as object;
  const free = known.filter((field) => !Object.hasOwn(present, field));
  const meant = nearest(name, free) ?? nearest(name, known);
  const ignored = schemaAt(misfit, path)?.unknownFields === 'ignored';
  const place = { on: 'key', layer: 'strict', severity: ignored ? 'warning' : 'error' } as const;
  if (meant !== undefined) {
    const suggestion = free.includes(meant) ? { replaceKey: meant } : undefined;
    return violation('unknown-field', [...path, name], `unknown field "${name}"; did you mean "${meant}"?`, {
      ...place,
      suggestion,
    });
  }
  const help =
    goneField(misfit, path, name) ??
    misplaced(misfit, path, name) ??
    (known.length && known.length <= 8 ? `; known are ${oneOf(known, 'and')}` : '');
  return violation('unknown-field', [...path, name], `unknown field "${name}"${help}`, place);
}

/** Kubernetes lets a cluster have either channel, so this is no mistake. */
const experimental = (path: Path): Violation =>
  violation('channel', path, `"${path.at(-1)}" is only in the experimental channel of the Gateway API`, {
    on: 'key',
    severity: 'warning',
  });

/** What became of a field that older releases had. */
function goneField({ value }: Misfit, path: Path, name: string): string | undefined {
  const fields = [...path, name].filter((step) => typeof step === 'string').join('.');
  const instead = GONE_FIELDS[`${(value as { kind?: string }).kind} ${fields}`];
  return instead && `; Istio has it no more: ${instead}`;
}

const missingField = (path: Path, name: string): Violation =>
  violation('missing-field', [...path, name], `"${name}" is missing`);

const TYPES: Record<string, string> = {
  string: 'text',
  integer: 'a whole number',
  number: 'a number',
  boolean: 'true or false',
  object: 'a map',
  array: 'a list',
};

function wrongType(misfit: Misfit, path: Path): Violation {
  const value = valueAt(misfit.value, path);
  const schema = schemaAt(misfit, path) ?? {};
  if (schema.enum && typeof value !== 'object') return notInEnum(misfit, path, schema.enum);
  const wanted = [schema.type ?? 'object'].flat();
  const isDuration = schema.format === 'duration' || schema.rules?.some((rule) => rule.includes('duration(self)'));
  if (isDuration && typeof value === 'number')
    return violation('wrong-type', path, `${value} has no unit; a duration such as "${value}s" is expected`);

  const expected = wanted.map((name) => TYPES[name]).join(' or ');
  const replaceValue = wanted.map((name) => converted(value, name)).find((fitting) => fitting !== undefined);
  const suggestion = replaceValue === undefined ? undefined : { replaceValue };
  const message = `${shown(value)} stands where ${expected} is expected${way(value, suggestion)}`;
  return violation('wrong-type', path, message, { suggestion });
}

const BOOLEANS = new Map([
  ...['true', 'yes', 'on'].map((word) => [word, true] as const),
  ...['false', 'no', 'off'].map((word) => [word, false] as const),
]);

/** The value as the type that was meant, where only quotes make the difference. */
function converted(value: unknown, type: string): string | number | boolean | undefined {
  if (type === 'string' && (typeof value === 'number' || typeof value === 'boolean')) return String(value);
  if (type === 'boolean' && typeof value === 'string') return BOOLEANS.get(value.toLowerCase());
  if (type === 'integer' && typeof value === 'string' && /^-?\d{1,15}$/.test(value)) return Number(value);
  if (type === 'number' && typeof value === 'string' && /^-?\d{1,15}(\.\d+)?$/.test(value)) return Number(value);
  return undefined;
}

function way(value: unknown, suggestion: { replaceValue: unknown } | undefined): string {
  if (!suggestion) return '';
  return typeof value === 'string' ? '; write it without quotes' : '; put it in quotes';
}

/** A value as a message shows it. */
export function shown(value: unknown): string {
  if (value === null || value === undefined) return 'nothing (null)';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a map';
  if (typeof value !== 'string') return JSON.stringify(value);
  return value.length > 60 ? `"${value.slice(0, 57)}..."` : `"${value}"`;
}

function notInEnum(misfit: Misfit, path: Path, allowed: readonly unknown[]): Violation {
  const value = valueAt(misfit.value, path);
  const names = allowed.map(String);
  const meant = typeof value === 'string' ? nearest(value, names) : undefined;
  const help = meant === undefined ? '' : `; did you mean "${meant}"?`;
  return violation('enum', path, `${shown(value)} is not one of ${oneOf(few(names))}${help}`, {
    suggestion: meant === undefined ? undefined : { replaceValue: meant },
  });
}

/** As many as a reader will read. */
const few = (names: readonly string[]) => (names.length <= 12 ? names : [...names.slice(0, 11), '...']);

/** The later of the fields is to blame, as they stand in the document. */
function exclusive(misfit: Misfit, path: Path, group: readonly string[]): Violation {
  const present = Object.keys(valueAt(misfit.value, path) as object).filter((name) => group.includes(name));
  const [first, ...others] = present;
  return violation(
    'exclusive',
    [...path, others[0]!],
    `${oneOf(others, 'and')} cannot stand beside "${first}": at most one of ${oneOf(group)} may be set`,
    { on: 'key' },
  );
}

function repeated(misfit: Misfit, path: Path): Violation {
  const fields = schemaAt(misfit, path.slice(0, -1))?.uniqueBy ?? [];
  const item = valueAt(misfit.value, path) as Record<string, unknown>;
  if (!fields.length) return violation('duplicate', path, `${shown(item)} stands twice in this list`);
  const key = fields.filter((field) => item?.[field] !== undefined).map((field) => `${field} ${shown(item[field])}`);
  return violation(
    'duplicate',
    key.length === 1 ? [...path, fields[0]!] : path,
    `an earlier item of this list has the same ${key.join(' and ') || oneOf(fields, 'and')}`,
  );
}

/** Leaves out what follows from another mistake: a misspelt field is not also missing, and what has the wrong type has no limits. */
function onePerMistake(all: readonly Violation[]): Violation[] {
  const wrong = new Set(all.filter(({ reason }) => reason === 'wrong-type').map(({ path }) => key(path)));
  const renamed = new Set<string>();
  const crowded = new Set<string>();
  for (const { reason, path, suggestion } of all) {
    if (reason !== 'unknown-field') continue;
    crowded.add(key(path.slice(0, -1)));
    if (suggestion && 'replaceKey' in suggestion) renamed.add(key([...path.slice(0, -1), suggestion.replaceKey]));
  }
  return all.filter(({ reason, path }) => {
    if (reason === 'wrong-type') return true;
    if (reason === 'missing-field') return !renamed.has(key(path));
    if (reason === 'limit' && crowded.has(key(path))) return false;
    return !wrong.has(key(path));
  });
}

const key = (path: Path) => JSON.stringify(path);
