/** The clusters that a proxy is sent: CDS. */
import type { Cluster } from '../envoy/config';
import { mergedGateways } from '../mesh/gateways';
import { allowAnyCluster } from './clusters/dynamic-forward-proxy';
import { inboundClusters } from './clusters/inbound';
import { outboundClusters } from './clusters/outbound';
import { blackHole, inboundPassthrough, passthrough } from './clusters/static';
import type { Push } from './context';

/** istio: ConfigGeneratorImpl.BuildClusters */
export const clusters = (push: Push): Cluster[] =>
  push.proxy.kind === 'gateway' ? gatewayClusters(push) : sidecarClusters(push);

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
