import { isRecord } from '../../source/record';
import { parseDuration } from '../../schema/duration';
import { own, put } from '../../source/own';

/** What a parameter of an adapter is. `names` are those of an enum, by their number. */
export type ParamType =
  | 'text'
  | 'integer'
  | 'number'
  | 'truth'
  | 'duration'
  | { readonly names: readonly string[] }
  | { readonly list: ParamType }
  | { readonly map: ParamType }
  | ParamFields;

/** The parameters of an adapter or of a part of it, in the order of its protocol buffer. */
export interface ParamFields {
  readonly fields: Readonly<Record<string, ParamType>>;
}

/** A parameter that Mixer cannot read, and where it stops. */
export interface ParamMisfit {
  readonly path: readonly (string | number)[];
  /** What is expected there; absent for an unknown field. */
  readonly expected?: string;
}

class Misfit extends Error {
  constructor(readonly misfit: ParamMisfit) {
    super(misfit.path.join('.'));
  }
}

type Path = ParamMisfit['path'];

/** The parameter at which Mixer stops reading, or undefined where it reads them all. */
export function misfitIn(type: ParamFields, json: unknown): ParamMisfit | undefined {
  try {
    readInto(type, json, {}, []);
    return undefined;
  } catch (error) {
    if (error instanceof Misfit) return error.misfit;
    throw error;
  }
}

/**
 * Reads parameters over their defaults. As Mixer does, it stops at the first that does not fit or is unknown, and keeps what it has
 * read until then: Mixer warns, and runs the handler with that. Source: mixer/pkg/runtime/config ephemeral.go, jsonpb.
 */
export function readParams<Params extends object>(type: ParamFields, json: unknown, defaults: Params): Params {
  const params = structuredClone(defaults) as Record<string, unknown>;
  try {
    readInto(type, json, params, []);
  } catch (error) {
    if (!(error instanceof Misfit)) throw error;
  }
  return params as Params;
}

function readInto({ fields }: ParamFields, json: unknown, into: Record<string, unknown>, path: Path): void {
  if (json === undefined || json === null) return;
  if (!isRecord(json)) throw new Misfit({ path, expected: 'an object' });
  for (const [name, type] of Object.entries(fields)) {
    const written = Object.hasOwn(json, name) ? name : snakeCase(name);
    const value = own(json, written);
    if (value !== undefined && value !== null) read(type, value, into, name, [...path, written]);
  }
  const unknown = Object.keys(json).find((name) => !Object.hasOwn(fields, camelCase(name)));
  if (unknown !== undefined) throw new Misfit({ path: [...path, unknown] });
}

function read(type: ParamType, json: unknown, into: Record<string, unknown>, name: string, path: Path): void {
  if (typeof type === 'string' || 'names' in type) {
    put(into, name, scalar(type, json, path));
  } else if ('list' in type) {
    if (!Array.isArray(json)) throw new Misfit({ path, expected: 'a list' });
    const list = [] as unknown as Record<string, unknown>;
    put(into, name, list);
    json.forEach((item, index) => read(type.list, item, list, String(index), [...path, index]));
  } else if ('map' in type) {
    if (!isRecord(json)) throw new Misfit({ path, expected: 'an object' });
    const map: Record<string, unknown> = { ...(own(into, name) as object | undefined) };
    put(into, name, map);
    for (const [key, value] of Object.entries(json)) read(type.map, value, map, key, [...path, key]);
  } else {
    const part = (own(into, name) ?? {}) as Record<string, unknown>;
    put(into, name, part);
    readInto(type, json, part, path);
  }
}

type Scalar = 'text' | 'integer' | 'number' | 'truth' | 'duration' | { readonly names: readonly string[] };

function scalar(type: Scalar, json: unknown, path: Path): unknown {
  const value = scalarValue(type, json);
  if (value === undefined) throw new Misfit({ path, expected: expectedOf(type) });
  return value;
}

function scalarValue(type: Scalar, json: unknown): unknown {
  if (typeof type === 'object') {
    if (typeof json === 'number') return type.names[json] ?? String(json);
    return type.names.find((name) => name === json);
  }
  switch (type) {
    case 'text':
      return typeof json === 'string' ? json : undefined;
    case 'truth':
      return typeof json === 'boolean' ? json : undefined;
    case 'integer':
      return /^-?\d+$/.test(String(json)) ? Number(json) : undefined;
    case 'number':
      return numberIn(json);
    case 'duration':
      return typeof json === 'string' ? parseDuration(json) : undefined;
  }
}

/** Numbers may be written in quotes. */
const numberIn = (json: unknown): number | undefined =>
  typeof json === 'number' || (typeof json === 'string' && json.trim() !== '' && Number.isFinite(Number(json)))
    ? Number(json)
    : undefined;

function expectedOf(type: Scalar): string {
  if (typeof type === 'object') return `one of ${type.names.join(', ')}`;
  switch (type) {
    case 'text':
      return 'a string';
    case 'truth':
      return 'true or false';
    case 'integer':
      return 'an integer';
    case 'number':
      return 'a number';
    case 'duration':
      return 'a duration with a unit, such as "5s"';
  }
}

const snakeCase = (name: string) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
const camelCase = (name: string) => name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
