/** The texts that a match takes, and how those of two matches lie to each other. */
import { RE2JS } from 're2js';
import type { StringMatch } from '../../schema/kinds/networking';
import { type Automaton, automatonOf, shortest } from './automaton';
import { type Folding, type Syntax, anything, literal, syntaxOf } from './syntax';

/** What a match takes, of all texts that can stand where it looks. */
export interface Texts {
  readonly how: 'exact' | 'prefix' | 'regex';
  readonly text: string;
  readonly folding: Folding;
  readonly within: Universe;
}

/** All texts that can stand at a place. */
export interface Universe {
  readonly all: Automaton;
  readonly pattern: RegExp;
  /** A text of its own kind that reads well. */
  readonly example: string;
}

const universe = (expression: string, example: string): Universe => ({
  all: automatonOf(syntaxOf(expression)!)!,
  pattern: new RegExp(`^${expression.replaceAll('\\x{', '\\u{')}$`, 'u'),
  example,
});

/** What a path can be, without its query. */
export const PATHS = universe('/[!-"$->@-~\\x{80}-\\x{10FFFF}]*', '/');
/** What a parameter can be, as it stands in the query: Envoy compares it undecoded. */
export const PARAMETERS = universe('[!-"$%\'-~\\x{80}-\\x{10FFFF}]*', 'any');
/** What a header or a claim can be. */
export const VALUES = universe('[\\t -~\\x{80}-\\x{10FFFF}]*', 'any');
/** What the method, the authority or the scheme of a request can be. */
export const TOKENS = universe('[!-~]+', 'any');

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
export function takes({ how, text, folding }: Texts, value: string): boolean | undefined {
  if (how === 'regex') return compiled(text)?.testExact(value);
  const fold = (each: string): string => (folding === 'folded' ? lower(each) : each);
  return how === 'exact' ? fold(value) === fold(text) : fold(value).startsWith(fold(text));
}

/** As Envoy folds: letters of ASCII alone. */
const lower = (text: string): string => text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());

/** Whether one match certainly takes all that another takes. */
export function contains(wide: Texts, narrow: Texts): boolean {
  if (wide.how === narrow.how && wide.text === narrow.text && wide.folding === narrow.folding) return true;
  if (narrow.how === 'exact' && narrow.folding === 'as-is') return takes(wide, narrow.text) === true;
  if (wide.how !== 'regex' && narrow.how === 'prefix' && narrow.folding === 'as-is' && wide.folding === 'as-is')
    return wide.how === 'prefix' && narrow.text.startsWith(wide.text);
  // One text tells most of them apart, and only then is it worth while to look at all.
  const sample = sampleOf(narrow);
  if (sample !== undefined && takes(wide, sample) === false) return false;
  return certainlyNone([narrow], wide);
}

const samples = new WeakMap<Texts, { sample: string | undefined }>();

/** One text that a match takes; undefined where none was found. */
export function sampleOf(texts: Texts): string | undefined {
  let known = samples.get(texts);
  if (!known) samples.set(texts, (known = { sample: example([texts], texts.within) }));
  return known.sample;
}

/** Whether a match certainly takes all there is. */
export function containsAll(wide: Texts): boolean {
  const automaton = automatonFor(wide);
  return automaton !== undefined && shortest([wide.within.all], automaton) === 'none';
}

/** Whether no text is taken by both. */
export const disjoint = (one: Texts, other: Texts): boolean => certainlyNone([one, other], undefined);

/** A text that all of these take, one that reads well where there is a choice. */
export function example(all: readonly Texts[], within: Universe): string | undefined {
  const candidates = [...all.map(({ text }) => text), within.example];
  const fitting = candidates.find((text) => all.every((each) => takes(each, text)) && within.pattern.test(text));
  if (fitting !== undefined) return fitting;
  const automata = all.map(automatonFor);
  if (automata.some((automaton) => automaton === undefined)) return undefined;
  const found = shortest([within.all, ...(automata as Automaton[])]);
  return typeof found === 'object' ? found.text : undefined;
}

function certainlyNone(taking: readonly Texts[], without: Texts | undefined): boolean {
  const automata = taking.map(automatonFor);
  const rest = without && automatonFor(without);
  if (automata.some((automaton) => automaton === undefined) || (without && !rest)) return false;
  return shortest([taking[0]!.within.all, ...(automata as Automaton[])], rest) === 'none';
}

const automata = new WeakMap<Texts, { automaton: Automaton | undefined }>();

function automatonFor(texts: Texts): Automaton | undefined {
  const known = automata.get(texts);
  if (known) return known.automaton;
  const syntax = syntaxFor(texts);
  const automaton = syntax && automatonOf(syntax);
  automata.set(texts, { automaton });
  return automaton;
}

function syntaxFor({ how, text, folding }: Texts): Syntax | undefined {
  if (how === 'regex') return compiled(text) && syntaxOf(text);
  if (how === 'exact') return literal(text, folding);
  return { kind: 'sequence', items: [literal(text, folding), anything] };
}

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
