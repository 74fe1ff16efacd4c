import {
  type ConvertedGateway,
  addressHost,
  convertedGateways,
  isManaged,
  listenerOf,
} from '../../mesh/gateway-api/gateways';
import { LISTENER_SET } from '../../mesh/gateway-api/references';
import { isIstioClass } from '../../mesh/gateways/gateway-deployments';
import { groupBy } from '../../mesh/grouping';
import { perMesh } from '../../mesh/memo';
import type { Mesh } from '../../mesh/mesh';
import type { Service } from '../../mesh/services/service';
import { endpointsOf, servicesCalled } from '../../mesh/services/services';
import { configs } from '../../mesh/settings/configs';
import type { KindMap } from '../../schema/kinds';
import type { GatewaySpecAddress } from '../../schema/kinds/gateway-api';
import { oneOf } from '../../schema/spelling';
import type { Field } from '../../source/field';
import type { Resource } from '../../source/resource';
import { type Context, rule } from '../rule';

type KubernetesGateway = Resource<KindMap['KubernetesGateway']>;

export default rule({
  name: 'unusable-gateway-address',
  category: 'reference',
  severity: 'error',
  summary: 'A Gateway of the Gateway API names a Service for its proxies that does not exist or lacks a port.',
  url: 'https://istio.io/latest/docs/tasks/traffic-management/ingress/gateway-api/',
  docs: `
    With \`spec.addresses\` of type Hostname, a Gateway uses the proxies of an existing Service of its
    own namespace. If that Service does not exist, or has no port for a listener, nothing listens
    there: connections are refused, and the condition Programmed is False. A port is the port of the
    Service, not the targetPort of its pods.

    Fix: correct the address or the port, add the port to the Service, or remove \`spec.addresses\` so
    that Istio deploys the proxies.

    Beside an address of type Hostname, Istio ignores addresses of other types.
  `,
  sameAs: ['AddressNotUsable', 'UnsupportedAddress'],
  check(context) {
    for (const gateway of configs(context.mesh, 'KubernetesGateway')) {
      if (!isIstioClass(context.mesh, gateway.value.spec?.gatewayClassName) || isManaged(gateway)) continue;
      for (const address of gateway.each('spec.addresses[]')) checkAddress(context, gateway, address);
    }
  },
});

const HOSTNAME = 'Hostname';

function checkAddress(context: Context, gateway: KubernetesGateway, address: Field<GatewaySpecAddress>): void {
  const { mesh, report, missing } = context;
  const { type = HOSTNAME, value = '' } = address.value;
  if (type !== HOSTNAME)
    return report(address.get('type'), `addresses of type "${type}" are not supported here; use type "${HOSTNAME}"`, {
      sameAs: ['UnsupportedAddress'],
    });
  const host = addressHost(mesh, gateway, value);
  const services = servicesCalled(mesh, host);
  const service = services.find(({ namespace }) => namespace === gateway.namespace);
  if (service) return checkPorts(context, gateway, service);
  const elsewhere = services.map(({ namespace }) => `"${namespace}"`);
  const where = elsewhere.length > 0 ? `, only in ${elsewhere.join(', ')}` : '';
  const message = `no Service "${host}" exists in namespace "${gateway.namespace}"${where}, so no proxy listens for this Gateway`;
  const absent = { kind: 'Service', namespace: gateway.namespace, isMisspelt: elsewhere.length > 0 };
  missing(
    address.get('value'),
    elsewhere.length > 0 ? absent : { kind: 'Service', namespace: gateway.namespace },
    message,
    {
      sameAs: ['AddressNotUsable'],
    },
  );
}

const listenersOf = perMesh((mesh) =>
  groupBy(convertedGateways(mesh), ({ listening }) => `${listening.namespace}/${listening.name}`),
);

/** istio: ResolveGatewayInstances */
function checkPorts({ mesh, report }: Context, gateway: KubernetesGateway, service: Service): void {
  const offered = new Set(service.ports.map(({ number }) => number));
  for (const converted of listenersOf(mesh).get(`${gateway.namespace}/${gateway.name}`) ?? []) {
    const { port } = converted.parent;
    if (port === 0 || offered.has(port) || isUnused(converted)) continue;
    const listener = listenerOf(converted);
    const target = portWithTarget(mesh, service, port);
    const hint = target ? `; port ${target} of the Service leads to port ${port} of its pods` : '';
    const ports = oneOf([...offered].map(String), 'and') || 'none';
    report(
      listener.value.port === undefined ? listener.get('name') : listener.get('port'),
      `Service "${service.name}" has no port ${port}, so no proxy listens on it; its ports: ${ports}${hint}`,
      { related: [{ place: service.field, message: 'the Service' }], sameAs: ['AddressNotUsable'] },
    );
  }
}

/** Of a ListenerSet, what is not valid has no place in the Gateway. */
const isUnused = ({ owner, problem }: ConvertedGateway): boolean =>
  owner.kind === LISTENER_SET && problem !== undefined;

/** The port of a Service that leads to a port of its pods. */
function portWithTarget(mesh: Mesh, service: Service, port: number): number | undefined {
  const endpoint = endpointsOf(mesh, service).find((each) => each.port === port);
  if (!endpoint) return undefined;
  return endpoint.portNumber ?? service.ports.find(({ name }) => name === endpoint.portName)?.number;
}
