/** The rules of HTTPRoutes and GRPCRoutes as routes of a VirtualService, one for each match. */
import { withoutUndefined } from '../../source/without-undefined';
import type {
  GRPCRouteFilter,
  GRPCRouteRule,
  HTTPBackendRef,
  HTTPRouteFilter,
  HTTPRouteRule,
} from '../../schema/kinds/gateway-api';
import type {
  HTTPMatchRequest,
  HTTPRetry,
  HTTPRoute,
  HTTPRouteDestination,
  Headers,
} from '../../schema/kinds/networking';
import { parseDuration } from '../../schema/duration';
import { Field } from '../../source/field';
import type { Mesh } from '../mesh';
import type { Route } from '../traffic/virtual-services';
import { type Backend, type BackendProblem, type Sender, backend } from './backends';
import * as filters from './filters';
import { grpcMatch, httpMatch } from './matches';

/** What is wrong with a part of a rule. */
export interface RuleProblem {
  readonly field: Field;
  readonly problem: BackendProblem | filters.FilterProblem;
}

/** The routes that came of a route object, none where one of its rules voids them all. */
export interface Converted<T> {
  readonly routes: readonly Route<T>[];
  readonly problems: readonly RuleProblem[];
}

type Rule = Field<HTTPRouteRule> | Field<GRPCRouteRule>;
type Filter = HTTPRouteFilter | GRPCRouteFilter;

/** istio: convertHTTPRoute */
export function httpRules(
  mesh: Mesh,
  sender: Sender,
  rules: readonly Field<HTTPRouteRule>[],
  prefix: string,
): Converted<HTTPRoute> {
  return convert(rules, (rule, index) => {
    const conversion = new Conversion(mesh, sender, rule, 'http', `${prefix}.${index}`);
    const { retry, timeouts } = rule.value;
    const retries = retry && retriesOf(retry);
    const route = conversion.route({ ...timing(timeouts, retries) });
    return conversion.split(
      route,
      rule.each('matches[]').map((field) => ({ field, match: httpMatch(field.value) })),
    );
  });
}

/** istio: convertGRPCRoute */
export function grpcRules(
  mesh: Mesh,
  sender: Sender,
  rules: readonly Field<GRPCRouteRule>[],
  prefix: string,
): Converted<HTTPRoute> {
  return convert(rules, (rule, index) => {
    const conversion = new Conversion(mesh, sender, rule, 'grpc', `${prefix}.${index}`);
    const route = conversion.route({});
    return conversion.split(
      route,
      rule.each('matches[]').map((field) => ({ field, match: grpcMatch(field.value) })),
    );
  });
}

interface OfRule {
  readonly routes: readonly Route<HTTPRoute>[];
  readonly problems: readonly RuleProblem[];
  readonly isVoid: boolean;
}

function convert<R extends Rule>(rules: readonly R[], one: (rule: R, index: number) => OfRule): Converted<HTTPRoute> {
  const converted = rules.map(one);
  const problems = converted.flatMap((each) => each.problems);
  return { problems, routes: converted.some(({ isVoid }) => isVoid) ? [] : converted.flatMap(({ routes }) => routes) };
}

/** One rule on its way, and what is found wrong with it. */
class Conversion {
  private readonly problems: RuleProblem[] = [];
  private isVoid = false;

  constructor(
    private readonly mesh: Mesh,
    private readonly sender: Sender,
    private readonly rule: Rule,
    private readonly protocol: 'http' | 'grpc',
    private readonly name: string,
  ) {}

  /** The route of the rule, without a match. */
  route(timing: Pick<HTTPRoute, 'timeout' | 'retries'>): HTTPRoute {
    const all = (this.rule as Field<HTTPRouteRule>).each('filters[]');
    const filtered = Object.assign({}, ...all.map((field) => this.filter(field))) as HTTPRoute;
    const headers = this.headers(all);
    const mirrors = all.flatMap((field) => this.mirror(field));
    return {
      name: this.rule.value.name ?? this.name,
      ...filtered,
      ...(headers && { headers }),
      ...(mirrors.length > 0 && { mirrors }),
      ...timing,
      ...this.target(filtered.redirect !== undefined),
    };
  }

  /** The route once for each match. */
  split(route: HTTPRoute, matches: readonly { field: Field; match: HTTPMatchRequest }[]): OfRule {
    const { resource, path } = this.rule;
    const placed = matches.map(
      ({ field, match }) => new Field<HTTPRoute>(resource, field.path, { ...route, match: [match] }),
    );
    const fields = placed.length > 0 ? placed : [new Field(resource, path, route)];
    const routes = fields.map((field) => ({ value: field.value, field }));
    return { routes, problems: this.problems, isVoid: this.isVoid };
  }

  private filter(field: Field<Filter>): HTTPRoute {
    const { type, requestRedirect, urlRewrite, cors } = field.value as HTTPRouteFilter;
    const isHttp = this.protocol === 'http';
    if (type === 'RequestRedirect' && isHttp)
      return requestRedirect ? { redirect: filters.redirect(requestRedirect) } : {};
    if (type === 'URLRewrite' && isHttp)
      return withoutUndefined({ rewrite: urlRewrite && filters.rewrite(urlRewrite) });
    if (type === 'CORS' && isHttp) return cors ? { corsPolicy: filters.cors(cors) } : {};
    if (!COMMON.has(type ?? '')) this.refuse(field, { because: 'unsupported-filter', name: type ?? '' });
    return {};
  }

  /** What filters do to headers, on a rule or one of its backends. */
  private headers(all: readonly Field<Filter>[]): Headers | undefined {
    const headers: Headers = {};
    for (const field of all) {
      const { type, requestHeaderModifier, responseHeaderModifier } = field.value;
      const [direction, modifier] =
        type === 'RequestHeaderModifier'
          ? (['request', requestHeaderModifier] as const)
          : (['response', type === 'ResponseHeaderModifier' ? responseHeaderModifier : undefined] as const);
      if (!modifier) continue;
      const operations = filters.headerOperations(modifier);
      if (filters.isFilterProblem(operations)) this.refuse(field, operations);
      else headers[direction] = operations;
    }
    return headers.request || headers.response ? headers : undefined;
  }

  /** A mirror that leads nowhere is left out; of a gRPC route it takes the rule with it. */
  private mirror(field: Field<Filter>) {
    const { type, requestMirror } = field.value;
    if (type !== 'RequestMirror' || !requestMirror) return [];
    const { destination, problem } = backend(this.mesh, this.sender, requestMirror.backendRef ?? {});
    if (!problem) return [filters.mirror(requestMirror, destination ?? {})];
    if (this.protocol === 'grpc') this.isVoid = true;
    this.problems.push({ field, problem });
    return [];
  }

  /** Where it leads; without backends that have any weight to a 500. */
  private target(isRedirect: boolean): Pick<HTTPRoute, 'route' | 'directResponse'> {
    const backends = (this.rule as Field<HTTPRouteRule>).each('backendRefs[]');
    const total = backends.reduce((sum, { value: { weight = 1 } }) => sum + weight, 0);
    if (total === 0 && !isRedirect) return { directResponse: { status: 500 } };
    const weighted = backends.filter(({ value: { weight = 1 } }) => weight !== 0);
    if (backends.length === 0) return {};
    return { route: weighted.map((field) => this.destination(field, weighted.length === 1)) };
  }

  private destination(field: Field<HTTPBackendRef>, isOnly: boolean): HTTPRouteDestination {
    const made: Backend = backend(this.mesh, this.sender, field.value);
    if (made.problem) this.problems.push({ field, problem: made.problem });
    if (made.problem?.effect === 'no-route') this.isVoid = true;
    const all = field.each('filters[]');
    for (const each of all)
      if (!HEADERS.has(each.value.type ?? ''))
        this.refuse(each, { because: 'unsupported-filter', name: each.value.type ?? '' });
    const headers = this.headers(all);
    return {
      ...(made.destination && { destination: made.destination }),
      weight: isOnly ? 0 : (field.value.weight ?? 1),
      ...(headers && { headers }),
    };
  }

  private refuse(field: Field, problem: filters.FilterProblem): void {
    this.isVoid = true;
    this.problems.push({ field, problem });
  }
}

const HEADERS = new Set(['RequestHeaderModifier', 'ResponseHeaderModifier']);
const COMMON = new Set([...HEADERS, 'RequestMirror']);

function retriesOf({ attempts = 2, codes = [], backoff }: NonNullable<HTTPRouteRule['retry']>): HTTPRetry {
  const retryOn = ['connect-failure', 'refused-stream', 'unavailable', 'cancelled', ...codes].join();
  return { attempts, ...(attempts !== 0 && { retryOn }), ...(backoff !== undefined && { backoff }) };
}

/** The timeout of a backend is that of each try where there are retries, else that of the whole. */
function timing(
  { request, backendRequest }: NonNullable<HTTPRouteRule['timeouts']> = {},
  retries: HTTPRetry | undefined,
): Pick<HTTPRoute, 'timeout' | 'retries'> {
  const timeout = isSome(request) ? { timeout: request } : {};
  if (!isSome(backendRequest)) return { ...timeout, ...(retries && { retries }) };
  if (!retries) return { timeout: backendRequest };
  return { ...timeout, retries: { ...retries, perTryTimeout: backendRequest } };
}

const isSome = (duration: string | undefined): duration is string =>
  duration !== undefined && (parseDuration(duration) ?? 0) !== 0;
