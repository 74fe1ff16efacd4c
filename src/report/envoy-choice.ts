/** Which resources of a proxy are shown. */
import type { Cluster, ClusterLoadAssignment, EnvoyConfig, Listener, RouteConfiguration } from '../envoy/config';

/** As `istioctl proxy-config` understands its filters; what is absent filters nothing. */
export interface Choice {
  /** A host that is spoken of. */
  readonly fqdn?: string | undefined;
  readonly port?: number | undefined;
  /** The whole name of a resource. */
  readonly name?: string | undefined;
}

/** The resources that all filters let through; of route configurations, the virtual hosts that speak of the host. */
export function chosen(config: EnvoyConfig, choice: Choice): EnvoyConfig {
  const { fqdn, port, name } = choice;
  const speaks = (value: unknown): boolean => fqdn === undefined || JSON.stringify(value).includes(fqdn);
  const isNamed = (given: string | undefined): boolean => name === undefined || given === name;
  const isAt = (given: boolean): boolean => port === undefined || given;
  return {
    ...config,
    listeners: config.listeners.filter((each) => isNamed(each.name) && isAt(listensAt(each, port)) && speaks(each)),
    routes: config.routes
      .filter((each) => isNamed(each.name) && isAt(routesFor(each, port)) && speaks(each))
      .map((each) => (fqdn === undefined ? each : { ...each, virtualHosts: each.virtualHosts?.filter(speaks) ?? [] })),
    clusters: config.clusters.filter((each) => isNamed(each.name) && isAt(leadsTo(each, port)) && speaks(each.name)),
    endpoints: config.endpoints
      .filter((each) => isNamed(each.clusterName) && speaks(each.clusterName))
      .flatMap((each) => (port === undefined ? each : withPort(each, port))),
  };
}

const listensAt = ({ address }: Listener, port: number | undefined): boolean =>
  address?.socketAddress?.portValue === port;

/** Route configurations are named for the port: `9080`, `http.8080`, `host:9080`. */
const routesFor = ({ name = '' }: RouteConfiguration, port: number | undefined): boolean =>
  name.split(/[.:]/).includes(String(port));

const leadsTo = ({ name = '' }: Cluster, port: number | undefined): boolean =>
  name.includes(`|${port}|`) || name.includes(`_.${port}_.`);

/** The endpoints at a port of their own, not of the service. */
function withPort(assignment: ClusterLoadAssignment, port: number): ClusterLoadAssignment[] {
  const endpoints = (assignment.endpoints ?? []).flatMap((group) => {
    const kept =
      group.lbEndpoints?.filter(({ endpoint }) => endpoint?.address?.socketAddress?.portValue === port) ?? [];
    return kept.length > 0 ? [{ ...group, lbEndpoints: kept }] : [];
  });
  return endpoints.length > 0 ? [{ ...assignment, endpoints }] : [];
}
