/** The listeners for connections that reach a workload. */
import type { FilterChain, FilterChainMatch, Listener } from '../../envoy/config';
import { isAmbientMesh } from '../../mesh/ambient/ambient-mode';
import { mtlsOf, portsWithMtls, workloadPolicy } from '../../mesh/policies/authentication';
import { accessLog } from '../access-log';
import { cidrRange } from '../cidr';
import type { Push } from '../context';
import { protoDuration } from '../duration';
import { originalDestination, originalSource } from '../filters/listener-filters';
import { networkMetadataExchange } from '../filters/metadata-exchange';
import { stats } from '../filters/stats';
import { tcpProxy } from '../filters/tcp-proxy';
import { workloadOf } from '../listener-class';
import { BLACK_HOLE } from '../network-filters';
import { interceptionMode } from '../node-settings';
import { listenAddress, listenerName, wildcardAddress } from './address';
import { MAIN_INTERNAL, connectTerminate } from './hbone';
import { chainsForPort, passthroughChains } from './inbound-chains';
import { inboundPorts } from './inbound-ports';
import { inspectors } from './inspectors';

/** One listener to which everything is redirected, and one for each port that a Sidecar binds. istio: buildInboundListeners */
export function inboundListeners(push: Push): Listener[] {
  const workload = workloadOf(push);
  const captured: FilterChain[] = [];
  const bound: Listener[] = [];
  for (const port of inboundPorts(push)) {
    const chains = chainsForPort(push, port, mtlsOf(push.mesh, workload, port.targetPort).mode);
    if (port.bindToPort) bound.push(boundListener(push, port, chains));
    else captured.push(...chains);
  }
  if (interceptionMode(push) === 'NONE') return bound;
  return [virtualInbound(push, [blackHole(push), ...passthrough(push), ...captured]), ...bound];
}

/**
 * What comes to a sidecar in tunnels: their end, and a listener behind it with the same chains for the pod's own addresses.
 * istio: buildInboundHBONEListeners
 */
export function tunnelListeners(original: Push): Listener[] {
  if (!isAmbientMesh(original.mesh)) return [];
  const push: Push = { ...original, tunnelled: true };
  const chains = [
    ...inboundPorts(push).flatMap((port) => chainsForPort(push, port, 'DISABLE')),
    ...passthroughChains(push, 0, 'DISABLE', undefined),
  ].map((chain) => ({ ...chain, filterChainMatch: toOwnAddress(push, chain.filterChainMatch) }));
  const internal: Listener = {
    name: MAIN_INTERNAL,
    internalListener: {},
    trafficDirection: 'INBOUND',
    continueOnListenerFiltersTimeout: true,
    filterChains: chains,
    ...accessLog(push, 'inbound', 'listener'),
    listenerFilters: [originalDestination, ...inspectors(chains)],
  };
  return [connectTerminate(push), internal];
}

/** istio: sanitizeFilterChainForHBONE */
function toOwnAddress({ proxy }: Push, match: FilterChainMatch = {}): FilterChainMatch {
  const { applicationProtocols, destinationPort } = match;
  const own = cidrRange(proxy.ip);
  return {
    ...(applicationProtocols && { applicationProtocols }),
    ...(destinationPort !== undefined && { destinationPort }),
    ...(own && { prefixRanges: [own] }),
  };
}

function boundListener(push: Push, { bind, targetPort }: { bind: string; targetPort: number }, chains: FilterChain[]) {
  return listener(push, listenerName(bind, targetPort), listenAddress(bind, targetPort), chains, inspectors(chains));
}

/** istio: inboundVirtualListener */
function virtualInbound(push: Push, chains: FilterChain[]): Listener {
  const isTransparent = interceptionMode(push) === 'TPROXY';
  const filters = [originalDestination, ...(isTransparent ? [originalSource] : []), ...inspectors(chains)];
  const address = listenAddress(wildcardAddress(push), push.meshConfig.proxyInboundListenPort);
  return {
    ...listener(push, 'virtualInbound', address, chains, filters),
    ...(isTransparent && { transparent: true }),
  };
}

/** istio: buildInboundListener */
function listener(
  push: Push,
  name: string,
  address: NonNullable<Listener['address']>,
  filterChains: FilterChain[],
  listenerFilters: Listener['listenerFilters'] = [],
): Listener {
  return {
    name,
    address,
    trafficDirection: 'INBOUND',
    continueOnListenerFiltersTimeout: true,
    maxConnectionsToAcceptPerSocketEvent: 1,
    ...accessLog(push, 'inbound', 'listener'),
    filterChains,
    ...(listenerFilters.length > 0 && { listenerFilters }),
    listenerFiltersTimeout: protoDuration(push.meshConfig.protocolDetectionTimeout),
  };
}

/** What is sent to the port of the listener itself would come back to it for ever. istio: buildInboundBlackhole */
const blackHole = (push: Push): FilterChain => ({
  name: 'virtualInbound-blackhole',
  filterChainMatch: { destinationPort: push.meshConfig.proxyInboundListenPort },
  filters: [networkMetadataExchange, ...stats(push, 'inbound'), tcpProxy(BLACK_HOLE)],
});

/** For every port that no chain has, and for those of them that a policy treats apart. istio: authn Builder.ForPassthrough */
function passthrough(push: Push): FilterChain[] {
  const { mesh, scope, proxy } = push;
  const workload = workloadOf(push);
  const declared = new Set(
    scope.ingress.length > 0
      ? scope.ingress.map(({ value }) => value.port?.number)
      : proxy.targets.map(({ targetPort }) => targetPort),
  );
  const { mode, field } = mtlsOf(mesh, workload);
  const apart = portsWithMtls(mesh, workload).filter((port) => !declared.has(port));
  const policy = workloadPolicy(mesh, workload)?.at(['spec', 'portLevelMtls']);
  return [
    ...passthroughChains(push, 0, mode, field),
    ...apart.flatMap((port) => passthroughChains(push, port, mtlsOf(mesh, workload, port).mode, policy?.child(port))),
  ];
}
