/** Which workloads are in ambient mode, and which proxies deal with the requests of their services. */
import type { KindMap } from '../../schema/kinds';
import type { Rule } from '../../schema/kinds/security';
import type { Resource } from '../../source/resource';
import { DATAPLANE_MODE } from '../injection/injection';
import type { Labels } from '../workloads/labels';
import { perMesh } from '../memo';
import type { Mesh } from '../mesh';
import { namespaceOf } from '../settings/namespaces';
import type { Service } from '../services/service';

/** The label by which a namespace, service or workload names its waypoint. */
export const USE_WAYPOINT = 'istio.io/use-waypoint';
const WAYPOINT_NAMESPACE = 'istio.io/use-waypoint-namespace';
/** The value of that label by which an object opts out of the waypoint of its namespace. */
export const NO_WAYPOINT = 'none';

/** Whether pods of a namespace are in ambient mode, as far as it says. */
export const isAmbientNamespace = (mesh: Mesh, name: string): boolean =>
  namespaceOf(mesh, name).labels[DATAPLANE_MODE] === 'ambient';

/** The waypoint that an object of a namespace names, by its own labels or those of the namespace. */
export interface NamedWaypoint {
  readonly name: string;
  readonly namespace: string;
  /** Who says so. */
  readonly by: 'object' | 'namespace';
}

/** The waypoint of an object with these labels; undefined where it is to have none. */
export function waypointFor(mesh: Mesh, namespace: string, labels: Labels = {}): NamedWaypoint | undefined {
  const own = labels[USE_WAYPOINT];
  const { labels: inherited } = namespaceOf(mesh, namespace);
  const [name, by, source] =
    own === undefined ? [inherited[USE_WAYPOINT], 'namespace' as const, inherited] : [own, 'object' as const, labels];
  if (!name || name === NO_WAYPOINT) return undefined;
  return { name, by, namespace: source[WAYPOINT_NAMESPACE] ?? namespace };
}

/** The label by which a namespace or service names a second waypoint. */
export const CANARY = 'istio.io/use-waypoint-canary';
const CANARY_NAMESPACE = 'istio.io/use-waypoint-canary-namespace';
/** The annotation with the share of that waypoint, in percent. */
export const CANARY_WEIGHT = 'istio.io/use-waypoint-canary-weight';

/** A second waypoint, and its share in percent; undefined where that is not a percentage. */
export interface CanaryWaypoint {
  readonly waypoint: Omit<NamedWaypoint, 'by'>;
  readonly weight: number | undefined;
}

/** The canary that a service names, or its namespace where the waypoint comes from there. istio: ResolveUseWaypointCanary */
export function canaryWaypoint(mesh: Mesh, { namespace, labels, field }: Service): CanaryWaypoint | undefined {
  const { annotations = {} } = field.resource.metadata;
  const inherits = labels[USE_WAYPOINT] === undefined || labels[USE_WAYPOINT] === NO_WAYPOINT;
  const wide = inherits ? namespaceOf(mesh, namespace) : { labels: {}, annotations: {} };
  const source: Labels = labels[CANARY] === undefined ? wide.labels : labels;
  const name = source[CANARY];
  if (!name || name === NO_WAYPOINT) return undefined;
  const weight = annotations[CANARY_WEIGHT] ?? (wide.annotations as Labels)[CANARY_WEIGHT];
  return { waypoint: { name, namespace: source[CANARY_NAMESPACE] ?? namespace }, weight: percentageOf(weight) };
}

function percentageOf(text = '0'): number | undefined {
  const number = /^[+-]?\d+$/.test(text) ? Number(text) : NaN;
  return number >= 0 && number <= 100 ? number : undefined;
}

const gateways = perMesh(
  (mesh) => new Map(mesh.all('KubernetesGateway').map((each) => [`${each.namespace}/${each.name}`, each])),
);

/** The Gateway that a waypoint is made from. */
export const waypointGateway = (
  mesh: Mesh,
  { name, namespace }: Omit<NamedWaypoint, 'by'>,
): Resource<KindMap['KubernetesGateway']> | undefined => gateways(mesh).get(`${namespace}/${name}`);

/** What of a condition only shows in requests of HTTP. */
const L7_CONDITION = /^request\.(headers|auth\.(claims|principal|audiences|presenter))/;

/** Whether an AuthorizationPolicy judges requests, not only connections. */
export const hasRequestRules = (rules: readonly Rule[] = []): boolean =>
  rules.some(
    ({ when = [], to = [], from = [] }) =>
      when.some(({ key = '' }) => L7_CONDITION.test(key)) ||
      to.some(({ operation }) =>
        asksAny(operation, ['methods', 'notMethods', 'paths', 'notPaths', 'hosts', 'notHosts']),
      ) ||
      from.some(({ source }) => asksAny(source, ['requestPrincipals', 'notRequestPrincipals'])),
  );

const asksAny = <T extends object>(asked: T | undefined, names: readonly (keyof T)[]): boolean =>
  names.some((name) => ((asked?.[name] ?? []) as readonly unknown[]).length > 0);
