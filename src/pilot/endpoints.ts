/** The endpoints that a proxy is sent for its clusters: EDS. */
import ipaddr from 'ipaddr.js';
import type { Cluster, ClusterLoadAssignment } from '../envoy/config';
import type { Endpoint, Service } from '../mesh/service';
import { endpointsOf } from '../mesh/services';
import { policyFor } from '../mesh/traffic-policy';
import type { Push } from './context';
import { ruleFor } from './destination-rule';
import { type Wanted, asEndpoints, groupsOf, inPreference } from './endpoints/build';
import { from } from './origins';
import { parseSubsetKey } from './subset-key';

/** The endpoints of every cluster that asks for them. */
export const endpoints = (push: Push, clusters: readonly Cluster[]): ClusterLoadAssignment[] =>
  [...new Set(clusters.filter(({ type }) => type === 'EDS').map(askedFor))].map((name) => loadAssignment(push, name));

/** Clusters that EnvoyFilters add may share the endpoints of another one. */
const askedFor = ({ name = '', edsClusterConfig }: Cluster): string => edsClusterConfig?.serviceName || name;

/** istio: EndpointBuilder.BuildClusterLoadAssignment */
function loadAssignment(push: Push, clusterName: string): ClusterLoadAssignment {
  const wanted = wantedBy(push, clusterName);
  if (!wanted) return { clusterName };
  const groups = groupsOf(push, wanted, served(push, wanted));
  if (groups.length === 0) return { clusterName };
  const viewpoint = { labels: push.proxy.workloadLabels, failsOver: wanted.policy.outlierDetection !== undefined };
  return from(push.origins, wanted.service.field, {
    clusterName,
    endpoints: asEndpoints(inPreference(push, wanted, groups, viewpoint)),
  });
}

/** The service and settings behind a cluster's name; nothing, where the proxy knows no such service or port. */
function wantedBy(push: Push, clusterName: string): Wanted | undefined {
  const key = parseSubsetKey(clusterName);
  if (!key) return undefined;
  const service = push.scope.services.get(key.host);
  if (!service?.ports.some(({ number }) => number === key.port)) return undefined;
  const rule = ruleFor(push, key.host);
  const { port, subset } = key;
  const declared = rule?.subsets.find(({ value }) => value.name === subset);
  const policy = policyFor(rule?.trafficPolicy, port, declared);
  return { service, port, rule, subset, policy, passesTls: clusterName.startsWith('outbound_') };
}

/** Those endpoints that serve a port and have an address. Gateways ask for services that they only know by name. */
function served({ mesh }: Push, { service, port }: Wanted): readonly Endpoint[] {
  if (resolvesNames(service)) return [];
  const { name } = service.ports.find(({ number }) => number === port)!;
  return endpointsOf(mesh, service).filter(
    ({ portName, address, port }) => portName === name && (address === '' || port === 0 || ipaddr.isValid(address)),
  );
}

const resolvesNames = ({ resolution }: Service): boolean => resolution === 'dns' || resolution === 'dns-round-robin';
