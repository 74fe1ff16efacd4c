import { Environment, Optional } from '@marcbachmann/cel-js';
import { RE2JS } from 're2js';
import { parseDuration } from '../duration';
import { type GoUrl, parseGoUrl } from '../go-url';
import { isIp } from '../ip';

/** A rule of a custom resource definition, ready to be asked about a value. Throws where the evaluation fails. */
export type Rule = (self: unknown) => unknown;

class Url {
  constructor(readonly parts: GoUrl) {}
}

class Formats {}

class Format {
  constructor(readonly pattern: RegExp) {}
}

function url(text: string): Url {
  const parts = parseGoUrl(text);
  if (!parts) throw new Error(`"${text}" is not a valid URL`);
  return new Url(parts);
}

function nanoseconds(text: string): number {
  const duration = parseDuration(text);
  if (duration === undefined) throw new Error(`"${text}" is not a valid duration`);
  return duration;
}

const patterns = new Map<string, RE2JS>();

function matches(text: string, pattern: string): boolean {
  const known = patterns.get(pattern) ?? RE2JS.compile(pattern);
  patterns.set(pattern, known);
  return known.test(text);
}

const has = (value: unknown, field: string) =>
  value instanceof Map ? value.has(field) : value !== null && typeof value === 'object' && Object.hasOwn(value, field);

// The functions that Kubernetes adds to CEL. Source: k8s.io/apiserver/pkg/cel/library.
const environment = new Environment({
  unlistedVariablesAreDyn: true,
  homogeneousAggregateLiterals: false,
  enableOptionalTypes: true,
})
  .registerType('kubernetes.URL', { ctor: Url })
  .registerType('kubernetes.Formats', { ctor: Formats })
  .registerType('kubernetes.Format', { ctor: Format })
  .registerConstant('format', 'kubernetes.Formats', new Formats())
  .registerFunction('isURL(string): bool', (text: string) => parseGoUrl(text) !== undefined)
  .registerFunction('url(string): kubernetes.URL', url)
  .registerFunction('kubernetes.URL.getScheme(): string', ({ parts }: Url) => parts.scheme)
  .registerFunction('kubernetes.URL.getHost(): string', ({ parts }: Url) => parts.host)
  .registerFunction('isIP(string): bool', isIp)
  .registerFunction('kubernetes.Formats.dns1123Label(): kubernetes.Format', () => {
    return new Format(/^(?=.{1,63}$)[a-z0-9]([-a-z0-9]*[a-z0-9])?$/);
  })
  .registerFunction('kubernetes.Format.validate(string): dyn', ({ pattern }: Format, text: string) =>
    pattern.test(text) ? Optional.none() : Optional.of([`does not match ${pattern.source}`]),
  )
  .registerFunction('string.re2Matches(string): bool', matches)
  .registerFunction('nanoseconds(string): double', nanoseconds)
  .registerFunction('hasField(dyn, string): bool', has);

/**
 * Makes a rule of CEL text. Where the library's own functions are not those of Go, ours stand in: its regular expressions are
 * JavaScript's, its durations need no digits, its has() takes no index. Kubernetes writes `__namespace__` for a field that has the
 * name of a reserved word; the library does not mind such names.
 */
export function compile(text: string): Rule {
  const adapted = text
    .replaceAll('.matches(', '.re2Matches(')
    .replace(/\bduration\(/g, 'nanoseconds(')
    .replace(/\bhas\((\w+(?:\.\w+)*\[\d+\](?:\.\w+)*)\.(\w+)\)/g, 'hasField($1, "$2")')
    .replace(/\b__(namespace|package|import|function|const|let|var|loop|void|while|break|for)__\b/g, '$1');
  const evaluate = environment.parse(adapted);
  const { valid, error } = evaluate.check();
  if (!valid) throw new Error(`the rule cannot be compiled: ${text}: ${error?.message}`);
  return (self) => evaluate({ self }) as unknown;
}

/** Why a text is no expression of CEL, or undefined where it is one. */
export function whyUnparsable(text: string): string | undefined {
  try {
    environment.parse(text);
    return undefined;
  } catch (error) {
    return (error as Error).message.split('\n')[0]!;
  }
}
