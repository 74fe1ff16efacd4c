import { type DestinationRule, allDestinationRules } from '../../mesh/traffic/destination-rules';
import { refusesForeignTls, serverPorts } from '../../mesh/policies/server-ports';
import { covers, isWildcard } from '../../mesh/services/hostname';
import { perMesh } from '../../mesh/memo';
import type { Mesh } from '../../mesh/mesh';
import { isHttp, isTls } from '../../mesh/services/protocol';
import type { Service, ServicePort } from '../../mesh/services/service';
import { services, servicesCalled } from '../../mesh/services/services';
import { isMutual, prescribedPortTls } from '../../mesh/traffic/prescribed-tls';
import { policyFor } from '../../mesh/traffic/traffic-policy';
import { virtualServices } from '../../mesh/traffic/virtual-services';
import { type Labels, selects } from '../../mesh/workloads/labels';
import type { KindMap } from '../../schema/kinds';
import type { ClientTLSSettings, Destination, Subset } from '../../schema/kinds/networking';
import { type Field, isSameField } from '../../source/field';
import type { Resource } from '../../source/resource';
import { type Context, rule } from '../rule';

export default rule({
  name: 'double-tls',
  category: 'traffic',
  severity: 'error',
  summary: 'A DestinationRule opens TLS for connections that are TLS already, or to a port of plain HTTP.',
  url: 'https://istio.io/latest/docs/ops/configuration/traffic-management/tls-configuration/',
  docs: `
    Clients of a port of protocol HTTPS or TLS open TLS themselves, and so do connections that a
    \`tls\` route passes through. With \`tls.mode: SIMPLE\` or MUTUAL the proxy adds TLS a second time,
    and the server reads a handshake where it expects data: clients see handshake errors. TLS to
    port 80 of an external host fails as well ("wrong version number", 503 UF), and so does TLS to an
    HTTP port of a server with a sidecar: the sidecar accepts only mutual TLS of the mesh there, and
    plain text.

    Fix: remove the TLS settings, so that proxies use mutual TLS with servers of the mesh, or let
    clients send plain HTTP to a port of protocol HTTP whose \`targetPort\` is 443.
  `,
  check(context) {
    const { mesh, report } = context;
    for (const destinationRule of allDestinationRules(mesh)) {
      // Of a BackendTLSPolicy the clients are gateways, which send plain HTTP themselves.
      if (destinationRule.trafficPolicy?.resource.kind === 'BackendTLSPolicy') continue;
      for (const service of servicesOf(mesh, destinationRule.host))
        for (const origination of originationsOf(destinationRule, service)) {
          const { tls } = origination;
          const fault =
            faultOf(context, service, origination) ?? faultAtSidecar(mesh, destinationRule, service, origination);
          if (fault) report(tls.get('mode'), fault.message, { related: [{ place: fault.place, message: fault.note }] });
        }
    }
  },
});

/** TLS that proxies open towards a port of a service, for all requests or for those of a subset. */
interface Origination {
  readonly tls: Field<ClientTLSSettings>;
  readonly port: ServicePort;
  readonly subset: Subset | undefined;
}

const originationsOf = ({ trafficPolicy, subsets }: DestinationRule, { ports }: Service): Origination[] =>
  ports.flatMap((port) =>
    [undefined, ...subsets].flatMap((subset) => {
      const { tls } = policyFor(trafficPolicy, port.number, subset);
      return tls && originatesTls(tls.value) ? [{ tls, port, subset: subset?.value }] : [];
    }),
  );

const originatesTls = ({ mode = 'DISABLE' }: ClientTLSSettings): boolean => mode === 'SIMPLE' || mode === 'MUTUAL';

const servicesOf = (mesh: Mesh, host: string): readonly Service[] =>
  isWildcard(host)
    ? services(mesh).filter(({ hostname }) => hostname === host || covers(host, hostname))
    : servicesCalled(mesh, host);

interface Fault {
  readonly message: string;
  readonly place: Field;
  readonly note: string;
}

function faultOf({ mesh, company }: Context, service: Service, { tls, port, subset }: Origination): Fault | undefined {
  const { hostname } = service;
  const routes = routesTo(mesh);
  const leads = (each: Lead): boolean =>
    each.host === hostname &&
    (each.port === port.number || (each.port === undefined && service.ports.length === 1)) &&
    (subset === undefined || each.subset === subset.name);
  const tlsRoute = routes.tls.find((each) => leads(each) && company(tls.resource, each.field.resource) !== 'unknown');
  if (tlsRoute) {
    const message = `connections to port ${port.number} of "${hostname}" are TLS already: a tls route passes them on, and TLS inside TLS fails`;
    return { message, place: tlsRoute.field, note: 'this route passes TLS on' };
  }
  const isReachedByHttp = routes.http.some(
    (each) => each.host === hostname && (each.port ?? port.number) === port.number,
  );
  if (isTls(port.protocol) && subset === undefined && !isReachedByHttp && !isOnlyForGateways(tls)) {
    const message = `clients of port ${port.number} of "${hostname}" (${port.protocol}) open TLS themselves, and TLS inside TLS fails`;
    return { message, place: port.field, note: 'the port' };
  }
  if (
    service.meshExternal &&
    isHttp(port.protocol) &&
    PLAIN === (port.targetPort ?? port.number) &&
    !hasEndpointPorts(port)
  ) {
    const message = `opens TLS to port 80 of "${hostname}", which serves plain HTTP; set targetPort 443`;
    return { message, place: port.field, note: 'the port' };
  }
  return undefined;
}

const PLAIN = 80;

/** Whether sidecars drop the settings, because they read a credentialName only in a rule with a workloadSelector. */
const isOnlyForGateways = ({ value, resource }: Field<ClientTLSSettings>): boolean =>
  Boolean(value.credentialName) && !(resource as Resource<KindMap['DestinationRule']>).value.spec?.workloadSelector;

/** TLS towards a server of the mesh whose sidecar does not take it. */
function faultAtSidecar(
  mesh: Mesh,
  rule: DestinationRule,
  service: Service,
  origination: Origination,
): Fault | undefined {
  const { tls, port, subset } = origination;
  const refusing = serverPorts(mesh, service).find(
    (server) =>
      server.port === port &&
      selects(subset?.labels, server.labels) &&
      refusesForeignTls(mesh, server) &&
      isFollowed(mesh, rule, service, origination, server.labels),
  );
  // A certificate of the client to mode DISABLE: that is mtls-to-plaintext-server.
  if (!refusing || (refusing.mtls.mode === 'DISABLE' && isMutual(tls))) return undefined;
  const accepted = refusing.mtls.mode === 'DISABLE' ? 'plain HTTP' : 'plain HTTP and mutual TLS of the mesh';
  const message = `opens TLS to port ${port.number} of "${service.hostname}", where the sidecar of ${refusing.workload!.resource.title} accepts only ${accepted}: requests fail with 503 (response flag UF); remove the TLS settings`;
  return { message, place: port.field, note: 'the port' };
}

/** Whether a rule is the one that holds for servers: a more specific one may. */
function isFollowed(
  mesh: Mesh,
  rule: DestinationRule,
  service: Service,
  { port, tls }: Origination,
  labels: Labels,
): boolean {
  if (rule.selector) return true;
  const held = prescribedPortTls(mesh, service, port.number, labels, rule.namespace);
  return held.some((each) => isSameField(each, tls));
}

/** Whether the endpoints of a ServiceEntry have ports of their own. */
const hasEndpointPorts = ({ field }: ServicePort): boolean => {
  const endpoints = field.resource.at(['spec', 'endpoints']).value as readonly { ports?: object }[] | undefined;
  return endpoints?.some(({ ports }) => ports !== undefined) ?? false;
};

/** Where a route leads. */
interface Lead {
  readonly host: string;
  readonly port: number | undefined;
  readonly subset: string | undefined;
  readonly field: Field;
}

/** All that VirtualServices and routes of the Gateway API lead to, over HTTP and over TLS that is passed on. */
const routesTo = perMesh((mesh) => {
  const all = virtualServices(mesh);
  return {
    http: all.flatMap(({ http }) => http.flatMap(({ value, field }) => leadsOf(value.route, field))),
    tls: all.flatMap(({ tls }) => tls.flatMap(({ value, field }) => leadsOf(value.route, field))),
  };
});

const leadsOf = (route: readonly { destination?: Destination }[] = [], field: Field): Lead[] =>
  route.map(({ destination: { host = '', port, subset } = {} }) => ({ host, port: port?.number, subset, field }));
