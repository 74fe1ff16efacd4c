/** The clusters that a proxy is sent: CDS. */
import type { Cluster } from '../envoy/config';
import { isAmbientMesh } from '../mesh/ambient/ambient-mode';
import { mergedGateways } from '../mesh/gateways/gateways';
import { allowAnyCluster } from './clusters/dynamic-forward-proxy';
import { connectOriginate, mainInternal } from './clusters/hbone';
import { inboundClusters } from './clusters/inbound';
import { outboundClusters } from './clusters/outbound';
import { blackHole, inboundPassthrough, passthrough } from './clusters/static';
import { waypointClusters } from './clusters/waypoint';
import type { Push } from './context';

/** istio: ConfigGeneratorImpl.BuildClusters */
export function clusters(push: Push): Cluster[] {
  switch (push.proxy.kind) {
    case 'waypoint':
      return waypointClusters(push);
    case 'gateway':
      return gatewayClusters(push);
    case 'sidecar':
      return sidecarClusters(push);
  }
}

function sidecarClusters(push: Push): Cluster[] {
  const resolvesAny = push.scope.outbound.mode === 'ALLOW_ANY_DYNAMIC_DNS';
  return [
    ...services(push).flatMap((service) => outboundClusters(push, service)),
    blackHole(push),
    passthrough(push),
    ...(resolvesAny ? [allowAnyCluster(push)] : []),
    ...inboundClusters(push),
    inboundPassthrough(push),
  ];
}

function gatewayClusters(push: Push): Cluster[] {
  return [
    ...services(push).flatMap((service) => outboundClusters(push, service)),
    blackHole(push),
    ...(handsTlsThrough(push) ? handedThrough(push) : []),
  ];
}

/** The clusters at both ends of tunnels of a sidecar or gateway; EnvoyFilters do not reach them. istio: buildInboundHBONEClusters */
export function tunnelClusters(push: Push): Cluster[] {
  if (push.proxy.kind === 'waypoint' || !isAmbientMesh(push.mesh)) return [];
  return [...(push.proxy.kind === 'sidecar' ? [mainInternal(push)] : []), connectOriginate(push)];
}

const services = ({ scope }: Push) => [...scope.services.values()];

/** Whether a Gateway hands TLS through to whatever service its server name is of. */
const handsTlsThrough = ({ mesh, proxy }: Push): boolean =>
  mergedGateways(mesh, proxy).ports.some(({ servers }) =>
    servers.some(({ field }) => field.value.tls?.mode === 'AUTO_PASSTHROUGH'),
  );

/** istio: buildOutboundSniDnatClusters */
const handedThrough = (push: Push): Cluster[] =>
  services(push)
    .filter(({ meshExternal }) => !meshExternal)
    .flatMap((service) => outboundClusters(push, service, 'sni-dnat'));
