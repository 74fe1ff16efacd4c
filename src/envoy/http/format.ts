import { withPort } from '../match/address';
import type { HeaderMap } from '../run/header-map';
import type { Stream } from './stream';
import { own } from '../own';

/** What is known of the response when values are formatted; nothing yet while the request is under way. */
export interface Answer {
  readonly status?: number;
  readonly details?: string;
  readonly headers?: HeaderMap;
}

const OPERATOR = /%%|%([A-Z_]+)(?:\(([^)]*)\))?(?::(\d+))?%/g;

/** A value with its `%OPERATOR(arguments):length%` filled in; what has no value is left out. envoy: SubstitutionFormatParser. */
export function format(template: string, stream: Stream, answer: Answer = {}): string {
  if (!template.includes('%')) return template;
  return template.replace(OPERATOR, (text, name?: string, args?: string, length?: string) => {
    if (!name) return '%';
    const read = own(OPERATORS, name);
    if (!read) return text;
    const value = read(stream, args ?? '', answer) ?? '';
    return length === undefined ? value : value.slice(0, Number(length));
  });
}

type Read = (stream: Stream, args: string, answer: Answer) => string | undefined;

const OPERATORS: Readonly<Record<string, Read>> = {
  REQ: ({ request }, args) => eitherHeader(request, args),
  RESP: (_, args, { headers }) => headers && eitherHeader(headers, args),
  PROTOCOL: ({ run: { arrival } }) => protocolOf(arrival.payload.kind === 'http' ? arrival.payload.version : undefined),
  DOWNSTREAM_REMOTE_ADDRESS: ({ remoteAddress, connection: { source } }) =>
    withPort(remoteAddress, remoteAddress === source.address ? source.port : 0),
  DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT: ({ remoteAddress }) => remoteAddress,
  DOWNSTREAM_DIRECT_REMOTE_ADDRESS: ({ connection: { source } }) => withPort(source.address, source.port),
  DOWNSTREAM_DIRECT_REMOTE_ADDRESS_WITHOUT_PORT: ({ connection }) => connection.source.address,
  DOWNSTREAM_LOCAL_ADDRESS: ({ connection: { destination } }) => withPort(destination.address, destination.port),
  DOWNSTREAM_LOCAL_ADDRESS_WITHOUT_PORT: ({ connection }) => connection.destination.address,
  DOWNSTREAM_LOCAL_PORT: ({ connection }) => String(connection.destination.port),
  DOWNSTREAM_PEER_URI_SAN: ({ connection }) => connection.tls?.peer?.uriSans?.join(','),
  DOWNSTREAM_PEER_DNS_SAN: ({ connection }) => connection.tls?.peer?.dnsSans?.join(','),
  DOWNSTREAM_PEER_SUBJECT: ({ connection }) => connection.tls?.peer?.subject,
  REQUESTED_SERVER_NAME: ({ connection }) => connection.sni,
  ROUTE_NAME: ({ choice }) => choice?.route?.name,
  VIRTUAL_HOST_NAME: ({ choice }) => choice?.virtualHost?.name,
  UPSTREAM_CLUSTER: ({ choice }) => choice?.clusterName,
  UPSTREAM_CLUSTER_RAW: ({ choice }) => choice?.clusterName,
  RESPONSE_CODE: (_, __, { status }) => (status === undefined ? undefined : String(status)),
  RESPONSE_CODE_DETAILS: (_, __, { details }) => details,
  RESPONSE_FLAGS: ({ flags }) => [...flags].join(',') || '-',
  DYNAMIC_METADATA: ({ metadata }, args) => textAt(metadata, args),
  METADATA: ({ choice }, args) => routeMetadata(choice, args),
  FILTER_STATE: ({ filterState }, args) => filterState.get(args.split(':')[0]!),
  PER_REQUEST_STATE: ({ filterState }, args) => filterState.get(args),
  STREAM_ID: ({ request }) => request.first('x-request-id'),
};

const protocolOf = (version: string = '1.1'): string => (version === '2' ? 'HTTP/2' : `HTTP/${version}`);

/** The header `X`, or the header `Y` of `X?Y` where there is no `X`. */
function eitherHeader(headers: HeaderMap, args: string): string | undefined {
  const [name, alternative] = args.toLowerCase().split('?');
  return headers.first(name!) ?? (alternative === undefined ? undefined : headers.first(alternative));
}

function routeMetadata(choice: Stream['choice'], args: string): string | undefined {
  const [of, ...rest] = args.split(':');
  const holder = of === 'ROUTE' ? choice?.route : of === 'VIRTUAL_HOST' ? choice?.virtualHost : undefined;
  return holder?.metadata?.filterMetadata && textAt(holder.metadata.filterMetadata, rest.join(':'));
}

function textAt(root: unknown, path: string): string | undefined {
  let value: unknown = root;
  for (const key of path.split(':')) {
    if (value === null || typeof value !== 'object' || !Object.hasOwn(value, key)) return undefined;
    value = own(value as Record<string, unknown>, key);
  }
  return typeof value === 'string' ? value : JSON.stringify(value);
}
