import type { Extension, FilterChain, HttpConnectionManager, SetFilterState } from '../config';
import { typeOf } from '../run/typed';
import { serveHttp } from '../http/connection-manager';
import type { Connection } from '../run/connection';
import type { Closed, Outcome } from '../run/outcome';
import type { Run } from '../run/run';
import { type Refused, deniedBy } from './network-rbac';
import { CLUSTER_STATE, proxyTcp } from './tcp-proxy';
import { shakeHands } from './transport';

const PREFIX = 'envoy.extensions.filters.network.';

const RBAC = `${PREFIX}rbac.v3.RBAC`;
const SNI_CLUSTER = `${PREFIX}sni_cluster.v3.SniCluster`;
const FILTER_STATE = `${PREFIX}set_filter_state.v3.Config`;
const TCP_PROXY = `${PREFIX}tcp_proxy.v3.TcpProxy`;
const TERMINAL = new Set([TCP_PROXY, `${PREFIX}http_connection_manager.v3.HttpConnectionManager`]);

// Besides those that do something, filters that count, log, or tell other proxies about the workload, and let every byte pass.
const SIMULATED = new Set([
  ...TERMINAL,
  RBAC,
  SNI_CLUSTER,
  FILTER_STATE,
  'envoy.tcp.metadataexchange.config.MetadataExchange',
  `${PREFIX}mongo_proxy.v3.MongoProxy`,
  `${PREFIX}mysql_proxy.v3.MySQLProxy`,
  'stats.PluginConfig',
]);

/**
 * Sends a connection through the filters of its chain. They learn of it before the TLS handshake, so a cluster is chosen for it
 * also where that fails; its bytes they see afterwards.
 */
export function throughNetworkFilters(run: Run, chain: FilterChain, connection: Connection): Outcome {
  const filters = chain.filters ?? [];
  const last = filters.findLast((filter) => TERMINAL.has(typeOf(filter.typedConfig)));
  for (const filter of filters) announce(run, filter, connection);
  const proxied = last && typeOf(last.typedConfig) === TCP_PROXY ? proxyTcp(run, connection, last) : undefined;
  if (proxied?.kind === 'closed') return proxied;
  const clusterName = proxied?.upstream.clusterName;
  const handshake = shakeHands(run, chain, connection);
  if (!handshake.succeeds) {
    const { secret } = handshake;
    return { ...closed('handshake', undefined, clusterName), ...(secret !== undefined && { secret }) };
  }

  const denial = checkBytes(run, filters, connection);
  if (denial) return { ...closed('policy', denial.details, clusterName), denial: denial.denial };
  if (proxied) return { ...proxied, encrypted: run.arrival.tls !== undefined && !connection.tls };
  return last ? http(run, connection, last) : { kind: 'not simulated' };
}

/** The outcome of a connection that is closed before its bytes have gone anywhere. */
function closed(by: Closed['by'], details: string | undefined, clusterName: string | undefined): Closed {
  return {
    kind: 'closed',
    by,
    flags: [],
    ...(details !== undefined && { details }),
    ...(clusterName !== undefined && { clusterName }),
  };
}

/** What filters do as soon as there is a connection. */
function announce(run: Run, filter: Extension, connection: Connection): void {
  const type = typeOf(filter.typedConfig);
  if (type === SNI_CLUSTER && connection.sni) {
    connection.filterState.set(CLUSTER_STATE, connection.sni);
    run.trace.step('network filter', filter, () => `the cluster is the one named as the SNI, "${connection.sni}"`);
  }
  if (type === FILTER_STATE) leaveState(filter, connection);
  if (SIMULATED.has(type)) return;
  run.trace.step('network filter', filter, () => `filter "${filter.name ?? ''}" is not simulated`);
}

function checkBytes(run: Run, filters: readonly Extension[], connection: Connection): Refused | undefined {
  for (const filter of filters) {
    const denial = typeOf(filter.typedConfig) === RBAC ? deniedBy(run, connection, filter) : undefined;
    if (denial !== undefined) return denial;
  }
  return undefined;
}

function http(run: Run, connection: Connection, filter: Extension): Outcome {
  const { payload, tls } = run.arrival;
  const manager = filter.typedConfig as HttpConnectionManager;
  run.trace.step('network filter', filter);
  if (payload.kind === 'http' && (!tls || connection.tls)) return serveHttp(run, connection, manager, payload);
  if (payload.kind === 'raw' && !tls && payload.speaksFirst !== 'server')
    return serveHttp(run, connection, manager, NO_REQUEST);
  const what = tls && !connection.tls ? 'TLS' : 'no HTTP';
  run.trace.step('request', undefined, () => `what arrives is ${what}, where HTTP is expected`);
  return { kind: 'closed', by: 'protocol', flags: ['DPE'], details: 'http1.codec_error' };
}

/** Bytes that are not HTTP, which are answered as a bad request. */
const NO_REQUEST = { kind: 'http', method: '', path: '' } as const;

function leaveState(filter: Extension, connection: Connection): void {
  const { onNewConnection = [] } = filter.typedConfig as SetFilterState;
  for (const { objectKey = '', formatString, sharedWithUpstream = 'NONE' } of onNewConnection) {
    const template = formatString?.textFormatSource?.inlineString ?? formatString?.textFormat ?? '';
    const value = template
      .replaceAll('%REQUESTED_SERVER_NAME%', connection.sni)
      .replace(/%FILTER_STATE\(([^:)]*)[^)]*\)%/g, (_, key: string) => connection.filterState.get(key) ?? '');
    connection.filterState.set(objectKey, value);
    if (sharedWithUpstream !== 'NONE') connection.shared.set(objectKey, value);
  }
}
