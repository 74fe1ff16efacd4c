/** The texts that a match takes, and whether some lie in these and not in those. */
import { RE2JS } from 're2js';
import type { StringMatch } from '../../../schema/kinds/networking';
import { type Automaton, automatonOf, unlessTooLarge } from '../../../regex/automaton';
import { shortest } from '../../../regex/shortest';
import { neededBy } from './needed';
import { type Folding, type Syntax, anything, literal, syntaxOf } from '../../../regex/syntax';

/** What a match takes, of all texts that can stand where it looks; `segments` is a prefix that ends where a segment does. */
export interface Texts {
  readonly how: 'exact' | 'prefix' | 'segments' | 'regex';
  readonly text: string;
  readonly folding: Folding;
  readonly within: Universe;
}

/** All texts that can stand at a place. */
export interface Universe {
  readonly all: Automaton;
  readonly pattern: RegExp;
  /** Texts of its own kind that read well. */
  readonly examples: readonly string[];
}

const universe = (expression: string, ...examples: string[]): Universe => ({
  all: automatonOf(syntaxOf(expression)!)!,
  pattern: new RegExp(`^${expression.replaceAll('\\x{', '\\u{')}$`, 'u'),
  examples,
});

/** What a path can be, without its query. */
export const PATHS = universe('/[!-"$->@-~\\x{80}-\\x{10FFFF}]*', '/');
/** What a parameter can be, as it stands in the query: Envoy compares it undecoded. */
export const PARAMETERS = universe('[!-"$%\'-~\\x{80}-\\x{10FFFF}]*', 'any');
/** What a header, a claim or a label can be. */
export const VALUES = universe('[\\t -~\\x{80}-\\x{10FFFF}]*', 'any');
const token = '[!-~]+';
/** What the authority of a request can be. */
export const TOKENS = universe(token, 'any');
/** What the name of a namespace can be. */
export const NAMESPACES = universe(token, 'default');
/** What the method of a request can be. */
export const METHODS = universe(token, 'GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'HEAD', 'OPTIONS');
/** What the scheme of a request can be. */
export const SCHEMES = universe(token, 'http', 'https');

/** The texts of a match; undefined where it takes any. */
export function textsOf(match: StringMatch, within: Universe, folding: Folding = 'as-is'): Texts | undefined {
  const { exact, prefix, regex } = match;
  if (exact !== undefined) return { how: 'exact', text: exact, folding, within };
  if (prefix !== undefined) return { how: 'prefix', text: prefix, folding, within };
  // Envoy minds case in regular expressions whatever the route says.
  if (regex !== undefined) return { how: 'regex', text: regex, folding: 'as-is', within };
  return undefined;
}

/** Whether a match takes a text; undefined where its expression is none. */
export function takes(texts: Texts, value: string): boolean | undefined {
  const { how, text, folding } = texts;
  if (how === 'regex') return takesByExpression(texts, value);
  const fold = (each: string): string => (folding === 'folded' ? lower(each) : each);
  const [wanted, given] = [fold(text), fold(value)];
  if (how === 'exact') return given === wanted;
  return how === 'prefix' ? given.startsWith(wanted) : given === wanted || given.startsWith(`${wanted}/`);
}

/** The automaton is quicker where there is one. */
function takesByExpression(texts: Texts, value: string): boolean | undefined {
  const { automaton, needed } = machineFor(texts);
  if (!value.includes(needed)) return false;
  const answer = automaton && unlessTooLarge(() => automaton.takes(value));
  return answer ?? compiled(texts.text)?.testExact(value);
}

/** As Envoy folds: letters of ASCII alone. */
const lower = (text: string): string => text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());

/** A text that all of some matches take and none of others, one that reads well where there is a choice; undefined where nobody knows. */
export function textAmong(
  inside: readonly Texts[],
  outside: readonly Texts[],
  within: Universe,
): { readonly text: string } | 'none' | undefined {
  const isFitting = (text: string): boolean =>
    inside.every((each) => takes(each, text) === true) &&
    outside.every((each) => takes(each, text) === false) &&
    within.pattern.test(text);
  const only = inside.find(({ how, folding }) => how === 'exact' && folding === 'as-is');
  const candidates = only ? [only.text] : [...inside.filter(isPlain).map(({ text }) => text), ...within.examples];
  const fitting = candidates.find(isFitting);
  if (fitting !== undefined) return { text: fitting };
  if (only && [...inside, ...outside].every((each) => takes(each, only.text) !== undefined)) return 'none';
  if (inside.some((one) => outside.some((other) => isWithin(one, other)))) return 'none';
  return textByAutomata(inside, outside, within);
}

/** Whether a person would write it as a text of its kind. */
const isPlain = ({ how, text }: Texts): boolean => how !== 'regex' || /^[\w/.-]*$/.test(text);

/** Whether, plain to see, one takes nothing that the other does not. */
function isWithin(one: Texts, other: Texts): boolean {
  if (one.folding !== other.folding) return false;
  if (one.how === other.how && one.text === other.text) return true;
  if (other.how === 'segments' && one.how === 'prefix') return false;
  return one.how !== 'regex' && other.how !== 'regex' && other.how !== 'exact' && takes(other, one.text) === true;
}

function textByAutomata(
  inside: readonly Texts[],
  outside: readonly Texts[],
  within: Universe,
): { readonly text: string } | 'none' | undefined {
  const [ours, theirs] = [inside.map(automatonFor), outside.map(automatonFor)];
  if ([...ours, ...theirs].some((automaton) => automaton === undefined)) return undefined;
  return shortest([within.all, ...(ours as Automaton[])], theirs as Automaton[]);
}

/** What is worked out of a match once. */
interface Machine {
  readonly automaton: Automaton | undefined;
  /** What every text has that it takes. */
  readonly needed: string;
}

const machines = new WeakMap<Texts, Machine>();

function machineFor(texts: Texts): Machine {
  let known = machines.get(texts);
  if (!known) {
    const syntax = syntaxFor(texts);
    known = { automaton: syntax && automatonOf(syntax), needed: syntax ? neededBy(syntax) : '' };
    machines.set(texts, known);
  }
  return known;
}

const automatonFor = (texts: Texts): Automaton | undefined => machineFor(texts).automaton;

function syntaxFor({ how, text, folding }: Texts): Syntax | undefined {
  switch (how) {
    case 'exact':
      return literal(text, folding);
    case 'prefix':
      return sequence(literal(text, folding), anything);
    case 'segments': {
      const rest: Syntax = { kind: 'choice', items: [NOTHING, sequence(literal('/', 'as-is'), anything)] };
      return sequence(literal(text, folding), rest);
    }
    case 'regex':
      return compiled(text) && syntaxOf(text);
  }
}

const sequence = (...items: readonly Syntax[]): Syntax => ({ kind: 'sequence', items });
const NOTHING = sequence();

const expressions = new Map<string, RE2JS | undefined>();

/** Differs: what RE2 does not take is no expression; Envoy refuses the whole configuration then. */
function compiled(expression: string): RE2JS | undefined {
  if (!expressions.has(expression)) expressions.set(expression, compile(expression));
  return expressions.get(expression);
}

function compile(expression: string): RE2JS | undefined {
  try {
    return RE2JS.compile(expression);
  } catch {
    return undefined;
  }
}
