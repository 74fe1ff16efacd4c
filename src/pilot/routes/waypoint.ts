/** The route configurations inside the listener of a waypoint. */
import type { Route, RouteConfiguration } from '../../envoy/config';
import { overlaps } from '../../mesh/services/hostname';
import type { Service } from '../../mesh/services/service';
import type { VirtualService } from '../../mesh/traffic/virtual-services';
import type { Field } from '../../source/field';
import { type Push, perPushAnd } from '../context';
import { inboundRuleFor } from '../destination-rule';
import { hostPort } from '../host-port';
import { from } from '../origins';
import { defaultOutboundRoute } from './default-route';
import { hashPolicies } from './hash-policy';
import { routesOf } from './route';
import { MAX_BODY } from './sidecar';

/** What the requests of one chain are for. */
export interface WaypointTarget {
  readonly cluster: string;
  /** Absent where pods are called by their own addresses. */
  readonly service: Service | undefined;
  readonly port: number;
  readonly field: Field | undefined;
}

/** istio: buildWaypointInboundHTTPRouteConfig */
export function waypointRoutes(push: Push, target: WaypointTarget): RouteConfiguration {
  const { cluster, service, port, field } = target;
  const written = service ? virtualServicesOf(push, service).flatMap((each) => translated(push, each, port)) : [];
  const routes = written.length > 0 ? written : [defaultRoute(push, target)];
  const domains = service?.resolution === 'dynamic-dns' ? [service.hostname] : ['*'];
  const virtualHost = from(push.origins, field, { name: `inbound|http|${port}`, domains, routes });
  return {
    name: cluster,
    virtualHosts: [virtualHost],
    validateClusters: false,
    ...(written.length === 0 && MAX_BODY),
  };
}

/** The VirtualServices that hold for a service at a waypoint, whoever calls. istio: getVirtualServiceForWaypoint */
export const virtualServicesOf = perPushAnd(({ scope, proxy }, service: Service): readonly VirtualService[] =>
  (scope.egress[0]?.virtualServices ?? []).filter(
    ({ namespace, hosts }) =>
      (namespace === proxy.namespace || namespace === service.namespace) &&
      hosts.some(({ name }) => overlaps(name, service.hostname)),
  ),
);

/** istio: waypointInboundRoute */
function translated(push: Push, virtualService: VirtualService, port: number): Route[] {
  const services = (host: string) => push.scope.services.get(host);
  return routesOf({ push, virtualService, port, gateway: 'mesh', scheme: 'http', services });
}

/** istio: buildSidecarInboundHTTPRouteConfig for waypoints */
function defaultRoute(push: Push, { cluster, service, port, field }: WaypointTarget): Route {
  const rule = service && inboundRuleFor(push, service.hostname);
  const hash = hashPolicies(rule?.trafficPolicy?.value.loadBalancer?.consistentHash);
  const operation = `${hostPort(service?.hostname ?? '', port)}/*`;
  return from(push.origins, field, defaultOutboundRoute(cluster, operation, push.meshConfig, hash));
}
