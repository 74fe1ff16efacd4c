/** Servers of Istio's Gateways that share a port of the same workloads. */
import { configs } from '../../mesh/settings/configs';
import type { Gateway } from '../../mesh/gateways/gateway-configs';
import { workloadsOfGateway } from '../../mesh/gateways/gateways';
import { addTo } from '../../mesh/grouping';
import type { Mesh } from '../../mesh/mesh';
import { type Protocol, isHttp, protocolNamed } from '../../mesh/services/protocol';
import { isGateway } from '../../mesh/workloads/proxy';
import type { Server } from '../../schema/kinds/networking';
import type { Field } from '../../source/field';

/** A server of a Gateway. */
export interface PortServer {
  readonly gateway: Gateway;
  readonly field: Field<Server>;
  /** The labels by which the Gateway selects, as one text. */
  readonly selector: string;
  readonly number: number;
  readonly bind: string;
  readonly protocol: Protocol;
  readonly hosts: readonly ServerHost[];
}

/** One of its hosts. */
export interface ServerHost {
  readonly server: PortServer;
  readonly field: Field<string>;
  /** The namespace whose VirtualServices it is for; `*` for all. */
  readonly scope: string;
  /** In small letters. */
  readonly name: string;
}

/** The servers of each port of each gateway, where they have more than one host. Gateways that are not in the input go by their labels. */
export function sharedPorts(mesh: Mesh): PortServer[][] {
  const byPort = new Map<string, PortServer[]>();
  for (const gateway of configs(mesh, 'Gateway')) {
    const servers = gateway.each('spec.servers[]').flatMap((field) => serverAt(gateway, field));
    for (const key of selectionOf(mesh, gateway))
      for (const server of servers) addTo(byPort, `${key} ${server.number} ${server.bind}`, server);
  }
  return [...byPort.values()].filter((servers) => servers.flatMap(({ hosts }) => hosts).length > 1);
}

function serverAt(gateway: Gateway, field: Field<Server>): PortServer[] {
  const { port, bind = '' } = field.value;
  if (!port?.number) return [];
  const hosts: ServerHost[] = [];
  const server = {
    gateway,
    field,
    selector: selectorOf(gateway),
    number: port.number,
    bind,
    protocol: protocolNamed(port.protocol ?? ''),
    hosts,
  };
  for (const host of field.each('hosts[]')) {
    const slash = host.value.indexOf('/');
    const scope = slash < 0 ? '*' : host.value.slice(0, slash);
    const name = host.value.slice(slash + 1).toLowerCase();
    hosts.push({ server, field: host, scope: scope === '.' ? gateway.namespace : scope, name });
  }
  return [server];
}

/** What tells which workloads a Gateway is for: its selector, and each workload that it is known to select. */
function selectionOf(mesh: Mesh, gateway: Gateway): Set<string> {
  const workloads = workloadsOfGateway(mesh, gateway).filter((workload) => isGateway(mesh, workload));
  return new Set([
    selectorOf(gateway),
    ...workloads.map(({ kind, name, namespace }) => `${kind} ${namespace}/${name}`),
  ]);
}

/** Whether the proxy tells connections apart by the server name of TLS. */
export const isEncrypted = ({ field, protocol }: PortServer): boolean =>
  field.value.tls !== undefined && !isHttp(protocol);

/** Whether both can be served on one port. istio: model.MergeGateways */
export function canShare(one: PortServer, other: PortServer): boolean {
  if (isEncrypted(one) || isEncrypted(other)) return isEncrypted(one) && isEncrypted(other);
  return isHttp(one.protocol) && isHttp(other.protocol);
}

const selectorOf = ({ value }: Gateway): string => JSON.stringify(Object.entries(value.spec?.selector ?? {}).sort());
