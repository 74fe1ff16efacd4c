/** The Services in front of a gateway that hide the addresses of its clients. */
import type { KindMap } from '../../schema/kinds';
import type { Resource } from '../../source/resource';
import { perMesh } from '../memo';
import type { Mesh } from '../mesh';
import { selectsSome } from '../workloads/labels';
import { proxyConfigOf } from '../workloads/proxy-config';
import type { Workload } from '../workloads/workloads';
import { GATEWAY_NAME, gatewayServices } from './gateway-deployments';

/** What makes a Service before a gateway: the Service itself, or a Gateway of the Gateway API for which Istio deploys one. */
type Maker = Resource<KindMap['Service']> | Resource<KindMap['KubernetesGateway']>;

/** What puts Services before a workload behind which clients have the addresses of nodes, as far as the input says. */
export function loadBalancersBefore(mesh: Mesh, workload: Workload): readonly Maker[] {
  if (readsProxyProtocol(mesh, workload)) return [];
  return [...servicesBefore(mesh, workload), ...gatewaysWithService(mesh, workload)];
}

const servicesBefore = (mesh: Mesh, workload: Workload): readonly Resource<KindMap['Service']>[] =>
  mesh.all('Service').filter(({ namespace, value, metadata }) => {
    const { type, selector, externalTrafficPolicy } = value.spec ?? {};
    return (
      namespace === workload.namespace &&
      (type === 'LoadBalancer' || type === 'NodePort') &&
      externalTrafficPolicy !== 'Local' &&
      selectsSome(selector, workload.labels) &&
      !Object.entries(metadata.annotations ?? {}).some(keepsAddress)
    );
  });

/** The Gateway of a workload, where Istio deploys its Service with the defaults: parameters may change every field. */
function gatewaysWithService(mesh: Mesh, workload: Workload): readonly Resource<KindMap['KubernetesGateway']>[] {
  const { namespace, labels } = workload;
  const isDeployed = gatewayServices(mesh).some(
    (service) => service.namespace === namespace && selectsSome(service.value.spec?.selector, labels),
  );
  if (!isDeployed) return [];
  return mesh.all('KubernetesGateway').filter((gateway) => {
    const { value, metadata } = gateway;
    const { infrastructure } = value.spec ?? {};
    const annotations = { ...metadata.annotations, ...infrastructure?.annotations };
    return (
      gateway.namespace === namespace &&
      gateway.name === labels[GATEWAY_NAME] &&
      !infrastructure?.parametersRef &&
      annotations[SERVICE_TYPE] !== 'ClusterIP' &&
      !Object.entries(annotations).some(keepsAddress)
    );
  });
}

/** The annotation of a Gateway that changes the type of its Service. */
const SERVICE_TYPE = 'networking.istio.io/service-type';

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
