// What the API server's own code checks in a field of the Kubernetes kinds, and its OpenAPI documents do not say. By definition
// and field, as JSON Schema; `required` and `minItems` stand under the definition itself. Enumerations that the server fills in
// where they are empty have `orEmpty`. Source: k8s.io/kubernetes pkg/apis/*/validation.

const PORT = { minimum: 1, maximum: 65535 };
const PORT_OR_NONE = { minimum: 0, maximum: 65535 };
// Limits speak of numbers, formats and patterns of texts: of a value that may be either, each holds for its own.
const PORT_OR_NAME = { ...PORT, format: 'port-name' };
const TARGET_PORT = { ...PORT_OR_NONE, format: 'port-name-or-empty' };
const COUNT_OR_PERCENT = { minimum: 0, pattern: '^[0-9]+%$' };
const PROTOCOL = { enum: ['TCP', 'UDP', 'SCTP'], orEmpty: true };
const COUNT = { minimum: 0 };
const NOT_EMPTY = { minItems: 1 };
const LABELS = { values: { format: 'label-value' } };
const choice = (...values) => ({ enum: values });
const optional = (...values) => ({ enum: values, orEmpty: true });

const WEBHOOK = {
  name: { format: 'qualified-dns-name' },
  failurePolicy: choice('Ignore', 'Fail'),
  matchPolicy: choice('Exact', 'Equivalent'),
  sideEffects: choice('None', 'NoneOnDryRun'),
  admissionReviewVersions: { minItems: 1, uniqueBy: [], items: { format: 'dns-1035-label' } },
  timeoutSeconds: { minimum: 1, maximum: 30 },
};

const CONTAINER = {
  volumeMounts: { uniqueBy: ['mountPath'] },
  $required: ['image'],
  image: { minLength: 1 },
  name: { format: 'dns-label' },
  imagePullPolicy: optional('Always', 'IfNotPresent', 'Never'),
  terminationMessagePolicy: optional('File', 'FallbackToLogsOnError'),
};

const FACTS = {
  ConfigMapVolumeSource: { $required: ['name'], name: { minLength: 1 } },
  Container: CONTAINER,
  EphemeralContainer: CONTAINER,
  ContainerPort: { containerPort: PORT, hostPort: PORT_OR_NONE, protocol: PROTOCOL, name: { format: 'port-name-or-empty' } },
  CronJob: { $required: ['spec'] },
  CronJobSpec: { concurrencyPolicy: optional('Allow', 'Forbid', 'Replace') },
  DaemonSet: { $required: ['spec'] },
  DaemonSetUpdateStrategy: { type: optional('RollingUpdate', 'OnDelete') },
  Deployment: { $required: ['spec'] },
  DeploymentSpec: { replicas: COUNT, minReadySeconds: COUNT, revisionHistoryLimit: COUNT },
  DeploymentStrategy: { type: optional('RollingUpdate', 'Recreate') },
  Endpoint: { addresses: { minItems: 1, maxItems: 100 } },
  EndpointAddress: { ip: { format: 'ip' } },
  'core.EndpointPort': { port: PORT, protocol: PROTOCOL, name: { format: 'dns-label-or-empty' } },
  'discovery.EndpointPort': { protocol: PROTOCOL, name: { format: 'dns-label-or-empty' } },
  EndpointSlice: { addressType: choice('IPv4', 'IPv6', 'FQDN'), endpoints: { maxItems: 1000 }, ports: { uniqueBy: ['name'] } },
  ExecAction: { $required: ['command'], command: NOT_EMPTY },
  GRPCAction: { port: PORT },
  HTTPGetAction: { port: PORT_OR_NAME, scheme: optional('HTTP', 'HTTPS') },
  HTTPIngressPath: { pathType: choice('Exact', 'Prefix', 'ImplementationSpecific') },
  HTTPIngressRuleValue: { paths: NOT_EMPTY },
  IngressClass: { $required: ['spec'] },
  IngressClassSpec: { $required: ['controller'], controller: { pattern: '^[a-z0-9][-a-z0-9.]*/.+$' } },
  IngressServiceBackend: { name: { format: 'dns-1035-label' } },
  IngressSpec: { ingressClassName: { format: 'dns-subdomain' } },
  IngressTLS: { hosts: { items: { format: 'dns-wildcard' } }, secretName: { format: 'dns-subdomain-or-empty' } },
  Job: { $required: ['spec'] },
  JobSpec: { parallelism: COUNT, completions: COUNT, backoffLimit: COUNT, completionMode: choice('NonIndexed', 'Indexed') },
  JobTemplateSpec: { $required: ['spec'] },
  LabelSelectorRequirement: { key: { format: 'qualified-name' }, operator: choice('In', 'NotIn', 'Exists', 'DoesNotExist') },
  LabelSelector: { matchLabels: LABELS },
  MutatingWebhookConfiguration: { webhooks: { uniqueBy: ['name'] } },
  MutatingWebhook: { ...WEBHOOK, reinvocationPolicy: choice('Never', 'IfNeeded') },
  NodeSpec: { podCIDR: { format: 'cidr-or-empty' }, podCIDRs: { items: { format: 'cidr' } } },
  Pod: { $required: ['spec'] },
  PodSpec: {
    containers: { minItems: 1, uniqueBy: ['name'] },
    dnsPolicy: optional('ClusterFirstWithHostNet', 'ClusterFirst', 'Default', 'None'),
    hostname: { format: 'dns-label-or-empty' },
    initContainers: { uniqueBy: ['name'] },
    nodeSelector: LABELS,
    volumes: { uniqueBy: ['name'] },
    nodeName: { format: 'dns-subdomain-or-empty' },
    restartPolicy: optional('Always', 'OnFailure', 'Never'),
    serviceAccountName: { format: 'dns-subdomain-or-empty' },
  },
  PodTemplateSpec: { $required: ['spec'] },
  Probe: {
    failureThreshold: COUNT,
    initialDelaySeconds: COUNT,
    periodSeconds: COUNT,
    successThreshold: COUNT,
    timeoutSeconds: COUNT,
  },
  ReplicaSet: { $required: ['spec'] },
  ReplicaSetSpec: { $required: ['template'], replicas: COUNT, minReadySeconds: COUNT },
  RollingUpdateDaemonSet: { maxSurge: COUNT_OR_PERCENT, maxUnavailable: COUNT_OR_PERCENT },
  RollingUpdateDeployment: { maxSurge: COUNT_OR_PERCENT, maxUnavailable: COUNT_OR_PERCENT },
  RuleWithOperations: {
    $required: ['apiGroups', 'apiVersions', 'operations', 'resources'],
    apiGroups: NOT_EMPTY,
    apiVersions: { minItems: 1, items: { minLength: 1 } },
    operations: { minItems: 1, items: choice('*', 'CREATE', 'UPDATE', 'DELETE', 'CONNECT') },
    resources: { minItems: 1, items: { minLength: 1 } },
    scope: choice('*', 'Cluster', 'Namespaced'),
  },
  Service: { $required: ['spec'] },
  SecretVolumeSource: { $required: ['secretName'], secretName: { minLength: 1 } },
  SecurityContext: { runAsUser: { minimum: 0, maximum: 2147483647 } },
  ServiceBackendPort: { number: PORT_OR_NONE, name: { format: 'port-name-or-empty' } },
  ServicePort: {
    appProtocol: { format: 'qualified-name' },
    name: { format: 'dns-label-or-empty' },
    port: PORT,
    protocol: PROTOCOL,
    targetPort: TARGET_PORT,
  },
  ServiceReference: { name: { minLength: 1 }, namespace: { minLength: 1 }, port: PORT, path: { pattern: '^(/.*)?$' } },
  ClientIPConfig: { timeoutSeconds: { minimum: 1, maximum: 86400 } },
  ServiceSpec: {
    clusterIP: { format: 'ip-or-none' },
    externalIPs: { items: { format: 'ip' } },
    externalTrafficPolicy: optional('Cluster', 'Local'),
    internalTrafficPolicy: choice('Cluster', 'Local'),
    ipFamilies: { uniqueBy: [], items: choice('IPv4', 'IPv6') },
    selector: LABELS,
    ipFamilyPolicy: choice('SingleStack', 'PreferDualStack', 'RequireDualStack'),
    loadBalancerSourceRanges: { items: { format: 'cidr' } },
    sessionAffinity: optional('ClientIP', 'None'),
    trafficDistribution: choice('PreferClose', 'PreferSameZone', 'PreferSameNode'),
    type: optional('ClusterIP', 'ExternalName', 'LoadBalancer', 'NodePort'),
  },
  StatefulSet: { $required: ['spec'] },
  StatefulSetSpec: { serviceName: { format: 'dns-label-or-empty' }, replicas: COUNT, podManagementPolicy: optional('OrderedReady', 'Parallel') },
  StatefulSetUpdateStrategy: { type: optional('RollingUpdate', 'OnDelete') },
  TCPSocketAction: { port: PORT_OR_NAME },
  Toleration: {
    key: { format: 'qualified-name-or-empty' },
    operator: optional('Exists', 'Equal'),
    effect: optional('NoSchedule', 'PreferNoSchedule', 'NoExecute'),
  },
  ValidatingWebhook: WEBHOOK,
  ValidatingWebhookConfiguration: { webhooks: { uniqueBy: ['name'] } },
  Volume: { name: { format: 'dns-label' } },
};

/** A definition of the OpenAPI document together with what is known of it beside. */
export function withFacts(schema, name) {
  const { $required = [], ...fields } = FACTS[name.split('.').at(-1)] ?? FACTS[qualified(name)] ?? {};
  const required = [...new Set([...(schema.required ?? []), ...$required])].sort();
  const properties = Object.fromEntries(
    Object.entries(schema.properties ?? {}).map(([field, child]) => [
      field,
      merged(named(child, required.includes(field), field), fields[field]),
    ]),
  );
  for (const field of [...Object.keys(fields), ...$required])
    if (!properties[field]) throw new Error(`${name} has no ${field}`);
  return { ...schema, ...(required.length && { required }), ...(schema.properties && { properties }) };
}

const qualified = (name) => name.split('.').slice(-3).filter((part) => !/^v\d/.test(part)).join('.');

/** What must be there must not be empty, but for the value of a header. */
const named = (schema, isRequired, field) =>
  isRequired && schema.type === 'string' && field !== 'value' ? { minLength: 1, ...schema } : schema;

const merged = (schema, { items, values, ...fact } = {}) => ({
  ...schema,
  ...fact,
  ...(items && { items: { ...schema.items, ...items } }),
  ...(values && { additionalProperties: { ...schema.additionalProperties, ...values } }),
});
