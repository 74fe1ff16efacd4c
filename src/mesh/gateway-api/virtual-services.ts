/** The routes of the Gateway API as VirtualServices. */
import { creationOf } from '../creation';
import type { KindMap } from '../../schema/kinds';
import type { HTTPRoute, TCPRoute, TLSRoute, VirtualServiceSpec } from '../../schema/kinds/networking';
import type { Field } from '../../source/field';
import type { Resource } from '../../source/resource';
import { configs } from '../settings/configs';
import { NOT_YET, created } from '../creation';
import { groupBy } from '../grouping';
import { alphabetically, intersection, overlaps } from '../services/hostname';
import { perMesh } from '../memo';
import type { Mesh } from '../mesh';
import { meshConfig } from '../settings/mesh-config';
import type { Named, Route, VirtualService } from '../traffic/virtual-services';
import { exportOf } from '../traffic/visibility';
import type { Sender } from './backends';
import { INTERNAL } from './gateways';
import { type Converted, grpcRules, httpRules } from './http-rules';
import { tcpRules, tlsRules } from './l4-rules';
import { byPrecedence } from './matches';
import { type AnyRoute, type Attachment, attachments, hostnamesOf, isLetThrough, serviceEntryCalled } from './parents';
import { SERVICE_ENTRY } from './references';

/** All routes that some parent takes, as VirtualServices of one host and gateway each. istio: Controller.List */
export const convertedVirtualServices: (mesh: Mesh) => readonly VirtualService[] = perMesh((mesh) => [
  ...configs(mesh, 'TCPRoute').flatMap((route) => ofTcpRoute(mesh, route)),
  ...configs(mesh, 'TLSRoute').flatMap((route) => ofTlsRoute(mesh, route)),
  ...merged(mesh),
]);

const isMesh = ({ parent }: Attachment): boolean => parent.internalName === 'mesh';

/** The rules as each kind of parent has them: those of the mesh may lead anywhere. istio: computeRoute */
function forEach<T>(
  route: AnyRoute,
  convert: (sender: Sender) => Converted<T>,
): (attachment: Attachment) => readonly Route<T>[] {
  const end = { kind: `${route.group}/${route.kind}`, namespace: route.namespace } as const;
  const ofMesh = once(() => convert({ ...end, needsGrant: 'never' }).routes);
  const ofGateway = once(() => convert({ ...end, needsGrant: 'across-namespaces' }).routes);
  return (attachment) => (isMesh(attachment) ? ofMesh() : ofGateway());
}

function once<T>(make: () => T): () => T {
  let made: { value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}

const accepted = (mesh: Mesh, route: AnyRoute): Attachment[] =>
  attachments(mesh, route).filter(({ denial }) => !denial);

/** The hosts of what a route of the mesh names as its parent. */
function meshHosts(mesh: Mesh, { field, parentKind, namespace }: Attachment): Named[] {
  const { name = '' } = field.value;
  if (parentKind !== SERVICE_ENTRY) return [{ name: `${name}.${namespace}.svc.${mesh.domain}`, field }];
  const hosts = serviceEntryCalled(mesh, namespace, name)?.value.spec?.hosts ?? [];
  return hosts.map((host) => ({ name: host, field }));
}

/** The hosts of a route; every host where it names none. istio: hostnameToStringList */
function routeHosts(route: AnyRoute): Named[] {
  if (hostnamesOf(route).length === 0) return [{ name: '*', field: route.at(['spec']) }];
  const fields = (route as Resource<KindMap['HTTPRoute']>).each('spec.hostnames[]');
  return fields.map((field) => ({ name: field.value, field }));
}

/** A VirtualService that still may be joined with others of its key. */
interface Draft {
  readonly key: string;
  readonly count: number;
  readonly route: AnyRoute;
  readonly attachment: Attachment;
  readonly host: Named;
  readonly http: readonly Route<HTTPRoute>[];
}

/** istio: HTTPRouteCollection, GRPCRouteCollection */
function drafts(mesh: Mesh, route: AnyRoute, convert: (sender: Sender) => Converted<HTTPRoute>): Draft[] {
  const routesFor = forEach(route, convert);
  const found: Omit<Draft, 'count'>[] = accepted(mesh, route).flatMap((attachment) => {
    const { port } = attachment.field.value;
    const routes = routesFor(attachment);
    const http = isMesh(attachment) && port !== undefined ? routes.map((each) => onPort(each, port)) : routes;
    if (http.length === 0) return [];
    const scope = isMesh(attachment)
      ? [route.namespace, ...(port === undefined ? [] : [port])].join('/')
      : attachment.parent.internalName;
    const hosts = isMesh(attachment) ? meshHosts(mesh, attachment) : routeHosts(route);
    const through = hosts.filter(({ name }) => isLetThrough(attachment, name));
    return through.map((host) => ({ key: `${scope}/${host.name}`, route, attachment, host, http }));
  });
  return found.map((draft, count) => ({ ...draft, count }));
}

/** istio: augmentPortMatch */
function onPort({ value, field }: Route<HTTPRoute>, port: number): Route<HTTPRoute> {
  const match = value.match?.length ? value.match.map((each) => ({ ...each, port })) : [{ port }];
  return { value: { ...value, match }, field };
}

/** Routes for one host of one listener are asked in the order that the Gateway API defines, whatever object they are in. istio: mergeHTTPRoutes */
function merged(mesh: Mesh): VirtualService[] {
  const all = [
    ...configs(mesh, 'HTTPRoute').flatMap((route) => {
      const rules = route.each('spec.rules[]');
      return drafts(mesh, route, (sender) => httpRules(mesh, sender, rules, `${route.namespace}.${route.name}`));
    }),
    ...configs(mesh, 'GRPCRoute').flatMap((route) => {
      const rules = route.each('spec.rules[]');
      return drafts(mesh, route, (sender) => grpcRules(mesh, sender, rules, `${route.namespace}.${route.name}`));
    }),
  ];
  return [...groupBy(all, ({ key }) => key)].map(([key, group]) => {
    const [oldest, ...others] = [...group].sort(byAge);
    const http = [oldest!, ...others].flatMap((each) => inOrder(each.http));
    return virtualService(mesh, oldest!, key.replaceAll('/', '~'), { http: inOrder(http) });
  });
}

const inOrder = (routes: readonly Route<HTTPRoute>[]): Route<HTTPRoute>[] =>
  [...routes].sort((one, other) => byPrecedence(one.value.match, other.value.match));

/** istio: sortRoutesByCreationTime */
const byAge = (one: Draft, other: Draft): number =>
  created(one.route.metadata, NOT_YET) - created(other.route.metadata, NOT_YET) ||
  alphabetically(one.route.namespace, other.route.namespace) ||
  alphabetically(`${one.route.name}~${one.count}~${INTERNAL}`, `${other.route.name}~${other.count}~${INTERNAL}`);

type Origin = Pick<Draft, 'route' | 'attachment' | 'host'>;
type Routes = Partial<Pick<VirtualService, 'http' | 'tls' | 'tcp'>>;

function virtualService(mesh: Mesh, { route, attachment, host }: Origin, name: string, routes: Routes): VirtualService {
  const { namespace, metadata } = route;
  const { http = [], tls = [], tcp = [] } = routes;
  const gateway = { name: attachment.parent.internalName, field: attachment.field };
  const spec: VirtualServiceSpec = {
    hosts: [host.name],
    gateways: [gateway.name],
    http: http.map(({ value }) => value),
    tls: tls.map(({ value }) => value),
    tcp: tcp.map(({ value }) => value),
  };
  return {
    resource: route.withValue({
      apiVersion: 'networking.istio.io/v1',
      kind: 'VirtualService',
      metadata: { name, namespace, ...creationOf(metadata) },
      spec,
    }),
    name,
    namespace,
    hosts: [host],
    gateways: [gateway],
    exportTo: exportOf([], meshConfig(mesh).defaultVirtualServiceExportTo, namespace),
    semantics: 'gateway',
    http,
    tls,
    tcp,
  };
}

/** istio: TCPRouteCollection */
function ofTcpRoute(mesh: Mesh, route: Resource<KindMap['TCPRoute']>): VirtualService[] {
  const rules = route.each('spec.rules[]');
  const routesFor = forEach(route, (sender) => tcpRules(mesh, sender, rules));
  const found = accepted(mesh, route).flatMap((attachment) => {
    const { port } = attachment.field.value;
    const routes = routesFor(attachment);
    if (!isMesh(attachment)) return routeHosts(route).map((host) => ({ attachment, host, tcp: routes }));
    const tcp = port === undefined ? routes : routes.map((each) => tcpOnPort(each, port));
    return meshHosts(mesh, attachment).map((host) => ({ attachment, host, tcp }));
  });
  return found.map(({ attachment, host, tcp }, count) =>
    virtualService(mesh, { route, attachment, host }, `${route.name}~tcp~${count}~${INTERNAL}`, { tcp }),
  );
}

/** istio: augmentTCPPortMatch */
const tcpOnPort = ({ value, field }: Route<TCPRoute>, port: number): Route<TCPRoute> => ({
  value: { ...value, match: [{ port }] },
  field,
});

/** istio: TLSRouteCollection */
function ofTlsRoute(mesh: Mesh, route: Resource<KindMap['TLSRoute']>): VirtualService[] {
  const rules = route.each('spec.rules[]');
  const routesFor = forEach(route, (sender) => tlsRules(mesh, sender, rules, hostnamesOf(route)));
  const found = accepted(mesh, route).flatMap((attachment) => {
    const routes = routesFor(attachment);
    return isMesh(attachment) ? inMesh(mesh, attachment, routes) : atListener(route, attachment, routes);
  });
  return found.map(({ attachment, host, tls }, count) =>
    virtualService(mesh, { route, attachment, host }, `${route.name}~tls~${count}~${INTERNAL}`, { tls }),
  );
}

interface ForHost {
  readonly attachment: Attachment;
  readonly host: Named;
  readonly tls: readonly Route<TLSRoute>[];
}

/** Without hostnames of its own, a route of the mesh takes the names of the service. istio: augmentTLSPortMatch, compatibleRoutesForHost */
function inMesh(mesh: Mesh, attachment: Attachment, routes: readonly Route<TLSRoute>[]): ForHost[] {
  const hosts = meshHosts(mesh, attachment);
  const names = hosts.map(({ name }) => name);
  const { port } = attachment.field.value;
  return hosts.map((host) => {
    const tls = routes.map((route) =>
      withMatches(
        route,
        (sniHosts) => {
          const wanted = sniHosts.join() === '*' ? names : sniHosts;
          return wanted.length > 1 ? wanted.filter((name) => overlaps(host.name, name)) : wanted;
        },
        port,
      ),
    );
    return { attachment, host, tls };
  });
}

/** What the hostnames of route and listener have in common. istio: constrainTLSRoutesToListenerHost */
function atListener(route: AnyRoute, attachment: Attachment, routes: readonly Route<TLSRoute>[]): ForHost[] {
  const { hostname } = attachment.parent;
  const hosts = routeHosts(route);
  if (hostname === '') return hosts.map((host) => ({ attachment, host, tls: routes }));
  const narrowed = intersection(
    hosts.map(({ name }) => name),
    [hostname],
  );
  const constrained = routes.map((each) =>
    withMatches(each, (sniHosts) => intersection(sniHosts, [hostname]), undefined),
  );
  const tls = constrained.filter(
    ({ value: { match = [] } }) => match.length === 0 || match.some(({ sniHosts }) => sniHosts?.length),
  );
  return narrowed.map((name) => ({ attachment, host: { name, field: fieldOf(hosts, name, attachment.field) }, tls }));
}

const fieldOf = (hosts: readonly Named[], host: string, otherwise: Field): Field =>
  hosts.find(({ name }) => overlaps(name, host))?.field ?? otherwise;

function withMatches(
  { value, field }: Route<TLSRoute>,
  change: (sniHosts: readonly string[]) => string[] | readonly string[],
  port: number | undefined,
): Route<TLSRoute> {
  if (!value.match) return { value, field };
  const match = value.match.map((each) => ({
    ...each,
    sniHosts: [...change(each.sniHosts ?? [])],
    ...(port !== undefined && { port }),
  }));
  return { value: { ...value, match }, field };
}
