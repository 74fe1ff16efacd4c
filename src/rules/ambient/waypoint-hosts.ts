import { configs } from '../../mesh/settings/configs';
import { fullHost, serviceHost } from '../../mesh/services/hostname';
import { perMesh } from '../../mesh/memo';
import type { Mesh } from '../../mesh/mesh';
import { isAmbientNamespace } from '../../mesh/ambient/waypoints';
import type { AnyRoute } from '../../mesh/gateway-api/parents';
import { routesOfApi } from '../gateway-api/api-routes';
import type { KindMap } from '../../schema/kinds';
import type { Field } from '../../source/field';
import type { Resource } from '../../source/resource';

type Service = Resource<KindMap['Service']>;
type RouteKind = 'HTTPRoute' | 'GRPCRoute' | 'TLSRoute' | 'TCPRoute';

/** What only a waypoint can follow in ambient mode, and the hosts that it is for: routes of the Gateway API name Services as parents. */
export interface WaypointHosts {
  readonly resource: Resource<unknown>;
  readonly kind: 'VirtualService' | 'DestinationRule' | RouteKind;
  /** Whether it is about requests, not only about connections. */
  readonly aboutRequests: boolean;
  readonly hosts: readonly { readonly field: Field<string>; readonly service: Service | undefined }[];
}

const byHost = perMesh(
  (mesh) => new Map(mesh.all('Service').map((each) => [serviceHost(each.name, each.namespace, mesh.domain), each])),
);

/** Every one that ztunnel does not apply to traffic between pods; the Services are those in ambient mode. */
export const waypointHosts = perMesh((mesh): readonly WaypointHosts[] => {
  const hosts = (resource: Resource<unknown>, fields: readonly Field<string>[]) =>
    fields
      .filter(({ value }) => value !== '' && value !== '*')
      .map((field) => ({ field, service: ambientService(mesh, field.value, resource.namespace) }));
  return [
    ...configs(mesh, 'VirtualService').flatMap((resource) =>
      routesMesh(resource.value.spec)
        ? [
            {
              resource,
              kind: 'VirtualService' as const,
              aboutRequests: routesRequests(resource.value.spec),
              hosts: hosts(resource, resource.each('spec.hosts[]')),
            },
          ]
        : [],
    ),
    ...configs(mesh, 'DestinationRule').flatMap((resource) =>
      isAboutTraffic(resource.value.spec)
        ? [
            {
              resource,
              kind: 'DestinationRule' as const,
              aboutRequests: isAboutRequests(resource.value.spec),
              hosts: hosts(resource, resource.each('spec.host')),
            },
          ]
        : [],
    ),
    ...routesOfApi(mesh).flatMap((resource) => {
      const parents = parentServices(mesh, resource);
      const aboutRequests = resource.kind === 'HTTPRoute' || resource.kind === 'GRPCRoute';
      return parents.length > 0 ? [{ resource, kind: resource.kind as RouteKind, aboutRequests, hosts: parents }] : [];
    }),
  ];
});

/** The Services in ambient mode that a route of the Gateway API has as parents. */
const parentServices = (mesh: Mesh, route: AnyRoute): WaypointHosts['hosts'] =>
  route.each('spec.parentRefs[]').flatMap((parent) => {
    const { group, kind, name, namespace = route.namespace } = parent.value;
    if (group !== '' || kind !== 'Service') return [];
    const service = ambientService(mesh, serviceHost(name ?? '', namespace, mesh.domain), namespace);
    return service ? [{ field: parent.get('name') as Field<string>, service }] : [];
  });

function ambientService(mesh: Mesh, host: string, namespace: string): Service | undefined {
  const candidates = [
    host,
    `${host}.svc.${mesh.domain}`,
    `${host}.${mesh.domain}`,
    fullHost(host, namespace, mesh.domain),
  ];
  const service = candidates.map((each) => byHost(mesh).get(each)).find(Boolean);
  return service && isAmbientNamespace(mesh, service.namespace) ? service : undefined;
}

type VirtualService = NonNullable<KindMap['VirtualService']['spec']>;

const routesMesh = ({ gateways = [], http = [], tls = [], tcp = [] }: VirtualService = {}): boolean =>
  (gateways.length === 0 || gateways.includes('mesh')) && http.length + tls.length + tcp.length > 0;

const routesRequests = ({ http = [], tls = [] }: VirtualService = {}): boolean => http.length + tls.length > 0;

type DestinationRule = NonNullable<KindMap['DestinationRule']['spec']>;

const policiesOf = ({ trafficPolicy, subsets = [] }: DestinationRule = {}) => [
  trafficPolicy,
  ...subsets.map((subset) => subset.trafficPolicy),
];

/** Limits of connections and load balancing; ztunnel does mutual TLS itself. */
const isAboutTraffic = (spec: DestinationRule | undefined): boolean =>
  isAboutRequests(spec) || policiesOf(spec).some((policy) => policy?.connectionPool?.tcp ?? policy?.loadBalancer);

function isAboutRequests(spec: DestinationRule | undefined): boolean {
  return policiesOf(spec).some((policy) => {
    const { consistentHash } = policy?.loadBalancer ?? {};
    return Boolean(
      policy?.outlierDetection ||
      policy?.connectionPool?.http ||
      consistentHash?.httpHeaderName ||
      consistentHash?.httpCookie,
    );
  });
}
