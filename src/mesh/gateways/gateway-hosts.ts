/** Which hosts of a VirtualService a gateway's server answers for. */
import type { Gateway, GatewayServer } from './gateways';
import { namesForNamespace, overlaps } from '../services/hostname';
import type { Named, VirtualService } from '../traffic/virtual-services';

/** A host of a VirtualService, and the host of the server that lets it in, without its namespace. */
export interface ServedHost {
  readonly host: Named;
  readonly serverHost: string;
}

/** The hosts for which requests reach the routes of a VirtualService through a server. istio: pickMatchingGatewayHosts */
export function serverHostsOf({ hosts }: Pick<GatewayServer, 'hosts'>, virtualService: VirtualService): ServedHost[] {
  const open = namesForNamespace(hosts, virtualService.namespace);
  return virtualService.hosts.flatMap((host) => {
    const serverHost = open.find((each) => overlaps(each, host.name));
    return serverHost === undefined ? [] : [{ host, serverHost }];
  });
}

/** The hosts of all servers of a Gateway that VirtualServices of a namespace may use, without their namespaces. */
export function hostsOpenTo({ namespace, value }: Gateway, from: string): string[] {
  const hosts = (value.spec?.servers ?? []).flatMap(({ hosts = [] }) => hosts);
  return namesForNamespace(
    hosts.map((host) => cleanHost(host, namespace)),
    from,
  );
}

/** The host of a server with its namespace spelt out, where it names one. istio: model.sanitizeServerHostNamespace */
export function cleanHost(host: string, namespace: string): string {
  if (host.startsWith('./')) return namespace + host.slice(1);
  return host.startsWith('*/') ? host.slice(2) : host;
}
