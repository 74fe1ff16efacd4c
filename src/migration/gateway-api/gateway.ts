/** A Gateway of Istio as a Gateway of the Gateway API for the same workload. */
import type { Mesh } from '../../mesh/mesh';
import type { Gateway } from '../../mesh/gateways/gateways';
import { workloadsOfGateway } from '../../mesh/gateways/gateways';
import { workloadsOf } from '../../mesh/services/service-workloads';
import { services } from '../../mesh/services/services';
import type { Server } from '../../schema/kinds/networking';
import type { Field } from '../../source/field';
import type { KubernetesObject } from '../../source/resource';

/** A part that the Gateway API cannot say, and why. */
export interface Unsayable {
  readonly field: Field;
  readonly reason: string;
}

/** The Gateway of the same name; what it cannot say is added to a list. */
export function kubernetesGateway(mesh: Mesh, gateway: Gateway, unsayable: Unsayable[]): KubernetesObject {
  const { name, namespace } = gateway;
  const servers = gateway.each('spec.servers[]');
  const listeners = servers.flatMap((server, index) => listenersOf(server, index, unsayable));
  return {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'Gateway',
    metadata: { name, namespace },
    spec: {
      gatewayClassName: 'istio',
      addresses: [{ type: 'Hostname', value: addressOf(mesh, gateway, unsayable) }],
      listeners,
    },
  } as KubernetesObject;
}

/** The Service of the workload: with it Istio configures that workload, and deploys none. */
function addressOf(mesh: Mesh, gateway: Gateway, unsayable: Unsayable[]): string {
  const [workload, ...others] = workloadsOfGateway(mesh, gateway);
  const service =
    workload && services(mesh).find((each) => each.selector && workloadsOf(mesh, each).includes(workload));
  const field = gateway.at(['spec', 'selector']);
  if (!service)
    unsayable.push({
      field,
      reason: 'the input does not have the Service and the Deployment of the gateway; add them with --with',
    });
  if (others.length > 0)
    unsayable.push({ field, reason: 'it selects several workloads, and a Gateway of the Gateway API has one' });
  // Pilot reads it for the proxies behind a Service of its own namespace only.
  if (service && service.namespace !== gateway.namespace)
    unsayable.push({
      field,
      reason: `a Gateway of the Gateway API is in the namespace of its Service, "${service.namespace}"; move the Gateway there first`,
    });
  return service?.hostname ?? '';
}

/** The name of the listener for a host of a server. */
const listenerName = (server: number, host: number): string => `s${server + 1}-${host + 1}`;

function listenersOf(server: Field<Server>, index: number, unsayable: Unsayable[]): object[] {
  const { port = {}, hosts = [], tls, bind, defaultEndpoint } = server.value;
  for (const [name, value] of Object.entries({ bind, defaultEndpoint }))
    if (value !== undefined) unsayable.push({ field: server.child(name), reason: `"${name}" has no counterpart` });
  const kind = listenerKind(server, unsayable);
  return hosts.map((host, number) => {
    const [scope, name = ''] = host.includes('/') ? host.split('/') : ['*', host];
    return {
      name: listenerName(index, number),
      port: port.number,
      ...kind,
      ...(name !== '*' && { hostname: name }),
      ...(tls && kind.tls !== undefined && { tls: kind.tls }),
      allowedRoutes: { namespaces: allowed(scope!) },
    };
  });
}

function allowed(scope: string): object {
  if (scope === '*') return { from: 'All' };
  if (scope === '.') return { from: 'Same' };
  return { from: 'Selector', selector: { matchLabels: { 'kubernetes.io/metadata.name': scope } } };
}

const KNOWN_TLS = new Set(['mode', 'credentialName']);

function listenerKind(server: Field<Server>, unsayable: Unsayable[]): { protocol: string; tls?: object } {
  const { port, tls } = server.value;
  const protocol = (port?.protocol ?? 'HTTP').toUpperCase();
  const fail = (name: string, reason: string) => unsayable.push({ field: server.get('tls').child(name), reason });
  for (const name of Object.keys(tls ?? {})) {
    if (name === 'httpsRedirect') {
      if (tls?.httpsRedirect)
        fail(name, '"httpsRedirect" has no counterpart; write an HTTPRoute with a RequestRedirect');
    } else if (!KNOWN_TLS.has(name)) fail(name, `"${name}" has no counterpart`);
  }
  switch (protocol) {
    case 'HTTP':
    case 'HTTP2':
    case 'GRPC':
      return { protocol: 'HTTP' };
    case 'HTTPS':
    case 'TLS':
      if (tls?.mode === 'PASSTHROUGH') return { protocol: 'TLS', tls: { mode: 'Passthrough' } };
      if (protocol === 'TLS' || tls?.mode !== 'SIMPLE' || !tls.credentialName)
        fail(
          'mode',
          'only servers with HTTPS, mode SIMPLE and "credentialName", or with PASSTHROUGH have a counterpart',
        );
      return {
        protocol: 'HTTPS',
        tls: { mode: 'Terminate', certificateRefs: [{ kind: 'Secret', name: tls?.credentialName }] },
      };
    default:
      unsayable.push({ field: server.get('port'), reason: `protocol ${protocol} is not translated; write a TCPRoute` });
      return { protocol };
  }
}
