/** MeshPolicy and Policy as PeerAuthentications. */
import type { KindMap } from '../../schema/kinds';
import type { TargetSelector } from '../../schema/kinds/legacy';
import { groupBy } from '../../mesh/grouping';
import type { Mesh } from '../../mesh/mesh';
import type { MtlsMode } from '../../mesh/policies/authentication';
import { serviceHost } from '../../mesh/services/hostname';
import type { Service, ServicePort } from '../../mesh/services/service';
import { targetPortOf, workloadsOf } from '../../mesh/services/service-workloads';
import { servicesCalled } from '../../mesh/services/services';
import { configs } from '../../mesh/settings/configs';
import { rootNamespace } from '../../mesh/settings/mesh-config';
import type { Field } from '../../source/field';
import type { Resource } from '../../source/resource';
import { type PlaceOf, successor } from './successor';

type AnyPolicy = Resource<KindMap['Policy' | 'MeshPolicy']>;
type PeerAuthentication = Resource<KindMap['PeerAuthentication']>;

/** What the authentication policies demand of connections. */
export function peerAuthentications(mesh: Mesh): PeerAuthentication[] {
  const wide = [...configs(mesh, 'MeshPolicy'), ...configs(mesh, 'Policy')].filter(
    ({ name, value }) => name === 'default' && !value.spec?.targets?.length,
  );
  return [...wide.map((policy) => widePolicy(mesh, policy)), ...targetedPolicies(mesh)];
}

function widePolicy(mesh: Mesh, policy: AnyPolicy): PeerAuthentication {
  const { name, namespace, metadata } = policy;
  const { mode, field } = modeOf(policy);
  return successor(
    policy,
    {
      apiVersion: 'security.istio.io/v1',
      kind: 'PeerAuthentication',
      metadata: { ...metadata, name, namespace: namespace || rootNamespace(mesh) },
      spec: { mtls: { mode } },
    },
    [[['spec', 'mtls'], field]],
  );
}

/** The mode of a policy, and the peer that sets it. Without one for mutual TLS, servers take plain text. istio: GetMutualTLS */
function modeOf(policy: AnyPolicy): { mode: MtlsMode; field: Field } {
  const { peers = [] } = policy.value.spec ?? {};
  const index = peers.findIndex((peer) => Object.hasOwn(peer, 'mtls'));
  if (index < 0) return { mode: 'DISABLE', field: policy.at(['spec']) };
  const { mode = 'STRICT' } = peers[index]!.mtls ?? {};
  return { mode, field: policy.at(['spec', 'peers', index, 'mtls']) };
}

/** A policy that names a service, or some of its ports. */
interface Targeting {
  readonly policy: Resource<KindMap['Policy']>;
  readonly service: Service;
  readonly target: Field<TargetSelector>;
}

/** A workload has one PeerAuthentication, so that all policies for the services of one selector become one. */
function targetedPolicies(mesh: Mesh): PeerAuthentication[] {
  const all = configs(mesh, 'Policy').flatMap((policy) => targetingOf(mesh, policy));
  const groups = groupBy(all, ({ service }) => `${service.namespace} ${JSON.stringify(service.selector)}`);
  return [...groups.values()].map((group) => targetedPolicy(mesh, group));
}

const targetingOf = (mesh: Mesh, policy: Resource<KindMap['Policy']>): Targeting[] =>
  policy.each('spec.targets[]').flatMap((target) => {
    const host = serviceHost(target.value.name ?? '', policy.namespace, mesh.domain);
    const [service] = servicesCalled(mesh, host);
    return service?.selector ? [{ policy, service, target }] : [];
  });

function targetedPolicy(mesh: Mesh, group: readonly Targeting[]): PeerAuthentication {
  const [first] = group;
  const { policy, service } = first!;
  const whole = group.find(({ target }) => !target.value.ports?.length);
  const places: PlaceOf[] = whole ? [[['spec', 'mtls'], modeOf(whole.policy).field]] : [];
  const ports: Record<string, { mode: MtlsMode }> = {};
  for (const { port, targeting } of portsOf(group)) {
    const { mode, field } = modeOf(targeting.policy);
    for (const number of podPorts(mesh, targeting.service, port)) {
      if (ports[number]) continue;
      ports[number] = { mode };
      places.push([['spec', 'portLevelMtls', String(number)], field]);
    }
  }
  return successor(
    policy,
    {
      apiVersion: 'security.istio.io/v1',
      kind: 'PeerAuthentication',
      metadata: { ...policy.metadata, name: nameFor(first!), namespace: policy.namespace },
      spec: {
        selector: { matchLabels: { ...service.selector } },
        ...(whole && { mtls: { mode: modeOf(whole.policy).mode } }),
        ...(Object.keys(ports).length > 0 && { portLevelMtls: ports }),
      },
    },
    places,
  );
}

/** A policy for several services becomes several. */
const nameFor = ({ policy, service }: Targeting): string =>
  (policy.value.spec?.targets ?? []).length > 1 ? `${policy.name}-${service.name}` : policy.name;

const portsOf = (group: readonly Targeting[]): { port: ServicePort; targeting: Targeting }[] =>
  group.flatMap((targeting) => {
    const { service, target } = targeting;
    const named = target.value.ports ?? [];
    const ports = service.ports.filter((port) =>
      named.some(({ number, name }) => (name === undefined ? port.number === number : port.name === name)),
    );
    return ports.map((port) => ({ port, targeting }));
  });

/** The ports of the pods behind a port of a service. */
export function podPorts(mesh: Mesh, service: Service, port: ServicePort): readonly number[] {
  const workloads = workloadsOf(mesh, service);
  if (workloads.length === 0) return typeof port.targetPort === 'string' ? [] : [port.targetPort ?? port.number];
  return [...new Set(workloads.flatMap((workload) => targetPortOf(workload, port) ?? []))];
}
