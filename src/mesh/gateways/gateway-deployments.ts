/** What Istio's controller deploys for the Gateways of the Gateway API: a Service and a Deployment of proxies for each. */
import type { KindMap } from '../../schema/kinds';
import type { Resource } from '../../source/resource';
import { isAmbientMesh, isWaypointClass } from '../ambient/ambient-mode';
import { setsOf } from '../gateway-api/listener-sets';
import { DATAPLANE_MODE } from '../injection/injection';
import type { Labels } from '../workloads/labels';
import { perMesh } from '../memo';
import type { Mesh } from '../mesh';

type KubernetesGateway = Resource<KindMap['KubernetesGateway']>;

/** The label by which the proxies of a Gateway of the Gateway API name it. */
export const GATEWAY_NAME = 'gateway.networking.k8s.io/gateway-name';
const GATEWAY_CLASS = 'gateway.networking.k8s.io/gateway-class-name';
const CONTROLLER = 'istio.io/gateway-controller';

const classes = perMesh((mesh) => {
  const ours = mesh.all('GatewayClass').filter(({ value }) => value.spec?.controllerName === CONTROLLER);
  return new Set(['istio', ...ours.map(({ name }) => name)]);
});

/** Whether Istio's controller takes care of Gateways of a class. */
export const isIstioClass = (mesh: Mesh, className: string | undefined): boolean => classes(mesh).has(className ?? '');

/** The Gateways for which proxies are deployed: those that do not point to a deployment of their own by an address. */
const deployed = perMesh((mesh) =>
  mesh
    .all('KubernetesGateway')
    .filter(({ value: { spec } }) => isDeployedClass(mesh, spec?.gatewayClassName) && !spec?.addresses?.length),
);

const isDeployedClass = (mesh: Mesh, className: string | undefined): boolean =>
  isIstioClass(mesh, className) || isWaypointClass(mesh, className);

/** Whether a Gateway is a waypoint. */
export const isWaypointGateway = (mesh: Mesh, { value }: KubernetesGateway): boolean =>
  isWaypointClass(mesh, value.spec?.gatewayClassName);

/** The name of the Deployment and Service of a Gateway; waypoints have that of their Gateway. istio: gatewaycommon.GetDefaultName */
export function deployedName(mesh: Mesh, gateway: KubernetesGateway): string {
  const { name, value } = gateway;
  const override = value.metadata.annotations?.['gateway.istio.io/name-override'];
  return override ?? (isWaypointGateway(mesh, gateway) ? name : `${name}-${value.spec?.gatewayClassName ?? 'istio'}`);
}

/** The annotation that names the service account of a Gateway's proxies. */
const SERVICE_ACCOUNT = 'gateway.istio.io/service-account';

/** The classes whose deployments have the name of their Gateway, without the class. istio: ClassInfo.DisableNameSuffix */
const WITHOUT_SUFFIX = new Set([
  'istio-waypoint',
  'istio-east-west',
  'istio-agentgateway',
  'istio-agentgateway-waypoint',
]);
const CONTROLLERS_WITHOUT_SUFFIX = new Set(['istio.io/mesh-controller', 'istio.io/eastwest-controller']);

const classesWithoutSuffix = perMesh((mesh) => {
  const own = mesh
    .all('GatewayClass')
    .filter(({ value }) => CONTROLLERS_WITHOUT_SUFFIX.has(value.spec?.controllerName ?? ''));
  return new Set([...WITHOUT_SUFFIX, ...own.map(({ name }) => name)]);
});

/** The service accounts that Istio's controller makes for the proxies of Gateways and waypoints. */
export const gatewayAccounts: (mesh: Mesh) => readonly { namespace: string; name: string }[] = perMesh((mesh) =>
  mesh.all('KubernetesGateway').flatMap((gateway) => {
    const { namespace, name: own, value } = gateway;
    const className = value.spec?.gatewayClassName;
    const hasSuffix = isIstioClass(mesh, className);
    if (!hasSuffix && !classesWithoutSuffix(mesh).has(className ?? '')) return [];
    const name = value.metadata.annotations?.[SERVICE_ACCOUNT] ?? (hasSuffix ? `${own}-${className}` : own);
    return [{ namespace, name }];
  }),
);

/** The Deployments that are not in the input already. */
export const gatewayDeployments: (mesh: Mesh) => readonly Resource<KindMap['Deployment']>[] = perMesh((mesh) =>
  missing(mesh, 'Deployment').map((gateway) => gateway.withValue(deploymentOf(mesh, gateway))),
);

/** The Services that are not in the input already. */
export const gatewayServices: (mesh: Mesh) => readonly Resource<KindMap['Service']>[] = perMesh((mesh) =>
  missing(mesh, 'Service').map((gateway) => gateway.withValue(serviceOf(mesh, gateway))),
);

function missing(mesh: Mesh, kind: 'Deployment' | 'Service'): KubernetesGateway[] {
  const present = new Set(mesh.all(kind).map(({ namespace, name }) => `${namespace}/${name}`));
  return deployed(mesh).filter((gateway) => !present.has(`${gateway.namespace}/${deployedName(mesh, gateway)}`));
}

/** The label that names the controller that manages a proxy. */
export const MANAGED = 'gateway.istio.io/managed';
/** The value of that label for waypoints. */
export const WAYPOINT_MANAGED = 'istio.io-mesh-controller';

/** The labels and annotations of what is deployed for a Gateway: waypoints take over those of the Gateway or its infrastructure. */
function metadataOf(mesh: Mesh, gateway: KubernetesGateway): { labels: Labels; annotations: Labels } {
  const { name, value } = gateway;
  const ours = { [GATEWAY_NAME]: name, [GATEWAY_CLASS]: value.spec?.gatewayClassName ?? 'istio' };
  if (!isWaypointGateway(mesh, gateway)) return { labels: ours, annotations: {} };
  const { labels, annotations } = value.metadata;
  const { infrastructure } = value.spec ?? {};
  return {
    labels: { ...(infrastructure?.labels ?? labels), ...ours, [MANAGED]: WAYPOINT_MANAGED },
    annotations: infrastructure?.annotations ?? annotations ?? {},
  };
}

/** The labels that say whether the pods of a Gateway are injected: in ambient mode their template is complete. */
function capture(mesh: Mesh): Labels {
  if (!isAmbientMesh(mesh)) return { 'sidecar.istio.io/inject': 'true' };
  return { 'sidecar.istio.io/inject': 'false', [DATAPLANE_MODE]: 'none' };
}

function deploymentOf(mesh: Mesh, gateway: KubernetesGateway): KindMap['Deployment'] {
  const name = deployedName(mesh, gateway);
  const { labels, annotations } = metadataOf(mesh, gateway);
  const ours = {
    ...capture(mesh),
    'service.istio.io/canonical-name': name,
    'service.istio.io/canonical-revision': 'latest',
  };
  const proxy = { name: 'istio-proxy', ports: [{ name: 'status-port', containerPort: 15021 }] };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace: gateway.namespace, labels: { ...labels } },
    spec: {
      replicas: 1,
      template: {
        metadata: { labels: { ...labels, ...ours }, annotations: { ...annotations } },
        spec: {
          serviceAccountName: gateway.value.metadata.annotations?.[SERVICE_ACCOUNT] ?? name,
          containers: [proxy],
        },
      },
    },
  };
}

function serviceOf(mesh: Mesh, gateway: KubernetesGateway): KindMap['Service'] {
  const isWaypoint = isWaypointGateway(mesh, gateway);
  const status = { name: 'status-port', port: 15021, ...(isWaypoint && { appProtocol: 'tcp' }) };
  const ports = new Map<number, { name: string; port: number; appProtocol?: string }>([[15021, status]]);
  const ofSets = setsOf(mesh, gateway).flatMap(({ value }) => value.spec?.listeners ?? []);
  for (const { name = '', port = 0, protocol = '' } of [...(gateway.value.spec?.listeners ?? []), ...ofSets])
    if (!ports.has(port)) ports.set(port, { name, port, appProtocol: protocol.toLowerCase() });
  const { labels, annotations } = metadataOf(mesh, gateway);
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: {
      name: deployedName(mesh, gateway),
      namespace: gateway.namespace,
      labels: { ...labels },
      annotations: { ...annotations, ...(isWaypoint && { 'networking.istio.io/traffic-distribution': 'PreferClose' }) },
    },
    spec: {
      type: isWaypoint ? 'ClusterIP' : 'LoadBalancer',
      ports: [...ports.values()],
      selector: { [GATEWAY_NAME]: gateway.name },
    },
  };
}
