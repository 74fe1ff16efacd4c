import { own } from '../../source/own';

/** The release of Kubernetes that no longer serves each version of an API, by its kinds: https://kubernetes.io/docs/reference/using-api/deprecation-guide/ */
const REMOVED_IN: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'admissionregistration.k8s.io/v1beta1': {
    MutatingWebhookConfiguration: '1.22',
    ValidatingWebhookConfiguration: '1.22',
  },
  'apiextensions.k8s.io/v1beta1': { CustomResourceDefinition: '1.22' },
  'apiregistration.k8s.io/v1beta1': { APIService: '1.22' },
  'apps/v1beta1': { Deployment: '1.16', StatefulSet: '1.16' },
  'apps/v1beta2': { DaemonSet: '1.16', Deployment: '1.16', ReplicaSet: '1.16', StatefulSet: '1.16' },
  'autoscaling/v2beta1': { HorizontalPodAutoscaler: '1.25' },
  'autoscaling/v2beta2': { HorizontalPodAutoscaler: '1.26' },
  'batch/v1beta1': { CronJob: '1.25' },
  'coordination.k8s.io/v1beta1': { Lease: '1.22' },
  'discovery.k8s.io/v1beta1': { EndpointSlice: '1.25' },
  'events.k8s.io/v1beta1': { Event: '1.25' },
  'extensions/v1beta1': {
    DaemonSet: '1.16',
    Deployment: '1.16',
    Ingress: '1.22',
    NetworkPolicy: '1.16',
    ReplicaSet: '1.16',
  },
  'networking.k8s.io/v1beta1': { Ingress: '1.22', IngressClass: '1.22' },
  'policy/v1beta1': { PodDisruptionBudget: '1.25' },
  'rbac.authorization.k8s.io/v1beta1': {
    ClusterRole: '1.22',
    ClusterRoleBinding: '1.22',
    Role: '1.22',
    RoleBinding: '1.22',
  },
  'scheduling.k8s.io/v1beta1': { PriorityClass: '1.22' },
  'storage.k8s.io/v1beta1': { CSIDriver: '1.22', CSINode: '1.22', StorageClass: '1.22', VolumeAttachment: '1.22' },
};

/** The release of Kubernetes that removed a kind in a version which earlier ones served. */
export const removedIn = (apiVersion: string, kind: string): string | undefined => {
  const kinds = Object.hasOwn(REMOVED_IN, apiVersion) ? REMOVED_IN[apiVersion]! : {};
  return own(kinds, kind);
};
