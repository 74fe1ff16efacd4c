/** Configuration without what is only given out when objects are created: addresses of services and pods, and how many pods there are. */
import ipaddr from 'ipaddr.js';
import type {
  Cluster,
  ClusterLoadAssignment,
  EnvoyConfig,
  Listener,
  RouteConfiguration,
  VirtualHost,
} from '../../envoy/config';
import { type Origins, from } from '../origins';
import { parseSubsetKey } from '../subset-key';

/** Resources of each kind by a name that they have everywhere. */
export interface Neutral {
  readonly listeners: ReadonlyMap<string, Listener>;
  readonly routes: ReadonlyMap<string, RouteConfiguration>;
  readonly clusters: ReadonlyMap<string, Cluster>;
  readonly endpoints: ReadonlyMap<string, NeutralEndpoints>;
}

/** The workloads behind a cluster, whichever pods of theirs it are. */
export interface NeutralEndpoints {
  readonly workloads: Readonly<Record<string, 'an endpoint'>>;
}

export function neutral({ listeners, routes, clusters, endpoints }: EnvoyConfig, origins?: Origins): Neutral {
  const copied = <Copy extends object>(original: object, copy: Copy): Copy =>
    origins ? from(origins, origins.get(original), copy) : copy;
  return {
    listeners: byName(listeners.map((each) => copied(each, withoutAddress(each)))),
    routes: byName(routes.map((each) => copied(each, withoutAddresses(each, copied)))),
    clusters: byName(clusters),
    endpoints: new Map(endpoints.map((each) => [each.clusterName ?? '', copied(each, workloadsOf(each))])),
  };
}

const byName = <Resource extends { name?: string }>(resources: readonly Resource[]): Map<string, Resource> =>
  new Map(resources.map((each) => [each.name ?? '', each]));

/** A listener at the address of a service or of a pod is known by what it leads to. */
function withoutAddress(listener: Listener): Listener {
  const { address = '', portValue = 0 } = listener.address?.socketAddress ?? {};
  if (!ipaddr.isValid(address) || isWildcard(address) || !listener.name?.startsWith(address)) return listener;
  const [, cluster = ''] = /"((?:outbound|inbound)\|[^"]*)"/.exec(JSON.stringify(listener)) ?? [];
  const { host = '' } = parseSubsetKey(cluster) ?? {};
  if (host === '') return listener;
  return { ...listener, name: `${host}_${portValue}`, address: {}, additionalAddresses: [] };
}

const isWildcard = (address: string): boolean => address === '0.0.0.0' || address === '::';

type Copied = <Copy extends object>(original: object, copy: Copy) => Copy;

function withoutAddresses(routes: RouteConfiguration, copied: Copied): RouteConfiguration {
  const { virtualHosts = [] } = routes;
  return {
    ...routes,
    virtualHosts: virtualHosts.map((host) => copied(host, { ...host, domains: host.domains?.filter(isName) ?? [] })),
  };
}

/** Whether a domain is a name, with or without a port. */
const isName = (domain: string): boolean =>
  !ipaddr.isValid(domain.replace(/^\[(.*)\](:\d+)?$/, '$1').replace(/^([\d.]+):\d+$/, '$1'));

function workloadsOf({ endpoints = [] }: ClusterLoadAssignment): NeutralEndpoints {
  const workloads = endpoints.flatMap(({ lbEndpoints = [] }) =>
    lbEndpoints.map(({ endpoint, metadata }) => {
      const { workload } = metadata?.filterMetadata?.['istio'] ?? {};
      const port = endpoint?.address?.socketAddress?.portValue;
      // The last part is the cluster's name, which files do not tell.
      const name = typeof workload === 'string' ? workload.split(';').slice(0, 4).join(';') : 'unknown';
      return `${name}${port === undefined ? '' : `:${port}`}`;
    }),
  );
  return { workloads: Object.fromEntries(workloads.sort().map((workload) => [workload, 'an endpoint'])) };
}

/** The host of a virtual host, whose name is `host:port`. */
export const hostOf = ({ name = '' }: VirtualHost): string => name.replace(/:\d+$/, '');
