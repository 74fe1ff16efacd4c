/** What VirtualServices name as destinations, and what these mean to the proxies that follow their routes. */
import type { KindMap } from '../../schema/kinds';
import type { Destination } from '../../schema/kinds/networking';
import type { Field } from '../../source/field';
import type { Resource } from '../../source/resource';
import { configs } from '../settings/configs';
import { gatewayCalled, workloadsOfGateway } from '../gateways/gateways';
import { fullGatewayName, fullHost } from '../services/hostname';
import { perMesh } from '../memo';
import type { Mesh } from '../mesh';
import { meshConfig } from '../settings/mesh-config';
import type { Service } from '../services/service';
import { bestService } from '../services/services';
import { type Export, exportOf, reaches } from './visibility';

type VirtualService = Resource<KindMap['VirtualService']>;

/** A destination with its host in full, and the service that it leads to. */
export interface NamedDestination {
  readonly field: Field<Destination>;
  readonly virtualService: VirtualService;
  /** The kind of the route; a mirror gets copies of what an HTTP route forwards. */
  readonly role: 'http' | 'mirror' | 'tls' | 'tcp';
  readonly host: string;
  /** What the route holds for: `mesh`, or gateways as `namespace/name`. */
  readonly gateways: readonly string[];
  /** The ports that requests must have been sent to; undefined where any will do. */
  readonly ports: readonly number[] | undefined;
  /** Whose proxies follow the route: those that the VirtualService is exported to, and those of its gateways. */
  readonly viewers: readonly string[];
  /** As the first of the viewers sees it that sees it at all. */
  readonly service: Service | undefined;
}

/** Every destination of every VirtualService, delegates among them. */
export const namedDestinations: (mesh: Mesh) => readonly NamedDestination[] = perMesh((mesh) =>
  configs(mesh, 'VirtualService').flatMap((virtualService) => [
    ...virtualService.each('spec.http[]').flatMap((route) => {
      const copies = [...route.each('mirror'), ...route.each('mirrors[].destination')];
      return [
        ...inFull(mesh, virtualService, route.value, 'http', route.each('route[].destination')),
        ...inFull(mesh, virtualService, route.value, 'mirror', copies),
      ];
    }),
    ...virtualService
      .each('spec.tls[]')
      .flatMap((route) => inFull(mesh, virtualService, route.value, 'tls', route.each('route[].destination'))),
    ...virtualService
      .each('spec.tcp[]')
      .flatMap((route) => inFull(mesh, virtualService, route.value, 'tcp', route.each('route[].destination'))),
  ]),
);

interface Matching {
  readonly match?: readonly { readonly gateways?: readonly string[]; readonly port?: number }[];
}

function inFull(
  mesh: Mesh,
  virtualService: VirtualService,
  { match = [] }: Matching,
  role: NamedDestination['role'],
  fields: readonly Field<Destination>[],
): NamedDestination[] {
  const { namespace } = virtualService;
  const gateways = gatewaysOfRoute(virtualService, match);
  const viewers = viewersOf(mesh, virtualService, gateways);
  const ports = match.length > 0 && match.every(({ port }) => port) ? match.map(({ port }) => port!) : undefined;
  return fields.map((field) => {
    const host = fullHost(field.value.host ?? '', namespace, mesh.domain);
    const service = seenBy(mesh, host, viewers);
    return { field, virtualService, role, host, gateways, ports, viewers, service };
  });
}

/** A match may keep a route to some of the gateways; those that the VirtualService is not bound to do not count. */
function gatewaysOfRoute({ namespace, value }: VirtualService, match: NonNullable<Matching['match']>): string[] {
  const { gateways = [] } = value.spec ?? {};
  const bound = (gateways.length > 0 ? gateways : ['mesh']).map((name) => fullGatewayName(name, namespace));
  if (match.length === 0 || match.some((each) => !each.gateways?.length)) return bound;
  const wanted = match.flatMap((each) => each.gateways!.map((name) => fullGatewayName(name, namespace)));
  return bound.filter((name) => wanted.includes(name));
}

function viewersOf(mesh: Mesh, { namespace, value }: VirtualService, gateways: readonly string[]): readonly string[] {
  const to = exportOf(value.spec?.exportTo ?? [], meshConfig(mesh).defaultVirtualServiceExportTo, namespace);
  const inMesh = gateways.includes('mesh') ? clientsOf(to, namespace) : [];
  const atGateways = gateways.flatMap((name) => gatewayNamespaces(mesh, name)).filter((viewer) => reaches(to, viewer));
  const viewers = [...new Set([...inMesh, ...atGateways])];
  return viewers.length > 0 ? viewers : clientsOf(to, namespace);
}

/** Of what is exported everywhere, its own namespace stands for all. */
const clientsOf = (to: Export, namespace: string): readonly string[] => (to === 'everywhere' ? [namespace] : [...to]);

const known = perMesh(() => new Map<string, readonly string[]>());

/** Where the proxies of a gateway run. */
function gatewayNamespaces(mesh: Mesh, name: string): readonly string[] {
  const before = known(mesh).get(name);
  if (before) return before;
  const gateway = gatewayCalled(mesh, name);
  const found = gateway ? workloadsOfGateway(mesh, gateway).map(({ namespace }) => namespace) : [];
  known(mesh).set(name, found);
  return found;
}

/** The service that goes by a host for the first of several namespaces that sees one. */
export function seenBy(mesh: Mesh, hostname: string, viewers: readonly string[]): Service | undefined {
  for (const viewer of viewers) {
    const service = bestService(mesh, hostname, viewer);
    if (service) return service;
  }
  return undefined;
}
