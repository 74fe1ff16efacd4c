import { isBase64 } from '../../base64';
import { didYouMean, nearest, oneOf } from '../../spelling';
import { shown } from '../../shape/misfit';
import type { Part } from '../part';
import { enumValues } from '../../messages/table';
import { own } from '../../../source/own';

const INTEGER = /^-?(0|[1-9]\d*)$/;
const NUMBER = /^-?(0|[1-9]\d*)(\.\d+)?([eE][-+]?\d+)?$/;
const NOT_FINITE = ['NaN', 'Infinity', '-Infinity'];

interface Scalar {
  readonly fits: (value: unknown) => boolean;
  readonly expected: string;
}

/** Numbers may stand in quotes. */
const integer = (least: bigint, most: bigint, expected: string): Scalar => ({
  expected,
  fits: (value) => {
    const text = typeof value === 'number' ? String(value) : value;
    return typeof text === 'string' && INTEGER.test(text) && BigInt(text) >= least && BigInt(text) <= most;
  },
});

const signed = (bits: bigint) =>
  integer(-(2n ** (bits - 1n)), 2n ** (bits - 1n) - 1n, `a whole number of ${bits} bits`);
const unsigned = (bits: bigint) => integer(0n, 2n ** bits - 1n, `a whole number of ${bits} bits, and not negative`);
const int32 = signed(32n);
const int64 = signed(64n);
const uint32 = unsigned(32n);
const uint64 = unsigned(64n);
const decimal: Scalar = {
  expected: 'a number',
  fits: (value) =>
    typeof value === 'number' || (typeof value === 'string' && (NUMBER.test(value) || NOT_FINITE.includes(value))),
};

const SCALARS: Readonly<Record<string, Scalar>> = {
  bool: { expected: 'true or false', fits: (value) => typeof value === 'boolean' },
  string: { expected: 'text', fits: (value) => typeof value === 'string' },
  bytes: { expected: 'base64', fits: (value) => typeof value === 'string' && isBase64(value) },
  int32,
  int64,
  uint32,
  uint64,
  float: decimal,
  double: decimal,
};

/** Refuses a value that protobuf would not read as a scalar of its type. protobuf: jsonpb.unmarshalSingularValue */
export function checkScalar(part: Part, type: string): void {
  const { value } = part;
  const { fits, expected } = own(SCALARS, type)!;
  if (!fits(value)) part.refuse(`expected ${expected}, found ${shown(value)}`, { reason: 'wrong-type' });
}

/** Refuses a value that is none of an enumeration; numbers may be any. */
export function checkEnum(part: Part, enumeration: string): void {
  const { value } = part;
  if (typeof value === 'number' && int32.fits(value)) return;
  const names = [...(enumValues(enumeration)?.keys() ?? [])];
  if (typeof value !== 'string')
    return part.refuse(`expected one of ${oneOf(names)}, found ${shown(value)}`, { reason: 'wrong-type' });
  if (names.includes(value)) return;
  const meant = nearest(value, names);
  part.refuse(`"${value}" is not one of ${oneOf(names)}${didYouMean(value, names)}`, {
    reason: 'enum',
    suggestion: meant === undefined ? undefined : { replaceValue: meant },
  });
}
