/** The Services in front of a gateway that hide the addresses of its clients. */
import type { KindMap } from '../../schema/kinds';
import type { Resource } from '../../source/resource';
import { perMesh } from '../memo';
import type { Mesh } from '../mesh';
import { selectsSome } from '../workloads/labels';
import { proxyConfigOf } from '../workloads/proxy-config';
import type { Workload } from '../workloads/workloads';

/** The Services of a workload behind which clients have the addresses of nodes, as far as the input says. */
export function loadBalancersBefore(mesh: Mesh, workload: Workload): readonly Resource<KindMap['Service']>[] {
  if (readsProxyProtocol(mesh, workload)) return [];
  return mesh.all('Service').filter(({ namespace, value, metadata }) => {
    const { type, selector, externalTrafficPolicy } = value.spec ?? {};
    return (
      namespace === workload.namespace &&
      (type === 'LoadBalancer' || type === 'NodePort') &&
      externalTrafficPolicy !== 'Local' &&
      selectsSome(selector, workload.labels) &&
      !Object.entries(metadata.annotations ?? {}).some(keepsAddress)
    );
  });
}

/** Settings of cloud providers by which load balancers use the PROXY protocol, or send to pods without a node in between. */
const keepsAddress = ([name, value]: [string, string]): boolean =>
  /proxy-protocol/.test(name) || (/aws-load-balancer-(type|nlb-target-type)$/.test(name) && /ip$|external/.test(value));

/** Whether the proxies learn addresses from the PROXY protocol: by their own settings, or by an EnvoyFilter. */
function readsProxyProtocol(mesh: Mesh, { namespace, labels, template }: Workload): boolean {
  const { annotations = {} } = template.value.metadata ?? {};
  const { gatewayTopology } = proxyConfigOf(mesh, { namespace, labels, annotations });
  return gatewayTopology?.proxyProtocol !== undefined || patchesProxyProtocol(mesh);
}

const patchesProxyProtocol = perMesh((mesh) =>
  mesh.all('EnvoyFilter').some(({ value }) => JSON.stringify(value.spec ?? {}).includes('proxy_protocol')),
);
