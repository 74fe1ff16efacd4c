/** Where requests for gateways and services are led: by the routes of VirtualServices, else to what a service selects. */
import { withoutUndefined } from '../source/without-undefined';
import type { HTTPRoute, L4MatchAttributes, TCPRoute, TLSMatchAttributes, TLSRoute } from '../schema/kinds/networking';
import { subsetsOf } from '../mesh/traffic/destination-rules';
import { fullHost, covers } from '../mesh/services/hostname';
import { selects } from '../mesh/workloads/labels';
import type { Mesh } from '../mesh/mesh';
import { isGateway } from '../mesh/workloads/proxy';
import type { Service } from '../mesh/services/service';
import { bestService, services } from '../mesh/services/services';
import { type Route, type VirtualService, virtualServices, virtualServicesOf } from '../mesh/traffic/virtual-services';
import { type Workload, workloadsSelected } from '../mesh/workloads/workloads';
import { connectionCondition, httpCondition } from './condition';
import type { RouteEdge } from './connection';
import { gatewayId, serviceId, workloadId } from './nodes';

type Destinations = NonNullable<HTTPRoute['route']>;

interface Way {
  readonly route: Route<HTTPRoute | TLSRoute | TCPRoute>;
  readonly conditions: readonly string[];
  readonly destinations: Destinations;
}

/** Every lead of the mesh. */
export function routeEdges(mesh: Mesh): readonly RouteEdge[] {
  const throughGateways = virtualServices(mesh).flatMap((each) =>
    each.gateways
      .filter(({ name }) => name !== 'mesh')
      .flatMap(({ name }) => ways(each).flatMap((way) => gatewayLeads(mesh, each, gatewayId(name), way))),
  );
  return [...throughGateways, ...services(mesh).flatMap((service) => serviceLeads(mesh, service))];
}

/** The workloads that a service selects. Gateways are not among them: they are drawn by the routes through them. */
const workloadsBehind = (mesh: Mesh, { selector, namespace }: Service): readonly Workload[] =>
  selector && Object.keys(selector).length > 0
    ? workloadsSelected(mesh, selector, namespace).filter((workload) => !isGateway(mesh, workload))
    : [];

function ways({ http, tls, tcp }: VirtualService): Way[] {
  const connections: readonly Route<TLSRoute | TCPRoute>[] = [...tls, ...tcp];
  return [
    ...http.map((route) => ({
      route,
      conditions: (route.value.match ?? []).map(httpCondition),
      destinations: route.value.route ?? [],
    })),
    ...connections.map((route) => ({
      route,
      conditions: (route.value.match ?? []).map((match: TLSMatchAttributes & L4MatchAttributes) =>
        connectionCondition(match),
      ),
      destinations: route.value.route ?? [],
    })),
  ];
}

function gatewayLeads(mesh: Mesh, { namespace }: VirtualService, from: string, way: Way): RouteEdge[] {
  return way.destinations.flatMap(({ destination, weight }) => {
    const service = bestService(mesh, fullHost(destination?.host ?? '', namespace, mesh.domain), namespace);
    return service ? [lead(from, serviceId(service), way, weight, destination?.subset)] : [];
  });
}

/** As clients in the service's own namespace are led. */
function serviceLeads(mesh: Mesh, service: Service): RouteEdge[] {
  const from = serviceId(service);
  const routed = virtualServicesOf(mesh, 'mesh', service.namespace).find(({ hosts }) =>
    hosts.some(({ name }) => covers(name, service.hostname)),
  );
  if (!routed) return workloadsBehind(mesh, service).map((workload) => plain(from, workloadId(workload)));
  return ways(routed).flatMap((way) =>
    way.destinations.flatMap(({ destination, weight }) => {
      const to = bestService(mesh, fullHost(destination?.host ?? '', routed.namespace, mesh.domain), routed.namespace);
      if (!to) return [];
      const chosen = inSubset(mesh, to, destination?.subset);
      const targets = chosen.length > 0 ? chosen.map(workloadId) : to === service ? [] : [serviceId(to)];
      return targets.map((target) => lead(from, target, way, weight, destination?.subset));
    }),
  );
}

function inSubset(mesh: Mesh, service: Service, name: string | undefined): readonly Workload[] {
  const behind = workloadsBehind(mesh, service);
  if (!name) return behind;
  const subset = subsetsOf(mesh, service.hostname, service.namespace).find(({ value }) => value.name === name);
  return subset ? behind.filter(({ labels }) => selects(subset.value.labels, labels)) : [];
}

const plain = (from: string, to: string): RouteEdge => ({ kind: 'route', from, to, conditions: [] });

function lead(from: string, to: string, way: Way, weight: number | undefined, subset: string | undefined): RouteEdge {
  const total = way.destinations.reduce((sum, each) => sum + (each.weight ?? 0), 0);
  return withoutUndefined<RouteEdge>({
    kind: 'route',
    from,
    to,
    conditions: way.conditions.includes('') ? [] : way.conditions,
    share: way.destinations.length > 1 && total > 0 ? Math.round(((weight ?? 0) / total) * 100) : undefined,
    subset,
    place: way.route.field,
  });
}
