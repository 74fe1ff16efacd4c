/** The limits and timeouts that ProxyConfig sets for connections. */
import type { HttpConnectionManager } from '../envoy/config';
import type { MeshProxyConfigConnectionSettings as ConnectionSettings } from '../schema/kinds/mesh';
import type { Push } from './context';
import { protoDuration } from './duration';
import { proxyConfig } from './proxy-headers';

/** What Envoy recommends for proxies at the edge, where nothing else is said. istio: applyEdgeProfileDefaults */
const EDGE: ConnectionSettings = {
  listenerPerConnectionBufferLimitBytes: 32768,
  httpIdleTimeout: '3600s',
  httpStreamIdleTimeout: '300s',
  httpRequestTimeout: '300s',
  httpRequestHeadersTimeout: '60s',
  httpMaxConcurrentStreams: 100,
  http2InitialStreamWindowSize: 65536,
  http2InitialConnectionWindowSize: 1048576,
  httpHeadersWithUnderscoresAction: 'HEADERS_WITH_UNDERSCORES_REJECT_REQUEST',
  httpMergeSlashes: true,
  httpPathWithEscapedSlashesAction: 'UNESCAPE_AND_REDIRECT',
};

const UNSPECIFIED = ['HEADERS_WITH_UNDERSCORES_UNSPECIFIED', 'PATH_WITH_ESCAPED_SLASHES_UNSPECIFIED'];

/** istio: resolveConnectionSettings */
function settingsOf(push: Push): ConnectionSettings {
  const { connectionSettings: settings = {} } = proxyConfig(push);
  const written = Object.entries(settings).filter(([, value]) => !UNSPECIFIED.includes(String(value)));
  const own: ConnectionSettings = Object.fromEntries(written);
  return own.profile === 'EDGE' && push.proxy.kind === 'gateway' ? { ...EDGE, ...own } : own;
}

/** What a gateway's listeners keep at most of a connection. */
export function listenerBufferLimit(push: Push): { perConnectionBufferLimitBytes?: number } {
  const { listenerPerConnectionBufferLimitBytes: limit = -1 } = settingsOf(push);
  return limit < 0 ? {} : { perConnectionBufferLimitBytes: limit };
}

/** A connection manager with the settings that ProxyConfig has for it. istio: applyConnectionSettingsToHCM */
export function connectionSettings(manager: HttpConnectionManager, push: Push): HttpConnectionManager {
  const settings = settingsOf(push);
  const common = { ...manager.commonHttpProtocolOptions, ...commonOptions(settings) };
  const http2 = http2Options(settings);
  const { mergeSlashes: merges, ...others } = manager;
  const slashes = settings.httpPathWithEscapedSlashesAction;
  return {
    ...others,
    ...(Object.keys(common).length > 0 && { commonHttpProtocolOptions: common }),
    ...(http2 && { http2ProtocolOptions: { ...manager.http2ProtocolOptions, ...http2 } }),
    ...duration('streamIdleTimeout', settings.httpStreamIdleTimeout),
    ...duration('requestTimeout', settings.httpRequestTimeout),
    ...duration('requestHeadersTimeout', settings.httpRequestHeadersTimeout),
    ...duration('drainTimeout', settings.httpDrainTimeout),
    ...((settings.httpMergeSlashes ?? merges) && { mergeSlashes: true }),
    ...(slashes && slashes !== 'PATH_WITH_ESCAPED_SLASHES_UNSPECIFIED' && { pathWithEscapedSlashesAction: slashes }),
  };
}

const duration = <Name extends string>(name: Name, text: string | undefined): Partial<Record<Name, string>> =>
  text === undefined ? {} : ({ [name]: protoDuration(text) } as Partial<Record<Name, string>>);

function commonOptions(settings: ConnectionSettings): HttpConnectionManager['commonHttpProtocolOptions'] {
  const { httpIdleTimeout, httpMaxConnectionDuration, httpMaxStreamDuration, httpHeadersWithUnderscoresAction } =
    settings;
  if (!httpIdleTimeout && !httpMaxConnectionDuration && !httpMaxStreamDuration && !httpHeadersWithUnderscoresAction)
    return undefined;
  return {
    ...duration('idleTimeout', httpIdleTimeout),
    ...duration('maxConnectionDuration', httpMaxConnectionDuration),
    ...duration('maxStreamDuration', httpMaxStreamDuration),
    ...underscores(httpHeadersWithUnderscoresAction),
  };
}

function underscores(action: ConnectionSettings['httpHeadersWithUnderscoresAction']) {
  if (action === 'HEADERS_WITH_UNDERSCORES_REJECT_REQUEST')
    return { headersWithUnderscoresAction: 'REJECT_REQUEST' } as const;
  return action === 'HEADERS_WITH_UNDERSCORES_DROP_HEADER'
    ? ({ headersWithUnderscoresAction: 'DROP_HEADER' } as const)
    : {};
}

function http2Options(settings: ConnectionSettings): HttpConnectionManager['http2ProtocolOptions'] {
  const { httpMaxConcurrentStreams, http2InitialStreamWindowSize, http2InitialConnectionWindowSize } = settings;
  const limits = [httpMaxConcurrentStreams, http2InitialStreamWindowSize, http2InitialConnectionWindowSize];
  if (limits.every((limit) => limit === undefined)) return undefined;
  return {
    ...limit('maxConcurrentStreams', httpMaxConcurrentStreams),
    ...limit('initialStreamWindowSize', http2InitialStreamWindowSize),
    ...limit('initialConnectionWindowSize', http2InitialConnectionWindowSize),
  };
}

/** A negative limit is none. */
const limit = <Name extends string>(name: Name, value = -1): Partial<Record<Name, number>> =>
  value < 0 ? {} : ({ [name]: value } as Partial<Record<Name, number>>);
