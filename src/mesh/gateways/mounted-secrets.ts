/** The Secrets whose files lie in the containers of a gateway. */
import type { VolumeMount } from '../../schema/kinds/kubernetes';
import type { Workload } from '../workloads/workloads';

/** A file of a container that comes from a Secret. */
export interface MountedKey {
  /** The name of the Secret, in the namespace of the pods. */
  readonly secret: string;
  readonly key: string;
}

/** Where the charts of Istio mount the Secrets of gateways. Source: charts/gateways, secretVolumes. */
const OF_CHARTS = /^\/etc\/istio\/([a-z]+gateway(?:-ca)?-certs)\/([^/]+)$/;

/** From which Secret the file at a path in the pods of a workload comes; undefined where that is not known. */
export function mountedKey({ template }: Workload, path: string): MountedKey | undefined {
  const { volumes = [], containers = [] } = template.value.spec ?? {};
  const mounts = containers.flatMap(({ volumeMounts = [] }) => volumeMounts);
  const covering = mounts.filter((mount) => path.startsWith(directoryOf(mount)));
  const [mount] = covering.sort((one, other) => directoryOf(other).length - directoryOf(one).length);
  if (!mount) return keyOfCharts(path);
  const { secretName, items } = volumes.find(({ name }) => name === mount.name)?.secret ?? {};
  const file = path.slice(directoryOf(mount).length);
  if (!secretName || mount.subPath) return undefined;
  const key = items ? items.find((item) => item.path === file)?.key : file;
  return key === undefined ? undefined : { secret: secretName, key };
}

const directoryOf = ({ mountPath = '' }: VolumeMount): string => `${mountPath.replace(/(?<!\/)\/+$/, '')}/`;

function keyOfCharts(path: string): MountedKey | undefined {
  const [, volume, key] = OF_CHARTS.exec(path) ?? [];
  return volume === undefined || key === undefined ? undefined : { secret: `istio-${volume}`, key };
}
