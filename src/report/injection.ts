import type { InjectionReason } from '../mesh/injection/injection';

/** Why a workload has no sidecar. */
export function injectionText(because: InjectionReason): string {
  switch (because) {
    case 'ignored-namespace':
      return 'Istio injects nothing into system namespaces';
    case 'host-network':
      return 'its pods use the network of their node';
    case 'pod-label':
    case 'pod-annotation':
      return 'sidecar.istio.io/inject of its pods disables it';
    case 'namespace-disabled':
      return 'the label istio-injection of its namespace disables it';
    case 'not-asked-for':
      return 'neither its namespace nor its pods enable injection';
    case 'pod-revision':
    case 'by-default':
    case 'namespace-label':
    case 'namespace-revision':
      return 'it gets one only when it is injected';
  }
}
