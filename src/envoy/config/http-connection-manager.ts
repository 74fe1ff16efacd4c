import type { AccessLog } from './access-log';
import type { CidrRange } from './address';
import type { Any, Duration, Extension } from './any';
import type { ConfigSource, ExtensionConfigSource } from './config-source';
import type { RouteConfiguration, UpgradeConfig } from './route';
import type { HttpTracing } from './tracing';

export interface HttpConnectionManager extends Any {
  codecType?: 'AUTO' | 'HTTP1' | 'HTTP2' | 'HTTP3';
  statPrefix?: string;
  rds?: { configSource?: ConfigSource; routeConfigName?: string };
  routeConfig?: RouteConfiguration;
  scopedRoutes?: object;
  httpFilters?: HttpFilter[];
  serverName?: string;
  serverHeaderTransformation?: 'OVERWRITE' | 'APPEND_IF_ABSENT' | 'PASS_THROUGH';
  commonHttpProtocolOptions?: CommonHttpOptions;
  httpProtocolOptions?: Http1Options;
  http2ProtocolOptions?: Http2Options;
  streamIdleTimeout?: Duration;
  requestTimeout?: Duration;
  requestHeadersTimeout?: Duration;
  drainTimeout?: Duration;
  accessLog?: AccessLog[];
  tracing?: HttpTracing;
  requestIdExtension?: { typedConfig?: Any };
  proxy100Continue?: boolean;
  useRemoteAddress?: boolean;
  xffNumTrustedHops?: number;
  skipXffAppend?: boolean;
  internalAddressConfig?: { unixSockets?: boolean; cidrRanges?: CidrRange[] };
  originalIpDetectionExtensions?: Extension[];
  via?: string;
  addUserAgent?: boolean;
  generateRequestId?: boolean;
  preserveExternalRequestId?: boolean;
  alwaysSetRequestIdInResponse?: boolean;
  forwardClientCertDetails?: ForwardClientCertDetails;
  setCurrentClientCertDetails?: { subject?: boolean; cert?: boolean; chain?: boolean; dns?: boolean; uri?: boolean };
  normalizePath?: boolean;
  mergeSlashes?: boolean;
  pathWithEscapedSlashesAction?: EscapedSlashesAction;
  stripMatchingHostPort?: boolean;
  stripAnyHostPort?: boolean;
  stripTrailingHostDot?: boolean;
  schemeHeaderTransformation?: { schemeToOverwrite?: string };
  appendXForwardedPort?: boolean;
  upgradeConfigs?: UpgradeConfig[];
  localReplyConfig?: object;
}

export interface CommonHttpOptions {
  idleTimeout?: Duration;
  maxConnectionDuration?: Duration;
  maxStreamDuration?: Duration;
  headersWithUnderscoresAction?: 'ALLOW' | 'REJECT_REQUEST' | 'DROP_HEADER';
}

export interface Http1Options {
  acceptHttp10?: boolean;
  defaultHostForHttp10?: string;
  allowAbsoluteUrl?: boolean;
  headerKeyFormat?: { statefulFormatter?: Extension };
}

export interface Http2Options {
  allowConnect?: boolean;
  connectionKeepalive?: { interval?: Duration; timeout?: Duration };
  maxConcurrentStreams?: number;
  initialStreamWindowSize?: number;
  initialConnectionWindowSize?: number;
}

export type ForwardClientCertDetails =
  'SANITIZE' | 'FORWARD_ONLY' | 'APPEND_FORWARD' | 'SANITIZE_SET' | 'ALWAYS_FORWARD_ONLY';

export type EscapedSlashesAction =
  | 'IMPLEMENTATION_SPECIFIC_DEFAULT'
  | 'KEEP_UNCHANGED'
  | 'REJECT_REQUEST'
  | 'UNESCAPE_AND_REDIRECT'
  | 'UNESCAPE_AND_FORWARD';

export interface HttpFilter extends Extension {
  configDiscovery?: ExtensionConfigSource;
  isOptional?: boolean;
  disabled?: boolean;
}
