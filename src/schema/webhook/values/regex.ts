/** Regular expressions, which Envoy and istiod compile with RE2. */
import { RE2JS } from 're2js';
import type { BadName } from '../../names';
import { spelt } from '../checks';

const LONGEST = 1024;
const MOST_KNOWN = 10_000;
const known = new Map<string, string | undefined>();

/** Why RE2 would not compile a text, or undefined where it does. */
export function whyNoRegex(text: string): string | undefined {
  if (known.has(text)) return known.get(text);
  if (known.size > MOST_KNOWN) known.clear();
  const why = compile(text);
  known.set(text, why);
  return why;
}

function compile(text: string): string | undefined {
  try {
    RE2JS.compile(text);
    return undefined;
  } catch (error) {
    return (error as Error).message.replace('error parsing regexp: ', '').replaceAll('`', '"');
  }
}

const FOREIGN: readonly (readonly [RegExp, string])[] = [
  [/\(\?<?[=!]/, '; RE2 has no lookahead and no lookbehind'],
  [/\\[1-9]/, '; RE2 has no references to earlier groups'],
  [/[*+?}]\+/, '; RE2 has no possessive repetition'],
];

/** A regular expression that is there. istio: validation.validateStringRegexp */
function regexRule(text: string): BadName | undefined {
  const size = new TextEncoder().encode(text).length;
  if (text === '') return { because: 'is empty; expected a regular expression' };
  if (size > LONGEST) return { because: `has ${size} bytes; at most ${LONGEST} are allowed in a regular expression` };
  return compilation(text);
}

/** A regular expression that Envoy can compile, whatever istiod says of it. */
export function compilation(text: string): BadName | undefined {
  const why = whyNoRegex(text);
  if (why === undefined) return undefined;
  const hint = FOREIGN.find(([form]) => form.test(text))?.[1] ?? '';
  return { because: `is not a valid regular expression (RE2): ${why}${hint}` };
}

/** As the rule, for checks of fields. */
export const regex = spelt(regexRule);
