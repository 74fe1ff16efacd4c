/** The routes of a VirtualService as Envoy's. */
import type { DirectResponseAction, PerFilterConfig, Route } from '../../envoy/config';
import { selects } from '../../mesh/labels';
import type { Route as WrittenRoute } from '../../mesh/virtual-services';
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
import { headerOperations, joinedRules } from './headers';
import { routeMatch, takesAll } from './match';
import { redirectAction } from './redirect';

/** All routes that can be reached here, one for each match, up to the first that takes everything. istio: route.BuildHTTPRoutesForVirtualService */
export function routesOf(context: RouteContext): Route[] {
  const routes: Route[] = [];
  for (const written of context.virtualService.http) {
    const matches = written.value.match ?? [];
    if (matches.length === 0) return [...routes, translate(context, written, undefined, written.field)];
    for (const [index, match] of matches.entries()) {
      if (!isForHere(context, match)) continue;
      const route = translate(context, written, match, matchField(written, index));
      routes.push(route);
      if (takesAll(route.match ?? {})) return routes;
    }
  }
  return routes;
}

/** Where a match was written; those of a delegate are made of two, and only the route has a place. */
function matchField({ field, delegatedBy }: WrittenRoute<HTTPRoute>, index: number): Field {
  return delegatedBy ? field : (field.each('match[]')[index] ?? field);
}

/** istio: route.sourceMatchHTTP, and the port of TranslateRoute */
function isForHere({ push: { proxy }, port, gateway }: RouteContext, match: HTTPMatchRequest): boolean {
  if (match.port && match.port !== port) return false;
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
): Route {
  const { push, virtualService } = context;
  const where = routeMatch(match, virtualService.semantics);
  const name = match?.name ? `${value.name ?? ''}.${match.name}` : value.name;
  const { rules: toDestination, ...action } = actionOf(context, value, where);
  const filters = filterConfig(value);
  return from(push.origins, field, {
    ...(name && { name }),
    match: where,
    ...action,
    metadata: configMetadata(virtualService.resource),
    decorator: { operation: operation(where, action.route?.cluster, hostPort(virtualService.name, context.port)) },
    ...joinedRules(headerOperations(value.headers).rules, toDestination ?? {}),
    ...(match?.statPrefix && { statPrefix: match.statPrefix }),
    ...(filters && { typedPerFilterConfig: filters }),
  });
}

type Action = Pick<Route, 'route' | 'redirect' | 'directResponse'> & { rules?: ReturnType<typeof joinedRules> };

function actionOf(context: RouteContext, route: HTTPRoute, where: Route['match']): Action {
  if (route.redirect) {
    const redirect = redirectAction(route.redirect, context);
    return redirect ? { redirect } : {};
  }
  if (route.directResponse) return { directResponse: directResponse(route.directResponse) };
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
