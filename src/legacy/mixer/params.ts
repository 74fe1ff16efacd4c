import { parseDuration } from '../../schema/duration';

/** What a parameter of an adapter is. `names` are those of an enum, by their number. */
export type ParamType =
  | 'text'
  | 'integer'
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

class Misfit extends Error {}

/**
 * Reads parameters over their defaults. As Mixer does, it stops at the first that does not fit or is unknown, and keeps what it has
 * read until then: Mixer warns, and runs the handler with that. Source: mixer/pkg/runtime/config ephemeral.go, jsonpb.
 */
export function readParams<Params extends object>(type: ParamFields, json: unknown, defaults: Params): Params {
  const params = structuredClone(defaults) as Record<string, unknown>;
  try {
    readInto(type, json, params);
  } catch (error) {
    if (!(error instanceof Misfit)) throw error;
  }
  return params as Params;
}

function readInto({ fields }: ParamFields, json: unknown, into: Record<string, unknown>): void {
  if (json === undefined || json === null) return;
  if (!isObject(json)) throw new Misfit();
  for (const [name, type] of Object.entries(fields)) {
    const value = json[name] ?? json[snakeCase(name)];
    if (value !== undefined && value !== null) read(type, value, into, name);
  }
  if (Object.keys(json).some((name) => !(camelCase(name) in fields))) throw new Misfit();
}

function read(type: ParamType, json: unknown, into: Record<string | number, unknown>, name: string | number): void {
  if (typeof type === 'string' || 'names' in type) {
    into[name] = scalar(type, json);
  } else if ('list' in type) {
    if (!Array.isArray(json)) throw new Misfit();
    const list = [] as unknown as Record<string, unknown>;
    into[name] = list;
    json.forEach((item, index) => read(type.list, item, list, index));
  } else if ('map' in type) {
    if (!isObject(json)) throw new Misfit();
    const map: Record<string, unknown> = { ...(into[name] as object | undefined) };
    into[name] = map;
    for (const [key, value] of Object.entries(json)) read(type.map, value, map, key);
  } else {
    const part = (into[name] ?? {}) as Record<string, unknown>;
    into[name] = part;
    readInto(type, json, part);
  }
}

function scalar(
  type: 'text' | 'integer' | 'truth' | 'duration' | { readonly names: readonly string[] },
  json: unknown,
): unknown {
  if (typeof type === 'object') return enumValue(type.names, json);
  switch (type) {
    case 'text':
      return fitting(json, typeof json === 'string');
    case 'truth':
      return fitting(json, typeof json === 'boolean');
    case 'integer':
      return fitting(Number(json), /^-?\d+$/.test(String(json)) && typeof json !== 'boolean');
    case 'duration':
      return typeof json === 'string' ? (parseDuration(json) ?? misfit()) : misfit();
  }
}

const enumValue = (names: readonly string[], json: unknown): unknown =>
  typeof json === 'number' ? (names[json] ?? String(json)) : fitting(json, names.includes(json as string));

const fitting = <Value>(value: Value, fits: boolean): Value => (fits ? value : misfit());

function misfit(): never {
  throw new Misfit();
}

const snakeCase = (name: string) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
const camelCase = (name: string) => name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());

export const isObject = (value: unknown): value is Record<string, unknown> =>
  value !== null && typeof value === 'object' && !Array.isArray(value);
