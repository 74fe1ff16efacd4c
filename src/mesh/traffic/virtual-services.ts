/** VirtualServices as the control plane uses them: names in full, delegates merged in, in the order in which they count. */
import type { KindMap } from '../../schema/kinds';
import type { Destination, HTTPRoute, TCPRoute, TLSRoute } from '../../schema/kinds/networking';
import type { Field } from '../../source/field';
import type { Resource } from '../../source/resource';
import { configs } from '../settings/configs';
import { convertedFirst } from '../creation';
import { delegationOf, underRoot } from './delegates';
import { convertedVirtualServices } from '../gateway-api/virtual-services';
import { addTo } from '../grouping';
import { fullGatewayName, fullHost } from '../services/hostname';
import { ingressVirtualServices } from '../gateways/ingress';
import { perMesh } from '../memo';
import type { Mesh } from '../mesh';
import { meshConfig } from '../settings/mesh-config';
import { type Export, exportOf } from './visibility';

/** A route with all names in full, and where it was written. */
export interface Route<T> {
  readonly value: T;
  readonly field: Field<T>;
  /** Of a delegate's route: the route that delegated to it. */
  readonly delegatedBy?: Field<T>;
}

/** A name in full, and where it was written. */
export interface Named {
  readonly name: string;
  readonly field: Field;
}

/** By whose rules routes are read: those that VirtualServices have, or what they were made from. */
export type Semantics = 'istio' | 'gateway' | 'ingress';

/** One VirtualService that has hosts of its own. */
export interface VirtualService {
  readonly resource: Resource<KindMap['VirtualService']>;
  readonly name: string;
  readonly namespace: string;
  readonly hosts: readonly Named[];
  /** `mesh` or `namespace/name`; never empty. */
  readonly gateways: readonly Named[];
  readonly exportTo: Export;
  readonly semantics: Semantics;
  readonly http: readonly Route<HTTPRoute>[];
  readonly tls: readonly Route<TLSRoute>[];
  readonly tcp: readonly Route<TCPRoute>[];
}

/** Every VirtualService but the delegates, the oldest first; those made of the Gateway API and of Ingresses are among them. istio: VirtualServiceController.MergedVirtualServices */
export const virtualServices: (mesh: Mesh) => readonly VirtualService[] = perMesh((mesh) =>
  convertedFirst(
    [...ingressVirtualServices(mesh), ...convertedVirtualServices(mesh)],
    writtenVirtualServices(mesh),
    ({ resource }) => resource,
  ),
);

/** Those that were written as such. */
export const writtenVirtualServices: (mesh: Mesh) => readonly VirtualService[] = perMesh((mesh) =>
  configs(mesh, 'VirtualService')
    .filter(({ value }) => value.spec?.hosts?.length)
    .map((resource) => inFull(mesh, resource)),
);

function inFull(mesh: Mesh, resource: VirtualService['resource']): VirtualService {
  const { name, namespace } = resource;
  const gateways = resource.each('spec.gateways[]');
  return {
    resource,
    name,
    namespace,
    hosts: resource
      .each('spec.hosts[]')
      .map((field) => ({ name: fullHost(field.value, namespace, mesh.domain), field })),
    gateways: gateways.length
      ? gateways.map((field) => ({ name: fullGatewayName(field.value, namespace), field }))
      : [{ name: 'mesh', field: resource.at(['spec']) }],
    exportTo: exportOf(resource.value.spec?.exportTo ?? [], meshConfig(mesh).defaultVirtualServiceExportTo, namespace),
    semantics: 'istio',
    http: resource.each('spec.http[]').flatMap((field) => httpRoutes(mesh, field)),
    tls: resource.each('spec.tls[]').map((field) => ({ value: tlsInFull(mesh, field), field })),
    tcp: resource.each('spec.tcp[]').map((field) => ({ value: tcpInFull(mesh, field), field })),
  };
}

/** A route itself, or those of the delegate that agree with it; none where the delegate is not met. */
function httpRoutes(mesh: Mesh, field: Field<HTTPRoute>): Route<HTTPRoute>[] {
  const value = httpInFull(mesh, field);
  const delegation = delegationOf(mesh, field);
  if (!delegation) return [{ value, field }];
  if (!delegation.met) return [];
  return delegation.delegate.each('spec.http[]').flatMap((own) => {
    const merged = underRoot(value, httpInFull(mesh, own));
    return merged ? [{ value: merged, field: own, delegatedBy: field }] : [];
  });
}

/** istio: model.ResolveVirtualServiceShortnames */
function httpInFull(mesh: Mesh, { value, resource: { namespace } }: Field<HTTPRoute>): HTTPRoute {
  const destinations = <T extends { destination?: Destination }>(each: T): T => withDestination(mesh, each, namespace);
  return {
    ...value,
    ...(value.match && { match: value.match.map((match) => withGateways(match, namespace)) }),
    ...(value.route && { route: value.route.map(destinations) }),
    ...(value.mirror && { mirror: destinationInFull(mesh, value.mirror, namespace) }),
    ...(value.mirrors && { mirrors: value.mirrors.map(destinations) }),
  };
}

function tlsInFull(mesh: Mesh, { value, resource: { namespace } }: Field<TLSRoute>): TLSRoute {
  return {
    ...value,
    ...(value.match && { match: value.match.map((match) => withGateways(match, namespace)) }),
    ...(value.route && { route: value.route.map((each) => withDestination(mesh, each, namespace)) }),
  };
}

function tcpInFull(mesh: Mesh, { value, resource: { namespace } }: Field<TCPRoute>): TCPRoute {
  return {
    ...value,
    ...(value.match && { match: value.match.map((match) => withGateways(match, namespace)) }),
    ...(value.route && { route: value.route.map((each) => withDestination(mesh, each, namespace)) }),
  };
}

function withGateways<T extends { gateways?: string[] }>(match: T, namespace: string): T {
  if (!match.gateways) return match;
  return { ...match, gateways: match.gateways.map((name) => fullGatewayName(name, namespace)) };
}

function withDestination<T extends { destination?: Destination }>(mesh: Mesh, each: T, namespace: string): T {
  return each.destination ? { ...each, destination: destinationInFull(mesh, each.destination, namespace) } : each;
}

const destinationInFull = (mesh: Mesh, destination: Destination, namespace: string): Destination => ({
  ...destination,
  host: fullHost(destination.host ?? '', namespace, mesh.domain),
});

interface OfGateway {
  readonly inNamespace: Map<string, VirtualService[]>;
  readonly toNamespace: Map<string, VirtualService[]>;
  readonly toAll: VirtualService[];
}

const byGateway = perMesh((mesh) => {
  const gateways = new Map<string, OfGateway>();
  for (const virtualService of virtualServices(mesh))
    for (const { name } of virtualService.gateways) {
      let known = gateways.get(name);
      if (!known) gateways.set(name, (known = { inNamespace: new Map(), toNamespace: new Map(), toAll: [] }));
      register(known, virtualService);
    }
  return gateways;
});

function register({ inNamespace, toNamespace, toAll }: OfGateway, virtualService: VirtualService): void {
  const { exportTo, namespace } = virtualService;
  if (exportTo === 'everywhere') {
    toAll.push(virtualService);
    return;
  }
  for (const to of exportTo) addTo(to === namespace ? inNamespace : toNamespace, to, virtualService);
}

/**
 * The VirtualServices that are bound to a gateway (`mesh` or `namespace/name`) and visible from a namespace: those exported to
 * their own namespace alone, those exported to it by name, those exported to all. Clients favour routes of the Gateway API that
 * their own namespace has for a service. istio: PushContext.VirtualServicesForGateway, model.SelectVirtualServices
 */
export function virtualServicesOf(mesh: Mesh, gateway: string, namespace: string): readonly VirtualService[] {
  const known = byGateway(mesh).get(gateway);
  if (!known) return [];
  const { inNamespace, toNamespace, toAll } = known;
  const own = inNamespace.get(namespace) ?? [];
  const given = toNamespace.get(namespace) ?? [];
  const favoured = (all: readonly VirtualService[]) => ownRoutesFirst(all, namespace);
  if (gateway !== 'mesh') return [...own, ...given, ...favoured(toAll)];
  return [...favoured(own), ...favoured(given), ...favoured(toAll)];
}

function ownRoutesFirst(all: readonly VirtualService[], namespace: string): readonly VirtualService[] {
  const isOwn = (each: VirtualService): boolean => each.semantics === 'gateway' && each.namespace === namespace;
  return all.some(isOwn) ? [...all.filter(isOwn), ...all.filter((each) => !isOwn(each))] : all;
}

/** The ports to which routes lead, by host; 0 stands for any. */
export type Destinations = ReadonlyMap<string, ReadonlySet<number>>;

const unconditional = new WeakMap<VirtualService, Destinations>();

/**
 * Where the routes of a VirtualService lead: all of them, or those that may match requests from a namespace.
 * istio: virtualServiceDestinationsFilteredBySourceNamespace
 */
export function destinationsOf(virtualService: VirtualService, sourceNamespace?: string): Destinations {
  const known = unconditional.get(virtualService);
  if (known) return known;
  const depends = virtualService.http.some(({ value }) => namedSources(value).length > 0);
  if (depends) return destinationsFrom(virtualService, sourceNamespace);
  const found = destinationsFrom(virtualService, undefined);
  unconditional.set(virtualService, found);
  return found;
}

function destinationsFrom({ http, tls, tcp }: VirtualService, sourceNamespace: string | undefined): Destinations {
  const found = new Map<string, Set<number>>();
  const add = (destination: Destination | undefined): void => {
    if (!destination) return;
    const ports = found.get(destination.host ?? '') ?? new Set<number>();
    found.set(destination.host ?? '', ports.add(destination.port?.number ?? 0));
  };
  for (const { value } of http) {
    if (sourceNamespace !== undefined && !isFor(value, sourceNamespace)) continue;
    for (const { destination } of value.route ?? []) add(destination);
    add(value.mirror);
    for (const { destination } of value.mirrors ?? []) add(destination);
  }
  for (const { value } of [...tcp, ...tls]) for (const { destination } of value.route ?? []) add(destination);
  return found;
}

const namedSources = ({ match = [] }: HTTPRoute): string[] =>
  match.flatMap(({ sourceNamespace }) => sourceNamespace || []);

/** Whether a route may match requests from a namespace. */
function isFor(route: HTTPRoute, namespace: string): boolean {
  const named = namedSources(route);
  return named.length === 0 || named.includes(namespace);
}
