import { RE2JS } from 're2js';
import type { RegexMatcher } from '../config';
import { perObject } from '../run/lookup';

const compiled = perObject(({ regex }: RegexMatcher): RE2JS | undefined => {
  try {
    return RE2JS.compile(regex ?? '');
  } catch {
    return undefined; // Envoy refuses the configuration
  }
});

/** Whether the expression matches all of the text; one that RE2 does not know matches nothing. */
export function matchesAll(matcher: RegexMatcher, text: string): boolean {
  return compiled(matcher)?.testExact(text) ?? false;
}

/**
 * The text with every match replaced. In the substitution `\1` is the first group, `\0` all that matched. Where it names a group
 * that the expression does not have, nothing is replaced. re2: RE2::GlobalReplace
 */
export function replaceAll(matcher: RegexMatcher, text: string, substitution: string): string {
  const expression = compiled(matcher);
  if (!expression || highestGroup(substitution) > expression.groupCount()) return text;
  const found = expression.matcher(text);
  let result = '';
  let end = 0;
  while (found.find()) {
    result += text.slice(end, found.start()) + fill(substitution, (group) => found.group(group) ?? '');
    end = found.end();
  }
  return result + text.slice(end);
}

const SUBSTITUTED = /\\(\d|\\)/g;

const highestGroup = (substitution: string): number =>
  Math.max(0, ...[...substitution.matchAll(SUBSTITUTED)].map(([, code]) => Number(code) || 0));

function fill(substitution: string, group: (number: number) => string): string {
  return substitution.replace(SUBSTITUTED, (_, code: string) => (code === '\\' ? '\\' : group(Number(code))));
}
