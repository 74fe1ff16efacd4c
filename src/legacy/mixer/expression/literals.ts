import { refuse } from './fault';
import type { Token } from './scan';
import { type Value, type ValueType, durationOf } from './value';
import { own } from '../../../source/own';

/** A value that is written in an expression. */
export interface Literal {
  readonly type: ValueType;
  readonly value: Value;
}

const LARGEST = 2n ** 63n - 1n;

/** What a literal of Go means to Mixer: a text that Go reads as a duration is a DURATION. */
export function literalOf(token: Token): Literal {
  const { kind, text, offset } = token;
  switch (kind) {
    case 'integer':
      return { type: 'INT64', value: integer(text, offset) };
    case 'float':
      return { type: 'DOUBLE', value: double(text, offset) };
    case 'char':
    case 'string': {
      const value = unquoted(token);
      const duration = durationOf(value);
      return duration ? { type: 'DURATION', value: duration } : { type: 'STRING', value };
    }
    default:
      return refuse(offset, `expected a value, found "${text}"`);
  }
}

function integer(text: string, offset: number): bigint {
  if (!/^\d+$/.test(text) || /^0\d*[89]/.test(text)) return refuse(offset, `"${text}" is not a decimal integer`);
  const value = BigInt(text);
  return value > LARGEST ? refuse(offset, `${text} does not fit into INT64`) : value;
}

function double(text: string, offset: number): number {
  const value = /^0[xX]/.test(text) ? hexadecimal(text) : Number(text);
  return Number.isFinite(value) ? value : refuse(offset, `${text} is not a DOUBLE`);
}

function hexadecimal(text: string): number {
  const [, whole = '', fraction = '', exponent] = /^0[xX]([\da-fA-F]*)\.?([\da-fA-F]*)[pP]([+-]?\d+)$/.exec(text) ?? [];
  if (exponent === undefined || !(whole + fraction)) return NaN;
  return parseInt(whole + fraction, 16) * 2 ** (Number(exponent) - 4 * fraction.length);
}

const ESCAPE = /(?:\\(?:[0-7]{3}|x[\da-fA-F]{2}))+|\\(?:u[\da-fA-F]{4}|U[\da-fA-F]{8}|.)/gsu;
const CONTROL: Record<string, string> = { a: '\x07', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v', '\\': '\\' };

/** The text between quotes. Source: strconv.Unquote. */
function unquoted({ kind, text, offset }: Token): string {
  const quote = text[0]!;
  const inner = text.slice(1, -1);
  if (quote === '`') return inner.replaceAll('\r', '');
  const value = inner.replace(ESCAPE, (escape, at: number) => unescaped(escape, quote, offset + 1 + at));
  if (kind === 'char' && [...value].length !== 1)
    refuse(offset, 'single quotes contain one character; use double quotes');
  return value;
}

function unescaped(escape: string, quote: string, offset: number): string {
  const sign = escape[1]!;
  if (/[0-7x]/.test(sign) && escape.length > 2) return bytes(escape);
  if (escape.length > 2) return charOf(parseInt(escape.slice(2), 16), offset);
  return own(CONTROL, sign) ?? (sign === quote ? quote : refuse(offset, `unknown escape "${escape}" in a string`));
}

/** Escapes of bytes, which are UTF-8 together. */
const bytes = (escapes: string): string =>
  new TextDecoder().decode(
    Uint8Array.from(escapes.slice(1).split('\\'), (code) =>
      code.startsWith('x') ? parseInt(code.slice(1), 16) : parseInt(code, 8),
    ),
  );

const charOf = (code: number, offset: number) =>
  code > 0x10ffff || (code >= 0xd800 && code < 0xe000)
    ? refuse(offset, 'the escape is not a Unicode character')
    : String.fromCodePoint(code);
