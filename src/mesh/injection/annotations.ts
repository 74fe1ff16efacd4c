/** The annotations that Istio knows, and on which kinds of objects. */

/** How far an annotation has come. */
export type Maturity = 'alpha' | 'beta' | 'stable';

/** What is known of one annotation. */
export interface KnownAnnotation {
  readonly name: string;
  readonly maturity: Maturity;
  /** The kinds it is read from; `Any` stands for all. */
  readonly kinds: readonly string[];
  readonly deprecated: boolean;
}

/** From istio.io/api v1.31. */
const TABLE: readonly (readonly [string, Maturity, readonly string[]])[] = [
  ['alpha.istio.io/canonical-serviceaccounts', 'alpha', ['Service']],
  ['alpha.istio.io/kubernetes-serviceaccounts', 'alpha', ['Service']],
  ['ambient.istio.io/bypass-inbound-capture', 'alpha', ['Pod']],
  ['ambient.istio.io/dns-capture', 'alpha', ['Pod']],
  ['ambient.istio.io/redirection', 'beta', ['Pod']],
  ['ambient.istio.io/waypoint-inbound-binding', 'alpha', ['GatewayClass', 'Gateway']],
  ['galley.istio.io/analyze-suppress', 'alpha', ['Any']],
  ['gateway.istio.io/controller-version', 'alpha', ['Any']],
  ['gateway.istio.io/name-override', 'alpha', ['Gateway']],
  ['gateway.istio.io/service-account', 'alpha', ['Gateway']],
  ['inject.istio.io/templates', 'alpha', ['Pod']],
  ['istio.io/autoRegistrationGroup', 'alpha', ['WorkloadEntry']],
  ['istio.io/connectedAt', 'alpha', ['WorkloadEntry']],
  ['istio.io/disconnectedAt', 'alpha', ['WorkloadEntry']],
  ['istio.io/dry-run', 'alpha', ['AuthorizationPolicy']],
  ['istio.io/reroute-virtual-interfaces', 'alpha', ['Pod']],
  ['istio.io/rev', 'alpha', ['Pod']],
  ['istio.io/use-waypoint-canary-weight', 'alpha', ['Service', 'ServiceEntry', 'Namespace']],
  ['istio.io/workloadController', 'alpha', ['WorkloadEntry']],
  ['kubernetes.io/ingress.class', 'stable', ['Ingress']],
  ['networking.istio.io/exportTo', 'alpha', ['Service']],
  ['networking.istio.io/service-type', 'alpha', ['Gateway']],
  ['networking.istio.io/traffic-distribution', 'alpha', ['Namespace', 'Service', 'ServiceEntry']],
  ['prometheus.istio.io/merge-metrics', 'alpha', ['Pod']],
  ['proxy.istio.io/config', 'beta', ['Pod']],
  ['proxy.istio.io/overrides', 'alpha', ['Pod']],
  ['readiness.status.sidecar.istio.io/applicationPorts', 'alpha', ['Pod']],
  ['readiness.status.sidecar.istio.io/failureThreshold', 'alpha', ['Pod']],
  ['readiness.status.sidecar.istio.io/initialDelaySeconds', 'alpha', ['Pod']],
  ['readiness.status.sidecar.istio.io/periodSeconds', 'alpha', ['Pod']],
  ['sidecar.istio.io/agentLogLevel', 'alpha', ['Pod']],
  ['sidecar.istio.io/bootstrapOverride', 'alpha', ['Pod']],
  ['sidecar.istio.io/componentLogLevel', 'alpha', ['Pod']],
  ['sidecar.istio.io/discoveryAddress', 'alpha', ['Pod']],
  ['sidecar.istio.io/extraStatTags', 'alpha', ['Pod']],
  ['sidecar.istio.io/inject', 'beta', ['Pod']],
  ['sidecar.istio.io/interceptionMode', 'alpha', ['Pod']],
  ['sidecar.istio.io/logLevel', 'alpha', ['Pod']],
  ['sidecar.istio.io/nativeSidecar', 'alpha', ['Pod']],
  ['sidecar.istio.io/proxyCPU', 'alpha', ['Pod']],
  ['sidecar.istio.io/proxyCPULimit', 'alpha', ['Pod']],
  ['sidecar.istio.io/proxyImage', 'alpha', ['Pod']],
  ['sidecar.istio.io/proxyImageType', 'alpha', ['Pod']],
  ['sidecar.istio.io/proxyMemory', 'alpha', ['Pod']],
  ['sidecar.istio.io/proxyMemoryLimit', 'alpha', ['Pod']],
  ['sidecar.istio.io/rewriteAppHTTPProbers', 'alpha', ['Pod']],
  ['sidecar.istio.io/statsCompression', 'alpha', ['Pod']],
  ['sidecar.istio.io/statsEvictionInterval', 'alpha', ['Pod']],
  ['sidecar.istio.io/statsFlushInterval', 'alpha', ['Pod']],
  ['sidecar.istio.io/statsHistogramBins', 'alpha', ['Pod']],
  ['sidecar.istio.io/statsHistogramBuckets', 'alpha', ['Pod']],
  ['sidecar.istio.io/statsInclusionPrefixes', 'alpha', ['Pod']],
  ['sidecar.istio.io/statsInclusionRegexps', 'alpha', ['Pod']],
  ['sidecar.istio.io/statsInclusionSuffixes', 'alpha', ['Pod']],
  ['sidecar.istio.io/status', 'alpha', ['Pod']],
  ['sidecar.istio.io/userVolume', 'alpha', ['Pod']],
  ['sidecar.istio.io/userVolumeMount', 'alpha', ['Pod']],
  ['status.sidecar.istio.io/port', 'alpha', ['Pod']],
  ['topology.istio.io/controlPlaneClusters', 'alpha', ['Namespace']],
  ['traffic.istio.io/nodeSelector', 'stable', ['Service']],
  ['traffic.sidecar.istio.io/excludeInboundPorts', 'alpha', ['Pod']],
  ['traffic.sidecar.istio.io/excludeInterfaces', 'alpha', ['Pod']],
  ['traffic.sidecar.istio.io/excludeOutboundIPRanges', 'alpha', ['Pod']],
  ['traffic.sidecar.istio.io/excludeOutboundPorts', 'alpha', ['Pod']],
  ['traffic.sidecar.istio.io/includeInboundPorts', 'alpha', ['Pod']],
  ['traffic.sidecar.istio.io/includeOutboundIPRanges', 'alpha', ['Pod']],
  ['traffic.sidecar.istio.io/includeOutboundPorts', 'alpha', ['Pod']],
  ['traffic.sidecar.istio.io/kubevirtInterfaces', 'alpha', ['Pod']],
];

const DEPRECATED = new Set([
  'alpha.istio.io/canonical-serviceaccounts',
  'alpha.istio.io/kubernetes-serviceaccounts',
  'sidecar.istio.io/discoveryAddress',
  'sidecar.istio.io/extraStatTags',
  'sidecar.istio.io/inject',
  'sidecar.istio.io/statsCompression',
  'sidecar.istio.io/statsInclusionPrefixes',
  'sidecar.istio.io/statsInclusionRegexps',
  'sidecar.istio.io/statsInclusionSuffixes',
  'traffic.sidecar.istio.io/kubevirtInterfaces',
]);

/** Every annotation by its name. */
export const ANNOTATIONS: ReadonlyMap<string, KnownAnnotation> = new Map(
  TABLE.map(([name, maturity, kinds]) => [name, { name, maturity, kinds, deprecated: DEPRECATED.has(name) }]),
);

/** Annotations that the control plane writes itself. istio: maturity.AlwaysIgnoredAnnotations */
const WRITTEN_BY_ISTIO = new Set(['sidecar.istio.io/status', 'gateway.istio.io/controller-version', 'istio.io/rev']);

/** Whether somebody wrote an annotation for Istio to read. */
export const isForIstio = (name: string): boolean =>
  (name === 'kubernetes.io/ingress.class' || /^[^/]*istio\.io(\/|$)/.test(name)) && !WRITTEN_BY_ISTIO.has(name);
