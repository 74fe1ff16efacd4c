import { RE2JS, RE2JSException } from 're2js';
import { fail } from './fault';
import { FUNCTIONS } from './functions';
import { type Moment, momentOf } from './moment';
import { equalDnsNames, equalMailAddresses, equalUris, isDnsName, isMailAddress, isUri } from './names';
import type { Call, Expression } from './parse';
import { type Vocabulary, typeOf } from './check';
import { type Address, type Value, addressOf } from './value';
import { own } from '../../../source/own';

/** The attributes of a request. */
export type Attributes = ReadonlyMap<string, Value>;

/** What an expression is evaluated with. */
export interface Scope {
  readonly vocabulary: Vocabulary;
  readonly attributes: Attributes;
}

/** The value of an expression that compiles. Ends with a fault where it fails to run. Source: mixer/pkg/il/interpreter. */
export function valueOf(expression: Expression, scope: Scope): Value {
  switch (expression.kind) {
    case 'constant':
      return expression.value;
    case 'attribute':
      return (
        scope.attributes.get(expression.name) ?? fail(expression.offset, `attribute "${expression.name}" is absent`)
      );
    case 'call':
      return called(expression, scope);
  }
}

/**
 * The value of an expression before `|`, or undefined where it is absent. Comparisons, sums, "and", "or" and size() run, and their
 * value is dropped: the compiler of Mixer leaves out the jump past the alternative.
 */
function valueIfPresent(expression: Expression, scope: Scope): Value | undefined {
  if (expression.kind === 'attribute') return scope.attributes.get(expression.name);
  if (expression.kind === 'constant') return expression.value;
  const [first, second] = expression.args as [Expression, Expression];
  switch (expression.name) {
    case 'OR':
      return valueIfPresent(first, scope) ?? valueIfPresent(second, scope);
    case 'INDEX': {
      const map = valueIfPresent(first, scope) as ReadonlyMap<string, string> | undefined;
      const key = map && (valueIfPresent(second, scope) as string | undefined);
      return key === undefined ? undefined : map!.get(key);
    }
    case 'conditional':
      return valueOf(expression, scope);
    default: {
      const value = called(expression, scope);
      return DROPPED.has(expression.name) ? undefined : value;
    }
  }
}

const DROPPED = new Set(['EQ', 'NEQ', 'LT', 'LEQ', 'GT', 'GEQ', 'LOR', 'LAND', 'ADD', 'size']);

function called(call: Call, scope: Scope): Value {
  const { name, args, offset } = call;
  const [first, second, third] = args as [Expression, Expression, Expression];
  switch (name) {
    case 'LAND':
      return args.every((arg) => valueOf(arg, scope));
    case 'LOR':
      return valueOf(first, scope) || valueOf(second, scope);
    case 'OR':
      return valueIfPresent(first, scope) ?? alternative(second, scope);
    case 'INDEX':
      return indexed(valueOf(first, scope) as ReadonlyMap<string, string>, valueOf(second, scope) as string);
    case 'conditional':
      return valueOf(first, scope) ? valueOf(second, scope) : valueOf(third, scope);
    case 'EQ':
    case 'NEQ': {
      const equal = equals(first, second, scope) ?? fail(offset, 'the two values cannot be compared');
      return (name === 'EQ') === equal;
    }
    case 'LT':
    case 'LEQ':
    case 'GT':
    case 'GEQ':
      return ordered(name, valueOf(first, scope), valueOf(second, scope));
    case 'ADD':
      return sum(valueOf(first, scope), valueOf(second, scope));
    case 'size':
      return BigInt(new TextEncoder().encode(valueOf(first, scope) as string).length);
    default:
      return applied(call, scope);
  }
}

/** An alternative that is a chain itself may not end without a value. */
function alternative(expression: Expression, scope: Scope): Value {
  if (expression.kind !== 'call' || expression.name !== 'OR') return valueOf(expression, scope);
  return valueIfPresent(expression, scope) ?? fail(expression.offset, 'all alternatives are absent');
}

const indexed = (map: ReadonlyMap<string, string>, key: string): string => map.get(key) ?? '';

function equals(first: Expression, second: Expression, scope: Scope): boolean | undefined {
  const type = typeOf(first, scope.vocabulary);
  const [one, other] = [valueOf(first, scope), valueOf(second, scope)];
  switch (type) {
    case 'DNS_NAME':
      return equalDnsNames(one as string, other as string);
    case 'EMAIL_ADDRESS':
      return equalMailAddresses(one as string, other as string);
    case 'URI':
      return equalUris(one as string, other as string);
    case 'IP_ADDRESS':
      return (one as Address).text === (other as Address).text;
    case 'TIMESTAMP':
      return (one as Moment).nanoseconds === (other as Moment).nanoseconds;
    default:
      return one === other;
  }
}

/** Times are "at most" and "at least" one another where they are equal in Go, zone included. */
function ordered(name: 'LT' | 'LEQ' | 'GT' | 'GEQ', one: Value, other: Value): boolean {
  const [left, right] = [orderOf(one), orderOf(other)];
  const same = left === right && (one as Moment).zone === (other as Moment).zone;
  switch (name) {
    case 'LT':
      return left < right;
    case 'LEQ':
      return left < right || same;
    case 'GT':
      return left > right;
    case 'GEQ':
      return left > right || same;
  }
}

function orderOf(value: Value): bigint | number | string {
  if (typeof value === 'bigint' || typeof value === 'number') return value;
  if (typeof value === 'string') return bytewise(value);
  return (value as Moment).nanoseconds;
}

/** A text whose order is that of its bytes in UTF-8. */
const bytewise = (text: string): string =>
  [...text].map((char) => char.codePointAt(0)!.toString(16).padStart(6, '0')).join('');

function sum(one: Value, other: Value): Value {
  if (typeof one === 'bigint') return BigInt.asIntN(64, one + (other as bigint));
  if (typeof one === 'number') return one + (other as number);
  return `${one as string}${other as string}`;
}

/** A function that takes the last of its arguments, however many there are: Mixer takes them from the top of its stack. */
function applied({ name, target, args, offset }: Call, scope: Scope): Value {
  const values = [...(target ? [target] : []), ...args].map((arg) => valueOf(arg, scope));
  const signature = FUNCTIONS.get(name)!;
  const count = signature.args.length + (signature.target ? 1 : 0);
  const taken = values.slice(values.length - count);
  if (name === 'emptyStringMap') return new Map();
  if (name === 'conditionalString') return taken[0] ? taken[1]! : taken[2]!;
  if (taken.some((value) => typeof value !== 'string'))
    return fail(offset, `"${name}" takes its last arguments, which are not STRING`);
  const [text, other] = taken as [string, string];
  switch (name) {
    case 'match':
      return matchesPattern(text, other);
    case 'matches':
      return finds(text, other, offset);
    case 'startsWith':
      return text.startsWith(other);
    case 'endsWith':
      return text.endsWith(other);
    case 'toLower':
      return [...text].map((char) => [...char.toLowerCase()][0]!).join('');
    default:
      return converted(name, text) ?? fail(offset, `${name}(): "${text}" is not ${own(KINDS, name)}`);
  }
}

const KINDS: Record<string, string> = {
  ip: 'an IP address',
  timestamp: 'a timestamp in RFC 3339',
  dnsName: 'a DNS name',
  email: 'an email address',
  uri: 'a URI',
};

function converted(name: string, text: string): Value | undefined {
  switch (name) {
    case 'ip':
      return addressOf(text);
    case 'timestamp':
      return momentOf(text);
    case 'dnsName':
      return isDnsName(text) ? text : undefined;
    case 'email':
      return isMailAddress(text) ? text : undefined;
    case 'uri':
      return isUri(text) ? text : undefined;
    default:
      return undefined;
  }
}

/** A star at the end takes anything, else one at the start. Source: mixer/pkg/lang ExternMatch. */
function matchesPattern(text: string, pattern: string): boolean {
  if (pattern.endsWith('*')) return text.startsWith(pattern.slice(0, -1));
  return pattern.startsWith('*') ? text.endsWith(pattern.slice(1)) : text === pattern;
}

function finds(expression: string, text: string, offset: number): boolean {
  try {
    return RE2JS.compile(expression).matcher(text).find();
  } catch (error) {
    if (!(error instanceof RE2JSException)) throw error;
    return fail(offset, `"${expression}" is not a valid regular expression (RE2)`);
  }
}
