/** The route configuration inside a listener for what comes in to a sidecar. */
import type { RouteConfiguration } from '../../envoy/config';
import type { Protocol } from '../../mesh/services/protocol';
import type { Field } from '../../source/field';
import type { Push } from '../context';
import { hostPort } from '../host-port';
import { from } from '../origins';
import { defaultInboundRoute } from './default-route';

/** A port of the application. */
export interface InboundPort {
  /** The name of the cluster that leads to it. */
  readonly cluster: string;
  /** The host of the service whose port it is; empty where a Sidecar declares it. */
  readonly host: string;
  /** The port of the service. */
  readonly port: number;
  readonly protocol: Protocol;
  /** What declares it. */
  readonly field: Field | undefined;
}

/** istio: buildSidecarInboundHTTPRouteConfig */
export function inboundRoute(
  { origins }: Push,
  { cluster, host, port, protocol, field }: InboundPort,
): RouteConfiguration {
  const route = from(origins, field, defaultInboundRoute(cluster, `${hostPort(host, port)}/*`, protocol));
  const virtualHost = { name: `inbound|http|${port}`, domains: ['*'], routes: [route] };
  return { name: cluster, virtualHosts: [from(origins, field, virtualHost)], validateClusters: false };
}
