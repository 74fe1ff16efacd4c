import { gatewayCalled, isPassthrough } from '../mesh/gateways';
import { cleanHost } from '../mesh/gateway-hosts';
import { isWildcard, namesForNamespace, overlaps } from '../mesh/hostname';
import type { Mesh } from '../mesh/mesh';
import { isHttp, isSniffed, protocolNamed } from '../mesh/protocol';
import { bestService } from '../mesh/services';
import { type VirtualService, writtenVirtualServices } from '../mesh/virtual-services';
import type { Server } from '../schema/kinds/networking';
import type { Field } from '../source/field';
import { rule } from './rule';

export default rule({
  name: 'mismatched-route-protocol',
  category: 'traffic',
  severity: 'warning',
  summary: 'A VirtualService has routes of a kind that none of its ports carries.',
  docs: `
    "http" routes are for ports whose traffic the proxy reads as HTTP, "tls" routes for connections
    whose TLS it passes through, "tcp" routes for all other connections. The name or appProtocol of
    a Service's port, and the protocol and TLS mode of a Gateway's server, say which a port is.
    Routes of another kind are ignored: requests go to the service as if the VirtualService were
    not there, and at a gateway nobody answers them. Neither istioctl nor Kiali looks at this.
  `,
  check({ mesh, report }) {
    for (const virtualService of writtenVirtualServices(mesh)) {
      const ports = portsFor(mesh, virtualService);
      if (!ports || ports.length === 0) continue;
      for (const kind of KINDS) {
        const [route] = virtualService[kind];
        if (!route || ports.some(({ carries }) => carries.includes(kind))) continue;
        const related = ports.slice(0, 4).map(({ field, title }) => ({ place: field, message: title }));
        const place = virtualService.resource.at(['spec', kind]);
        report(place.key, `no port of this VirtualService takes "${kind}" routes: ${titles(ports)}`, { related });
      }
    }
  },
});

type Kind = 'http' | 'tls' | 'tcp';
const KINDS: readonly Kind[] = ['http', 'tls', 'tcp'];

/** A port through which requests for a VirtualService come. */
interface Port {
  readonly title: string;
  readonly carries: readonly Kind[];
  readonly field: Field;
}

const titles = (ports: readonly Port[]): string => [...new Set(ports.map(({ title }) => title))].slice(0, 4).join(', ');

/** Undefined where not all of them are known. */
function portsFor(mesh: Mesh, virtualService: VirtualService): Port[] | undefined {
  const found = virtualService.gateways.map(({ name }) =>
    name === 'mesh' ? meshPorts(mesh, virtualService) : gatewayPorts(mesh, name, virtualService),
  );
  return found.some((ports) => ports === undefined) ? undefined : found.flatMap((ports) => ports ?? []);
}

/** A host that is no service takes routes on every port. */
function meshPorts(mesh: Mesh, { hosts, namespace }: VirtualService): Port[] | undefined {
  const services = hosts.map(({ name }) => (isWildcard(name) ? undefined : bestService(mesh, name, namespace)));
  if (services.some((service) => service === undefined)) return undefined;
  return services.flatMap((service) =>
    (service?.ports ?? []).map(({ number, protocol, field }) => ({
      title: `port ${number} of "${service?.hostname ?? ''}" is ${isSniffed(protocol) ? 'detected' : protocol}`,
      carries: carriedInMesh(isHttp(protocol), isSniffed(protocol)),
      field,
    })),
  );
}

function carriedInMesh(http: boolean, sniffed: boolean): readonly Kind[] {
  if (sniffed) return KINDS;
  return http ? ['http'] : ['tls', 'tcp'];
}

function gatewayPorts(mesh: Mesh, name: string, { hosts, namespace }: VirtualService): Port[] | undefined {
  const gateway = gatewayCalled(mesh, name);
  if (!gateway) return undefined;
  return gateway.each('spec.servers[]').flatMap((field) => {
    const written = (field.value.hosts ?? []).map((host) => cleanHost(host, gateway.namespace));
    const served = namesForNamespace(written, namespace);
    if (!hosts.some((host) => served.some((other) => overlaps(other, host.name)))) return [];
    const { number = 0, protocol = '' } = field.value.port ?? {};
    const mode = field.value.tls?.mode;
    const title = `port ${number} of "${name}" is ${protocol}${mode ? ` with TLS mode ${mode}` : ''}`;
    return [{ title, carries: [carriedAt(field.value)], field: field.get('port') }];
  });
}

/** istio: buildGatewayListeners */
function carriedAt(server: Server): Kind {
  const protocol = protocolNamed(server.port?.protocol ?? '');
  if (isHttp(protocol)) return 'http';
  if (isPassthrough(server)) return 'tls';
  return protocol === 'HTTPS' ? 'http' : 'tcp';
}
