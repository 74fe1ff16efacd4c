/** The Secrets that lie as files in the pods of gateways. */
import type { Workload } from '../workloads/workloads';

/** Where the charts of Istio mount the optional Secrets of their gateways, `istio-ingressgateway-certs` for one. */
const OF_CHARTS = /^\/etc\/istio\/((?:ingress|egress)gateway-(?:ca-)?certs)$/;

/** The name of the Secret that is mounted as a folder in the pods of a gateway; undefined where it is something else, or not known. */
export function mountedSecret({ template }: Workload, folder: string): string | undefined {
  const { containers = [], volumes = [] } = template.value.spec ?? {};
  const mounts = containers.flatMap(({ volumeMounts = [] }) => volumeMounts);
  const mount = mounts.find(({ mountPath = '' }) => mountPath.replace(/\/$/, '') === folder);
  // Charts that are rendered elsewhere, and injection, add what the template does not say.
  if (!mount) return OF_CHARTS.test(folder) ? folder.replace(OF_CHARTS, 'istio-$1') : undefined;
  const secret = volumes.find(({ name }) => name === mount.name)?.secret;
  return secret && !secret.items && !mount.subPath ? secret.secretName : undefined;
}
