/** How a cluster speaks HTTP to its endpoints. */
import type { Http1ProtocolOptions, Http2ProtocolOptions, HttpProtocolOptions } from '../../envoy/config';
import { type Protocol, isHttp, isHttp2, isSniffed } from '../../mesh/services/protocol';
import { proxyConfigOf } from '../../mesh/workloads/proxy-config';
import type { ConnectionPoolSettings } from '../../schema/kinds/networking';
import { type Push, perPush } from '../context';
import { protoDuration } from '../duration';

const TYPE = 'envoy.extensions.upstreams.http.v3.HttpProtocolOptions';

type Draft = Omit<HttpProtocolOptions, '@type'>;

const PRESERVE_CASE: Http1ProtocolOptions = {
  headerKeyFormat: {
    statefulFormatter: {
      name: 'preserve_case',
      typedConfig: {
        '@type':
          'type.googleapis.com/envoy.extensions.http.header_formatters.preserve_case.v3.PreserveCaseFormatterConfig',
      },
    },
  },
};

/** Whether header names reach the other side as they were written. istio: shouldPreserveHeaderCase */
const preservesCase = perPush(
  ({ mesh, proxy }) => proxyConfigOf(mesh, proxy).proxyHeaders?.preserveHttp1HeaderCase ?? false,
);

/** The options of a cluster that leads out, with what a DestinationRule and the mesh say of it. */
export const outboundHttp = (push: Push, protocol: Protocol, pool: ConnectionPoolSettings): Draft | undefined =>
  pooled(upgraded(push, protocolOptions(push, protocol), protocol, pool), pool);

/** The options of a cluster that leads to the workload, which is spoken to as its port's name says. */
export const inboundHttp = (push: Push, protocol: Protocol, pool: ConnectionPoolSettings): Draft | undefined =>
  pooled(protocolOptions(push, protocol), pool);

/** What a port's protocol alone tells; nothing, where the proxy does not read HTTP. istio: ClusterBuilder.setUpstreamProtocol */
function protocolOptions(push: Push, protocol: Protocol): Draft | undefined {
  if (isHttp2(protocol)) return HTTP2;
  const keepsCase = (isHttp(protocol) || isSniffed(protocol)) && preservesCase(push);
  const explicit = keepsCase ? { explicitHttpConfig: { httpProtocolOptions: PRESERVE_CASE } } : undefined;
  // Gateways do not find out the protocol by themselves.
  if (isSniffed(protocol) && push.proxy.kind !== 'gateway') return asDownstream(explicit);
  return explicit;
}

const HTTP2: Draft = { explicitHttpConfig: { http2ProtocolOptions: {} } };

/** As the client speaks. istio: ClusterBuilder.setUseDownstreamProtocol */
function asDownstream({ explicitHttpConfig, ...rest }: Draft = {}): Draft {
  const http1 = explicitHttpConfig?.httpProtocolOptions ?? {};
  return { ...rest, useDownstreamProtocolConfig: { httpProtocolOptions: http1, http2ProtocolOptions: {} } };
}

/** The options with what a DestinationRule adds. istio: ClusterBuilder.applyConnectionPool */
function pooled(draft: Draft | undefined, { http = {}, tcp = {} }: ConnectionPoolSettings): Draft | undefined {
  const { maxRequestsPerConnection, maxConcurrentStreams, http2KeepAlive, useClientProtocol } = http;
  const { maxConnectionDuration } = tcp;
  const idle = http.idleTimeout ?? tcp.idleTimeout;
  const common = {
    ...(idle !== undefined && { idleTimeout: protoDuration(idle) }),
    ...(maxRequestsPerConnection && { maxRequestsPerConnection }),
    ...(maxConnectionDuration !== undefined && { maxConnectionDuration: protoDuration(maxConnectionDuration) }),
  };
  const says = Object.keys(common).length > 0 || maxConcurrentStreams || http2KeepAlive;
  const options = says ? { ...draft, commonHttpProtocolOptions: common, ...withHttp2(draft, http) } : draft;
  return useClientProtocol ? asDownstream(options) : options;
}

function withHttp2(
  draft: Draft | undefined,
  { maxConcurrentStreams, http2KeepAlive }: NonNullable<ConnectionPoolSettings['http']>,
): Draft {
  const { http2ProtocolOptions } = draft?.explicitHttpConfig ?? {};
  if (!http2ProtocolOptions) return {};
  const { interval, timeout } = http2KeepAlive ?? {};
  const options: Http2ProtocolOptions = {
    ...http2ProtocolOptions,
    ...(maxConcurrentStreams && { maxConcurrentStreams }),
    ...(http2KeepAlive && {
      connectionKeepalive: {
        ...(interval !== undefined && { interval: protoDuration(interval) }),
        ...(timeout !== undefined && { timeout: protoDuration(timeout) }),
      },
    }),
  };
  return { explicitHttpConfig: { http2ProtocolOptions: options } };
}

/** HTTP/2 where a rule or the mesh asks for it. istio: shouldH2Upgrade */
function upgraded(
  push: Push,
  draft: Draft | undefined,
  protocol: Protocol,
  pool: ConnectionPoolSettings,
): Draft | undefined {
  if (draft?.explicitHttpConfig || draft?.useDownstreamProtocolConfig) return draft;
  return wantsUpgrade(push, protocol, pool) ? { ...draft, ...HTTP2 } : draft;
}

function wantsUpgrade({ meshConfig }: Push, protocol: Protocol, { http = {} }: ConnectionPoolSettings): boolean {
  if (http.useClientProtocol || http.h2UpgradePolicy === 'DO_NOT_UPGRADE') return false;
  if (http.h2UpgradePolicy === 'UPGRADE') return true;
  return isHttp(protocol) && meshConfig.h2UpgradePolicy === 'UPGRADE';
}

/** Whether only HTTP/2 is spoken. istio: isHttp2Cluster */
export const speaksHttp2 = (draft: Draft | undefined): boolean =>
  draft?.explicitHttpConfig?.http2ProtocolOptions !== undefined;

/** What a cluster follows of its clients' names, where no name is given. */
export interface AutoNames {
  readonly autoSni?: boolean;
  readonly autoSanValidation?: boolean;
}

/** The options as a part of the cluster; Envoy demands that they name a protocol. istio: clusterWrapper.build */
export function typedOptions(draft: Draft | undefined, names?: AutoNames) {
  if (!draft && !names) return {};
  const named = draft?.explicitHttpConfig || draft?.useDownstreamProtocolConfig;
  const options: HttpProtocolOptions = {
    '@type': `type.googleapis.com/${TYPE}`,
    ...draft,
    ...(names && { upstreamHttpProtocolOptions: names }),
    ...(!named && { explicitHttpConfig: { httpProtocolOptions: {} } }),
  };
  return { typedExtensionProtocolOptions: { [TYPE]: options } };
}

/** The options of clusters that pass on what they get. istio: passthroughHttpProtocolOptions */
export const passthroughOptions = (push: Push) =>
  typedOptions({
    commonHttpProtocolOptions: { idleTimeout: '300s' },
    useDownstreamProtocolConfig: {
      httpProtocolOptions: preservesCase(push) ? PRESERVE_CASE : {},
      http2ProtocolOptions: {},
    },
  });
