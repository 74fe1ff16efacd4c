import type { Extension } from '../envoy/config';
import { canonicalService } from '../mesh/workloads/canonical-service';
import type { Answer, ClientZtunnel, Hop, Way } from './journey';
import { type Peer, partyOf } from './peers';
import { clusterOf, managerOf, routeOf } from './seen';
import { own } from '../source/own';

/** A counter that a proxy would raise by one, with its labels in the order in which Istio declares them. */
export interface Metric {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
}

const UNKNOWN = 'unknown';

/**
 * What the proxy at a place of a way counts; undefined where it counts nothing. istio: extensions/stats of istio/proxy
 * Differs: labels that Telemetry adds or removes are not applied.
 */
export function metricOf({ hops, end, answer, clientZtunnel }: Way, index: number): Metric | undefined {
  const hop = hops[index]!;
  const manager = managerOf(hop);
  const filters: readonly Extension[] = manager?.httpFilters ?? [];
  if (manager && !filters.some(({ name }) => name === 'istio.stats')) return undefined;
  const isServer = hop.role === 'server';
  const isReceiving = isServer || hop.role === 'waypoint';
  const self = partyOf(hop.proxy);
  const before = hops[index - 1];
  const after = hops[index + 1]?.proxy;
  const next = after ? partyOf(after) : end.kind === 'arrived' && !isServer ? end.destination.party : undefined;
  const client = before ? partyOf(before.proxy) : clientZtunnel && ofZtunnel(clientZtunnel);
  const source = isReceiving ? client : self;
  const destination = isServer ? self : next?.kind === 'workload' ? next : undefined;
  return {
    name: manager ? 'istio_requests_total' : 'istio_tcp_connections_opened_total',
    labels: {
      reporter: REPORTERS[hop.role],
      ...sideLabels('source', source),
      ...sideLabels('destination', destination),
      ...serviceLabels(hop),
      ...principals(hop),
      request_protocol: manager ? (isGrpc(hop) ? 'grpc' : 'http') : 'tcp',
      ...(manager && { response_code: hop.outcome.kind === 'response' ? String(hop.outcome.status) : '0' }),
      response_flags: 'flags' in hop.outcome ? hop.outcome.flags.join(',') || '-' : flagsOf(answer),
      connection_security_policy: isReceiving ? (certificateOf(hop) ? 'mutual_tls' : 'none') : UNKNOWN,
    },
  };
}

/** istio: the filter istio.stats, by the listener that it is in */
const REPORTERS: Record<Hop['role'], string> = {
  client: 'source',
  gateway: 'source',
  server: 'destination',
  waypoint: 'waypoint',
};

/** The workload behind a client's ztunnel. */
const ofZtunnel = ({ workload, labels }: ClientZtunnel): ReturnType<typeof partyOf> => ({
  name: `${workload.name}.${workload.namespace}`,
  kind: 'workload',
  workload: workload.name,
  namespace: workload.namespace,
  labels,
});

/** What a client proves its identity with: to the tunnel, where there is one. */
const certificateOf = ({ arrival: { inTunnel, tls } }: Hop) => inTunnel?.certificate ?? tls?.certificate;

const flagsOf = (answer: Answer): string => ('flags' in answer ? answer.flags.join(',') || '-' : '-');

function sideLabels(
  side: 'source' | 'destination',
  party: Omit<Peer, 'proxy' | 'isAmbient'> | undefined,
): Record<string, string> {
  const canonical = party && canonicalService(party.labels, party.workload);
  return {
    [`${side}_workload`]: party?.workload ?? UNKNOWN,
    [`${side}_workload_namespace`]: party?.namespace ?? UNKNOWN,
    [`${side}_canonical_service`]: canonical?.name ?? UNKNOWN,
    [`${side}_canonical_revision`]: canonical?.revision ?? (side === 'source' ? UNKNOWN : 'latest'),
    [`${side}_app`]: party?.labels['app'] ?? UNKNOWN,
    [`${side}_version`]: party?.labels['version'] ?? UNKNOWN,
    [`${side}_cluster`]: party ? 'Kubernetes' : UNKNOWN,
  };
}

interface NamedService {
  readonly host?: string;
  readonly name?: string;
  readonly namespace?: string;
}

/** The service that the cluster says it stands for, else the host that was asked for. */
function serviceLabels(hop: Hop): Record<string, string> {
  const { services } = (clusterOf(hop)?.metadata?.filterMetadata?.['istio'] ?? {}) as { services?: NamedService[] };
  const [service] = services ?? [];
  const { outcome } = hop;
  const authority =
    outcome.kind === 'response' ? outcome.logged.headers.find(([name]) => name === ':authority')?.[1] : undefined;
  const host = service?.host ?? (hop.role === 'client' ? authority : undefined) ?? UNKNOWN;
  return {
    destination_service: host,
    destination_service_name: service?.name ?? own(CATCH_ALL, routeOf(hop)?.name ?? '') ?? host,
    destination_service_namespace: service?.namespace ?? UNKNOWN,
  };
}

/** Routes of calls to unknown hosts are counted under the names of their clusters. */
const CATCH_ALL: Readonly<Record<string, string>> = { block_all: 'BlackHoleCluster', allow_any: 'PassthroughCluster' };

/** The identities at both ends of a connection with mutual TLS. */
function principals(hop: Hop): Record<string, string> {
  const { role, outcome } = hop;
  const isReceiving = role === 'server' || role === 'waypoint';
  const own = isReceiving ? certificateOf(hop)?.uriSans?.[0] : undefined;
  const upstream = outcome.kind === 'response' || outcome.kind === 'forwarded' ? outcome.upstream : undefined;
  const peer = role === 'server' ? undefined : upstream?.endpoints[0]?.tls?.subjectAltNames[0];
  return { source_principal: own ?? UNKNOWN, destination_principal: peer ?? UNKNOWN };
}

const isGrpc = ({ arrival: { payload } }: Hop): boolean =>
  payload.kind === 'http' &&
  (payload.headers ?? []).some(
    ([name, value]) => name.toLowerCase() === 'content-type' && value.startsWith('application/grpc'),
  );
