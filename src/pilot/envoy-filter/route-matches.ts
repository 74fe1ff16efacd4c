/** Which route configurations, virtual hosts and routes a patch is for. */
import type { Route, RouteConfiguration, VirtualHost } from '../../envoy/config';
import { mergedGateways } from '../../mesh/gateways/gateways';
import { addTo } from '../../mesh/grouping';
import { type Push, perPush } from '../context';
import { parseSubsetKey } from '../subset-key';
import type { Patch } from './patches';
import type { Wanted } from './splice';

/** istio: routeConfigurationMatch */
export function isForRoutes(push: Push, { match }: Patch, { name = '' }: RouteConfiguration): boolean {
  const { routeConfiguration: wanted } = match;
  if (!wanted) return true;
  if (wanted.name && wanted.name !== name) return false;
  if (push.proxy.kind === 'sidecar') return !wanted.portNumber || wanted.portNumber === portIn(name);
  const { port, portName, gateway } = gatewayKey(name);
  return (
    (!wanted.portName || wanted.portName === portName) &&
    (!wanted.gateway || wanted.gateway === gateway) &&
    (!wanted.portNumber || (serverPorts(push).get(port) ?? [port]).includes(wanted.portNumber))
  );
}

/** istio: getListenerPortFromName */
const portIn = (name: string): number =>
  name.startsWith('inbound') ? (parseSubsetKey(name)?.port ?? 0) : /^\d+$/.test(name) ? Number(name) : 0;

/** What the name of a gateway's route configuration says. istio: model.ParseGatewayRDSRouteName */
function gatewayKey(name: string): { port: number; portName: string; gateway: string } {
  const plain = /^http\.(\d+)$/.exec(name);
  if (plain) return { port: Number(plain[1]), portName: '', gateway: '' };
  const secure = /^https\.(\d+)\.([^.]*)\.([^.]*)\.([^.]*)$/.exec(name);
  if (!secure) return { port: 0, portName: '', gateway: '' };
  return { port: Number(secure[1]), portName: secure[2]!, gateway: `${secure[4]}/${secure[3]}` };
}

/** The ports that Gateways name, by the port on which the proxy listens for them. istio: getTargetPortMap */
const serverPorts = perPush(({ mesh, proxy }) => {
  const ports = new Map<number, number[]>();
  for (const [name, servers] of mergedGateways(mesh, proxy).byRouteName)
    for (const { field } of servers) addTo(ports, gatewayKey(name).port, field.value.port?.number ?? 0);
  return ports;
});

/** istio: virtualHostMatch */
export function isForHost({ match }: Patch, { name, domains = [] }: VirtualHost): boolean {
  const { vhost } = match.routeConfiguration ?? {};
  return (!vhost?.name || vhost.name === name) && (!vhost?.domainName || domains.includes(vhost.domainName));
}

/** istio: routeMatch */
export function routeWanted({ match }: Patch): Wanted<Route> {
  const { route: wanted } = match.routeConfiguration?.vhost ?? {};
  return {
    is: (route) =>
      (!wanted?.name || wanted.name === (route.name ?? '')) &&
      (!wanted?.action || wanted.action === 'ANY' || [wanted.action, undefined].includes(actionOf(route))),
    isNamed: wanted !== undefined,
  };
}

/** What a patch calls what a route does; there are routes for which it has no word. */
function actionOf({ route, redirect, directResponse }: Route): 'ROUTE' | 'REDIRECT' | 'DIRECT_RESPONSE' | undefined {
  if (route) return 'ROUTE';
  if (redirect) return 'REDIRECT';
  return directResponse && 'DIRECT_RESPONSE';
}
