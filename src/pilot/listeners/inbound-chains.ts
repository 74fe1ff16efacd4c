/** The filter chains for connections that reach a workload. */
import type { DownstreamTlsContext, FilterChain, HttpConnectionManager, NetworkFilter } from '../../envoy/config';
import type { MtlsMode } from '../../mesh/policies/authentication';
import { isHttp2 } from '../../mesh/services/protocol';
import type { Field } from '../../source/field';
import { configMetadata } from '../config-metadata';
import type { Push } from '../context';
import { networkMetadataExchange } from '../filters/metadata-exchange';
import { httpConnectionManager, serverSettings } from '../http-connection-manager';
import { filtersBeforeHttp, networkFilters } from '../network-filters';
import { acceptsHttp10, idleTimeout } from '../node-settings';
import { from } from '../origins';
import { proxyHeaders } from '../proxy-headers';
import { inboundRoute } from '../routes/inbound';
import { delimited, statPrefix } from '../stat-prefix';
import { subsetKey } from '../subset-key';
import { listenerName } from './address';
import { type InboundMatch, inboundMatches } from './inbound-matches';
import type { InboundPort } from './inbound-ports';
import { inboundTls } from './mtls';
import { tlsSocket } from './transport-socket';

/** Where the connections of a chain go, and what it is called. */
interface Destination {
  readonly cluster: string;
  readonly names: Record<InboundMatch['protocol'], string>;
  readonly statPrefix: string;
  /** The port by which connections are told apart; 0 for all that no other chain takes. */
  readonly port: number;
  readonly served: Pick<InboundPort, 'port' | 'service' | 'field'>;
}

/** The chains of one port. istio: inboundChainForOpts */
export function chainsForPort(push: Push, inbound: InboundPort, mode: MtlsMode): FilterChain[] {
  const name = listenerName(inbound.bind, inbound.targetPort);
  const destination: Destination = {
    cluster: subsetKey('inbound', '', '', inbound.targetPort),
    names: { http: name, tcp: name },
    statPrefix: delimited(`inbound_${name}`),
    port: inbound.targetPort,
    served: inbound,
  };
  const { field } = inbound;
  const metadata = field?.resource.kind === 'Sidecar' && { metadata: configMetadata(field.resource) };
  return inboundMatches(inbound.port.protocol, mode).map((match) => {
    const chain = { ...chainFor(push, destination, match, mode), ...metadata };
    return from(push.origins, field, chain);
  });
}

/** The chains for what reaches ports that no service has, or one such port that a policy treats apart. istio: buildInboundPassthroughChains */
export function passthroughChains(push: Push, port: number, mode: MtlsMode, field: Field | undefined): FilterChain[] {
  const destination: Destination = {
    cluster: PASSTHROUGH,
    names: { http: 'virtualInbound-catchall-http', tcp: 'virtualInbound' },
    statPrefix: delimited(PASSTHROUGH),
    port,
    served: {
      port: { name: 'virtualInbound', number: 0, protocol: 'UnsupportedProtocol' },
      service: { isInCluster: false, hostname: '', name: '', namespace: '' },
      field: undefined,
    },
  };
  const matches = inboundMatches('UnsupportedProtocol', mode);
  return matches.map((match) => from(push.origins, field, chainFor(push, destination, match, mode)));
}

const PASSTHROUGH = 'InboundPassthroughCluster';

function chainFor(
  push: Push,
  destination: Destination,
  { match, protocol, tls }: InboundMatch,
  mode: MtlsMode,
): FilterChain {
  const { port, names } = destination;
  const context: DownstreamTlsContext | undefined = tls ? inboundTls(push, mode, protocol) : undefined;
  return {
    name: names[protocol],
    filterChainMatch: { ...match, ...(port > 0 && { destinationPort: port }) },
    filters: protocol === 'http' ? httpFilters(push, destination) : tcpFilters(push, destination),
    ...tlsSocket(context),
  };
}

/** istio: buildInboundNetworkFiltersForHTTP */
function httpFilters(push: Push, destination: Destination): NetworkFilter[] {
  const { port, served } = destination;
  // Ends of tunnels know the other side already.
  const exchangesMetadata = !push.tunnelled || destination.cluster === PASSTHROUGH;
  const manager = httpConnectionManager(push, {
    listeners: 'inbound',
    port,
    protocol: served.port.protocol,
    statPrefix: destination.statPrefix,
    routes: inboundRoute(push, {
      cluster: destination.cluster,
      host: served.service.hostname,
      port: served.port.number,
      protocol: served.port.protocol,
      field: served.field,
    }),
    useRemoteAddress: false,
    exchangesMetadata,
    settings: {
      ...serverSettings(push, 'inbound'),
      ...clientCertificate(push),
      ...(isHttp2(served.port.protocol) && { http2ProtocolOptions: {} }),
      ...http10(push),
    },
  });
  const exchange = exchangesMetadata ? [networkMetadataExchange] : [];
  return [...exchange, ...filtersBeforeHttp(push, { listeners: 'inbound', port }), manager];
}

function http10(push: Push): HttpConnectionManager {
  const options = acceptsHttp10(push);
  return options.acceptHttp10 ? { httpProtocolOptions: options } : {};
}

/** What the workload is told of the certificates of those who call it. istio: buildSidecarInboundHTTPOpts */
function clientCertificate(push: Push): HttpConnectionManager {
  const { forwardedClientCert = 'UNDEFINED', setCurrentClientCertDetails: details = {} } = proxyHeaders(push);
  const { subject = true, uri = true, dns = true, cert = false, chain = false } = details;
  const forwarded = forwardedClientCert === 'UNDEFINED' ? 'APPEND_FORWARD' : forwardedClientCert;
  return {
    ...(forwarded !== 'SANITIZE' && { forwardClientCertDetails: forwarded }),
    setCurrentClientCertDetails: {
      subject,
      ...(uri && { uri }),
      ...(dns && { dns }),
      ...(cert && { cert }),
      ...(chain && { chain }),
    },
  };
}

/** istio: buildInboundNetworkFilters */
function tcpFilters(push: Push, { cluster, served: { port, service } }: Destination): NetworkFilter[] {
  const { inboundClusterStatName: pattern } = push.meshConfig;
  const prefix = pattern ? statPrefix(pattern, { service, subset: '', port, targetPort: undefined }) : cluster;
  return networkFilters(push, {
    listeners: 'inbound',
    port: port.number,
    protocol: port.protocol,
    proxy: { statPrefix: prefix, cluster, ...idleTimeout(push) },
    exchangesMetadata: true,
    isJudged: true,
  });
}
