import type { AccessLog, Any } from '../envoy/config';
import type { Header } from '../envoy/run/header-map';
import { TEXT_FORMAT } from '../pilot/access-log/format';
import type { Hop } from './journey';
import { clusterOf, listenerOf, managerOf, routeOf, tcpProxyOf } from './seen';
import { own } from '../source/own';

/** A line of an access log, and whether the proxy is configured to write one. */
export interface LogLine {
  readonly line: string;
  readonly isWritten: boolean;
}

interface FileLog extends Any {
  logFormat?: { textFormatSource?: { inlineString?: string }; jsonFormat?: Record<string, unknown> };
}

/**
 * What a proxy logs of a request: in the format that it is configured to write, else in Istio's own. What only running tells,
 * such as times and sizes, is a dash.
 */
export function logLineOf(hop: Hop): LogLine {
  const logs = logsOf(hop).flatMap(({ name, typedConfig }) =>
    name === 'envoy.access_loggers.file' && typedConfig ? [typedConfig as FileLog] : [],
  );
  const { textFormatSource, jsonFormat } = logs[0]?.logFormat ?? {};
  const isWritten = logs.length > 0;
  if (jsonFormat) return { line: JSON.stringify(filled(jsonFormat, hop)), isWritten };
  return { line: formatted(textFormatSource?.inlineString ?? TEXT_FORMAT, hop).trimEnd(), isWritten };
}

/** Connections that nothing takes are logged by the listener. */
function logsOf(hop: Hop): readonly AccessLog[] {
  const manager = managerOf(hop);
  if (manager) return manager.accessLog ?? [];
  return tcpProxyOf(hop)?.accessLog ?? (hop.outcome.kind === 'closed' ? (listenerOf(hop)?.accessLog ?? []) : []);
}

function filled(value: unknown, hop: Hop): unknown {
  if (typeof value === 'string') return jsonValue(value, hop);
  if (Array.isArray(value)) return value.map((each) => filled(each, hop));
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, filled(each, hop)]));
}

/** Envoy writes a value that is one operator alone with its own type, and null for none. */
function jsonValue(template: string, hop: Hop): unknown {
  const text = formatted(template, hop);
  if (!/^%[^%]+%$/.test(template)) return text;
  if (text === '-') return template === '%RESPONSE_FLAGS%' ? '-' : null;
  return /^%(RESPONSE_CODE|BYTES_RECEIVED|BYTES_SENT|DURATION)%$/.test(template) ? Number(text) : text;
}

const OPERATOR = /%([A-Z_]+)(?:\(([^)]*)\))?(?::(\d+))?%/g;

function formatted(template: string, hop: Hop): string {
  return template.replace(OPERATOR, (_, name: string, args: string | undefined, length: string | undefined) => {
    const value = own(VALUES, name)?.(hop, args ?? '');
    if (value === undefined || value === '') return '-';
    return length === undefined ? value : value.slice(0, Number(length));
  });
}

const VALUES: Readonly<Record<string, (hop: Hop, args: string) => string | undefined>> = {
  REQ: (hop, args) => header(requestHeaders(hop), args),
  REQ_WITHOUT_QUERY: (hop, args) => header(requestHeaders(hop), args)?.replace(/\?.*$/, ''),
  RESP: ({ outcome }, args) => (outcome.kind === 'response' ? header(outcome.headers, args) : undefined),
  PROTOCOL: ({ outcome }) => (outcome.kind === 'response' ? outcome.logged.protocol : undefined),
  RESPONSE_CODE: ({ outcome }) => (outcome.kind === 'response' ? String(outcome.status) : '0'),
  RESPONSE_FLAGS: ({ outcome }) => ('flags' in outcome ? outcome.flags.join(',') : undefined),
  RESPONSE_CODE_DETAILS: ({ outcome }) => (outcome.kind === 'response' ? outcome.details : undefined),
  CONNECTION_TERMINATION_DETAILS: ({ outcome }) => (outcome.kind === 'closed' ? outcome.details : undefined),
  UPSTREAM_HOST: upstreamHost,
  UPSTREAM_CLUSTER: (hop) => clusterOf(hop)?.name,
  UPSTREAM_CLUSTER_RAW: (hop) => clusterOf(hop)?.name,
  DOWNSTREAM_LOCAL_ADDRESS: ({ arrival: { destination } }) => `${destination.address}:${destination.port}`,
  DOWNSTREAM_REMOTE_ADDRESS: remoteAddress,
  REQUESTED_SERVER_NAME: ({ arrival }) => arrival.tls?.sni,
  ROUTE_NAME: (hop) => routeOf(hop)?.name,
};

function upstreamHost({ outcome }: Hop): string | undefined {
  const upstream = outcome.kind === 'response' || outcome.kind === 'forwarded' ? outcome.upstream : undefined;
  const [first] = upstream?.endpoints ?? [];
  return first && (first.port === undefined ? first.address : `${first.address}:${first.port}`);
}

/** A client's port is whatever is free. */
function remoteAddress({ outcome, arrival: { source } }: Hop): string {
  const address = outcome.kind === 'response' ? outcome.logged.remoteAddress : source.address;
  return `${address}:${address === source.address ? (source.port ?? 0) : 0}`;
}

const requestHeaders = ({ outcome }: Hop): readonly Header[] =>
  outcome.kind === 'response' ? outcome.logged.headers : [];

/** The header `X`, or the header `Y` of `X?Y` where there is no `X`. */
function header(headers: readonly Header[], args: string): string | undefined {
  const names = args.toLowerCase().split('?');
  return names.map((name) => headers.find(([each]) => each === name)?.[1]).find((value) => value !== undefined);
}
