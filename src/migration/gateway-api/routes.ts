/** The routes of a VirtualService as an HTTPRoute and TLSRoutes. */
import type { Mesh } from '../../mesh/mesh';
import type { VirtualService } from '../../mesh/traffic/virtual-services';
import { byPrecedence } from '../../mesh/gateway-api/matches';
import { serviceHost } from '../../mesh/services/hostname';
import { servicesCalled } from '../../mesh/services/services';
import type { Destination, HTTPMatchRequest, HTTPRoute, StringMatch, TLSRoute } from '../../schema/kinds/networking';
import type { Field } from '../../source/field';
import type { KubernetesObject } from '../../source/resource';
import type { Unsayable } from './gateway';
import { own } from '../../source/own';

/** The routes that say the same for the gateways of a VirtualService; what they cannot say is added to a list. */
export function routesOf(mesh: Mesh, virtualService: VirtualService, unsayable: Unsayable[]): KubernetesObject[] {
  const { resource, name, namespace, hosts, gateways, http, tls, tcp } = virtualService;
  const converter = new Converter(mesh, namespace, unsayable);
  for (const gateway of gateways)
    if (gateway.name === 'mesh')
      unsayable.push({
        field: gateway.field,
        reason: 'it applies to sidecars; routes of the Gateway API for a Service apply to each port alone',
      });
  for (const route of tcp)
    unsayable.push({ field: route.field, reason: 'routes of TCP are not translated; write a TCPRoute' });
  if (resource.value.spec?.exportTo)
    unsayable.push({ field: resource.at(['spec', 'exportTo']), reason: '"exportTo" has no counterpart' });
  const parentRefs = gateways.map(({ name: full }) => {
    const [home, own] = full.split('/');
    return { name: own, ...(home !== namespace && { namespace: home }) };
  });
  const hostnames = hosts.map((host) => host.name).filter((host) => host !== '*');
  const routeOf = (kind: string, title: string, names: readonly string[], rules: object[]) =>
    ({
      apiVersion: 'gateway.networking.k8s.io/v1',
      kind,
      metadata: { name: title, namespace },
      spec: { parentRefs, ...(names.length > 0 && { hostnames: names }), rules },
    }) as KubernetesObject;
  return [
    ...(http.length > 0
      ? [routeOf('HTTPRoute', name, hostnames, converter.httpRules(http.map(({ field }) => field)))]
      : []),
    ...tls.map(({ field }, index) =>
      routeOf('TLSRoute', index === 0 ? name : `${name}-${index + 1}`, converter.sniHosts(field), [
        converter.tlsRule(field),
      ]),
    ),
  ];
}

const ROUTE_FIELDS = new Set(['name', 'match', 'route', 'redirect', 'timeout', 'headers']);

const WHY: Readonly<Record<string, string>> = {
  fault: 'the Gateway API has no fault injection',
  retries: 'retries of the Gateway API are experimental',
  mirror: 'mirrors are not translated; write a RequestMirror filter',
  corsPolicy: 'CORS is not translated; write a CORS filter',
  rewrite: 'a rewrite replaces path segments there, and text here; write a URLRewrite filter',
  delegate: 'the Gateway API has no delegates; attach the routes of the delegate to the Gateway',
};

class Converter {
  constructor(
    private readonly mesh: Mesh,
    private readonly namespace: string,
    private readonly unsayable: Unsayable[],
  ) {}

  /** Routes are asked in an order of their own there: one that changes the order cannot be said. */
  httpRules(routes: readonly Field<HTTPRoute>[]): object[] {
    const all = routes.flatMap(({ value }) => (value.match?.length ? value.match : [{}]));
    const anyPath: StringMatch = all.some(({ uri }) => uri && isExpression(uri)) ? { regex: '/.*' } : { prefix: '/' };
    const asked = routes.flatMap((route) =>
      (route.value.match?.length ? route.value.match : [{}]).map((match) => ({
        route,
        match: { ...match, uri: pathOf(match.uri, anyPath) },
      })),
    );
    asked.forEach(({ route, match }, index) => {
      if (asked.slice(0, index).some((before) => byPrecedence([before.match], [match]) > 0))
        this.fail(
          route,
          'an earlier route matches first here, and this one there, as its path or its conditions are more specific',
        );
    });
    return routes.map((route) => this.httpRule(route, anyPath));
  }

  private httpRule(route: Field<HTTPRoute>, anyPath: StringMatch): object {
    const { timeout, redirect } = route.value;
    this.onlyFields(route, ROUTE_FIELDS);
    const filters = [...this.headerFilters(route), ...(redirect ? [this.redirectFilter(route)] : [])];
    const matches = route
      .get('match')
      .items()
      .map((match) => this.httpMatch(match, anyPath));
    if (matches.length === 0 && anyPath.regex !== undefined) matches.push({ path: pathMatch(anyPath) });
    return {
      ...(matches.length > 0 && { matches }),
      ...(filters.length > 0 && { filters }),
      ...(timeout !== undefined && { timeouts: { request: timeout } }),
      ...(route.value.route && { backendRefs: this.backends(route) }),
    };
  }

  private backends(route: Field<HTTPRoute>): object[] {
    const destinations = route.get('route').items();
    for (const each of destinations)
      if (each.value.headers) this.fail(each.child('headers'), 'headers of a destination are not translated');
    return destinations.map((each) => this.backend(each.get('destination') as Field<Destination>, each.value.weight));
  }

  tlsRule(route: Field<TLSRoute>): object {
    for (const match of route.get('match').items()) this.onlyFields(match, new Set(['sniHosts']));
    const destinations = route.get('route').items();
    return {
      backendRefs: destinations.map((each) =>
        this.backend(each.get('destination') as Field<Destination>, each.value.weight),
      ),
    };
  }

  sniHosts(route: Field<TLSRoute>): string[] {
    const hosts = (route.value.match ?? []).flatMap(({ sniHosts = [] }) => sniHosts);
    if (hosts.includes('*')) this.fail(route, 'a TLSRoute requires hostnames, and "*" is not one');
    return [...new Set(hosts)];
  }

  private fail(field: Field, reason: string): void {
    this.unsayable.push({ field, reason });
  }

  private onlyFields(owner: Field, known: ReadonlySet<string>): void {
    for (const name of Object.keys(owner.value as object))
      if (!known.has(name)) this.fail(owner.child(name), own(WHY, name) ?? `"${name}" has no counterpart`);
  }

  private httpMatch(match: Field<HTTPMatchRequest>, anyPath: StringMatch): object {
    this.onlyFields(match, new Set(['name', 'uri', 'method', 'headers', 'queryParams']));
    const { uri, method, headers = {}, queryParams = {} } = match.value;
    if (method && method.exact === undefined) this.fail(match.child('method'), 'a method is matched as a whole there');
    const named = (matches: Record<string, StringMatch>) =>
      Object.entries(matches).map(([name, text]) => ({ name, ...valueMatch(text) }));
    return {
      ...((uri || anyPath.regex !== undefined) && { path: pathMatch(pathOf(uri, anyPath)) }),
      ...(method?.exact !== undefined && { method: method.exact }),
      ...(Object.keys(headers).length > 0 && { headers: named(headers) }),
      ...(Object.keys(queryParams).length > 0 && { queryParams: named(queryParams) }),
    };
  }

  private headerFilters(route: Field<HTTPRoute>): object[] {
    const { request, response } = route.value.headers ?? {};
    return [
      ...(request ? [{ type: 'RequestHeaderModifier', requestHeaderModifier: modifier(request) }] : []),
      ...(response ? [{ type: 'ResponseHeaderModifier', responseHeaderModifier: modifier(response) }] : []),
    ];
  }

  private redirectFilter(route: Field<HTTPRoute>): object {
    const redirect = route.get('redirect');
    this.onlyFields(redirect, new Set(['uri', 'authority', 'scheme', 'redirectCode', 'port']));
    const { uri, authority, scheme, redirectCode = 301, port } = redirect.value ?? {};
    if (redirectCode !== 301 && redirectCode !== 302)
      this.fail(redirect.child('redirectCode'), 'only 301 and 302 have a counterpart');
    return {
      type: 'RequestRedirect',
      requestRedirect: {
        ...(scheme !== undefined && { scheme }),
        ...(authority !== undefined && { hostname: authority }),
        ...(uri !== undefined && { path: { type: 'ReplaceFullPath', replaceFullPath: uri } }),
        ...(port !== undefined && { port }),
        statusCode: redirectCode,
      },
    };
  }

  private backend(destination: Field<Destination>, weight: number | undefined): object {
    const { host = '', subset, port } = destination.value;
    if (subset !== undefined)
      this.fail(
        destination.child('subset'),
        'the Gateway API has no subsets; create a Service for each version, and route to these',
      );
    const [service] = servicesCalled(this.mesh, serviceHost(host, this.namespace, this.mesh.domain));
    const field = destination.child('host');
    if (!service || !service.isInCluster)
      this.fail(field, `"${host}" is not a Kubernetes Service of the input; add it with --with`);
    else if (service.namespace !== this.namespace)
      this.fail(field, `"${host}" is in another namespace, which requires a ReferenceGrant there`);
    const number = port?.number ?? (service?.ports.length === 1 ? service.ports[0]!.number : undefined);
    if (service && number === undefined) this.fail(field, `"${host}" has several ports; name one`);
    return { name: service?.name ?? host, port: number, ...(weight !== undefined && { weight }) };
  }
}

/** A prefix is text here and whole segments there; only that of all paths is the same. */
const isExpression = ({ exact, prefix }: StringMatch): boolean => exact === undefined && prefix !== '/';

/** A path as it is matched there: exactly, by an expression, or any. */
function pathOf(uri: StringMatch | undefined, anyPath: StringMatch): StringMatch {
  if (!uri || uri.prefix === '/') return anyPath;
  return uri.prefix === undefined ? uri : { regex: `${escaped(uri.prefix)}.*` };
}

function pathMatch({ exact, prefix, regex }: StringMatch): object {
  if (exact !== undefined) return { type: 'Exact', value: exact };
  return prefix === undefined ? { type: 'RegularExpression', value: regex } : { type: 'PathPrefix', value: prefix };
}

function valueMatch({ exact, prefix, regex }: StringMatch): object {
  if (exact !== undefined) return { value: exact };
  return { type: 'RegularExpression', value: regex ?? `${escaped(prefix ?? '')}.*` };
}

const escaped = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');

const modifier = ({
  set,
  add,
  remove,
}: {
  set?: Record<string, string>;
  add?: Record<string, string>;
  remove?: string[];
}): object => ({
  ...(set && { set: pairs(set) }),
  ...(add && { add: pairs(add) }),
  ...(remove && { remove }),
});

const pairs = (headers: Record<string, string>) => Object.entries(headers).map(([name, value]) => ({ name, value }));
