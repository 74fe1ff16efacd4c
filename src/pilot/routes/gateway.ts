/** The route configurations of a gateway. */
import type { Route, RouteConfiguration, VirtualHost } from '../../envoy/config';
import { type GatewayServer, mergedGateways } from '../../mesh/gateways/gateways';
import { bySpecificity, intersection, namesForNamespace } from '../../mesh/services/hostname';
import type { Service } from '../../mesh/services/service';
import { servicesByHost } from '../../mesh/services/services';
import { type VirtualService, virtualServicesOf } from '../../mesh/traffic/virtual-services';
import { isVisible } from '../../mesh/traffic/visibility';
import type { Field } from '../../source/field';
import type { Push } from '../context';
import { hostPort } from '../host-port';
import { from } from '../origins';
import { takesAll } from './match';
import { routesOf } from './route';
import { MAX_BODY, inOrder } from './sidecar';
import { attemptCount } from './virtual-hosts';

/** istio: buildGatewayHTTPRouteConfig */
export function gatewayRoutes(push: Push, name: string): RouteConfiguration {
  const servers = mergedGateways(push.mesh, push.proxy).byRouteName.get(name);
  const [first] = servers ?? [];
  if (!servers || !first) return { name, validateClusters: false };
  const drafts = new Drafts(push);
  for (const server of servers) {
    for (const virtualService of virtualServicesOn(push, server)) drafts.addRoutes(server, virtualService);
    drafts.addRedirects(server);
  }
  const virtualHosts = drafts.virtualHosts();
  return {
    name,
    virtualHosts: virtualHosts.length > 0 ? inOrder(virtualHosts) : [blackhole(first)],
    validateClusters: false,
    ignorePortInHostMatching: true,
    ...MAX_BODY,
  };
}

const gatewayName = ({ gateway }: GatewayServer): string => `${gateway.namespace}/${gateway.name}`;

const portOf = ({ field }: GatewayServer): number => field.value.port?.number ?? 0;

/** Routes of the Gateway API in the gateway's own namespace come before what others export to it. istio: VirtualServicesForGateway */
function virtualServicesOn({ mesh, proxy }: Push, server: GatewayServer): readonly VirtualService[] {
  return virtualServicesOf(mesh, gatewayName(server), proxy.namespace);
}

/** Answers everything with 404. */
const blackhole = (server: GatewayServer): VirtualHost => ({
  name: hostPort('blackhole', portOf(server)),
  domains: ['*'],
});

interface Draft {
  readonly name: string;
  readonly domains: string[];
  readonly routes: Route[];
  readonly field: Field;
  requireTls: boolean;
}

/** The virtual hosts of one route configuration, host by host. */
class Drafts {
  private readonly byHost = new Map<string, Draft>();
  /** Each VirtualService is translated once for a gateway, so that routes that are the same are known by being so. */
  private readonly translated = new Map<string, Route[]>();

  constructor(private readonly push: Push) {}

  addRoutes(server: GatewayServer, virtualService: VirtualService): void {
    const names = virtualService.hosts.map(({ name }) => name);
    const hosts = intersection(namesForNamespace(server.hosts, virtualService.namespace), names);
    if (hosts.length === 0) return;
    const routes = this.routesOf(server, virtualService);
    if (routes.length === 0) return;
    for (const host of hosts) {
      const draft = this.at(host.toLowerCase(), server, fieldOf(virtualService, host));
      draft.routes.push(...routes);
      if (server.field.value.tls?.httpsRedirect) draft.requireTls = true;
    }
  }

  /** Where a server only sends clients to HTTPS, its hosts need no routes. */
  addRedirects(server: GatewayServer): void {
    if (!server.field.value.tls?.httpsRedirect) return;
    for (const host of server.hosts) this.at(host.toLowerCase(), server, server.field).requireTls = true;
  }

  virtualHosts(): VirtualHost[] {
    return collapsed(this.byHost).map(({ name, domains, routes, requireTls, field }) =>
      from(this.push.origins, field, {
        name,
        domains,
        ...(routes.length > 0 && { routes: inTurn(routes) }),
        ...(requireTls && { requireTls: 'ALL' as const }),
        ...attemptCount(this.push),
      }),
    );
  }

  private at(host: string, server: GatewayServer, field: Field): Draft {
    const known = this.byHost.get(host);
    if (known) return known;
    const made = { name: hostPort(host, portOf(server)), domains: [host], routes: [], field, requireTls: false };
    this.byHost.set(host, made);
    return made;
  }

  private routesOf(server: GatewayServer, virtualService: VirtualService): Route[] {
    const gateway = gatewayName(server);
    const key = `${gateway} ${virtualService.namespace}/${virtualService.name}`;
    const known = this.translated.get(key);
    if (known) return known;
    const { push } = this;
    const scheme = server.field.value.tls ? 'https' : 'http';
    const services = (host: string) => serviceFor(push, virtualService, host);
    const routes = routesOf({ push, virtualService, port: portOf(server), gateway, scheme, services });
    if (routes.length > 0) this.translated.set(key, routes);
    return routes;
  }
}

const fieldOf = ({ hosts, resource }: VirtualService, host: string): Field =>
  (hosts.find(({ name }) => name === host) ?? hosts[0])?.field ?? resource.root;

/** A destination is looked for beside its route first. istio: buildNameToServiceMapForHTTPRoutes */
function serviceFor({ mesh, proxy, scope }: Push, { namespace }: VirtualService, host: string): Service | undefined {
  const beside = servicesByHost(mesh).get(host)?.get(namespace);
  return beside && isVisible(mesh, beside, proxy.namespace) ? beside : scope.services.get(host);
}

/** Hosts with the very same routes share a virtual host, named for the most specific. istio: collapseDuplicateRoutes */
function collapsed(byHost: ReadonlyMap<string, Draft>): Draft[] {
  const numbers = new Map<Route, number>();
  const keyOf = ({ routes, requireTls }: Draft): string => {
    for (const route of routes) if (!numbers.has(route)) numbers.set(route, numbers.size);
    return `${requireTls} ${routes.map((route) => numbers.get(route)).join()}`;
  };
  const kept = new Map<string, Draft>();
  for (const host of [...byHost.keys()].sort(bySpecificity)) {
    const draft = byHost.get(host)!;
    const same = kept.get(keyOf(draft));
    if (same) same.domains.push(...draft.domains);
    else kept.set(keyOf(draft), draft);
  }
  return [...kept.values()];
}

/** Routes that take everything come last, as nothing after them is ever asked. istio: route.SortVHostRoutes */
function inTurn(routes: readonly Route[]): Route[] {
  const all = (route: Route): boolean => takesAll(route.match ?? {});
  return [...routes.filter((route) => !all(route)), ...routes.filter(all)];
}
