/** Which kinds of routes are followed where requests for a VirtualService come. */
import { cleanHost } from '../../mesh/gateways/gateway-hosts';
import { gatewayCalled, isPassthrough } from '../../mesh/gateways/gateways';
import { isWildcard, namesForNamespace, overlaps } from '../../mesh/services/hostname';
import type { Mesh } from '../../mesh/mesh';
import { isHttp, isSniffed, protocolNamed } from '../../mesh/services/protocol';
import type { Service } from '../../mesh/services/service';
import { bestService } from '../../mesh/services/services';
import type { VirtualService } from '../../mesh/traffic/virtual-services';
import type { Server } from '../../schema/kinds/networking';
import type { Field } from '../../source/field';

export type Kind = 'http' | 'tls' | 'tcp';
export const KINDS: readonly Kind[] = ['http', 'tls', 'tcp'];

/** A port through which requests for a VirtualService come. */
export interface Port {
  readonly title: string;
  readonly carries: readonly Kind[];
  readonly field: Field;
}

/** All of them; undefined where not all are known. */
export function portsFor(mesh: Mesh, virtualService: VirtualService): Port[] | undefined {
  const found = virtualService.gateways.map(({ name }) =>
    name === 'mesh' ? meshPorts(mesh, virtualService) : gatewayPorts(mesh, name, virtualService),
  );
  return found.some((ports) => ports === undefined) ? undefined : found.flatMap((ports) => ports ?? []);
}

/** A host that is no service takes routes on every port. */
function meshPorts(mesh: Mesh, { hosts, namespace }: VirtualService): Port[] | undefined {
  const services = hosts.map(({ name }) => (isWildcard(name) ? undefined : bestService(mesh, name, namespace)));
  if (services.some((service) => service === undefined)) return undefined;
  return services.flatMap((service) => (service ? portsOf(service) : []));
}

/** The ports of a service, as clients in the mesh call them. */
export const portsOf = ({ ports, hostname }: Service): (Port & { readonly number: number })[] =>
  ports.map(({ number, protocol, field }) => ({
    number,
    title: `port ${number} of "${hostname}" is ${isSniffed(protocol) ? 'detected' : protocol}`,
    carries: carriedInMesh(isHttp(protocol), isSniffed(protocol)),
    field,
  }));

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
