/** The ports on which a workload is served: those of its services, or those that its Sidecar names. */
import type { IstioIngressListener } from '../../schema/kinds/networking';
import { type Protocol, protocolNamed } from '../../mesh/services/protocol';
import type { Service } from '../../mesh/services/service';
import type { Field } from '../../source/field';
import type { Push } from '../context';
import { interceptionMode } from '../node-settings';
import { capturePorts, isReserved, wildcardAddress } from './address';

/** One port, and what a chain for it is called after. istio: inboundChainConfig */
export interface InboundPort {
  readonly port: { readonly name: string; readonly number: number; readonly protocol: Protocol };
  readonly targetPort: number;
  readonly bind: string;
  /** Whether it is a listener of its own, to which nothing is redirected. */
  readonly bindToPort: boolean;
  /** The service that is served; a Sidecar's ports have a made-up one. */
  readonly service: Pick<Service, 'isInCluster' | 'hostname' | 'name' | 'namespace'>;
  /** What declares it: the port of a service, or the listener of a Sidecar. */
  readonly field: Field | undefined;
}

/** Sorted by port; of several services with one port the oldest counts. istio: buildInboundChainConfigs */
export function inboundPorts(push: Push): InboundPort[] {
  const { ingress } = push.scope;
  const declared = ingress.length > 0 ? ingress.flatMap((field) => portOfSidecar(push, field)) : portsOfServices(push);
  const byPort = new Map<number, InboundPort>();
  for (const port of declared) if (!byPort.has(port.targetPort)) byPort.set(port.targetPort, port);
  return [...byPort.values()].sort((one, other) => one.targetPort - other.targetPort);
}

/** Where nothing is redirected the proxy cannot listen on the ports of the workload itself. istio: getFilterChainsByServicePort */
function portsOfServices(push: Push): InboundPort[] {
  if (interceptionMode(push) === 'NONE') return [];
  const bind = wildcardAddress(push);
  return push.proxy.targets.flatMap(({ service, port, targetPort }) => {
    if (isReserved(push, bind, targetPort, port.protocol, capturePorts(push))) return [];
    return [{ port, targetPort, bind, bindToPort: false, service, field: port.field }];
  });
}

function portOfSidecar(push: Push, field: Field<IstioIngressListener>): InboundPort[] {
  const { bind = '', captureMode = 'DEFAULT', port: declared = {} } = field.value;
  const { name = '', number = 0, protocol = '' } = declared;
  const port = { name, number, protocol: protocolNamed(protocol) };
  if (isReserved(push, bind, number, port.protocol, [])) return [];
  const bindToPort = captureMode === 'DEFAULT' ? interceptionMode(push) === 'NONE' : captureMode === 'NONE';
  const { name: sidecar, namespace } = field.resource;
  const hostname = `${sidecar}.${namespace}`;
  const service = { isInCluster: false, hostname, name: hostname, namespace } as const;
  return [{ port, targetPort: number, bind: bind || push.proxy.ip, bindToPort, service, field }];
}
