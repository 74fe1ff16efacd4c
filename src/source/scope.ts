const CLUSTER_SCOPED = new Map<string, readonly string[]>([
  ['', ['Namespace', 'Node', 'PersistentVolume', 'ComponentStatus']],
  [
    'admissionregistration.k8s.io',
    [
      'MutatingWebhookConfiguration',
      'ValidatingWebhookConfiguration',
      'ValidatingAdmissionPolicy',
      'ValidatingAdmissionPolicyBinding',
    ],
  ],
  ['apiextensions.k8s.io', ['CustomResourceDefinition']],
  ['apiregistration.k8s.io', ['APIService']],
  ['authentication.istio.io', ['MeshPolicy']],
  ['certificates.k8s.io', ['CertificateSigningRequest']],
  ['gateway.networking.k8s.io', ['GatewayClass']],
  ['networking.k8s.io', ['IngressClass']],
  ['rbac.authorization.k8s.io', ['ClusterRole', 'ClusterRoleBinding']],
  ['rbac.istio.io', ['ClusterRbacConfig']],
  ['scheduling.k8s.io', ['PriorityClass']],
  ['storage.k8s.io', ['StorageClass', 'CSIDriver', 'CSINode', 'VolumeAttachment']],
]);

/** Whether objects of a kind lie in no namespace. */
export const isClusterScoped = (group: string, kind: string): boolean =>
  CLUSTER_SCOPED.get(group)?.includes(kind) ?? false;
