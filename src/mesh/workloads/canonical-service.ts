import type { Labels } from './labels';

/** The service that a workload is part of in the eyes of telemetry. */
export interface CanonicalService {
  readonly name: string;
  readonly revision: string;
}

/** As its labels say, else the workload's own name. istio: labels.CanonicalService */
export const canonicalService = (labels: Labels, workloadName: string): CanonicalService => ({
  name: labels['service.istio.io/canonical-name'] || labels['app.kubernetes.io/name'] || labels['app'] || workloadName,
  revision:
    labels['service.istio.io/canonical-revision'] ||
    labels['app.kubernetes.io/version'] ||
    labels['version'] ||
    'latest',
});
