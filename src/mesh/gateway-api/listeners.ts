/** The listeners of Gateways and ListenerSets, and the server of Istio that each stands for. */
import type { AllowedRoutes, GatewaySpec, Listener } from '../../schema/kinds/gateway-api';
import type { Server } from '../../schema/kinds/networking';
import { Field } from '../../source/field';
import { fitsSelector } from '../workloads/labels';
import type { Mesh } from '../mesh';
import { namespaces } from '../settings/namespaces';
import { type FullKind, LISTENER_SET } from './references';
import { type Owner, type TlsProblem, tlsOf } from './tls';

/** Why a listener does not work. */
export type ListenerProblem = TlsProblem | { readonly because: 'unknown-protocol' | 'no-port' | 'no-tls' };

/** A listener as the control plane takes it. */
export interface BuiltListener {
  readonly server: Field<Server>;
  readonly problem?: ListenerProblem;
}

/**
 * The server of a listener; nothing where a Gateway should encrypt and does not say how, as in a placeholder for ListenerSets.
 * istio: buildListener
 */
export function buildListener(
  mesh: Mesh,
  owner: Owner,
  field: Field<Listener>,
  gateway: GatewaySpec,
): BuiltListener | undefined {
  const { protocol = '', tls } = field.value;
  const port = portOf(field.value);
  const encryption = tls && tlsOf(mesh, owner, port, tls, gateway.tls);
  const lacksTls = !encryption && (protocol === 'HTTPS' || protocol === 'TLS');
  if (lacksTls && owner.kind !== LISTENER_SET) return undefined;
  const server: Server = {
    port: { name: 'default', number: port, protocol },
    hosts: hostsOf(mesh, owner.namespace, field.value),
    ...(encryption && { tls: encryption.settings }),
  };
  const problem = problemOf(field.value) ?? (lacksTls ? { because: 'no-tls' as const } : encryption?.problem);
  return { server: new Field(field.resource, field.path, server), ...(problem && { problem }) };
}

/** The port of a listener; of a ListenerSet it may be left to the protocol. istio: gatewaycommon.ListenerEntryPortNumber */
export const portOf = ({ port = 0, protocol }: Listener): number =>
  port || (protocol === 'HTTP' ? 80 : protocol === 'HTTPS' ? 443 : 0);

function problemOf(listener: Listener): ListenerProblem | undefined {
  if (!PROTOCOLS.has(listener.protocol ?? '')) return { because: 'unknown-protocol' };
  return portOf(listener) === 0 ? { because: 'no-port' } : undefined;
}

const PROTOCOLS = new Set(['HTTP', 'HTTPS', 'TLS', 'TCP']);

/** The host with the namespaces whose routes may come in; where there are none, one that no namespace has. istio: buildHostnameMatch */
function hostsOf(mesh: Mesh, namespace: string, { hostname = '*', allowedRoutes }: Listener): string[] {
  const allowed = allowedNamespaces(mesh, namespace, allowedRoutes).map((each) => `${each}/${hostname}`);
  return allowed.length > 0 ? allowed : [`~/${hostname}`];
}

/** The namespaces that a Gateway of a namespace takes routes of; `*` stands for all. istio: namespacesFromSelector */
export function allowedNamespaces(mesh: Mesh, namespace: string, routes: AllowedRoutes | undefined): string[] {
  const { from = 'Same', selector } = routes?.namespaces ?? {};
  if (from === 'Same') return [namespace];
  if (from === 'All' || !selector) return ['*'];
  const chosen = [...namespaces(mesh).values()].filter(({ labels }) => fitsSelector(selector, labels));
  return chosen.map(({ name }) => name).sort();
}

const GROUP = 'gateway.networking.k8s.io';

/** The kinds of routes that a listener takes. istio: gatewaycommon.GenerateGatewaySupportedKinds */
export function routeKinds({ protocol = '', tls, allowedRoutes }: Listener): ReadonlySet<FullKind> {
  const terminated = protocol === 'TLS' && tls?.mode === 'Terminate' ? ['TCPRoute'] : [];
  const possible = [...(KINDS.get(protocol) ?? []), ...terminated].map((kind): FullKind => `${GROUP}/${kind}`);
  const { kinds = [] } = allowedRoutes ?? {};
  if (kinds.length === 0) return new Set(possible);
  const allowed = new Set(kinds.map(({ group = GROUP, kind = '' }) => `${group}/${kind}`));
  return new Set(possible.filter((kind) => allowed.has(kind)));
}

const KINDS = new Map([
  ['HTTP', ['HTTPRoute', 'GRPCRoute']],
  ['HTTPS', ['HTTPRoute', 'GRPCRoute']],
  ['TCP', ['TCPRoute']],
  ['TLS', ['TLSRoute']],
]);
