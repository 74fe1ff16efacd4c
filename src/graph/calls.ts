/** Who may call which service: what the proxies on the way make of a request of which nothing but its host is known. */
import { explore } from '../simulation/explore';
import { chosenBy } from '../simulation/chosen';
import { configurationOf } from '../simulation/configuration';
import type { Way } from '../simulation/journey';
import { RequestError } from '../simulation/request-error';
import { gatewayNamed, workloadsOfGateway } from '../mesh/gateways/gateways';
import { groupBy } from '../mesh/grouping';
import { perMesh } from '../mesh/memo';
import type { Mesh } from '../mesh/mesh';
import { type Proxy, isGateway } from '../mesh/workloads/proxy';
import type { Service } from '../mesh/services/service';
import { services } from '../mesh/services/services';
import { type VirtualService, virtualServices } from '../mesh/traffic/virtual-services';
import { type Workload, workloadsSelected } from '../mesh/workloads/workloads';
import { parseSubsetKey } from '../pilot/subset-key';
import { type Translation, translateOutbound } from '../pilot/translate';
import { type ClientClass, callers, clientClasses, views } from './client-classes';
import type { Call } from './connection';
import { clientsId, gatewayId, identityOf, serviceId, workloadId } from './nodes';
import { concrete, schemeOf, targetsOf } from './targets';
import { type Verdict, type WayToPort, verdictKey, verdictOn } from './verdict';

/** Every call between the workloads of the mesh and its services; of gateways those that their routes lead to. */
export const calls = (mesh: Mesh): readonly Call[] => [
  ...fromGateways(mesh),
  ...services(mesh).flatMap((service) => toService(mesh, service)),
];

function toService(mesh: Mesh, service: Service): Call[] {
  if (isOfGateway(mesh, service)) return [];
  const sent = outboundTo(mesh, service);
  const groups = new Map<string, { verdict: Verdict; clients: readonly Workload[] }>();
  for (const alike of clientClasses(mesh, service)) {
    const { clients } = alike;
    const found = verdictOn(mesh, waysTo(mesh, clients[0], service, sent(alike)));
    if (!found) continue;
    const verdict = withoutIdentity(found, identityOf(mesh, clients[0]));
    const key = verdictKey(verdict);
    const group = groups.get(key);
    groups.set(key, { verdict, clients: group ? [...group.clients, ...clients] : clients });
  }
  return [...groups.values()].flatMap(({ verdict, clients }) =>
    together(mesh, clients).map((from): Call => ({
      kind: 'call',
      to: serviceId(service),
      ...from,
      ...withIdentity(verdict, identityOfPoint(mesh, from.from)),
    })),
  );
}

/** Whether only gateways are behind a service: calls to them are drawn by the routes through them. */
export function isOfGateway(mesh: Mesh, { selector, namespace }: Service): boolean {
  const servers = selector ? workloadsSelected(mesh, selector, namespace) : [];
  return servers.length > 0 && servers.every((server) => isGateway(mesh, server));
}

type Configure = (mesh: Mesh, proxy: Proxy) => Translation;

/** With more kinds of configuration than this, the complete configurations of all kinds are not kept at once. */
const MOST_VIEWS = 8;

/**
 * What proxies receive for a service. Where the clients of all services share few kinds of configuration, each is made once and
 * complete; else that part is made which the service is about, once for each kind.
 */
function outboundTo(mesh: Mesh, service: Service): (alike: ClientClass) => Configure {
  const known = new Map<string, Translation>();
  const isFew = views(mesh).size <= MOST_VIEWS;
  return ({ configuration, isShared }) =>
    (_, proxy) => {
      if (proxy.kind !== 'sidecar' || (isShared && isFew)) return configurationOf(mesh, proxy);
      const made = known.get(configuration) ?? translateOutbound(mesh, proxy, service);
      known.set(configuration, made);
      return made;
    };
}

const waysTo = (mesh: Mesh, { name, namespace }: Workload, service: Service, sent: Configure): WayToPort[] =>
  targetsOf(service).flatMap(({ scheme, host, port }) =>
    waysOf(mesh, { from: `${name}.${namespace}`, url: `${scheme}://${host}:${port}/` }, sent).map((way) => ({
      way,
      port,
    })),
  );

/** The identity of a client itself is left open, so that clients whose calls are alike are one group. */
const withoutIdentity = (verdict: Verdict, own: string): Verdict => ({
  ...verdict,
  connections: verdict.connections.map((each) => (each.identity === own ? { ...each, identity: OWN } : each)),
});

const withIdentity = (verdict: Verdict, own: string | undefined): Verdict => ({
  ...verdict,
  connections: verdict.connections.map(({ identity, ...rest }) => {
    const shown = identity === OWN ? own : identity;
    return { ...rest, ...(shown !== undefined && { identity: shown }) };
  }),
});

/** Stands for the identity of each client in a group. */
const OWN = '';

/** The ways of a request; none of one that cannot be sent. */
function waysOf(mesh: Mesh, request: Parameters<typeof explore>[1], sent: Configure): Way[] {
  try {
    return explore(mesh, request, sent);
  } catch (error) {
    if (error instanceof RequestError) return [];
    throw error;
  }
}

function fromGateways(mesh: Mesh): Call[] {
  const ways = new Map<string, { from: string; service: Service; ways: WayToPort[] }>();
  for (const virtualService of virtualServices(mesh))
    for (const { name } of virtualService.gateways) {
      if (name === 'mesh') continue;
      for (const way of throughGateway(mesh, virtualService, name)) {
        const called = calledBy(mesh, way);
        if (!called) continue;
        const { service, port } = called;
        const from = gatewayId(name);
        const key = `${from} ${serviceId(service)}`;
        const known = ways.get(key) ?? { from, service, ways: [] };
        known.ways.push({ way, port });
        ways.set(key, known);
      }
    }
  return [...ways.values()].flatMap(({ from, service, ways: all }) => {
    const verdict = verdictOn(mesh, all);
    return verdict ? [{ kind: 'call' as const, from, to: serviceId(service), ...verdict }] : [];
  });
}

/** The ways of requests for the hosts of a VirtualService that reach a gateway. */
function throughGateway(mesh: Mesh, { hosts, namespace }: VirtualService, reference: string): Way[] {
  const gateway = gatewayNamed(mesh, reference, namespace);
  const [workload] = gateway ? workloadsOfGateway(mesh, gateway).filter(({ pods }) => pods.length > 0) : [];
  if (!gateway || !workload) return [];
  const to = `${workload.name}.${workload.namespace}`;
  return gateway.each('spec.servers[]').flatMap(({ value }) => {
    const { number = 80, protocol = 'HTTP' } = value.port ?? {};
    const scheme = /^(AUTO_)?PASSTHROUGH$/.test(value.tls?.mode ?? '') ? 'tls' : schemeOf(protocol);
    return hosts.flatMap(({ name }) =>
      waysOf(mesh, { gateway: to, url: `${scheme}://${concrete(name)}:${number}/` }, configurationOf),
    );
  });
}

/** The service and port whose cluster the first proxy of a way chose. */
function calledBy(mesh: Mesh, { hops: [first] }: Way): { service: Service; port: number } | undefined {
  const { outcome } = first ?? {};
  const upstream = outcome?.kind === 'response' || outcome?.kind === 'forwarded' ? outcome.upstream : undefined;
  const service = first && upstream && chosenBy(mesh, first, upstream.clusterName).service;
  return service && { service, port: parseSubsetKey(upstream.clusterName)?.port ?? 0 };
}

/** More points than this are drawn as one, with those for which it is otherwise. */
const MOST_POINTS = 50;

/** Clients as one where they are all of the mesh, all of a namespace, or nearly all of a large mesh. */
function together(mesh: Mesh, some: readonly Workload[]): Pick<Call, 'from' | 'except'>[] {
  const everyone = callers(mesh);
  if (some.length > 1 && some.length === everyone.length) return [{ from: clientsId('') }];
  const points = pointsOf(mesh, some);
  if (points.length <= MOST_POINTS) return points.map((from) => ({ from }));
  const inside = new Set(some);
  const others = everyone.filter((client) => !inside.has(client));
  if (others.length >= some.length) return points.map((from) => ({ from }));
  return [{ from: clientsId(''), except: pointsOf(mesh, others) }];
}

const callersByNamespace = perMesh((mesh) => groupBy(callers(mesh), ({ namespace }) => namespace));

function pointsOf(mesh: Mesh, some: readonly Workload[]): string[] {
  const all = callersByNamespace(mesh);
  return [...groupBy(some, ({ namespace }) => namespace)].flatMap(([namespace, group]) =>
    group.length > 1 && group.length === all.get(namespace)?.length ? [clientsId(namespace)] : group.map(workloadId),
  );
}

const byPoint = perMesh((mesh) => {
  const points = new Map<string, Set<string>>();
  for (const client of callers(mesh))
    for (const point of [clientsId(''), clientsId(client.namespace), workloadId(client)])
      points.set(point, (points.get(point) ?? new Set()).add(identityOf(mesh, client)));
  return points;
});

/** The identity that all workloads at a point have; undefined where they differ. */
function identityOfPoint(mesh: Mesh, point: string): string | undefined {
  const identities = byPoint(mesh).get(point);
  return identities?.size === 1 ? [...identities][0] : undefined;
}
