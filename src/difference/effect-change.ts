/** In what two effects of one request differ. */
import type { Mirror, Retry } from '../envoy/run/outcome';
import type { Effect, EffectAnswer, EffectEnd } from '../simulation/effect';
import type { Transport } from '../simulation/transport';

/** Values with the shares of the requests that have them, the likeliest first. */
export type Shared<Value> = readonly { readonly share: number; readonly value: Value }[];

/** What becomes of a request: where it ends, and what the client gets. */
export interface Ending {
  readonly end: EffectEnd;
  readonly answer: Pick<Extract<EffectAnswer, { kind: 'response' }>, 'kind' | 'status' | 'flags'> | EffectAnswer;
}

interface Differs<Aspect extends string, Value> {
  readonly aspect: Aspect;
  readonly before: Shared<Value>;
  readonly after: Shared<Value>;
}

/** One thing in which effects differ; null stands for what is not there. */
export type EffectChange =
  | Differs<'outcome', Ending>
  | Differs<'method' | 'authority' | 'path' | 'timeout' | 'delay' | 'body', string | null>
  | (Differs<'request header' | 'response header', string | null> & { readonly name: string })
  | Differs<'retries', Retry | null>
  | Differs<'mirrors', readonly Mirror[]>
  | Differs<'transport', Transport>;

/** Everything in which the effects of a request differ; empty where nothing can tell them apart. */
export function effectChanges(before: readonly Effect[], after: readonly Effect[]): EffectChange[] {
  const outcome = differs('outcome', before, after, endingOf);
  const [was, is] = comparable(before, after);
  const text = <Aspect extends 'method' | 'authority' | 'path' | 'timeout' | 'delay' | 'body'>(
    aspect: Aspect,
    valueOf: (effect: Effect) => string | undefined,
  ) => differs(aspect, was, is, (effect) => valueOf(effect) ?? null);
  return [
    ...outcome,
    ...text('method', ({ sent }) => sent?.method),
    ...text('authority', ({ sent }) => sent?.authority),
    ...text('path', ({ sent }) => sent?.path),
    ...headerChanges('request header', was, is, ({ sent }) => sent?.headers),
    ...text('timeout', ({ hops }) => first(hops.map(({ timeout }) => timeout))),
    ...differs('retries', was, is, ({ hops }) => first(hops.map(({ retries }) => retries)) ?? null),
    ...differs('mirrors', was, is, ({ hops }) => hops.flatMap(({ mirrors }) => mirrors)),
    ...text('delay', ({ hops }) => first(hops.map(({ delay }) => delay))),
    ...headerChanges('response header', was, is, ({ answer }) =>
      answer.kind === 'response' ? answer.headers : undefined,
    ),
    ...text('body', ({ answer }) => (answer.kind === 'response' ? answer.body : undefined)),
    ...transportChanges(was, is),
  ];
}

const first = <Value>(values: readonly (Value | undefined)[]): Value | undefined =>
  values.find((value) => value !== undefined);

/** How a connection is made does not matter to where it goes: it is compared by itself. */
function endingOf({ end, answer }: Effect): Ending {
  const shown = answer.kind === 'response' ? { kind: answer.kind, status: answer.status, flags: answer.flags } : answer;
  if (end.kind !== 'arrived') return { end, answer: shown };
  return { end: { ...end, transport: UNCOMPARED }, answer: shown };
}

const UNCOMPARED: Transport = { kind: 'plaintext' };

/** Effects that end alike in both; where none do, those that arrive. */
function comparable(before: readonly Effect[], after: readonly Effect[]): [readonly Effect[], readonly Effect[]] {
  const keyOf = (effect: Effect): string => JSON.stringify(endingOf(effect));
  const keys = new Set(before.map(keyOf));
  const common = new Set(after.map(keyOf).filter((key) => keys.has(key)));
  const isCompared = (effect: Effect): boolean =>
    common.size > 0 ? common.has(keyOf(effect)) : effect.end.kind === 'arrived';
  const [was, is] = [before.filter(isCompared), after.filter(isCompared)];
  return was.length > 0 && is.length > 0 ? [whole(was), whole(is)] : [[], []];
}

/** Shares among those that are compared. */
function whole(effects: readonly Effect[]): readonly Effect[] {
  const total = effects.reduce((sum, { share }) => sum + share, 0);
  return effects.map((effect) => ({ ...effect, share: effect.share / total }));
}

function differs<Aspect extends string, Value>(
  aspect: Aspect,
  before: readonly Effect[],
  after: readonly Effect[],
  valueOf: (effect: Effect) => Value,
): Differs<Aspect, Value>[] {
  const [was, is] = [shared(before, valueOf), shared(after, valueOf)];
  return JSON.stringify(was) === JSON.stringify(is) ? [] : [{ aspect, before: was, after: is }];
}

function shared<Value>(effects: readonly Effect[], valueOf: (effect: Effect) => Value): Shared<Value> {
  const found = new Map<string, { share: number; value: Value }>();
  for (const effect of effects) {
    const value = valueOf(effect);
    const key = JSON.stringify(value);
    found.set(key, { value, share: (found.get(key)?.share ?? 0) + effect.share });
  }
  return [...found]
    .sort(([one, { share }], [other, { share: than }]) => than - share || (one < other ? -1 : 1))
    .map(([, { value, share }]) => ({ value, share: Math.round(share * 1e6) / 1e6 }));
}

function headerChanges(
  aspect: 'request header' | 'response header',
  before: readonly Effect[],
  after: readonly Effect[],
  headersOf: (effect: Effect) => readonly (readonly [string, string])[] | undefined,
): EffectChange[] {
  const names = new Set([...before, ...after].flatMap((effect) => (headersOf(effect) ?? []).map(([name]) => name)));
  return [...names].flatMap((name) =>
    differs(aspect, before, after, (effect) => valuesOf(headersOf(effect) ?? [], name)).map((each) => ({
      ...each,
      name,
    })),
  );
}

function valuesOf(headers: readonly (readonly [string, string])[], name: string): string | null {
  const values = headers.filter(([each]) => each === name).map(([, value]) => value);
  return values.length > 0 ? values.join(', ') : null;
}

function transportChanges(before: readonly Effect[], after: readonly Effect[]): EffectChange[] {
  const arrived = (effects: readonly Effect[]) => effects.filter(({ end }) => end.kind === 'arrived');
  return differs('transport', arrived(before), arrived(after), ({ end }) =>
    end.kind === 'arrived' ? end.transport : UNCOMPARED,
  );
}

/** How a change matters: requests fail that did not, no longer fail, or go on in another way. */
export type Consequence = 'breaking' | 'fixed' | 'changed';

/** The consequence of a change, by the share of the requests that fail. */
export function consequenceOf(before: readonly Effect[], after: readonly Effect[]): Consequence {
  const more = failing(after) - failing(before);
  if (Math.abs(more) < 1e-6) return 'changed';
  return more > 0 ? 'breaking' : 'fixed';
}

const failing = (effects: readonly Effect[]): number =>
  effects.filter(({ answer }) => fails(answer)).reduce((sum, { share }) => sum + share, 0);

const fails = (answer: EffectAnswer): boolean =>
  answer.kind === 'none' || answer.kind === 'closed' || (answer.kind === 'response' && answer.status >= 400);
