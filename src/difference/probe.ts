import type { Header } from '../envoy/run/header-map';
import type { Target } from '../graph/targets';
import type { Request } from '../simulation/request';

/** A request that may tell two states of a mesh apart. */
export interface Probe {
  /** Who sends it: `WORKLOAD.NAMESPACE`, a gateway, or a client without a sidecar. */
  readonly sender: string;
  /** The other clients that it stands for, as `WORKLOAD.NAMESPACE`: the same happens with their requests. */
  readonly others: readonly string[];
  /** The scheme, host and port that it is sent to, as `http://reviews:9080`. */
  readonly place: string;
  /** As `GET http://reviews:9080/ with end-user: jason`. */
  readonly title: string;
  readonly request: Request;
  /** The headers with which the server answers. */
  readonly answerHeaders?: readonly Header[];
}

/** What a condition can be met and missed with. */
export interface Variant {
  readonly path?: string;
  readonly method?: string;
  readonly authority?: string;
  readonly query?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Those of the server's answer. */
  readonly answerHeaders?: Readonly<Record<string, string>>;
  /** Of a token that is taken to be valid. */
  readonly claims?: Readonly<Record<string, unknown>>;
  /** Of clients that may have any address: those outside. */
  readonly sourceIp?: string;
}

/** Who sends a probe: a workload, or somebody outside, through a gateway or, without one, beside the mesh. */
export type Sender = Pick<Request, 'from' | 'gateway'> & Partial<Pick<Probe, 'others'>>;

const USUAL_PORTS: Record<Target['scheme'], number | undefined> = { http: 80, https: 443, tls: 443, tcp: undefined };

/** A probe; bytes that are no HTTP know no variants. */
export function probe(sender: Sender, { scheme, host, port }: Target, variant: Variant = {}): Probe {
  const { others = [], ...own } = sender;
  const place = `${scheme}://${host}${port === USUAL_PORTS[scheme] ? '' : `:${port}`}`;
  const by = senderName(sender);
  if (scheme === 'tcp' || scheme === 'tls')
    return { sender: by, others, place, title: place, request: { ...own, url: place } };
  const { path = '/', method = 'GET', authority, query, headers = {}, answerHeaders, claims, sourceIp } = variant;
  const url = `${place}${path}${query ? `?${query}` : ''}`;
  const given = Object.entries({ ...(authority && { host: authority }), ...headers });
  const from = sender.from === undefined ? sourceIp : undefined;
  const conditions = [
    ...given.map(([name, value]) => `${name}: ${value}`),
    ...(claims ? [`claims ${JSON.stringify(claims)}`] : []),
    ...(from ? [`client address ${from}`] : []),
    ...(answerHeaders ? [`an answer with ${Object.keys(answerHeaders).join(', ')}`] : []),
  ];
  return {
    sender: by,
    others,
    place,
    title: `${method} ${url}${conditions.length > 0 ? ` with ${conditions.join(', ')}` : ''}`,
    request: { ...own, url, method, headers: given, ...(claims && { claims }), ...(from && { sourceIp: from }) },
    ...(answerHeaders && { answerHeaders: Object.entries(answerHeaders) }),
  };
}

function senderName({ from, gateway }: Sender): string {
  if (gateway !== undefined) return `gateway ${gateway}`;
  return from ?? 'a client without a sidecar';
}
