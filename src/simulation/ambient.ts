/** Ambient mode: what the ztunnels of clients and servers make of a connection, and which proxies use waypoints. */
import {
  type WaypointBinding,
  bindingOfPod,
  bindingOfService,
  ingressLabelOf,
  ingressWaypoint,
} from '../mesh/ambient/ambient';
import { isAmbientMesh } from '../mesh/ambient/ambient-mode';
import { podUid } from '../mesh/ambient/waypoint-resources';
import type { Mesh } from '../mesh/mesh';
import { meshConfig } from '../mesh/settings/mesh-config';
import type { Service } from '../mesh/services/service';
import { servicesByHost } from '../mesh/services/services';
import type { Pod } from '../mesh/workloads/workloads';
import { isStaticStrict, strictPolicy, translateZtunnel } from '../pilot/ztunnel';
import { type Identity, authorize } from '../ztunnel/inbound';
import type { Authorization } from '../ztunnel/config';
import { lookupOf } from '../ztunnel/lookup';
import { type Choice, outbound } from '../ztunnel/outbound';
import { policyName } from './answer';
import type { PolicyName, ServerZtunnel, WaypointUse } from './journey';
import { type Peer, partyAt } from './peers';
import type { Named } from './reason';
import type { Dial } from './start';

/** The HBONE tunnel that a client's ztunnel or a proxy opens for a connection: mutual TLS, which proves who calls. */
export interface Tunnel {
  readonly peer: Identity;
  /** The client's own pod, while its ztunnel has not yet decided where to send the connection. */
  readonly from?: Pod;
}

/** Who opens a tunnel. */
export const peerOf = (
  mesh: Mesh,
  { namespace, serviceAccount }: Pick<Identity, 'namespace' | 'serviceAccount'>,
): Identity => ({ trustDomain: meshConfig(mesh).trustDomain, namespace, serviceAccount });

/** What the ztunnel of a client does with a connection, for endpoints that are alike. */
export interface ZtunnelChoice extends Omit<Choice, 'service'> {
  readonly service: Service | undefined;
  /** Who has the address to which it goes; for a refusal, to which it should go. */
  readonly party: Peer;
  readonly addresses: readonly string[];
}

/** Where the ztunnel of a pod sends a connection. */
export function ztunnelChoices(mesh: Mesh, from: Pod, { address, port }: Dial['destination']): ZtunnelChoice[] {
  const { config } = translateZtunnel(mesh);
  const source = lookupOf(config).workloadOf(podUid(from));
  const choices = source ? outbound(config, source, { address, port }) : [];
  const groups = new Map<string, ZtunnelChoice>();
  for (const { share, service, route } of choices) {
    const to = 'address' in route ? route.address : address;
    const party = partyAt(mesh, to);
    const key = [route.kind, party.name, 'port' in route ? route.port : ''].join(' ');
    const known = groups.get(key);
    const called = service && servicesByHost(mesh).get(service.hostname)?.get(service.namespace);
    const made = known ?? { share: 0, service: called, route, party, addresses: [] };
    groups.set(key, { ...made, share: made.share + share, addresses: [...made.addresses, to] });
  }
  return [...groups.values()];
}

/** Whether the ztunnel of a client uses a waypoint, or why it does not; undefined for addresses of which nothing is known. */
export function waypointUse(mesh: Mesh, { service, route, party }: ZtunnelChoice): WaypointUse | undefined {
  const pod = party.pod;
  const binding = service ? bindingOfService(mesh, service) : pod && bindingOfPod(mesh, pod);
  if (!binding) return undefined;
  if (binding.kind !== 'served') return { kind: 'not used', because: binding };
  if (route.kind !== 'waypoint') return { kind: 'used', waypoint: named(binding.waypoint) };
  // Of several waypoints, such as a canary, the one that was drawn.
  const { workload, namespace } = party;
  return { kind: 'used', waypoint: { name: workload, namespace } };
}

/** Whether a sidecar or gateway uses the waypoint of a service; undefined where there is nothing to say. */
export function proxyWaypointUse(
  mesh: Mesh,
  role: 'client' | 'gateway',
  service: Service | undefined,
): WaypointUse | undefined {
  if (!service || !isAmbientMesh(mesh)) return undefined;
  const binding = bindingOfService(mesh, service);
  const asks = role === 'gateway' && ingressLabelOf(mesh, service);
  if (binding.kind !== 'served') return asks ? { kind: 'not used', because: binding } : undefined;
  const waypoint = named(binding.waypoint);
  if (role === 'client') return { kind: 'passed by', waypoint, because: 'sidecars do not use waypoints' };
  if (!asks) return { kind: 'passed by', waypoint, because: 'no ingress label' };
  return ingressWaypoint(mesh, service)
    ? { kind: 'used', waypoint }
    : { kind: 'passed by', waypoint, because: 'no address' };
}

/** The waypoint that is named for what was dialled, and is not in the input. */
export function missingWaypoint(use: WaypointUse | undefined): Named | undefined {
  const binding: WaypointBinding | undefined = use?.kind === 'not used' ? use.because : undefined;
  return binding?.kind === 'missing' ? named(binding.waypoint) : undefined;
}

const named = ({ name, namespace }: Named): Named => ({ name, namespace });

/** `cart.shop`, or the host of a ServiceEntry. */
export const serviceTitle = ({ isInCluster, name, namespace, hostname }: Service): string =>
  isInCluster ? `${name}.${namespace}` : hostname;

/** What the ztunnel of a pod makes of a connection to it. */
export function serverZtunnel(mesh: Mesh, pod: Pod, { source, destination, tunnel }: Dial): ServerZtunnel {
  const { config, origins } = translateZtunnel(mesh);
  const workload = lookupOf(config).workloadOf(podUid(pod));
  const identity = tunnel?.peer;
  const common = { workload: named(pod.workload), ...(identity && { identity }) };
  if (!workload) return { ...common, verdict: 'allowed', policies: [] };
  const { kind, by } = authorize(config, workload, { identity, source: source.address, destination });
  const policies = by.flatMap((policy) => nameOf(mesh, pod, policy, origins.get(policy)?.resource) ?? []);
  return { ...common, verdict: kind, policies };
}

/** The policy of the input that one of ztunnel's was made from. */
function nameOf(mesh: Mesh, pod: Pod, { name }: Authorization, origin: PolicyName | undefined): PolicyName | undefined {
  const made = isStaticStrict(name) ? strictPolicy(mesh, pod) : origin;
  return made && policyName(made);
}
