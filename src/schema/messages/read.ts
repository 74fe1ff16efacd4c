/** Messages written in JSON or YAML. golang: jsonpb.Unmarshaler with AllowUnknownFields, written again by protojson.Marshal */
import { canonicalDuration, parseDuration } from '../duration';
import { type MessageField, enumValues, fieldsOf } from './table';
import { readScalar, wrapped } from './scalars';
import { UnknownType, unreadable } from './unreadable';
import { isRecord } from '../../source/record';
import { own } from '../../source/own';

/** A message in the one form that proto3 JSON gives it. Unknown fields are left out. Throws `Unreadable`. */
export function readMessage(type: string, value: unknown, path = ''): Record<string, unknown> {
  const fields = fieldsOf(type);
  if (value === null) return {};
  if (!isRecord(value)) throw unreadable(path, 'must be an object');
  if (!fields) return value;
  const out: Record<string, unknown> = {};
  for (const field of fields) {
    const given = givenFor(field, value);
    if (given === undefined) continue;
    const read = readField(field, given, `${path}.${field.name}`);
    if (read === undefined) continue;
    if (field.oneof !== undefined) for (const other of rivals(fields, field)) delete out[other];
    out[field.name] = read;
  }
  return out;
}

/** The other fields of a field's oneof. */
export const rivals = (fields: readonly MessageField[], { name, oneof }: MessageField): string[] =>
  fields.filter((other) => other.oneof === oneof && other.name !== name).map((other) => other.name);

/** What is written for a field under either of its names; `null` counts as nothing, except where it is a value. */
function givenFor({ name, original, type, form }: MessageField, value: Record<string, unknown>): unknown {
  const given = Object.hasOwn(value, name) ? value[name] : Object.hasOwn(value, original) ? value[original] : undefined;
  if (given === null && !(type === 'google.protobuf.Value' && form === 'one')) return undefined;
  return given;
}

/** undefined: nothing that would be written down. */
function readField({ type, form, hasPresence }: MessageField, value: unknown, path: string): unknown {
  if (form === 'list') return readList(type, value, path);
  if (form === 'map') return readMap(type, value, path);
  const read = readOne(type, value, path);
  return hasPresence || !isZero(type, read) ? read : undefined;
}

function readList(type: string, value: unknown, path: string): unknown[] | undefined {
  if (!Array.isArray(value)) throw unreadable(path, 'must be a list');
  if (value.length === 0) return undefined;
  return value.map((item, index) => readOne(type, item, `${path}[${index}]`));
}

function readMap(type: string, value: unknown, path: string): Record<string, unknown> | undefined {
  if (!isRecord(value)) throw unreadable(path, 'must be an object');
  const entries = Object.entries(value).map(([key, item]) => [key, readOne(type, item, `${path}.${key}`)]);
  return entries.length ? (Object.fromEntries(entries) as Record<string, unknown>) : undefined;
}

function readOne(type: string, value: unknown, path: string): unknown {
  const scalar = wrapped(type) ?? type;
  if (!type.includes('.') || wrapped(type)) return readScalar(scalar, value, path);
  const special = own(WELL_KNOWN, type);
  if (special) return special(value, path);
  return enumValues(type) ? readEnum(type, value, path) : readMessage(type, value, path);
}

const WELL_KNOWN: Readonly<Record<string, (value: unknown, path: string) => unknown>> = {
  'google.protobuf.Any': readAny,
  'google.protobuf.Duration': readDuration,
  'google.protobuf.Timestamp': (value, path) => readScalar('string', value, path),
  'google.protobuf.Struct': (value, path) => readMap('google.protobuf.Value', value, path) ?? {},
  'google.protobuf.ListValue': (value, path) => readList('google.protobuf.Value', value, path) ?? [],
  'google.protobuf.Value': (value) => value,
  'google.protobuf.Empty': () => ({}),
};

function readDuration(value: unknown, path: string): string {
  const nanoseconds = typeof value === 'string' ? parseDuration(value) : undefined;
  if (nanoseconds === undefined) throw unreadable(path, 'must be a duration such as "10s"');
  return canonicalDuration(nanoseconds);
}

/** istio: what an `@type` names must be known to Pilot, or the whole patch is passed over. */
function readAny(value: unknown, path: string): Record<string, unknown> {
  if (!isRecord(value)) throw unreadable(path, 'must be an object');
  const { '@type': url, ...content } = value;
  if (typeof url !== 'string') throw unreadable(path, 'needs an "@type"');
  const type = typeNamed(url);
  if (own(WELL_KNOWN, type) ?? wrapped(type))
    return { '@type': url, value: readOne(type, content['value'] ?? null, `${path}.value`) };
  if (!fieldsOf(type))
    throw new UnknownType(`${path}.@type`.replace(/^\./, ''), `"${url}" is not a type that Istio knows`);
  return { '@type': url, ...readMessage(type, content, path) };
}

/** The message's name in a type URL. */
export const typeNamed = (url: string): string => url.slice(url.lastIndexOf('/') + 1);

function readEnum(type: string, value: unknown, path: string): string | number {
  const values = enumValues(type)!;
  if (typeof value === 'string') {
    if (!values.has(value)) throw unreadable(path, `"${value}" is not one of its values`);
    return canonicalValue(type, values.get(value)!);
  }
  if (!Number.isInteger(value)) throw unreadable(path, 'must be one of its values');
  return canonicalValue(type, value as number);
}

/** The first name of a number, for several may stand for one. */
function canonicalValue(type: string, number: number): string | number {
  for (const [name, value] of enumValues(type)!) if (value === number) return name;
  return number;
}

/** Is this what a scalar is that was never set? */
export function isZero(type: string, value: unknown): boolean {
  if (enumValues(type)) return value === canonicalValue(type, 0);
  return !type.includes('.') && (value === '' || value === 0 || value === false || value === '0');
}
