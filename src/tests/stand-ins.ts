/** What tests need and configuration alone does not hold. */
import { gatewayNamed, workloadsOfGateway } from '../mesh/gateways/gateways';
import type { Mesh } from '../mesh/mesh';
import { covers } from '../mesh/services/hostname';
import { services } from '../mesh/services/services';
import { virtualServices } from '../mesh/traffic/virtual-services';
import { proxies } from '../mesh/workloads/proxy';

/**
 * As YAML: a gateway for each one that VirtualServices name, a client, and a ServiceEntry for each host that no Service defines.
 * Tools that read nothing but VirtualServices take all of them to exist.
 */
export function standIns(mesh: Mesh): string {
  const named = virtualServices(mesh).flatMap(({ gateways, namespace }) =>
    gateways.filter(({ name }) => name !== 'mesh').map(({ name }) => ({ name, namespace })),
  );
  const known = named.flatMap(({ name, namespace }) => gatewayNamed(mesh, name, namespace) ?? []);
  const bare = [...new Set(known)].filter((gateway) => workloadsOfGateway(mesh, gateway).length === 0);
  const unknown = named.filter(({ name, namespace }) => !gatewayNamed(mesh, name, namespace)).map(({ name }) => name);
  const needsClient = !proxies(mesh).some(({ kind }) => kind === 'sidecar');
  return [
    ...bare.map(({ namespace, value }) => pod('meshlint-gateway', namespace, value.spec?.selector ?? {}, true)),
    ...[...new Set(unknown)].flatMap(gatewayCalled),
    ...(needsClient ? [pod('meshlint-client', 'default', { app: 'meshlint-client' }, false)] : []),
    ...hostsNamed(mesh).map(serviceEntry),
  ].join('');
}

/** `namespace/name` */
function gatewayCalled(full: string): string[] {
  const [namespace = '', name = ''] = full.split('/');
  const selector = { 'meshlint-gateway': name };
  const spec = { selector, servers: [{ port: { number: 80, name: 'http', protocol: 'HTTP' }, hosts: ['*'] }] };
  return [
    written({ apiVersion: 'networking.istio.io/v1', kind: 'Gateway', metadata: { name, namespace }, spec }),
    pod(`meshlint-gateway-${name}`, namespace, selector, true),
  ];
}

interface Host {
  readonly name: string;
  readonly port: number;
  readonly namespace: string;
}

/** The hosts and destinations of VirtualServices that no Service and no ServiceEntry defines. */
function hostsNamed(mesh: Mesh): Host[] {
  const known = services(mesh).map(({ hostname }) => hostname);
  const hosts = virtualServices(mesh).flatMap(({ hosts, gateways, http, namespace }) => {
    const isInside = gateways.some(({ name }) => name === 'mesh');
    const destinations = http.flatMap(({ value }) => value.route ?? []);
    return [
      ...(isInside ? hosts.map(({ name }): Host => ({ name, port: 80, namespace })) : []),
      ...destinations.flatMap(({ destination: { host = '', port } = {} }): Host[] =>
        host.includes('.') ? [{ name: host, port: port?.number ?? 80, namespace }] : [],
      ),
    ];
  });
  const missing = hosts.filter(({ name }) => name !== '*' && !known.some((each) => covers(each, name)));
  return [...new Map(missing.map((host) => [`${host.name}:${host.port}`, host])).values()];
}

const serviceEntry = ({ name, port, namespace }: Host): string =>
  written({
    apiVersion: 'networking.istio.io/v1',
    kind: 'ServiceEntry',
    metadata: { name: `meshlint-${name.replace('*', 'any')}-${port}`, namespace },
    spec: {
      hosts: [name],
      ports: [{ number: port, name: `http-${port}`, protocol: 'HTTP' }],
      resolution: name.startsWith('*') ? 'NONE' : 'DNS',
    },
  });

const pod = (name: string, namespace: string, labels: object, isGateway: boolean): string =>
  written({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace },
    spec: {
      template: {
        metadata: {
          labels: { ...labels, 'sidecar.istio.io/inject': 'true' },
          ...(isGateway && { annotations: { 'inject.istio.io/templates': 'gateway' } }),
        },
        spec: { containers: [{ name: isGateway ? 'istio-proxy' : 'client', image: 'auto' }] },
      },
    },
  });

const written = (object: object): string => `---\n${JSON.stringify(object)}\n`;
