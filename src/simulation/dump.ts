import type { EnvoyConfig, Listener, RouteConfiguration } from '../envoy/config';
import { type Branch, execute } from '../envoy/execute';
import type { Arrival } from '../envoy/run/arrival';
import type { Options } from '../envoy/run/run';
import { SOMEWHERE } from './addresses';
import { answerOf, stoppedAt } from './answer';
import type { End, Hop, HopProxy, Journey, Way } from './journey';
import { outsider } from './peers';
import { type Request, type Target, targetOf } from './request';
import { RequestError } from './request-error';
import { clientOf, payloadOf, tlsOf } from './start';
import { transportOf } from './transport';

/** What an Envoy of which only the configuration is known makes of a request: one hop, without the mesh around it. */
export function throughDump(
  config: EnvoyConfig,
  request: Request,
  direction: 'inbound' | undefined,
  options: Options = {},
): Journey {
  const target = targetOf(request);
  const arrival = arrivalAt(config, request, target, direction);
  const claims = request.claims && { claims: [request.claims] };
  const { branches } = execute(config, arrival, { ...options, ...claims });
  const ways = branches.map((branch) => wayOf(branch, config, arrival));
  const [first, ...others] = ways.sort((one, other) => other.share - one.share);
  if (!first) throw new Error('a request took no way at all');
  return { request, target, ways: [first, ...others], notes: [] };
}

function arrivalAt(config: EnvoyConfig, request: Request, target: Target, direction: 'inbound' | undefined): Arrival {
  const isSidecar = config.listeners.some(({ name }) => name === 'virtualOutbound');
  if (direction === 'inbound' && !isSidecar) throw new RequestError({ kind: 'inbound of a gateway' });
  const via = isSidecar ? (direction ?? 'outbound') : 'direct';
  const listener = via === 'direct' ? gatewayListener(config.listeners, target.port) : undefined;
  const { address = '0.0.0.0', portValue = target.port } = listener?.address?.socketAddress ?? {};
  const dialled = via === 'outbound' ? addressIn(config.routes, target) : address;
  return {
    via,
    source: { address: clientOf(request) },
    destination: { address: dialled, port: portValue },
    ...tlsOf(request, target),
    payload: payloadOf(target),
  };
}

/** Of a gateway's listeners that of the port; ports that only root may open, its Service usually leads to one 8000 higher. */
function gatewayListener(listeners: readonly Listener[], port: number): Listener | undefined {
  const at = (number: number) => listeners.find(({ address }) => address?.socketAddress?.portValue === number);
  return at(port) ?? (port < 1024 ? at(port + 8000) : undefined);
}

/** The address of a host, where its virtual host goes by that as well. */
function addressIn(routes: readonly RouteConfiguration[], { host }: Target): string {
  if (/^[\d.]+$|:/.test(host)) return host;
  for (const { virtualHosts = [] } of routes)
    for (const { domains = [] } of virtualHosts) {
      const address = domains.includes(host)
        ? domains.find((domain) => /^\d+\.\d+\.\d+\.\d+$/.test(domain))
        : undefined;
      if (address !== undefined) return address;
    }
  return SOMEWHERE;
}

function wayOf({ share, steps, outcome, assumptions }: Branch, config: EnvoyConfig, arrival: Arrival): Way {
  const role = arrival.via === 'direct' ? 'gateway' : arrival.via === 'inbound' ? 'server' : 'client';
  const kind = role === 'gateway' ? 'gateway' : 'sidecar';
  const proxy: HopProxy = { kind, name: 'envoy', namespace: 'dump', ip: '', labels: {}, serviceAccount: '' };
  const hop: Hop = {
    proxy,
    role,
    arrival,
    translation: { config, origins: new WeakMap(), transports: new Map() },
    steps,
    outcome,
    assumptions,
  };
  const answer = answerOf(outcome) ?? {
    kind: 'none',
    because: { kind: 'no listener', port: arrival.destination.port },
  };
  const upstream = outcome.kind === 'response' || outcome.kind === 'forwarded' ? outcome.upstream : undefined;
  const end: End = upstream
    ? {
        kind: 'arrived',
        destination: {
          party: outsider(upstream.clusterName, 'cluster'),
          addresses: upstream.endpoints.map(({ address }) => address),
          port: upstream.endpoints[0]?.port ?? arrival.destination.port,
          transport: transportOf({ ...(upstream.endpoints[0]?.tls && { tls: {} }) }),
        },
      }
    : stoppedAt(hop);
  return { share, hops: [hop], end, answer };
}
