import { durationText } from './expression/value';
import { type Attributes, evaluate } from './expression';
import type { HandlerConfig, HeaderOperation, MixerConfiguration, Rule } from './configuration';
import { denial } from './denier';
import { type Built, type Instance, build } from './instance';
import type { Variety } from './inventory';
import { type ListChecker, listChecker } from './listchecker';
import { type QuotaHandler, memQuota, redisQuota } from './quota';
import type { CheckResult, QuotaRequest, QuotaResult } from './result';
import { type Line, type Writer, stdioWriter } from './stdio';
import type { Value } from './expression/value';

/** A call of a proxy to Mixer. */
export interface MixerCall {
  readonly call: 'check' | 'report';
  readonly attributes: Attributes;
  readonly quotas: Readonly<Record<string, QuotaRequest>>;
}

/** What Mixer answers. */
export interface MixerAnswer {
  /** The full names of the rules in scope whose condition is true. */
  readonly matched: readonly string[];
  /** The call fails, since an instance cannot be built or an adapter fails. */
  readonly error?: true;
  readonly check?: CheckAnswer;
  readonly quotas?: Readonly<Record<string, { readonly granted: number; readonly message?: string }>>;
  /** What the adapter stdio writes. */
  readonly reports?: readonly Line[];
}

export interface CheckAnswer {
  readonly code: number;
  readonly message: string;
  readonly validUseCount: number;
  /** As Go writes it. */
  readonly validDuration: string;
  readonly requestHeaders?: readonly string[];
  readonly responseHeaders?: readonly string[];
}

const ROOT_NAMESPACE = 'istio-system';
const UNREFUSED: CheckResult = { code: 0, message: '', validDuration: 60e9, validUseCount: 10000 };
const UNLIMITED = 60e9;

/** An instance that a matching rule sends to a handler. */
export interface Dispatch {
  readonly handler: HandlerConfig;
  readonly instance: Instance;
}

/** A Mixer with its handlers, whose quotas run down from call to call. Source: mixer/pkg/runtime/dispatcher. */
export class Mixer {
  private readonly quotaHandlers = new Map<string, QuotaHandler | undefined>();
  private calls = 0;

  constructor(private readonly configuration: MixerConfiguration) {}

  answer({ call, attributes, quotas }: MixerCall): MixerAnswer {
    this.calls += 1;
    const { inScope, rules } = rulesFor(this.configuration, attributes);
    const matched = rules.map(({ fullName }) => fullName);
    if (call === 'report') return { matched, ...report(dispatches(rules, 'report'), attributes) };
    const check = checked(rules, attributes);
    if (!check) return { matched, error: true };
    const granted = check.code === 0 ? this.grant(quotas, inScope, rules, attributes) : {};
    return { matched, check, ...(Object.keys(granted).length && { quotas: granted }) };
  }

  private grant(quotas: MixerCall['quotas'], inScope: readonly Rule[], rules: readonly Rule[], attributes: Attributes) {
    const granted = Object.entries(quotas).map(([name, request]) => {
      const result = this.quota(name, request, inScope, rules, attributes);
      return [name, { granted: result?.granted ?? 0, ...(result?.message && { message: result.message }) }] as const;
    });
    return Object.fromEntries(granted);
  }

  /** A name that no rule knows is granted as asked for, and so is one whose rule does not match; undefined where an instance cannot be built. */
  private quota(
    name: string,
    request: QuotaRequest,
    inScope: readonly Rule[],
    rules: readonly Rule[],
    attributes: Attributes,
  ): QuotaResult | undefined {
    const asked = this.madeQuotas(inScope, name);
    const whole = { granted: request.amount, code: 0, message: '', validDuration: UNLIMITED };
    const matching = this.madeQuotas(rules, name);
    if (!asked.length) return whole;
    const results: QuotaResult[] = matching.length < asked.length ? [whole] : [];
    let isBroken = false;
    for (const { handler, instance } of matching) {
      const built = build(instance.expressions, attributes);
      if (!built) isBroken = true;
      else results.push(this.ask(handler, instance, built, request, name));
    }
    if (isBroken) return undefined;
    const first = results.find(
      ({ granted, code, validDuration }) => granted !== 0 || code !== 0 || validDuration !== 0,
    );
    const refused = results.filter(({ code }) => code !== 0);
    const message = refused
      .map((each) => `${matching[results.indexOf(each)]?.handler.name}:${each.message}`)
      .join(', ');
    return { ...(first ?? { granted: 0, code: 0, validDuration: 0 }), message };
  }

  /** The instances of a short name whose handler Mixer can make. */
  private madeQuotas(rules: readonly Rule[], name: string): Dispatch[] {
    return dispatches(rules, 'quota').filter(
      ({ handler, instance }) => instance.name.toLowerCase() === name.toLowerCase() && this.isMade(handler),
    );
  }

  private isMade(handler: HandlerConfig): boolean {
    const isQuota = handler.adapter === 'memquota' || handler.adapter === 'redisquota';
    return !isQuota || this.quotaHandler(handler) !== undefined;
  }

  private ask(
    handler: HandlerConfig,
    { fullName }: Instance,
    built: Built,
    request: QuotaRequest,
    name: string,
  ): QuotaResult {
    const dimensions = (built['dimensions'] ?? {}) as Built;
    const asked = this.quotaHandler(handler)?.ask(fullName, dimensions, request, `${this.calls} ${name}`);
    // The denier gives nothing; adapters that are not followed here are taken to give everything.
    return (
      asked ?? { granted: handler.adapter === 'denier' ? 0 : request.amount, code: 0, message: '', validDuration: 0 }
    );
  }

  private quotaHandler(handler: HandlerConfig): QuotaHandler | undefined {
    const { name } = handler;
    if (!this.quotaHandlers.has(name)) this.quotaHandlers.set(name, quotaHandler(handler, this.instancesOf(name)));
    return this.quotaHandlers.get(name);
  }

  /** Every instance that any rule sends to a handler. */
  private instancesOf(handler: string): string[] {
    const sent = dispatches(this.configuration.rules, 'quota').filter((each) => each.handler.name === handler);
    return sent.map(({ instance }) => instance.fullName);
  }
}

function quotaHandler({ adapter, params }: HandlerConfig, instances: readonly string[]): QuotaHandler | undefined {
  if (adapter === 'memquota') return memQuota(params, instances);
  return adapter === 'redisquota' ? redisQuota(params, instances) : undefined;
}

/** The rules in scope of a call, and those of them that match. */
export function rulesFor(
  { rules }: MixerConfiguration,
  attributes: Attributes,
): { readonly inScope: readonly Rule[]; readonly rules: readonly Rule[] } {
  const inScope = rules.filter(({ namespace }) => isInScope(namespace, attributes));
  return { inScope, rules: inScope.filter((rule) => matches(rule, attributes)) };
}

/** Rules of the root namespace apply everywhere, others to the side that reports. */
function isInScope(namespace: string, attributes: Attributes): boolean {
  const isOutbound = attributes.get('context.reporter.kind') === 'outbound';
  return (
    namespace === ROOT_NAMESPACE ||
    namespace === attributes.get(isOutbound ? 'source.namespace' : 'destination.namespace')
  );
}

/** A condition that fails counts as false. */
function matches({ match }: Rule, attributes: Attributes): boolean {
  if (typeof match === 'string') return match === 'always';
  const result = evaluate(match, attributes);
  return 'value' in result && result.value === true;
}

/** What rules send to handlers in calls of a variety. */
export const dispatches = (rules: readonly Rule[], variety: Variety): Dispatch[] =>
  rules.flatMap(({ actions }) =>
    actions.flatMap(({ handler, instances }) =>
      instances.filter((instance) => instance.variety === variety).map((instance) => ({ handler, instance })),
    ),
  );

/** What a handler answers to an instance; without `result` the instance cannot be built, or a list is not at hand. */
export interface CheckedInstance extends Dispatch {
  readonly result?: CheckResult;
}

/** What the handlers that Mixer can make answer to the checks of rules. */
export const checksOf = (rules: readonly Rule[], attributes: Attributes): CheckedInstance[] =>
  dispatches(rules, 'check').flatMap(({ handler, instance }) => {
    const answer = checker(handler);
    if (!answer) return [];
    const built = build(instance.expressions, attributes);
    const result = built && answer(built['value'] as Value | undefined);
    return [{ handler, instance, ...(result && { result }) }];
  });

/** The joined answer of all checks, or undefined where an instance cannot be built or a list is not at hand. */
function checked(rules: readonly Rule[], attributes: Attributes): CheckAnswer | undefined {
  const results: { handler: string; result: CheckResult }[] = [];
  for (const { handler, result } of checksOf(rules, attributes)) {
    if (!result) return undefined;
    results.push({ handler: handler.name, result });
  }
  const refused = results.filter(({ result }) => result.code !== 0);
  const joined: CheckResult = {
    code: refused[0]?.result.code ?? 0,
    message: refused.map(({ handler, result }) => `${handler}:${result.message}`).join(', '),
    ...leastValid(results.map(({ result }) => result)),
  };
  return checkAnswer(joined, joined.code === 0 ? rules : [], attributes);
}

/** An answer without any validity does not count. */
function leastValid(results: readonly CheckResult[]): Pick<CheckResult, 'validDuration' | 'validUseCount'> {
  let least: CheckResult | undefined;
  for (const result of results)
    least =
      least && !isDefault(least)
        ? {
            ...least,
            validDuration: Math.min(least.validDuration, result.validDuration),
            validUseCount: Math.min(least.validUseCount, result.validUseCount),
          }
        : result;
  const { validDuration, validUseCount } = least && !isDefault(least) ? least : UNREFUSED;
  return { validDuration, validUseCount };
}

const isDefault = ({ code, validDuration, validUseCount }: CheckResult): boolean =>
  code === 0 && validDuration === 0 && validUseCount === 0;

/** What a handler answers to an instance, or undefined where Mixer cannot make the handler. */
function checker({ adapter, params }: HandlerConfig): ListChecker | undefined {
  switch (adapter) {
    case 'denier':
      return () => denial(params);
    case 'listchecker':
      return listChecker(params);
    default:
      return () => ({ code: 0, message: '', validDuration: 0, validUseCount: 0 });
  }
}

function checkAnswer(result: CheckResult, rules: readonly Rule[], attributes: Attributes): CheckAnswer {
  const { code, message, validUseCount, validDuration } = result;
  const requestHeaders = rules.flatMap((rule) => operationTexts(rule.requestHeaders, attributes));
  const responseHeaders = rules.flatMap((rule) => operationTexts(rule.responseHeaders, attributes));
  return {
    code,
    message,
    validUseCount,
    validDuration: durationText({ kind: 'duration', nanoseconds: BigInt(validDuration) }),
    ...(requestHeaders.length && { requestHeaders }),
    ...(responseHeaders.length && { responseHeaders }),
  };
}

/** A value that fails or is empty leaves its operation out. */
const operationTexts = (operations: readonly HeaderOperation[], attributes: Attributes): string[] =>
  operations.flatMap(({ operation, name, value }) => {
    if (!value) return [`${operation} ${name}`];
    const result = evaluate(value, attributes);
    return 'value' in result && result.value !== '' ? [`${operation} ${name} ${result.value as string}`] : [];
  });

/** An instance that cannot be built is left out, and the call fails; the others are written. */
function report(sent: readonly Dispatch[], attributes: Attributes): Pick<MixerAnswer, 'error' | 'reports'> {
  const reports: Line[] = [];
  let isBroken = false;
  for (const { handler, instance } of sent) {
    const write = writer(handler);
    if (write === 'not made') continue;
    const built = build(instance.expressions, attributes);
    if (!built) isBroken = true;
    else if (write) reports.push(write(instance.fullName, instance.template, built));
  }
  return { ...(isBroken && { error: true }), reports };
}

/** Writes what a handler of the adapter stdio receives; undefined for other adapters. */
export function writer({ adapter, params }: HandlerConfig): Writer | 'not made' | undefined {
  return adapter === 'stdio' ? (stdioWriter(params) ?? 'not made') : undefined;
}
