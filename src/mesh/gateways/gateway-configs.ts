/** All Gateways there are: Istio's own, and those made of the Gateway API and of Ingresses. */
import type { KindMap } from '../../schema/kinds';
import type { Server } from '../../schema/kinds/networking';
import type { Field } from '../../source/field';
import type { Resource } from '../../source/resource';
import { configs } from '../settings/configs';
import { convertedFirst } from '../creation';
import {
  GATEWAY_SERVICE,
  PARENT_NAMESPACE,
  SEMANTICS,
  SERVICE_ACCOUNT,
  convertedGateways,
} from '../gateway-api/gateways';
import { ingressGateways } from './ingress';
import { selects } from '../workloads/labels';
import { perMesh } from '../memo';
import type { Mesh } from '../mesh';
import type { Proxy } from '../workloads/proxy';
import type { ServiceTarget } from '../services/service';

export type Gateway = Resource<KindMap['Gateway']>;

/** A Gateway with its servers where they were written, which may be in an object of another kind. */
export interface GatewayConfig {
  readonly gateway: Gateway;
  readonly servers: readonly Field<Server>[];
}

/** The oldest first. istio: PushContext.initGateways */
export const gatewayConfigs: (mesh: Mesh) => readonly GatewayConfig[] = perMesh((mesh) => {
  const converted = convertedGateways(mesh).filter(({ problem }) => !problem);
  const own = configs(mesh, 'Gateway').map((gateway) => ({ gateway, servers: gateway.each('spec.servers[]') }));
  return convertedFirst(
    [...ingressGateways(mesh), ...converted.map(({ gateway, server }) => ({ gateway, servers: [server] }))],
    own,
    ({ gateway }) => gateway,
  );
});

/** A Gateway that holds for a proxy, and by which ports of its services it is reached. */
export interface BoundGateway extends GatewayConfig {
  /** The ports on which the proxy listens for a port of the Gateway. */
  readonly listenPorts: (number: number) => readonly number[];
}

/** The Gateways that hold for a proxy, the oldest first. istio: PushContext.mergeGateways */
export function boundGateways(mesh: Mesh, proxy: Proxy): BoundGateway[] {
  if (proxy.kind === 'sidecar') return [];
  return strictly(gatewayConfigs(mesh).flatMap((config) => bound(config, proxy)));
}

function bound(config: GatewayConfig, { targets, workloadLabels }: Proxy): BoundGateway[] {
  const { value, namespace } = config.gateway;
  const { annotations = {} } = value.metadata;
  const named = annotations[GATEWAY_SERVICE];
  if (named === undefined) {
    const isSelected = selects(value.spec?.selector, workloadLabels);
    return isSelected ? [{ ...config, listenPorts: (number) => [listenPortFor(number, targets)] }] : [];
  }
  const hosts = named.split(',');
  const where = annotations[PARENT_NAMESPACE] || namespace;
  const ours = targets.filter(({ service }) => service.namespace === where && hosts.includes(service.hostname));
  return ours.length > 0 ? [{ ...config, listenPorts: (number) => targetPorts(number, ours) }] : [];
}

/**
 * The port on which the proxy listens for a port of a Gateway: where a Service of the proxy has that port, the Service's target.
 * istio: model.resolvePorts
 */
export function listenPortFor(number: number, targets: readonly ServiceTarget[]): number {
  const target = targets.find(
    ({ service, port }) => port.number === number && service.labels[UNTRANSLATED] === undefined,
  );
  return target?.targetPort ?? number;
}

const UNTRANSLATED = 'experimental.istio.io/disable-gateway-port-translation';

/** A Gateway that names its Service listens on that one's ports alone. */
const targetPorts = (number: number, targets: readonly ServiceTarget[]): number[] => [
  ...new Set(targets.filter(({ port }) => port.number === number).map(({ targetPort }) => targetPort)),
];

/** The proxies that Istio deploys for the Gateway API take nothing from Gateways of other namespaces. istio: filterStrictGatewayMerging */
function strictly(gateways: readonly BoundGateway[]): BoundGateway[] {
  const isApi = ({ gateway }: BoundGateway): boolean => gateway.metadata.annotations?.[SEMANTICS] === 'gateway';
  const managed = gateways.filter((each) => isApi(each) && each.gateway.metadata.annotations?.[SERVICE_ACCOUNT]);
  const namespaces = new Set(managed.map(({ gateway }) => gateway.namespace));
  return gateways.filter((each) => namespaces.size === 0 || isApi(each) || namespaces.has(each.gateway.namespace));
}
