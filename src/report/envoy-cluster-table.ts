/** Clusters as `istioctl proxy-config clusters` shows them. */
import type { Cluster, Metadata } from '../envoy/config';
import { columns } from './columns';

const HEADS = ['SERVICE FQDN', 'PORT', 'SUBSET', 'DIRECTION', 'TYPE', 'DESTINATION RULE'];

/** A table of clusters, in the order of their hosts, subsets and ports. */
export function clusterTable(clusters: readonly Cluster[]): string {
  const rows = clusters.map((cluster) => ({ cluster, key: keyOf(cluster.name) }));
  rows.sort(
    ({ key: one }, { key: other }) =>
      compare(one.host, other.host) ||
      compare(one.subset, other.subset) ||
      one.port - other.port ||
      compare(one.direction, other.direction),
  );
  return columns(
    HEADS,
    rows.map(({ cluster: { type = 'STATIC', clusterType, metadata }, key: { host, port, subset, direction } }) => [
      host,
      port === 0 ? '-' : String(port),
      subset || '-',
      direction || '-',
      clusterType ? (clusterType.name ?? '').replace(/^.*\./, '').toUpperCase() : type,
      managedBy(metadata),
    ]),
  );
}

/** What the name of a cluster says; a name of another form stands for itself. */
function keyOf(name = ''): { direction: string; port: number; subset: string; host: string } {
  const parts = name.split('|');
  const [direction = '', port = '', subset = '', host = ''] = parts;
  return parts.length === 4
    ? { direction, port: Number(port), subset, host }
    : { direction: '', port: 0, subset: '', host: name };
}

export const compare = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0);

/** The object that a resource comes from, as its metadata tells: `name.namespace`. */
export function managedBy(metadata: Metadata | undefined): string {
  const { config } = metadata?.filterMetadata?.['istio'] ?? {};
  if (typeof config !== 'string') return '';
  const [, , group, , , namespace, , name] = config.split('/');
  return group === 'networking.istio.io' && name !== undefined ? `${name}.${namespace}` : '<unknown>';
}
