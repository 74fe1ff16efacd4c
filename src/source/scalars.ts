/**
 * What a plain scalar means to the Kubernetes clients, which read YAML with go-yaml v2: YAML 1.1 booleans, octal `010`,
 * no dates, no sexagesimals. Source: go.yaml.in/yaml/v2 resolve.go.
 */
const CONSTANTS = new Map<string, boolean | null | number>([
  ...['y', 'Y', 'yes', 'Yes', 'YES', 'true', 'True', 'TRUE', 'on', 'On', 'ON'].map((word) => [word, true] as const),
  ...['n', 'N', 'no', 'No', 'NO', 'false', 'False', 'FALSE', 'off', 'Off', 'OFF'].map((word) => [word, false] as const),
  ...['', '~', 'null', 'Null', 'NULL'].map((word) => [word, null] as const),
  ...['.nan', '.NaN', '.NAN'].map((word) => [word, NaN] as const),
  ...['.inf', '.Inf', '.INF', '+.inf', '+.Inf', '+.INF'].map((word) => [word, Infinity] as const),
  ...['-.inf', '-.Inf', '-.INF'].map((word) => [word, -Infinity] as const),
]);
const INTEGER = /^([-+]?)(?:0[xX]([0-9a-fA-F]+)|0[bB]([01]+)|0[oO]?([0-7]+)|([1-9][0-9]*|0))$/;
const FLOAT = /^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/;

/** First characters that a plain scalar other than a string can have; '' stands for the empty scalar. */
export const TYPED_FIRST_CHARACTERS = [...'+-.0123456789yYnNtTfFoO~', ''];

/** The value of an unquoted scalar: null, a boolean, a number, or the text itself. */
export function plainScalar(text: string): string | number | boolean | null {
  const constant = CONSTANTS.get(text);
  if (constant !== undefined) return constant;
  const first = text.charCodeAt(0);
  const digit = first >= 48 && first <= 57;
  if (!digit && first !== 43 && first !== 45 && first !== 46) return text;

  const digits = text.replaceAll('_', '');
  return integer(digits) ?? (FLOAT.test(first === 46 ? text : digits) ? float(digits, text) : text);
}

/** What is too large for a number stays a text. */
function float(digits: string, text: string): number | string {
  const value = Number(digits);
  return Number.isFinite(value) ? value : text;
}

function integer(text: string): number | undefined {
  const match = INTEGER.exec(text);
  if (!match) return undefined;
  const [, sign, hex, binary, octal, decimal] = match;
  const size = hex ? parseInt(hex, 16) : binary ? parseInt(binary, 2) : octal ? parseInt(octal, 8) : Number(decimal);
  return sign === '-' ? -size : size;
}
