/** By what of a request the load balancer picks a host, where a DestinationRule says so. */
import type { HashPolicy } from '../../envoy/config';
import type {
  HTTPRouteDestination,
  LoadBalancerSettingsConsistentHashLB as ConsistentHash,
  TrafficPolicy,
} from '../../schema/kinds/networking';
import type { Push } from '../context';
import { ruleFor } from '../destination-rule';
import { protoDuration } from '../duration';

/** istio: route.ConsistentHashToHashPolicy */
export function hashPolicies(hash: ConsistentHash | undefined): HashPolicy[] {
  if (!hash) return [];
  const { httpHeaderName, httpCookie, useSourceIp, httpQueryParameterName } = hash;
  if (httpHeaderName !== undefined) return [{ header: { headerName: httpHeaderName } }];
  if (httpCookie) return [{ cookie: cookiePolicy(httpCookie) }];
  if (useSourceIp !== undefined) return [{ connectionProperties: useSourceIp ? { sourceIp: true } : {} }];
  return httpQueryParameterName === undefined ? [] : [{ queryParameter: { name: httpQueryParameterName } }];
}

function cookiePolicy({ name, ttl, path, attributes = [] }: Cookie): NonNullable<HashPolicy['cookie']> {
  return {
    ...(name && { name }),
    ...(ttl !== undefined && { ttl: protoDuration(ttl) }),
    ...(path && { path }),
    ...(attributes.length > 0 && { attributes }),
  };
}

type Cookie = NonNullable<ConsistentHash['httpCookie']>;

/** What holds for one port of a service without routes of its own. istio: route.hashForService */
export function hashForPort(push: Push, host: string, port: number): ConsistentHash | undefined {
  const policy = ruleFor(push, host)?.trafficPolicy?.value;
  const own = policy?.portLevelSettings?.find((settings) => settings.port?.number === port);
  return own?.loadBalancer?.consistentHash ?? policy?.loadBalancer?.consistentHash;
}

/** What holds for a route's destination: the subset's port, the subset, the port, the host. istio: route.HashForHTTPDestination */
export function hashForDestination(push: Push, { destination = {} }: HTTPRouteDestination): ConsistentHash | undefined {
  const { host = '', subset = '', port } = destination;
  const rule = ruleFor(push, host);
  if (!rule) return undefined;
  const ofHost = rule.trafficPolicy?.value;
  const ofSubset = rule.subsets.find(({ value }) => (value.name ?? '') === subset)?.value.trafficPolicy;
  return (
    hashOfPort(ofSubset, port?.number) ??
    ofSubset?.loadBalancer?.consistentHash ??
    hashOfPort(ofHost, port?.number) ??
    ofHost?.loadBalancer?.consistentHash
  );
}

function hashOfPort(policy: TrafficPolicy | undefined, port: number | undefined): ConsistentHash | undefined {
  if (port === undefined) return undefined;
  return policy?.portLevelSettings?.find((settings) => settings.port?.number === port)?.loadBalancer?.consistentHash;
}
