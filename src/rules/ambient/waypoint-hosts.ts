import { configs } from '../../mesh/settings/configs';
import { fullHost, serviceHost } from '../../mesh/services/hostname';
import { perMesh } from '../../mesh/memo';
import type { Mesh } from '../../mesh/mesh';
import { isAmbientNamespace } from '../../mesh/ambient/waypoints';
import type { KindMap } from '../../schema/kinds';
import type { Field } from '../../source/field';
import type { Resource } from '../../source/resource';

type Service = Resource<KindMap['Service']>;

/** A VirtualService or DestinationRule that only a waypoint can follow in ambient mode, and the hosts that it is for. */
export interface WaypointHosts {
  readonly resource: Resource<unknown>;
  readonly kind: 'VirtualService' | 'DestinationRule';
  readonly hosts: readonly { readonly field: Field<string>; readonly service: Service | undefined }[];
}

const byHost = perMesh(
  (mesh) => new Map(mesh.all('Service').map((each) => [serviceHost(each.name, each.namespace, mesh.domain), each])),
);

/** Every one that is about requests between pods; the Services are those in ambient mode. */
export const waypointHosts = perMesh((mesh): readonly WaypointHosts[] => {
  const hosts = (resource: Resource<unknown>, fields: readonly Field<string>[]) =>
    fields
      .filter(({ value }) => value !== '' && value !== '*')
      .map((field) => ({ field, service: ambientService(mesh, field.value, resource.namespace) }));
  return [
    ...configs(mesh, 'VirtualService').flatMap((resource) =>
      routesMesh(resource.value.spec)
        ? [{ resource, kind: 'VirtualService' as const, hosts: hosts(resource, resource.each('spec.hosts[]')) }]
        : [],
    ),
    ...configs(mesh, 'DestinationRule').flatMap((resource) =>
      isAboutRequests(resource.value.spec)
        ? [{ resource, kind: 'DestinationRule' as const, hosts: hosts(resource, resource.each('spec.host')) }]
        : [],
    ),
  ];
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

const routesMesh = ({
  gateways = [],
  http = [],
  tls = [],
}: NonNullable<KindMap['VirtualService']['spec']> = {}): boolean =>
  (gateways.length === 0 || gateways.includes('mesh')) && http.length + tls.length > 0;

type DestinationRule = NonNullable<KindMap['DestinationRule']['spec']>;

function isAboutRequests({ trafficPolicy, subsets = [] }: DestinationRule = {}): boolean {
  return [trafficPolicy, ...subsets.map((subset) => subset.trafficPolicy)].some((policy) => {
    const { consistentHash } = policy?.loadBalancer ?? {};
    return Boolean(
      policy?.outlierDetection ||
      policy?.connectionPool?.http ||
      consistentHash?.httpHeaderName ||
      consistentHash?.httpCookie,
    );
  });
}
