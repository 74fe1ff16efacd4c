/** Holds what came of a request against what was expected. */
import type { Route } from '../envoy/config';
import type { HeaderMatcher } from '../envoy/config';
import { headerMismatch } from '../envoy/match/header';
import { inWords } from '../envoy/run/because';
import { type Header, HeaderMap } from '../envoy/run/header-map';
import type { HTTPRoute } from '../schema/kinds/networking';
import type { Field } from '../source/field';
import type { Journey, Way } from '../simulation/journey';
import type { Unfollowed } from '../simulation/reason';
import { parseSubsetKey } from '../pilot/subset-key';
import type { Expectation, RouteTarget } from './suite';
import { own } from '../source/own';

/** An expectation that is not met. */
export type Difference =
  /** `field` as `upstream.path`; each actual value once, undefined where there is none. */
  | { readonly kind: 'value'; readonly field: string; readonly expected: Plain; readonly actual: readonly Actual[] }
  | { readonly kind: 'header'; readonly name: string; readonly actual: readonly string[] }
  | { readonly kind: 'shares'; readonly expected: Shares; readonly actual: Shares }
  | { readonly kind: 'refusal'; readonly expected: string; readonly actual: readonly string[] }
  /** `mismatches` say why no matcher of Envoy's takes them. */
  | { readonly kind: 'header match'; readonly of: 'request' | 'response'; readonly mismatches: readonly string[] }
  /** A member of the route that is taken; `is` says whether it is expected to be so, or to be anything else. */
  | (Members & { readonly kind: 'configured'; readonly is: boolean })
  | { readonly kind: 'reached'; readonly name: string; readonly share: number }
  | { readonly kind: 'not followed'; readonly name: string; readonly because: Unfollowed }
  | {
      readonly kind: 'route';
      /** Whether exactly this route is expected, or any other. */
      readonly is: boolean;
      readonly expected: readonly RouteTarget[];
      readonly actual: readonly RouteTarget[];
    };

interface Members {
  readonly member: string;
  readonly expected: unknown;
  readonly actual: unknown;
}

type Plain = string | number | boolean;
type Actual = Plain | undefined;

/** Shares in percent by the names of those who answer. */
type Shares = Readonly<Record<string, number>>;

/** Every expectation that did not come true; one that is about all ways must hold on each. */
export function differences(journey: Journey, expect: Expectation): Difference[] {
  const { ways } = journey;
  const onEach = <Value extends Plain>(
    field: string,
    expected: Value | undefined,
    actual: (way: Way) => Value | undefined,
  ): Difference[] => {
    if (expected === undefined) return [];
    const wrong = ways.map(actual).filter((value) => value !== expected);
    return wrong.length === 0 ? [] : [{ kind: 'value', field, expected, actual: unique(wrong) }];
  };
  /** As `onEach`; an empty text expects that there is none. */
  const orNone = (field: string, expected: string | undefined, actual: (way: Way) => string | undefined) =>
    onEach(field, expected, (way) => actual(way) ?? (expected === '' ? '' : undefined));
  const { upstream = {}, headers = {} } = expect;
  return [
    ...onEach('status', expect.status, ({ answer }) => (answer.kind === 'response' ? answer.status : undefined)),
    ...onEach('connected', expect.connected, ({ answer }) =>
      answer.kind === 'unknown' ? undefined : answer.kind === 'connected' || answer.kind === 'response',
    ),
    ...onEach('flags', expect.flags, ({ answer }) => ('flags' in answer ? answer.flags.join(',') || '-' : undefined)),
    ...onEach('details', expect.details, ({ answer }) => ('details' in answer ? answer.details : undefined)),
    ...onEach('destination', expect.destination, destinationOf),
    ...onEach('service', expect.service, ({ end }) =>
      end.kind === 'arrived' ? end.destination.service?.hostname : undefined,
    ),
    ...onEach('subset', expect.subset, subsetOf),
    ...refused(ways, expect.refusedBy),
    ...orNone('virtualHost', expect.virtualHost, (way) => firstChosen(way, 'virtual host')),
    ...orNone('cluster', expect.cluster, (way) => firstChosen(way, 'cluster')),
    // The configuration of Istio has none.
    ...orNone('virtualCluster', expect.virtualCluster, () => undefined),
    ...orNone('location', expect.location, (way) => answered(way, 'location')),
    ...Object.entries(headers).flatMap(([name, value]) =>
      onEach(`headers.${name}`, value, (way) => answered(way, name)),
    ),
    ...onEach('upstream.method', upstream.method, (way) => sentOn(way)?.method),
    ...orNone('upstream.host', upstream.host, (way) => sentOn(way)?.authority),
    ...orNone('upstream.path', upstream.path, (way) => sentOn(way)?.path),
    ...Object.entries(upstream.headers ?? {}).flatMap(([name, value]) =>
      onEach(`upstream.headers.${name}`, value, (way) => headerIn(sentOn(way)?.headers, name)),
    ),
    ...(upstream.without ?? []).flatMap((name) => withheld(ways, name)),
    ...shares(ways, expect.shares),
    ...(expect.never ?? []).flatMap((name) => reached(ways, name)),
    ...routed(ways, expect.route),
    ...configured(ways, expect.configured),
    ...unmatched(ways, 'request', expect.requestMatches, (way) => sentOn(way)?.headers),
    ...unmatched(ways, 'response', expect.responseMatches, ({ answer }) =>
      answer.kind === 'response' ? answer.headers : undefined,
    ),
  ];
}

/** Headers that are not as Envoy's matchers want them. */
function unmatched(
  ways: readonly Way[],
  of: 'request' | 'response',
  matchers: readonly HeaderMatcher[] = [],
  headersOf: (way: Way) => readonly Header[] | undefined,
): Difference[] {
  return matchers.flatMap((matcher): Difference[] => {
    const wrong = ways.flatMap((way) => headerMismatch(matcher, new HeaderMap(headersOf(way), of), inWords) ?? []);
    return wrong.length === 0 ? [] : [{ kind: 'header match', of, mismatches: unique(wrong) }];
  });
}

/** Members of the route that is taken which are not as they are expected. */
function configured(ways: readonly Way[], expected: Expectation['configured']): Difference[] {
  if (!expected) return [];
  const route = ways[0] && writtenRoute(ways[0]);
  return Object.entries(expected.members).flatMap(([member, value]): Difference[] => {
    const actual = member === 'delegate' ? delegateOf(route, value) : route?.value[member as keyof HTTPRoute];
    if ((canonical(actual) === canonical(value)) === expected.is) return [];
    return [{ kind: 'configured', member, is: expected.is, expected: value, actual }];
  });
}

/** The route of a VirtualService from which the first proxy's route was made. */
function writtenRoute({ hops }: Way): Field<HTTPRoute> | undefined {
  const [hop] = hops;
  const chosen = hop?.steps.findLast(({ stage }) => stage === 'route')?.chosen;
  const origin = chosen && hop?.translation.origins.get(chosen);
  if (origin?.path[1] !== 'http') return undefined;
  return origin.resource.at(origin.path.slice(0, 3)) as Field<HTTPRoute>;
}

/** The VirtualService that has the route, as far as a reference to it says. */
function delegateOf(route: Field<HTTPRoute> | undefined, reference: unknown): unknown {
  if (!route || (route.resource.value as { spec?: { hosts?: string[] } }).spec?.hosts?.length) return undefined;
  const { name, namespace } = route.resource;
  const isFull = typeof reference === 'object' && reference !== null && 'namespace' in reference;
  return { name, ...(isFull && { namespace }) };
}

/** JSON with the members of each object in one order. */
const canonical = (value: unknown): string =>
  JSON.stringify(value, (_, inner: unknown) =>
    inner !== null && typeof inner === 'object' && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([one], [other]) => (one < other ? -1 : 1)))
      : inner,
  ) ?? '';

const unique = <Item>(items: readonly Item[]): Item[] => [...new Set(items)];

/** Who answers: `WORKLOAD.NAMESPACE`, or the host of somebody outside. */
function destinationOf({ end }: Way): string | undefined {
  return end.kind === 'arrived' ? end.destination.party.name : undefined;
}

const subsetOf = ({ end }: Way): string | undefined => (end.kind === 'arrived' ? end.destination.subset : undefined);

const sentOn = ({ hops }: Way) => {
  const outcome = hops.findLast(({ outcome }) => outcome.kind === 'response' && outcome.upstream)?.outcome;
  return outcome?.kind === 'response' ? outcome.upstream?.request : undefined;
};

/** The value of a header; of one that is there several times, all of them with commas, as HTTP reads them. */
function headerIn(headers: readonly Header[] | undefined, name: string): string | undefined {
  const values = headers?.filter(([each]) => each === name.toLowerCase()).map(([, value]) => value) ?? [];
  return values.length > 0 ? values.join(',') : undefined;
}

const answered = ({ answer }: Way, name: string): string | undefined =>
  answer.kind === 'response' ? headerIn(answer.headers, name) : undefined;

/** What the first proxy chose, by the name that it has in the configuration. */
function firstChosen({ hops }: Way, stage: 'virtual host' | 'cluster'): string | undefined {
  const chosen = hops[0]?.steps.findLast((step) => step.stage === stage)?.chosen as { name?: string } | undefined;
  return chosen?.name;
}

const withheld = (ways: readonly Way[], name: string): Difference[] => {
  const sent = ways.map((way) => headerIn(sentOn(way)?.headers, name)).filter((value) => value !== undefined);
  return sent.length === 0 ? [] : [{ kind: 'header', name, actual: unique(sent) }];
};

/** Chance is exact in a simulation; shares are written by hand, to the percent. */
const TOLERANCE = 0.5;

function shares(ways: readonly Way[], expected: Expectation['shares']): Difference[] {
  if (!expected) return [];
  const actual = new Map<string, number>();
  for (const way of ways) {
    const names = [destinationOf(way), subsetOf(way)];
    const name = names.find((each) => each !== undefined && Object.hasOwn(expected, each)) ?? names[0] ?? 'nowhere';
    actual.set(name, (actual.get(name) ?? 0) + way.share * 100);
  }
  const all = new Set([...Object.keys(expected), ...actual.keys()]);
  const wrong = [...all].filter((name) => Math.abs((own(expected, name) ?? 0) - (actual.get(name) ?? 0)) > TOLERANCE);
  return wrong.length === 0 ? [] : [{ kind: 'shares', expected, actual: Object.fromEntries(actual) }];
}

function refused(ways: readonly Way[], policy: string | undefined): Difference[] {
  if (policy === undefined) return [];
  const refusals = ways.map(({ end }) =>
    'refusal' in end
      ? (end.refusal?.policies ?? []).map(({ kind, namespace, name }) => `${kind} ${namespace}/${name}`)
      : [],
  );
  const wrong = refusals.filter((policies) => !policies.includes(policy));
  return wrong.length === 0 ? [] : [{ kind: 'refusal', expected: policy, actual: unique(wrong.flat()) }];
}

function reached(ways: readonly Way[], name: string): Difference[] {
  for (const { end } of ways) if (end.kind === 'unknown') return [{ kind: 'not followed', name, because: end.because }];
  const share = ways.filter((way) => destinationOf(way) === name).reduce((sum, way) => sum + way.share * 100, 0);
  return share === 0 ? [] : [{ kind: 'reached', name, share }];
}

function routed(ways: readonly Way[], expected: Expectation['route']): Difference[] {
  if (!expected) return [];
  const chosen = ways[0]?.hops[0]?.steps.findLast(({ stage }) => stage === 'route')?.chosen as Route | undefined;
  const targets = chosen ? targetsOf(chosen) : [];
  const same =
    targets.length === expected.to.length &&
    expected.to.every((wanted) => targets.some((target) => fits(wanted, target)));
  return same === expected.is ? [] : [{ kind: 'route', is: expected.is, expected: expected.to, actual: targets }];
}

function targetsOf({ route }: Route): RouteTarget[] {
  const { cluster, weightedClusters } = route ?? {};
  const clusters = weightedClusters?.clusters ?? (cluster === undefined ? [] : [{ name: cluster }]);
  return clusters.flatMap((each) => {
    const key = parseSubsetKey(each.name ?? '');
    const share = 'weight' in each && typeof each.weight === 'number' ? { share: each.weight } : {};
    return key ? [{ host: key.host, port: key.port, ...(key.subset && { subset: key.subset }), ...share }] : [];
  });
}

/** A short name of a host fits the full one. */
const fits = (wanted: RouteTarget, target: RouteTarget): boolean =>
  (target.host === wanted.host || target.host.startsWith(`${wanted.host}.`)) &&
  (wanted.subset ?? '') === (target.subset ?? '') &&
  (wanted.port === undefined || wanted.port === target.port) &&
  (wanted.share === undefined || target.share === undefined || wanted.share === target.share);
