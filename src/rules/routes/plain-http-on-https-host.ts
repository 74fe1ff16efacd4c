import { configs } from '../../mesh/settings/configs';
import { type DestinationRule, allDestinationRules } from '../../mesh/traffic/destination-rules';
import { backend } from '../../mesh/gateway-api/backends';
import { covers } from '../../mesh/services/hostname';
import { HostIndex } from '../../mesh/services/host-index';
import { perMesh } from '../../mesh/memo';
import type { Mesh } from '../../mesh/mesh';
import { isHttp, isTls, protocolNamed } from '../../mesh/services/protocol';
import { bestService, serviceFor } from '../../mesh/services/services';
import { policyFor } from '../../mesh/traffic/traffic-policy';
import { type VirtualService, writtenVirtualServices } from '../../mesh/traffic/virtual-services';
import type { KindMap } from '../../schema/kinds';
import type { HTTPBackendRef } from '../../schema/kinds/gateway-api';
import type { Destination } from '../../schema/kinds/networking';
import type { Field } from '../../source/field';
import type { Resource } from '../../source/resource';
import { type Context, rule } from '../rule';
import { rulesOf } from './backends';
import { portsFor } from './ports';

export default rule({
  name: 'plain-http-on-https-host',
  category: 'traffic',
  severity: 'error',
  summary: 'Plain HTTP is sent to an HTTPS port.',
  url: 'https://istio.io/latest/docs/ops/configuration/traffic-management/tls-configuration/',
  docs: `
    An HTTP route, or a ServiceEntry port of protocol HTTP, sends requests to a port that expects
    TLS, and no DestinationRule makes the proxy open TLS (\`trafficPolicy.tls\`). The server answers
    400 ("the plain HTTP request was sent to HTTPS port"), or resets the connection (response flag
    UC).

    Fix: set \`tls.mode: SIMPLE\` for the port in a DestinationRule for the host. If clients open TLS
    themselves, declare the port as TLS and route it under \`tls\`. For a backend of the Gateway API,
    add a BackendTLSPolicy.
  `,
  check(context) {
    for (const virtualService of writtenVirtualServices(context.mesh).filter((each) => isFollowed(context.mesh, each)))
      for (const { value, field } of virtualService.http)
        for (const [index, { destination }] of (value.route ?? []).entries())
          if (destination)
            checkDestination(context, destination, field.child('route').child(index), virtualService.namespace);
    for (const route of [...configs(context.mesh, 'HTTPRoute'), ...configs(context.mesh, 'GRPCRoute')])
      for (const { backends } of rulesOf(route)) for (const field of backends) checkBackend(context, field);
    for (const entry of configs(context.mesh, 'ServiceEntry')) checkEntry(context, entry);
  },
});

/** Where no port carries HTTP, its routes send nothing anywhere. */
const isFollowed = (mesh: Mesh, virtualService: VirtualService): boolean =>
  virtualService.http.length > 0 &&
  (portsFor(mesh, virtualService)?.some(({ carries }) => carries.includes('http')) ?? true);

/** A route of HTTP that leads to a port with TLS. */
function checkDestination({ mesh, report }: Context, destination: Destination, field: Field, from: string): void {
  const service = serviceFor(mesh, destination.host ?? '', from);
  const number = destination.port?.number;
  const port = number === undefined ? onlyOf(service?.ports) : service?.ports.find((each) => each.number === number);
  if (!service || !port || !isTls(port.protocol) || opensTls(mesh, service.hostname, port.number)) return;
  const place =
    number === undefined
      ? field.child('destination').child('host')
      : field.child('destination').child('port').child('number');
  report(
    place,
    `plain HTTP is sent to port ${port.number} (${port.protocol}) of "${service.hostname}"; no DestinationRule originates TLS`,
    {
      related: [{ place: port.field, message: 'the port' }],
    },
  );
}

/** A rule of the Gateway API that leads to a port with TLS. */
function checkBackend({ mesh, report }: Context, field: Field<HTTPBackendRef>): void {
  const { namespace } = field.resource;
  const sender = { kind: HTTP_ROUTE, namespace, needsGrant: 'never' } as const;
  const { destination: { host = '', port: { number = 0 } = {} } = {} } = backend(mesh, sender, field.value);
  const service = bestService(mesh, host, namespace);
  const port = service?.ports.find((each) => each.number === number);
  if (!service || !port || !isTls(port.protocol) || opensTls(mesh, service.hostname, number)) return;
  const message = `plain HTTP is sent to port ${number} (${port.protocol}) of "${service.hostname}"; no BackendTLSPolicy and no DestinationRule originates TLS`;
  report(field.get('port'), message, { related: [{ place: port.field, message: 'the port' }] });
}

const HTTP_ROUTE = 'gateway.networking.k8s.io/HTTPRoute';

const onlyOf = <Item>(items: readonly Item[] = []): Item | undefined => (items.length === 1 ? items[0] : undefined);

/** A port of HTTP behind which HTTPS is spoken, by its number. */
function checkEntry(context: Context, entry: Resource<KindMap['ServiceEntry']>): void {
  const { hosts = [], endpoints = [], location = 'MESH_EXTERNAL', workloadSelector } = entry.value.spec ?? {};
  const { mesh, report } = context;
  if (location !== 'MESH_EXTERNAL' || workloadSelector || endpoints.some(({ ports }) => ports)) return;
  for (const field of entry.each('spec.ports[]')) {
    const { number = 0, targetPort, protocol = '' } = field.value;
    if ((targetPort ?? number) !== HTTPS || !isHttp(protocolNamed(protocol))) continue;
    const host = hosts.find((each) => !opensTls(mesh, each, number) && !isRoutedAway(context, entry, each, number));
    if (host === undefined) continue;
    const place = targetPort ? field.get('targetPort') : field.get('protocol');
    report(place, `plain HTTP is sent to port 443 of "${host}"; no DestinationRule originates TLS for port ${number}`);
  }
}

const HTTPS = 443;

/** Whether a VirtualService of the sidecars beside it has the requests for a host, and none of its routes leads there at this port. */
function isRoutedAway({ mesh, company }: Context, entry: Resource<unknown>, host: string, number: number): boolean {
  const own = writtenVirtualServices(mesh).filter(
    ({ resource, gateways, hosts, http }) =>
      company(entry, resource) !== 'unknown' &&
      http.length > 0 &&
      gateways.some(({ name }) => name === 'mesh') &&
      hosts.some((each) => covers(each.name, host)),
  );
  const destinations = own.flatMap(({ http }) => http).flatMap(({ value }) => value.route ?? []);
  return own.length > 0 && !destinations.some(({ destination }) => leadsTo(destination, host, number));
}

const leadsTo = (destination: Destination | undefined, host: string, number: number): boolean =>
  destination?.host === host && (destination.port?.number ?? number) === number;

const rulesByHost = perMesh((mesh) => {
  const index = new HostIndex<DestinationRule[]>();
  for (const each of allDestinationRules(mesh)) index.at(each.host.toLowerCase(), () => []).push(each);
  return index;
});

/** Whether some DestinationRule has proxies open TLS towards a port, for all requests or for some subset. */
const opensTls = (mesh: Mesh, host: string, port: number): boolean =>
  [...rulesByHost(mesh).covering(host.toLowerCase())]
    .flatMap(({ value }) => value)
    .some(({ trafficPolicy, subsets }) =>
      [undefined, ...subsets].some((subset) => {
        const { mode = 'DISABLE' } = policyFor(trafficPolicy, port, subset).tls?.value ?? {};
        return mode !== 'DISABLE';
      }),
    );
