import { type Compiled, evaluate } from './expression';
import type { Expression } from './expression/parse';

/** Why a condition is true for no call of a proxy. `offset` is where the part that is never true starts in the text. */
export type Unmatchable = { readonly offset: number } & (
  | { readonly kind: 'always false' | 'contradiction' }
  /** An attribute that Mixer knows only after the response. */
  | { readonly kind: 'only in reports'; readonly attribute: string }
  | { readonly kind: 'unknown reporter' }
  /** Mixer asks rules of a namespace only about the calls of its workloads. */
  | { readonly kind: 'other namespace'; readonly reporter: 'inbound' | 'outbound' }
);

/** What is known of the calls that a condition is asked about. */
export interface Calls {
  /** `check` also stands for quotas. */
  readonly call: 'check' | 'any';
  /** The namespace of the rule; absent in the root namespace, whose rules apply to all calls. */
  readonly namespace?: string;
}

/** Expressions that have one value wherever the condition is true, by their text. */
type Known = ReadonlyMap<string, Expression>;

const REPORTER = 'context.reporter.kind';

/** Why a condition of type BOOL can never be true, or undefined where it can be, as far as this can be seen. */
export function unmatchable(condition: Compiled, calls: Calls): Unmatchable | undefined {
  return new Search(condition, calls).why(condition.expression, new Map());
}

class Search {
  constructor(
    private readonly condition: Compiled,
    private readonly calls: Calls,
  ) {}

  why(expression: Expression, outer: Known): Unmatchable | undefined {
    const parts = conjuncts(expression);
    const own = new Map([...outer, ...parts.flatMap(bindingOf)].reverse());
    const reporter = reporterIn(own);
    if (reporter && !REPORTERS.has(reporter)) return { kind: 'unknown reporter', offset: startOf(expression) };
    const isForeign = this.isForeign(own, reporter);
    if (isForeign) return { kind: 'other namespace', reporter: isForeign, offset: startOf(expression) };
    for (const part of parts) {
      const why = this.whyPart(part, own);
      if (why) return why;
    }
    return undefined;
  }

  private whyPart(part: Expression, known: Known): Unmatchable | undefined {
    const absent = this.absentIn(part);
    if (absent) return { kind: 'only in reports', ...absent };
    if (isCall(part, 'LOR')) {
      const whys = part.args.map((arg) => this.why(arg, known));
      return whys.every(Boolean) ? whys[0] : undefined;
    }
    const offset = startOf(part);
    const late = attributesIn(part).filter((name) => this.isAbsent(name));
    if (this.isFalse(part)) {
      const [attribute] = late;
      return attribute === undefined
        ? { kind: 'always false', offset }
        : { kind: 'only in reports', attribute, offset };
    }
    return this.isFalse(substituted(part, known)) ? { kind: 'contradiction', offset } : undefined;
  }

  /** Whether an expression has the value false, or none, without any attribute that a call can have. */
  private isFalse(expression: Expression): boolean {
    if (attributesIn(expression).some((name) => !this.isAbsent(name))) return false;
    const result = evaluate({ ...this.condition, expression }, new Map());
    return !('value' in result) || result.value !== true;
  }

  /** The attribute whose absence ends the evaluation of an expression, whatever the call. */
  private absentIn(expression: Expression): { attribute: string; offset: number } | undefined {
    const { kind, offset } = expression;
    if (kind === 'constant') return undefined;
    if (kind === 'attribute')
      return this.isAbsent(expression.name) ? { attribute: expression.name, offset } : undefined;
    const [first, second] = expression.args;
    switch (expression.name) {
      case 'OR':
        return isSkipped(first!) && !this.absentIn(second!) ? undefined : this.absentIn(first!);
      case 'LOR':
      case 'LAND':
      case 'conditional':
        return this.absentIn(first!);
      default:
        return operandsOf(expression)
          .map((each) => this.absentIn(each))
          .find(Boolean);
    }
  }

  private isAbsent(attribute: string): boolean {
    return this.calls.call === 'check' && ONLY_IN_REPORTS.test(attribute);
  }

  private isForeign(known: Known, reporter: string | undefined): 'inbound' | 'outbound' | undefined {
    const { namespace } = this.calls;
    if (namespace === undefined || (reporter !== 'inbound' && reporter !== 'outbound')) return undefined;
    const side = valueIn(known, reporter === 'inbound' ? 'destination.namespace' : 'source.namespace');
    return side === undefined || side === namespace ? undefined : reporter;
  }
}

const REPORTERS = new Set(['inbound', 'outbound']);

/** Source: the attributes that the proxy adds when the response is there. */
const ONLY_IN_REPORTS = /^(response\.|check\.|quota\.|connection\.(duration$|.*_total$))/;

const isCall = (expression: Expression, name: string): expression is Extract<Expression, { kind: 'call' }> =>
  expression.kind === 'call' && expression.name === name;

const conjuncts = (expression: Expression): Expression[] =>
  isCall(expression, 'LAND') ? expression.args.flatMap(conjuncts) : [expression];

const operandsOf = (call: Extract<Expression, { kind: 'call' }>): Expression[] => [
  ...(call.target ? [call.target] : []),
  ...call.args,
];

/** Whether `|` takes its alternative where this is absent. */
const isSkipped = (expression: Expression): boolean =>
  expression.kind !== 'call' || expression.name === 'INDEX' || expression.name === 'OR';

/** `a == "x"` gives a the value "x"; a BOOL attribute by itself is true. A missing key has the value "" but is absent for `|`. */
function bindingOf(expression: Expression): [string, Expression][] {
  if (expression.kind === 'attribute')
    return [[textOf(expression), { kind: 'constant', type: 'BOOL', value: true, offset: expression.offset }]];
  if (!isCall(expression, 'EQ')) return [];
  const [first, second] = expression.args as [Expression, Expression];
  const [bound, constant] = first.kind === 'constant' ? [second, first] : [first, second];
  if (constant.kind !== 'constant' || constant.value === '' || bound.kind === 'constant') return [];
  return COMPARED_EXACTLY.has(constant.type) ? [[textOf(bound), constant]] : [];
}

const COMPARED_EXACTLY = new Set(['STRING', 'INT64', 'BOOL']);

const reporterIn = (known: Known): string | undefined => valueIn(known, REPORTER);

function valueIn(known: Known, name: string): string | undefined {
  const bound = known.get(textOf({ kind: 'attribute', name, offset: 0 }));
  return bound?.kind === 'constant' && typeof bound.value === 'string' ? bound.value : undefined;
}

function substituted(expression: Expression, known: Known): Expression {
  if (expression.kind === 'constant') return expression;
  const value = known.get(textOf(expression));
  if (value || expression.kind === 'attribute') return value ?? expression;
  const { target, args } = expression;
  return {
    ...expression,
    ...(target && { target: substituted(target, known) }),
    args: args.map((arg) => substituted(arg, known)),
  };
}

function attributesIn(expression: Expression): string[] {
  if (expression.kind === 'constant') return [];
  return expression.kind === 'attribute' ? [expression.name] : operandsOf(expression).flatMap(attributesIn);
}

/** The same text for expressions that differ in their place alone. */
const textOf = (expression: Expression): string =>
  expression.kind === 'attribute' ? expression.name : JSON.stringify(expression, withoutPlace);

const withoutPlace = (key: string, value: unknown): unknown => {
  if (key === 'offset') return undefined;
  return typeof value === 'bigint' ? `${value}n` : value;
};

/** Where an expression starts: the offset of an operator is that of its sign. */
const startOf = (expression: Expression): number =>
  expression.kind === 'call' ? Math.min(expression.offset, ...operandsOf(expression).map(startOf)) : expression.offset;
