/** What routes name as their parents, and whether these take them. */
import type { KindMap } from '../../schema/kinds';
import type { ParentReference } from '../../schema/kinds/gateway-api';
import type { Field } from '../../source/field';
import type { Resource } from '../../source/resource';
import { configs } from '../settings/configs';
import { gatewayServices } from '../gateways/gateway-deployments';
import { groupBy } from '../grouping';
import { alphabetically, covers, isWildcard, overlaps } from '../services/hostname';
import type { Labels } from '../workloads/labels';
import { perMesh } from '../memo';
import type { Mesh } from '../mesh';
import { namespaceOf } from '../settings/namespaces';
import { type ConvertedGateway, type Parent, convertedGateways } from './gateways';
import { type FullKind, GATEWAY, LISTENER_SET, SERVICE, SERVICE_ENTRY, kindOf } from './references';

export type AnyRoute = Resource<KindMap['HTTPRoute' | 'GRPCRoute' | 'TCPRoute' | 'TLSRoute']>;

/** Why a parent does not take a route. */
export type Denial =
  | { readonly because: 'unknown-parent' | 'other-port' | 'other-section' | 'kind-not-allowed' }
  | { readonly because: 'other-hostname' | 'namespace-not-allowed'; readonly hostname: string };

/** A reference of a route to one listener, or to the mesh. istio: routeParentReference */
export interface Attachment {
  readonly field: Field<ParentReference>;
  readonly parent: Parent;
  readonly parentKind: FullKind;
  /** The namespace of what is named. */
  readonly namespace: string;
  /** Hosts of other listeners beside this one: what they cover does not come here. */
  readonly elsewhere: ReadonlySet<string>;
  readonly denial?: Denial;
}

/** The mesh itself: routes of services hold for all clients. */
const MESH: Parent = {
  internalName: 'mesh',
  routeKinds: new Set(
    ['HTTPRoute', 'GRPCRoute', 'TCPRoute', 'TLSRoute'].map((kind): FullKind => `gateway.networking.k8s.io/${kind}`),
  ),
  hosts: [],
  selectsNamespaces: false,
  hostname: '',
  section: '',
  port: 0,
  protocol: '',
};

/** A listener of a ListenerSet that does not work is no parent; one of a Gateway still is. istio: GatewayCollection */
const listenersOf = perMesh((mesh) =>
  groupBy(
    convertedGateways(mesh).filter(isParent),
    ({ owner: { kind, resource } }) => `${kind} ${resource.namespace}/${resource.name}`,
  ),
);

const isParent = ({ owner, problem }: ConvertedGateway): boolean => !problem || owner.kind !== LISTENER_SET;

/** Every parent that a route names, one entry for each listener; in the order in which Istio makes use of them. istio: extractParentReferenceInfo */
export function attachments(mesh: Mesh, route: AnyRoute): Attachment[] {
  const found = route.each('spec.parentRefs[]').flatMap((field) => attachmentsOf(mesh, route, field));
  found.sort((one, other) => alphabetically(referenceText(one), referenceText(other)));
  return found.sort((one, other) => alphabetically(one.parent.internalName, other.parent.internalName));
}

function attachmentsOf(mesh: Mesh, route: AnyRoute, field: Field<ParentReference>): Attachment[] {
  const { namespace = route.namespace, name = '' } = field.value;
  const parentKind = kindOf(field.value, GATEWAY);
  const common = { field, parentKind, namespace };
  if (parentKind === SERVICE || parentKind === SERVICE_ENTRY) {
    if (isForeignWaypoint(mesh, parentKind, namespace, name)) return [];
    const denial = ofMesh(mesh, parentKind, namespace, name);
    return [{ ...common, parent: MESH, elsewhere: new Set(), ...(denial && { denial }) }];
  }
  if (parentKind !== GATEWAY && parentKind !== LISTENER_SET) return [];
  const parents = (listenersOf(mesh).get(`${parentKind} ${namespace}/${name}`) ?? []).map(({ parent }) => parent);
  return parents.map((parent) => {
    const beside = parents.filter(
      (other) => other !== parent && other.port === parent.port && other.protocol === parent.protocol,
    );
    const elsewhere = new Set(
      beside.map(({ hostname }) => hostname).filter((hostname) => hostname !== parent.hostname),
    );
    const denial = ofListener(parent, route, field.value);
    return { ...common, parent, elsewhere, ...(denial && { denial }) };
  });
}

/** istio: parentRefString */
function referenceText({ field: { value }, parentKind, namespace }: Attachment): string {
  return `${parentKind}/${value.name}/${value.sectionName ?? ''}/${value.port ?? 0}.${namespace}`;
}

/** istio: referenceAllowed */
function ofListener(parent: Parent, route: AnyRoute, { port, sectionName }: ParentReference): Denial | undefined {
  if (port && port !== parent.port) return { because: 'other-port' };
  if (sectionName && sectionName !== parent.section) return { because: 'other-section' };
  const hostnames = hostnamesOf(route);
  const names = hostnames.length > 0 ? hostnames : ['*'];
  const matching = parent.hosts.map(scoped).filter(({ host }) => names.some((name) => overlaps(host, name)));
  if (matching.length === 0) return { because: 'other-hostname', hostname: parent.hostname };
  if (!matching.some(({ namespace }) => namespace === '*' || namespace === route.namespace))
    return { because: 'namespace-not-allowed', hostname: parent.hostname };
  return parent.routeKinds.has(`${route.group}/${route.kind}`) ? undefined : { because: 'kind-not-allowed' };
}

function scoped(host: string): { namespace: string; host: string } {
  const slash = host.indexOf('/');
  return { namespace: host.slice(0, slash), host: host.slice(slash + 1) };
}

/** The hosts that a route is for; none where it is for any. */
export function hostnamesOf({ value: { spec } }: AnyRoute): readonly string[] {
  return (spec && 'hostnames' in spec && spec.hostnames) || [];
}

/** Whether requests for a host of a route come by this listener, and not by a more specific one. istio: hostnameAllowedByIsolation */
export function isLetThrough({ parent: { hostname }, elsewhere }: Attachment, host: string): boolean {
  if (hostname !== '' && !isWildcard(hostname)) return true;
  if (hostname !== '' && !overlaps(host, hostname)) return false;
  return ![...elsewhere].some((other) => hostname.length <= other.length && covers(other, host));
}

const services = perMesh(
  (mesh) =>
    new Map(
      [...configs(mesh, 'Service'), ...gatewayServices(mesh)].map((each) => [`${each.namespace}/${each.name}`, each]),
    ),
);

const serviceEntries = perMesh(
  (mesh) => new Map(configs(mesh, 'ServiceEntry').map((each) => [`${each.namespace}/${each.name}`, each])),
);

/** A Service of the cluster by its name. */
export const serviceCalled = (mesh: Mesh, namespace: string, name: string) =>
  services(mesh).get(`${namespace}/${name}`);

/** A ServiceEntry by its name. */
export const serviceEntryCalled = (mesh: Mesh, namespace: string, name: string) =>
  serviceEntries(mesh).get(`${namespace}/${name}`);

const parentService = (mesh: Mesh, kind: FullKind, namespace: string, name: string) =>
  kind === SERVICE ? serviceCalled(mesh, namespace, name) : serviceEntryCalled(mesh, namespace, name);

function ofMesh(mesh: Mesh, kind: FullKind, namespace: string, name: string): Denial | undefined {
  return parentService(mesh, kind, namespace, name) ? undefined : { because: 'unknown-parent' };
}

/** Whether a route has parents, and other controllers take care of all of them. */
export function isOfOtherController(mesh: Mesh, route: AnyRoute): boolean {
  const parents = route.each('spec.parentRefs[]');
  return parents.length > 0 && parents.every(({ value }) => isForeignParent(mesh, route, value));
}

function isForeignParent(mesh: Mesh, route: AnyRoute, reference: ParentReference): boolean {
  const { namespace = route.namespace, name = '' } = reference;
  const kind = kindOf(reference, GATEWAY);
  if (kind === SERVICE || kind === SERVICE_ENTRY) return isForeignWaypoint(mesh, kind, namespace, name);
  return kind === GATEWAY && isForeignGateway(mesh, namespace, name);
}

const WAYPOINT = 'istio.io/use-waypoint';
const OURS = new Set(['istio.io/mesh-controller', 'istio.io/gateway-controller']);

/** Whether the clients of a service go through a waypoint that another controller takes care of. istio: waypointManagedByAnotherController */
function isForeignWaypoint(mesh: Mesh, kind: FullKind, namespace: string, name: string): boolean {
  const service = parentService(mesh, kind, namespace, name);
  if (!service) return false;
  const own: Labels = service.metadata.labels ?? {};
  const labels = own[WAYPOINT] === undefined ? namespaceOf(mesh, namespace).labels : own;
  const waypoint = labels[WAYPOINT];
  if (!waypoint || waypoint.toLowerCase() === 'none') return false;
  const where = labels['istio.io/use-waypoint-namespace'] || namespace;
  return isForeignGateway(mesh, where, waypoint);
}

function isForeignGateway(mesh: Mesh, namespace: string, name: string): boolean {
  const gateway = configs(mesh, 'KubernetesGateway').find((each) => each.namespace === namespace && each.name === name);
  const className = gateway?.value.spec?.gatewayClassName;
  const controller = configs(mesh, 'GatewayClass').find((each) => each.name === className)?.value.spec?.controllerName;
  return controller !== undefined && !OURS.has(controller);
}
