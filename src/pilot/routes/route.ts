/** The routes of a VirtualService as Envoy's. */
import type { DirectResponseAction, HeaderRules, Metadata, PerFilterConfig, Route } from '../../envoy/config';
import { selects } from '../../mesh/workloads/labels';
import type { Route as WrittenRoute } from '../../mesh/traffic/virtual-services';
import type { Field } from '../../source/field';
import type { HTTPDirectResponse, HTTPMatchRequest, HTTPRoute } from '../../schema/kinds/networking';
import { configMetadata } from '../config-metadata';
import { from } from '../origins';
import { parseSubsetKey } from '../subset-key';
import { hostPort } from '../host-port';
import type { RouteContext } from './context';
import { corsPolicy } from './cors';
import { httpFault } from './fault';
import { forwarding } from './forward';
import { NO_RULES, headerOperations, joinedRules } from './headers';
import { routeMatch, takesAll } from './match';
import { redirectAction } from './redirect';

/** All routes that can be reached here, one for each match, up to the first that takes everything. istio: route.BuildHTTPRoutesForVirtualService */
export function routesOf(context: RouteContext): Route[] {
  const routes: Route[] = [];
  const metadata = configMetadata(context.virtualService.resource);
  for (const written of context.virtualService.http) {
    const matches = written.value.match ?? [];
    if (matches.length === 0) return [...routes, translate(context, written, undefined, written.field, metadata)];
    const fields = matchFields(written);
    for (const [index, match] of matches.entries()) {
      if (!isForHere(context, match)) continue;
      const route = translate(context, written, match, fields[index] ?? written.field, metadata);
      routes.push(route);
      if (takesAll(route.match ?? {})) return routes;
    }
  }
  return routes;
}

/** Where matches were written; those of a delegate are made of two, and only the route has a place. */
const matchFields = ({ field, delegatedBy }: WrittenRoute<HTTPRoute>): Field[] =>
  delegatedBy ? [] : field.each('match[]');

/** istio: route.sourceMatchHTTP, and the port of TranslateRoute */
function isForHere({ push: { proxy }, port, gateway }: RouteContext, match: HTTPMatchRequest): boolean {
  if (match.port && match.port !== port) return false;
  // A waypoint does not know the labels of those who call.
  if (proxy.kind === 'waypoint' && Object.keys(match.sourceLabels ?? {}).length > 0) return false;
  if (match.gateways?.length) return match.gateways.includes(gateway);
  if (!selects(match.sourceLabels, proxy.workloadLabels)) return false;
  return !match.sourceNamespace || match.sourceNamespace === proxy.namespace;
}

/** istio: route.TranslateRoute */
function translate(
  context: RouteContext,
  { value }: WrittenRoute<HTTPRoute>,
  match: HTTPMatchRequest | undefined,
  field: Field,
  metadata: Metadata,
): Route {
  const { push, virtualService, port } = context;
  const where = routeMatch(match, virtualService.semantics);
  const name = match?.name ? `${value.name ?? ''}.${match.name}` : value.name;
  const { rules, ...action } = actionOf(context, value, where);
  const doing = operation(where, action.route?.cluster, hostPort(virtualService.name, port));
  const route: Route = { ...(name && { name }), match: where, ...action, metadata, decorator: { operation: doing } };
  const own = headerOperations(value.headers).rules;
  if (own !== NO_RULES || rules !== NO_RULES) Object.assign(route, joinedRules(own, rules));
  if (match?.statPrefix) route.statPrefix = match.statPrefix;
  const filters = filterConfig(value);
  if (filters) route.typedPerFilterConfig = filters;
  return from(push.origins, field, route);
}

type Action = Pick<Route, 'route' | 'redirect' | 'directResponse'> & { rules: HeaderRules };

function actionOf(context: RouteContext, route: HTTPRoute, where: Route['match']): Action {
  if (route.redirect) {
    const redirect = redirectAction(route.redirect, context);
    return redirect ? { redirect, rules: NO_RULES } : { rules: NO_RULES };
  }
  if (route.directResponse) return { directResponse: directResponse(route.directResponse), rules: NO_RULES };
  const { action, rules } = forwarding(context, route, where ?? {});
  return { route: action, rules };
}

/** istio: route.ApplyDirectResponse */
function directResponse({ status = 0, body }: HTTPDirectResponse): DirectResponseAction {
  const code = status === 0 ? {} : { status };
  if (body?.string !== undefined) return { ...code, body: { inlineString: body.string } };
  if (body?.bytes !== undefined) return { ...code, body: { inlineBytes: body.bytes } };
  return body ? { ...code, body: {} } : code;
}

function filterConfig({ fault, corsPolicy: cors }: HTTPRoute): PerFilterConfig | undefined {
  if (!fault && !cors) return undefined;
  return {
    ...(fault && { 'envoy.filters.http.fault': httpFault(fault) }),
    ...(cors && { 'envoy.filters.http.cors': corsPolicy(cors) }),
  };
}

/** How traces name what a route does. istio: route.GetRouteOperation */
function operation(match: Route['match'] = {}, cluster: string | undefined, otherwise: string): string {
  const { prefix, path, safeRegex } = match;
  const where = prefix !== undefined ? `${prefix}*` : (path ?? safeRegex?.regex ?? '/*');
  const target = cluster === undefined ? undefined : parseSubsetKey(cluster);
  return (target ? `${target.host}:${target.port}` : otherwise) + where;
}
