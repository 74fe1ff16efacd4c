/** Conditions of Mixer as comparisons that AuthorizationPolicies know. */
import type { Expression } from '../../legacy/mixer/expression/parse';

/** A comparison of an attribute with texts, of which each may begin or end with a star. */
export interface Comparison {
  readonly attribute: string;
  /** Of an attribute that is a map. */
  readonly key?: string;
  readonly isNegated: boolean;
  readonly values: readonly string[];
}

/** Comparisons of which all must be true. */
export type Clause = readonly Comparison[];

/** Why a condition cannot be said. */
export interface Unsayable {
  readonly unsayable: string;
}

/** An attribute, and what is compared where it is absent. */
export interface Operand {
  readonly attribute: string;
  readonly key?: string;
  readonly fallback?: string;
}

/** The clauses of which one must be true for a condition to be true, or for it to be false. */
export function clausesOf(condition: Expression, isTrue = true): readonly Clause[] | Unsayable {
  if (condition.kind === 'constant' && condition.type === 'BOOL') return condition.value === isTrue ? [[]] : [];
  if (condition.kind !== 'call') return unsayable('the condition is not a comparison');
  const { name, args, target } = condition;
  switch (name) {
    case 'LAND':
    case 'LOR': {
      const [left, right] = args.map((each) => clausesOf(each, isTrue));
      if ('unsayable' in left!) return left;
      if ('unsayable' in right!) return right;
      return (name === 'LAND') === isTrue
        ? left!.flatMap((one) => right!.map((other) => [...one, ...other]))
        : [...left!, ...right!];
    }
    case 'EQ':
    case 'NEQ':
      return equality(args, (name === 'EQ') === isTrue);
    case 'match':
      return pattern(args[0]!, textOf(args[1]), isTrue);
    case 'startsWith':
      return pattern(target!, suffixed(textOf(args[0])), isTrue);
    case 'endsWith':
      return pattern(target!, prefixed(textOf(args[0])), isTrue);
    default:
      return unsayable(`"${name}" has no counterpart in AuthorizationPolicy`);
  }
}

const unsayable = (reason: string): Unsayable => ({ unsayable: reason });

const suffixed = (text: string | undefined) => (text === undefined ? undefined : `${text}*`);
const prefixed = (text: string | undefined) => (text === undefined ? undefined : `*${text}`);

/** A text, or an address that is written as one: `ip("10.0.0.1")`. */
function textOf(expression: Expression | undefined): string | undefined {
  if (expression?.kind === 'call' && expression.name === 'ip') return textOf(expression.args[0]);
  return expression?.kind === 'constant' && expression.type === 'STRING' ? (expression.value as string) : undefined;
}

function equality(args: readonly Expression[], isEqual: boolean): readonly Clause[] | Unsayable {
  const constant = args.find((each) => each.kind === 'constant' || textOf(each) !== undefined);
  const other = args.find((each) => each !== constant);
  if (!constant || !other) return unsayable('two attributes are compared with each other');
  if (constant.kind === 'constant' && constant.type === 'BOOL')
    return clausesOf(other, (constant.value === true) === isEqual);
  const text = textOf(constant);
  if (text?.includes('*')) return unsayable(`"${text}" has a star, which AuthorizationPolicy reads as a wildcard`);
  return pattern(other, text, isEqual);
}

function pattern(value: Expression, text: string | undefined, isTrue: boolean): readonly Clause[] | Unsayable {
  if (text === undefined) return unsayable('an attribute is compared with something that is not a text');
  const operand = operandOf(value);
  if (!operand) return unsayable('the compared value is not an attribute');
  return comparison(operand, [text], isTrue);
}

/** The comparison of an attribute with a list of texts. */
export function comparison(
  operand: Operand,
  values: readonly string[],
  isTrue: boolean,
): readonly Clause[] | Unsayable {
  const { attribute, key, fallback } = operand;
  if (fallback !== undefined && values.some((value) => fits(fallback, value)))
    return unsayable(`the condition depends on the fallback "${fallback}" of an absent attribute`);
  if (!isTrue && fallback === undefined && key !== undefined)
    return unsayable('Mixer ignores the rule where the attribute is absent, and AuthorizationPolicy does not');
  return [[{ attribute, ...(key !== undefined && { key }), isNegated: !isTrue, values }]];
}

const fits = (text: string, value: string): boolean =>
  text === value ||
  (value.endsWith('*') && text.startsWith(value.slice(0, -1))) ||
  (value.startsWith('*') && text.endsWith(value.slice(1)));

/** `attribute`, `attribute["key"]`, or one of them with a fallback. */
export function operandOf(value: Expression): Operand | undefined {
  if (value.kind === 'attribute') return { attribute: value.name };
  if (value.kind !== 'call') return undefined;
  const [left, right] = value.args;
  if (value.name === 'INDEX' && left?.kind === 'attribute') {
    const key = textOf(right);
    return key === undefined ? undefined : { attribute: left.name, key };
  }
  const fallback = textOf(right);
  const operand = value.name === 'OR' && left ? operandOf(left) : undefined;
  return operand && fallback !== undefined ? { ...operand, fallback } : undefined;
}
