/** Whether the servers that providers of MeshConfig name exist. */
import type { Mesh } from '../../mesh/mesh';
import { services, servicesByHost, servicesCalled } from '../../mesh/services/services';
import type { ProviderServer } from '../../mesh/telemetry/telemetry';
import { providerCluster } from '../../pilot/provider-cluster';
import { didYouMean, oneOf } from '../../schema/spelling';
import { missingHost } from '../destinations/hosts';
import type { Missing } from '../rule';

/** The host in the name of a server, which may have the namespace of its Service before it. */
const hostOf = (service: string): string => service.slice(service.lastIndexOf('/') + 1);

/** Why no proxy can reach a server; undefined where they can. */
export function serverFault(mesh: Mesh, { service = '', port = 0 }: ProviderServer): string | undefined {
  const host = hostOf(service);
  if (!providerCluster(mesh, service, port)) {
    const namespaces = [...(servicesByHost(mesh).get(host)?.keys() ?? [])];
    if (namespaces.length > 1 && host === service)
      return `namespaces ${oneOf(namespaces, 'and')} define its host "${host}"; write "${namespaces[0]}/${host}"`;
    const hosts = services(mesh).map(({ hostname }) => hostname);
    return `no Service or ServiceEntry defines its host "${service}"${didYouMean(host, hosts)}`;
  }
  const ports = servicesCalled(mesh, host).flatMap((each) => each.ports.map(({ number }) => number));
  if (ports.includes(port)) return undefined;
  return `its host "${host}" has no port ${port}; defined ports: ${[...new Set(ports)].join(', ')}`;
}

/** What the input would have to hold for a server to exist; what it holds already is known for certain. */
export function missingServer(mesh: Mesh, service: string): Missing {
  const host = hostOf(service);
  const isKnown = servicesCalled(mesh, host).length > 0;
  return { ...missingHost(mesh, host), name: host, ...(isKnown && { isMisspelt: true }) };
}
