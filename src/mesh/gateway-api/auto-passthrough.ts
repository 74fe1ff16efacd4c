/** Listeners that hand connections from other networks to the service that their server name encodes. */
import type { ListenerTLSConfig } from '../../schema/kinds/gateway-api';
import type { Labels } from '../workloads/labels';

/** The label of Gateways and Services that take connections for a network. */
export const NETWORK = 'topology.istio.io/network';
/** The label with the port at which they do. */
export const NETWORK_GATEWAY_PORT = 'networking.istio.io/gatewayPort';
/** The port without that label. */
export const PASSTHROUGH_PORT = 15443;

/** Whether a listener of a Gateway with these labels is the entrance to another network. istio: kube.IsAutoPassthrough */
export function isAutoPassthrough(labels: Labels, port: number, { options }: ListenerTLSConfig): boolean {
  if (options?.['gateway.istio.io/listener-protocol'] === 'auto-passthrough') return true;
  if (labels[NETWORK] === undefined) return false;
  return String(port) === (labels[NETWORK_GATEWAY_PORT] ?? String(PASSTHROUGH_PORT));
}
