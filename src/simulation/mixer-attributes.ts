/** The attributes that a proxy of Istio 1.4 collects of a request, as JSON. */
import type { ReportedAttributes } from '../legacy/mixer/trace';
import type { Service } from '../mesh/services/service';
import type { Hop } from './journey';
import type { Peer } from './peers';

/** Who is at both ends of a request. */
export interface Ends {
  readonly source: Peer;
  readonly destination?: Peer;
  /** The port of the pod. */
  readonly port?: number;
  readonly service?: Service;
}

type Attributes = Readonly<Record<string, unknown>>;

/** What is known before the answer. istio: the filter mixer of Istio 1.4, and what the adapter kubernetesenv adds */
export function attributesAt(hop: Hop, { source, destination, port, service }: Ends): Attributes {
  const { role, arrival, proxy } = hop;
  const isServer = role === 'server';
  const principal = isServer ? arrival.tls?.certificate?.uriSans?.[0]?.replace('spiffe://', '') : undefined;
  return withoutAbsent({
    'context.reporter.kind': isServer ? 'inbound' : 'outbound',
    'context.reporter.uid': isServer ? uidOf(destination) : uidOf(source),
    'context.proxy_version': '1.4',
    'context.protocol': protocolOf(hop),
    'connection.mtls': isServer ? principal !== undefined : false,
    'connection.requested_server_name': arrival.tls?.sni,
    ...sideAttributes('source', source),
    ...(destination && sideAttributes('destination', destination)),
    'source.ip': source.pod?.ip ?? (role === 'client' ? proxy.ip : arrival.source.address),
    'source.principal': principal,
    'source.user': principal,
    'destination.port': port,
    'destination.service.host': service?.hostname,
    'destination.service.name': service?.name,
    'destination.service.namespace': service?.namespace,
    'destination.service.uid': service && `istio://${service.namespace}/services/${service.name}`,
    ...requestAttributes(hop),
  });
}

function sideAttributes(side: 'source' | 'destination', { pod, workload, namespace, labels, kind }: Peer): Attributes {
  if (kind !== 'workload') return {};
  return {
    [`${side}.uid`]: pod && `kubernetes://${pod.name}.${pod.namespace}`,
    [`${side}.name`]: pod?.name,
    [`${side}.namespace`]: namespace,
    [`${side}.labels`]: Object.fromEntries(Object.entries(labels).filter(([name]) => !isAddedLater(name))),
    [`${side}.ip`]: pod?.ip,
    [`${side}.serviceAccount`]: pod?.serviceAccount,
    [`${side}.owner`]:
      pod && `kubernetes://apis/apps/v1/namespaces/${namespace}/${pod.workload.kind.toLowerCase()}s/${workload}`,
    [`${side}.workload.name`]: workload,
    [`${side}.workload.namespace`]: namespace,
    [`${side}.workload.uid`]: `istio://${namespace}/workloads/${workload}`,
  };
}

/** Labels that injection adds since Istio 1.5. */
const isAddedLater = (label: string): boolean => label.startsWith('service.istio.io/canonical-');

const uidOf = (peer: Peer | undefined): string | undefined =>
  peer?.pod && `kubernetes://${peer.pod.name}.${peer.pod.namespace}`;

function protocolOf({ outcome, arrival: { payload } }: Hop): string {
  if (outcome.kind !== 'response' || payload.kind !== 'http') return 'tcp';
  const type = payload.headers?.find(([name]) => name.toLowerCase() === 'content-type')?.[1];
  return type?.startsWith('application/grpc') ? 'grpc' : 'http';
}

function requestAttributes({ outcome }: Hop): Attributes {
  if (outcome.kind !== 'response') return {};
  const headers = Object.fromEntries(outcome.logged.headers);
  const path = headers[':path'] ?? '/';
  const [urlPath, query] = path.split('?', 2);
  return {
    'request.headers': headers,
    'request.host': headers[':authority'],
    'request.method': headers[':method'],
    'request.path': path,
    'request.url_path': urlPath,
    'request.query_params': query === undefined ? undefined : Object.fromEntries(new URLSearchParams(query)),
    'request.scheme': headers[':scheme'] ?? 'http',
    'request.useragent': headers['user-agent'],
    'request.referer': headers['referer'],
    'request.api_key': headers['x-api-key'],
  };
}

/** What is known after the answer. What only a running proxy measures differs between the two requests. */
export function measuredAttributes(hop: Hop, known: Attributes): ReportedAttributes {
  const { outcome } = hop;
  const answered =
    outcome.kind === 'response'
      ? {
          'response.code': outcome.status,
          'response.headers': Object.fromEntries(outcome.headers),
          'context.proxy_error_code': outcome.flags.join(',') || '-',
        }
      : { 'connection.event': 'close' };
  const check = hop.mixer?.check;
  const checked = check?.isEnforced
    ? { 'check.error_code': check.answer.code, 'check.error_message': check.answer.message, 'check.cache_hit': false }
    : {};
  const reported = { ...known, ...answered, ...checked };
  return { one: { ...reported, ...measured(0) }, other: { ...reported, ...measured(1) } };
}

const measured = (number: 0 | 1): Attributes => ({
  ...Object.fromEntries(SIZES.map((name) => [name, number])),
  ...Object.fromEntries(TIMES.map((name) => [name, `2019-11-05T00:00:0${number}Z`])),
  ...Object.fromEntries(DURATIONS.map((name) => [name, `${number}s`])),
  'request.id': String(number),
  'connection.id': String(number),
});

const SIZES = [
  'request.size',
  'request.total_size',
  'response.size',
  'response.total_size',
  'connection.received.bytes',
  'connection.received.bytes_total',
  'connection.sent.bytes',
  'connection.sent.bytes_total',
];
const TIMES = ['context.time', 'context.timestamp', 'request.time', 'response.time'];
const DURATIONS = ['connection.duration', 'response.duration'];

const withoutAbsent = (attributes: Attributes): Attributes =>
  Object.fromEntries(Object.entries(attributes).filter(([, value]) => value !== undefined));
