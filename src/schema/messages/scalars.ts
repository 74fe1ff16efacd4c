import { isBase64 } from '../base64';
import { unreadable } from './unreadable';
import { own } from '../../source/own';

const WRAPPERS: Readonly<Record<string, string>> = {
  'google.protobuf.BoolValue': 'bool',
  'google.protobuf.BytesValue': 'bytes',
  'google.protobuf.DoubleValue': 'double',
  'google.protobuf.FloatValue': 'float',
  'google.protobuf.Int32Value': 'int32',
  'google.protobuf.Int64Value': 'int64',
  'google.protobuf.StringValue': 'string',
  'google.protobuf.UInt32Value': 'uint32',
  'google.protobuf.UInt64Value': 'uint64',
};

/** The scalar inside a message that only wraps one, so that it knows whether it was set. */
export const wrapped = (type: string): string | undefined => own(WRAPPERS, type);

const LIMITS: Readonly<Record<string, readonly [bigint, bigint]>> = {
  int32: [-(2n ** 31n), 2n ** 31n - 1n],
  uint32: [0n, 2n ** 32n - 1n],
  int64: [-(2n ** 63n), 2n ** 63n - 1n],
  uint64: [0n, 2n ** 64n - 1n],
};

const ZERO: Readonly<Record<string, unknown>> = { string: '', bytes: '', bool: false, int64: '0', uint64: '0' };

/** A scalar as proto3 JSON writes it: whole numbers of 64 bits as text. Numbers may be quoted; `null` in a list is zero. */
export function readScalar(type: string, value: unknown, path: string): unknown {
  if (value === null) return own(ZERO, type) ?? 0;
  if (type === 'bool') return expect(typeof value === 'boolean', value, path, 'must be true or false');
  if (type === 'string') return expect(typeof value === 'string', value, path, 'must be text');
  if (type === 'bytes')
    return expect(typeof value === 'string' && isBase64(value), value, path, 'must be text in base64');
  return own(LIMITS, type) ? readWhole(type, value, path) : readFraction(value, path);
}

function expect(holds: boolean, value: unknown, path: string, reason: string): unknown {
  if (!holds) throw unreadable(path, reason);
  return value;
}

function readWhole(type: string, value: unknown, path: string): number | string {
  const [lowest, highest] = own(LIMITS, type)!;
  const text = String(value);
  const whole = isNumeral(value) && /^-?\d+$/.test(text) ? BigInt(text) : undefined;
  if (whole === undefined || whole < lowest || whole > highest) throw unreadable(path, 'must be a whole number');
  return type.endsWith('64') ? String(whole) : Number(whole);
}

const NO_NUMBERS = new Set(['NaN', 'Infinity', '-Infinity']);

function readFraction(value: unknown, path: string): number | string {
  if (typeof value === 'string' && NO_NUMBERS.has(value)) return value;
  const number = isNumeral(value) && String(value).trim() !== '' ? Number(value) : NaN;
  if (!Number.isFinite(number)) throw unreadable(path, 'must be a number');
  return number;
}

const isNumeral = (value: unknown): value is number | string => typeof value === 'number' || typeof value === 'string';
