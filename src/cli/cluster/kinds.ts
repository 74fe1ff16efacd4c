/** A kind that is read from a cluster, and the name under which the API server serves it: `virtualservices.networking.istio.io`. */
export interface ClusterKind {
  resource: string;
  group: string;
  kind: string;
}

type Table = Record<string, Record<string, string>>;

// One call each. What is numerous in large clusters stands apart, so that the calls take about equally long.
const BATCHES: readonly Table[] = [
  { '': { pods: 'Pod' } },
  {
    '': { services: 'Service', serviceaccounts: 'ServiceAccount', namespaces: 'Namespace', nodes: 'Node' },
    'discovery.k8s.io': { endpointslices: 'EndpointSlice' },
  },
  {
    apps: { deployments: 'Deployment', statefulsets: 'StatefulSet', daemonsets: 'DaemonSet' },
    'networking.k8s.io': { ingresses: 'Ingress', ingressclasses: 'IngressClass' },
    'admissionregistration.k8s.io': {
      mutatingwebhookconfigurations: 'MutatingWebhookConfiguration',
      validatingwebhookconfigurations: 'ValidatingWebhookConfiguration',
    },
    'multicluster.x-k8s.io': { serviceexports: 'ServiceExport', serviceimports: 'ServiceImport' },
  },
  {
    'networking.istio.io': {
      virtualservices: 'VirtualService',
      destinationrules: 'DestinationRule',
      gateways: 'Gateway',
      serviceentries: 'ServiceEntry',
      sidecars: 'Sidecar',
      workloadentries: 'WorkloadEntry',
      workloadgroups: 'WorkloadGroup',
      envoyfilters: 'EnvoyFilter',
      proxyconfigs: 'ProxyConfig',
    },
    'security.istio.io': {
      authorizationpolicies: 'AuthorizationPolicy',
      peerauthentications: 'PeerAuthentication',
      requestauthentications: 'RequestAuthentication',
    },
    'authentication.istio.io': { policies: 'Policy', meshpolicies: 'MeshPolicy' },
    'rbac.istio.io': {
      clusterrbacconfigs: 'ClusterRbacConfig',
      rbacconfigs: 'RbacConfig',
      serviceroles: 'ServiceRole',
      servicerolebindings: 'ServiceRoleBinding',
    },
    'telemetry.istio.io': { telemetries: 'Telemetry' },
    'extensions.istio.io': { wasmplugins: 'WasmPlugin', trafficextensions: 'TrafficExtension' },
    'gateway.networking.k8s.io': {
      gatewayclasses: 'GatewayClass',
      gateways: 'Gateway',
      listenersets: 'ListenerSet',
      httproutes: 'HTTPRoute',
      grpcroutes: 'GRPCRoute',
      tcproutes: 'TCPRoute',
      tlsroutes: 'TLSRoute',
      udproutes: 'UDPRoute',
      referencegrants: 'ReferenceGrant',
      backendtlspolicies: 'BackendTLSPolicy',
    },
    'gateway.networking.x-k8s.io': {
      xlistenersets: 'XListenerSet',
      xbackendtrafficpolicies: 'XBackendTrafficPolicy',
      xbackends: 'XBackend',
      xmeshes: 'XMesh',
    },
    'inference.networking.k8s.io': { inferencepools: 'InferencePool' },
  },
];

/** The kinds that are read whole, by the calls in which they are asked for. */
export const batches: readonly (readonly ClusterKind[])[] = BATCHES.map((table) =>
  Object.entries(table).flatMap(([group, kinds]) =>
    Object.entries(kinds).map(([plural, kind]) => ({ resource: group ? `${plural}.${group}` : plural, group, kind })),
  ),
);

/** Whether a group is one whose definitions Istio brings. */
export const isIstioGroup = (group: string): boolean => group.endsWith('.istio.io');
