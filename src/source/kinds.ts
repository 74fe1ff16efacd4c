/** What tells an object of a cluster from the files of other tools that have a `kind` or an `apiVersion` as well. */

/** The kinds of Kubernetes, the Gateway API and Istio, those included that later releases have removed. */
export const KNOWN_KINDS: ReadonlySet<string> = new Set(
  `
  APIService AuthorizationPolicy BackendTLSPolicy Binding CSIDriver CSINode CSIStorageCapacity
  CertificateSigningRequest ClusterRbacConfig ClusterRole ClusterRoleBinding ClusterTrustBundle
  ComponentStatus ConfigMap ControllerRevision CronJob CustomResourceDefinition DaemonSet Deployment
  DestinationRule DeviceClass DeviceTaintRule EndpointSlice Endpoints EnvoyFilter Event Eviction
  FlowSchema GRPCRoute Gateway GatewayClass HTTPAPISpec HTTPAPISpecBinding HTTPRoute
  HorizontalPodAutoscaler IPAddress Ingress IngressClass IstioControlPlane IstioOperator Job Lease
  LeaseCandidate LimitRange ListenerSet LocalSubjectAccessReview MeshPolicy MutatingAdmissionPolicy
  MutatingAdmissionPolicyBinding MutatingWebhookConfiguration Namespace NetworkPolicy Node
  PeerAuthentication PersistentVolume PersistentVolumeClaim Pod PodCertificateRequest PodDisruptionBudget
  PodTemplate Policy PriorityClass PriorityLevelConfiguration ProxyConfig QuotaSpec QuotaSpecBinding
  RbacConfig ReferenceGrant ReplicaSet ReplicationController RequestAuthentication ResourceClaim
  ResourceClaimTemplate ResourceQuota ResourceSlice Role RoleBinding RuntimeClass Scale Secret
  SelfSubjectAccessReview SelfSubjectReview SelfSubjectRulesReview Service ServiceAccount ServiceCIDR
  ServiceEntry ServiceRole ServiceRoleBinding Sidecar StatefulSet Status StorageClass StorageVersion
  StorageVersionMigration SubjectAccessReview TCPRoute TLSRoute Telemetry TokenRequest TokenReview
  TrafficExtension UDPRoute ValidatingAdmissionPolicy ValidatingAdmissionPolicyBinding
  ValidatingWebhookConfiguration VirtualService VolumeAttachment VolumeAttributesClass WasmPlugin
  WorkloadEntry WorkloadGroup XBackend XBackendTrafficPolicy XMesh adapter apikey attributemanifest
  authorization bypass checknothing circonus cloudwatch denier dogstatsd edge fluentd handler instance
  kubernetes kubernetesenv listchecker listentry logentry memquota metric noop opa prometheus quota rbac
  redisquota reportnothing rule signalfx solarwinds stackdriver statsd stdio template tracespan zipkin
`.split(/\s+/),
);

/** Groups in which a document without a kind is one that lacks it. */
const KNOWN_GROUPS = /^(v1|(apps|batch|autoscaling|policy|extensions)\/\w+|([\w-]+\.)*(k8s|istio)\.io\/\w+)$/;

/** The fields that an object has beside its kind, version and metadata. */
const FIELDS: ReadonlySet<string> = new Set(
  'apiVersion kind metadata spec status data stringData binaryData immutable type subsets endpoints ports addressType webhooks rules subjects roleRef secrets imagePullSecrets automountServiceAccountToken handler template parameters'.split(
    ' ',
  ),
);

/** Whether a map with only one of `kind` and `apiVersion` is an object that lacks the other: its other fields and its kind are known. */
export function isHalfNamed(value: Readonly<Record<string, unknown>>): boolean {
  const { apiVersion, kind, metadata } = value;
  if (metadata === null || typeof metadata !== 'object' || Array.isArray(metadata)) return false;
  if (!Object.keys(value).every((field) => FIELDS.has(field))) return false;
  return typeof kind === 'string'
    ? KNOWN_KINDS.has(kind)
    : typeof apiVersion === 'string' && KNOWN_GROUPS.test(apiVersion);
}

const VERSION_KEY = /(^|[{,])[ \t-]*["']?apiVersion["']?[ \t]*:/m;
const KIND_KEY = /(^|[{,])[ \t-]*["']?kind["']?[ \t]*:/m;

/** Whether a text that is not valid YAML was meant to be an object. */
export const resemblesObject = (text: string): boolean => VERSION_KEY.test(text) && KIND_KEY.test(text);
