import { gatewayCalled } from '../../mesh/gateways/gateways';
import { fullHost } from '../../mesh/services/hostname';
import { type NamedDestination, namedDestinations, seenBy } from '../../mesh/traffic/destinations';
import type { Mesh } from '../../mesh/mesh';
import { isHttp, isSniffed, protocolNamed } from '../../mesh/services/protocol';
import type { Service } from '../../mesh/services/service';
import { declaredAt, isAlias } from './hosts';
import { rule } from '../rule';

export default rule({
  name: 'unspecified-destination-port',
  category: 'reference',
  severity: 'info',
  // Another definition of the Service may add a port, and with it the choice.
  isAboutAbsence: false,
  summary: 'A destination has no port, so the port depends on the request.',
  url: 'https://istio.io/latest/docs/reference/config/networking/virtual-service/',
  docs: `
    Without a port, Envoy uses the port to which the client sent the request. That works while the
    service has the same port numbers as the hosts of the VirtualService and the servers of its
    gateways. Otherwise the cluster does not exist, and requests get 503 with the response flag NC.
    A gateway uses the sole port of a service that has one; a sidecar does not.

    Fix: set \`port.number\`.

    Where the port of the request works, the finding is a remark: it is only reported with
    \`--world closed\`, or when the configuration gives this rule a severity.

    istioctl reports an error for every service with several ports, and nothing for services with
    one port that a sidecar cannot reach.
  `,
  sameAs: ['IST0112'],
  check({ mesh, report }) {
    for (const destination of namedDestinations(mesh)) {
      const { field, service } = destination;
      if (!service || isAlias(mesh, service) || field.value.port?.number) continue;
      const sameAs = service.ports.length > 1 ? ['IST0112'] : [];
      const details = { sameAs, related: [declaredAt(service)] };
      const lost = lostPorts(mesh, destination, service);
      const numbers = service.ports.map(({ number }) => number).join(', ');
      const host = `"${field.value.host}"`;
      if (lost.length > 0) {
        const message = `${host} has no port ${lost.join(', ')}, to which requests go because the destination has no port; set one of ${numbers}`;
        report(field.get('host'), message, { ...details, severity: 'error' });
      } else if (service.ports.length > 1) {
        const message = `${host} has the ports ${numbers}, and the destination has no port: the port of the request is used`;
        report(field.get('host'), message, { ...details, isRemark: true });
      }
    }
  },
});

/** The ports of requests for which the service has no port of the same number. */
function lostPorts(mesh: Mesh, destination: NamedDestination, service: Service): number[] {
  const offered = new Set(service.ports.map(({ number }) => number));
  const asked = destination.gateways.flatMap((gateway) =>
    gateway === 'mesh' ? meshPorts(mesh, destination) : gatewayPorts(mesh, gateway, destination, service),
  );
  const wanted = destination.ports ? asked.filter((port) => destination.ports!.includes(port)) : asked;
  return [...new Set(wanted)].filter((port) => !offered.has(port));
}

/** The ports on which sidecars read HTTP for the hosts of the VirtualService. */
function meshPorts(mesh: Mesh, { role, virtualService, viewers }: NamedDestination): number[] {
  if (!readsHttp(role)) return [];
  const hosts = virtualService.value.spec?.hosts ?? [];
  const called = hosts.flatMap(
    (host) => seenBy(mesh, fullHost(host, virtualService.namespace, mesh.domain), viewers) ?? [],
  );
  return called.flatMap(({ ports }) =>
    ports.flatMap((port) => (isHttp(port.protocol) || isSniffed(port.protocol) ? port.number : [])),
  );
}

/** The ports of a gateway's servers, where the service leaves a choice. */
function gatewayPorts(mesh: Mesh, name: string, { role }: NamedDestination, { ports }: Service): number[] {
  if (ports.length === 1) return [];
  const servers = gatewayCalled(mesh, name)?.value.spec?.servers ?? [];
  return servers.flatMap(({ port, tls }) => {
    const carried = protocolNamed(port?.protocol ?? '');
    const isRead = isHttp(carried) || (carried === 'HTTPS' && !tls?.mode?.endsWith('PASSTHROUGH'));
    return port?.number && isRead === readsHttp(role) && !tls?.httpsRedirect ? port.number : [];
  });
}

const readsHttp = (role: NamedDestination['role']): boolean => role === 'http' || role === 'mirror';
