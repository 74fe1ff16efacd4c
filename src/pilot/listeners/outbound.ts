/** The listeners for connections that a workload makes: one for each port or address that it may call. */
import ipaddr from 'ipaddr.js';
import type { Listener } from '../../envoy/config';
import type { EgressListener } from '../../mesh/traffic/egress-listener';
import { isSniffed, isTcp, protocolNamed } from '../../mesh/services/protocol';
import { type Service, type ServicePort, UNSPECIFIED_ADDRESS } from '../../mesh/services/service';
import { endpointsOfPort } from '../../mesh/services/services';
import { addressesFor } from '../addresses';
import type { Push } from '../context';
import { interceptionMode } from '../node-settings';
import { capturePorts, isReserved, localAddress } from './address';
import { type Candidate, type Entries, addCandidate } from './outbound-entries';
import { listenerOf } from './outbound-listener';

/** istio: buildSidecarOutboundListeners */
export function outboundListeners(push: Push): Listener[] {
  const entries: Entries = new Map();
  for (const egress of push.scope.egress) {
    if (egress.field?.value.port) addPort(push, egress, entries);
    else addServices(push, egress, entries);
  }
  return [...entries.values()].map((entry) => listenerOf(push, entry));
}

/** Where the listeners of an egress listener listen, as far as it says so itself. */
function bindingOf(push: Push, { field }: EgressListener): Pick<Candidate, 'binds' | 'bindToPort'> {
  const { bind = '', captureMode } = field?.value ?? {};
  const bindToPort = interceptionMode(push) === 'NONE' || captureMode === 'NONE' || bind.startsWith('unix://');
  if (bind !== '') return { binds: [bind], bindToPort };
  return { binds: bindToPort ? [localAddress(push)] : [], bindToPort };
}

/** A Sidecar's listener for one port, whatever the ports of its services are. */
function addPort(push: Push, egress: EgressListener, entries: Entries): void {
  const { virtualServices, services, field } = egress;
  const binding = bindingOf(push, egress);
  const { number = 0, protocol = '', name = '' } = field?.value.port ?? {};
  const port = { number, protocol: protocolNamed(protocol), name };
  if (isReserved(push, binding.binds[0] ?? '', number, port.protocol, capturePorts(push))) return;
  for (const service of services)
    addCandidate(push, entries, { ...binding, port, service, virtualServices, destinations: [], field });
}

/** For every port of the services, except where a Sidecar's listener before it has taken the place. */
function addServices(push: Push, egress: EgressListener, entries: Entries): void {
  for (const entry of entries.values()) entry.isLocked = true;
  const { virtualServices, services } = egress;
  const binding = bindingOf(push, egress);
  for (const service of services)
    for (const port of service.ports) {
      if (isReserved(push, binding.binds[0] ?? '', port.number, port.protocol, capturePorts(push))) continue;
      const candidate = { ...binding, port, service, virtualServices, destinations: [], field: port.field };
      for (const binds of bindsFor(push, candidate)) addCandidate(push, entries, { ...candidate, binds });
    }
}

/** The addresses of a headless service are those of its endpoints, each with a listener of its own. */
function bindsFor(push: Push, { binds, service, port }: Candidate & { port: ServicePort }): (readonly string[])[] {
  if (binds.length > 0 || !isHeadless(push, service) || !(isTcp(port.protocol) || isSniffed(port.protocol)))
    return [binds];
  const endpoints = endpointsOfPort(push.mesh, service, port.number);
  // Nothing will ever be behind it: the name alone is declared.
  const isNameOnly = !service.isInCluster && endpoints.length === 0 && !service.selector;
  if (isNameOnly) return [binds];
  const others = endpoints.filter(({ address }) => ipaddr.isValid(address) && address !== push.proxy.ip);
  return others.map(({ address }) => [address]);
}

const isHeadless = (push: Push, service: Service): boolean =>
  service.resolution === 'passthrough' && addressesFor(push, service)[0] === UNSPECIFIED_ADDRESS;
