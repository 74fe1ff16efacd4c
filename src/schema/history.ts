/** Since which release of Istio a kind has been there; kinds that are not listed were there in 1.4. */
export const KIND_SINCE: Record<string, string> = {
  IstioOperator: '1.5',
  PeerAuthentication: '1.5',
  ProxyConfig: '1.13',
  RequestAuthentication: '1.5',
  Telemetry: '1.10',
  TrafficExtension: '1.30',
  WasmPlugin: '1.12',
  WorkloadEntry: '1.6',
  WorkloadGroup: '1.8',
};

/** Since which release a version of an API group has been served. */
export const VERSION_SINCE: Record<string, string> = {
  'networking.istio.io/v1': '1.22',
  'networking.istio.io/v1beta1': '1.5',
  'security.istio.io/v1': '1.17',
  'telemetry.istio.io/v1': '1.22',
};

/** A kind that is gone: the last release that did not have it any more, and what does its work now. */
export interface Removal {
  readonly gone: string;
  readonly instead: string;
}

const MIXER =
  'Mixer was removed: use Telemetry and extensionProviders in MeshConfig for metrics, logs and traces, and AuthorizationPolicy for policies';
const RATE_LIMIT = 'use an EnvoyFilter with the local or global rate limit filter of Envoy';
const API_SPEC = 'nothing replaces it directly; consider tags in Telemetry, matches in VirtualService, or a WasmPlugin';
const AUTHORIZATION = 'use AuthorizationPolicy';

/** The kinds of Istio 1.4 that newer releases do not have. */
export const REMOVED: Record<string, Removal> = {
  ClusterRbacConfig: { gone: '1.7', instead: 'remove it: an AuthorizationPolicy takes effect when it is created' },
  HTTPAPISpec: { gone: '1.8', instead: API_SPEC },
  HTTPAPISpecBinding: { gone: '1.8', instead: API_SPEC },
  IstioControlPlane: { gone: '1.6', instead: 'use IstioOperator (install.istio.io/v1alpha1)' },
  MeshPolicy: { gone: '1.6', instead: 'use a PeerAuthentication in the root namespace' },
  Policy: { gone: '1.6', instead: 'use PeerAuthentication for peers, RequestAuthentication for origins' },
  QuotaSpec: { gone: '1.8', instead: RATE_LIMIT },
  QuotaSpecBinding: { gone: '1.8', instead: RATE_LIMIT },
  RbacConfig: { gone: '1.7', instead: 'remove it: an AuthorizationPolicy takes effect when it is created' },
  ServiceRole: { gone: '1.7', instead: AUTHORIZATION },
  ServiceRoleBinding: { gone: '1.7', instead: AUTHORIZATION },
  adapter: { gone: '1.8', instead: MIXER },
  attributemanifest: { gone: '1.8', instead: MIXER },
  handler: { gone: '1.8', instead: MIXER },
  instance: { gone: '1.8', instead: MIXER },
  rule: { gone: '1.8', instead: MIXER },
  template: { gone: '1.8', instead: MIXER },
};

/** The kinds of config.istio.io by which Istio 0.x routed traffic. networking.istio.io took their place in 0.8. */
export const OF_ISTIO_0: Record<string, Removal> = {
  DestinationPolicy: { gone: '1.0', instead: 'use DestinationRule (networking.istio.io)' },
  EgressRule: { gone: '1.0', instead: 'use ServiceEntry (networking.istio.io)' },
  IngressRule: { gone: '1.0', instead: 'use Gateway and VirtualService (networking.istio.io)' },
  RouteRule: { gone: '1.0', instead: 'use VirtualService (networking.istio.io)' },
};

/** What stood in config.istio.io for each adapter and template before Istio 1.2; `handler` and `instance` took their place. */
export const BEFORE_HANDLERS: readonly string[] = [
  'apikey',
  'authorization',
  'bypass',
  'checknothing',
  'circonus',
  'cloudwatch',
  'denier',
  'dogstatsd',
  'edge',
  'fluentd',
  'kubernetes',
  'kubernetesenv',
  'listchecker',
  'listentry',
  'logentry',
  'memquota',
  'metric',
  'noop',
  'opa',
  'prometheus',
  'quota',
  'rbac',
  'redisquota',
  'reportnothing',
  'signalfx',
  'solarwinds',
  'stackdriver',
  'statsd',
  'stdio',
  'tracespan',
  'zipkin',
];

const HEADERS = 'use "headers" with "request" or "response" and their "add", "set" and "remove"';
const PATCHES = 'use "configPatches"';
const headerFields = (at: string) =>
  [
    'appendHeaders',
    'appendRequestHeaders',
    'appendResponseHeaders',
    'removeRequestHeaders',
    'removeResponseHeaders',
  ].map((field) => [`VirtualService ${at}.${field}`, HEADERS] as const);

/** Fields that Istio 1.4 had and newer releases have not, by kind and path, and what does their work now. */
export const GONE_FIELDS: Record<string, string> = {
  'EnvoyFilter spec.filters': PATCHES,
  'EnvoyFilter spec.workloadLabels': 'use "workloadSelector" with "labels"',
  'VirtualService spec.http.websocketUpgrade': 'WebSockets need no switch, so remove it',
  'VirtualService spec.http.fault.abort.percent': 'use "percentage" with "value"',
  'VirtualService spec.tls.match.sourceSubnet': 'it never had any effect',
  'VirtualService spec.tcp.match.sourceSubnet': 'it never had any effect',
  ...Object.fromEntries([...headerFields('spec.http'), ...headerFields('spec.http.route')]),
};
