import ipaddr from 'ipaddr.js';
import type { Arrival, ClientTls, HttpRequest, RawBytes } from '../envoy/run/arrival';
import { isCarried } from '../mesh/ambient';
import { gatewaysOf, listenPortFor } from '../mesh/gateways';
import { overlaps } from '../mesh/hostname';
import { injectionText, proxyChoices, proxyNamed } from '../mesh/proxy-named';
import type { Mesh } from '../mesh/mesh';
import { type Proxy, findProxy, proxies } from '../mesh/proxy';
import type { Service } from '../mesh/service';
import { type Workload, workloads } from '../mesh/workloads';
import { addressOf } from './addresses';
import { type Tunnel, tunnelOf } from './ambient';
import { takesOutbound } from './captured';
import { asClientsSend } from './hop-request';
import type { Hop } from './journey';
import type { Request, Target } from './request';
import { RequestError } from './request-error';

/** How a request sets out. */
export type Start =
  | { readonly kind: 'proxy'; readonly proxy: Proxy; readonly role: Hop['role']; readonly arrival: Arrival }
  /** Without a proxy of the client's. */
  | { readonly kind: 'dial'; readonly dial: Dial }
  | { readonly kind: 'nowhere'; readonly because: string };

/** A connection to an address. */
export interface Dial {
  readonly source: Arrival['source'];
  readonly destination: Arrival['destination'];
  readonly tls?: ClientTls;
  /** How it gets to servers in ambient mode; absent where it is as plain to them as to others. */
  readonly tunnel?: Tunnel;
  readonly payload: HttpRequest | RawBytes;
}

/** The start of a request, and what it has to do without. */
export interface SettingOut {
  readonly start: Start;
  readonly service?: Service;
  readonly notes: readonly string[];
}

// Both are set aside for documentation, and belong to nobody.
const OUTSIDER = '198.51.100.1';
const IN_CLUSTER = '10.244.255.254';

/** The address of a client outside. */
export const clientOf = ({ sourceIp }: Request): string => sourceIp ?? OUTSIDER;

/** Finds the client of a request, and what it connects to. Throws a RequestError where there is no such client. */
export function setOut(mesh: Mesh, request: Request, target: Target): SettingOut {
  const { from, gateway } = request;
  if (from !== undefined && gateway !== undefined)
    throw new RequestError('a request comes from a workload, or reaches a gateway from outside: give one of the two');
  const { sourceIp } = request;
  if (sourceIp !== undefined && !ipaddr.isValid(sourceIp)) throw new RequestError(`"${sourceIp}" is no IP address`);
  if (from !== undefined && (sourceIp ?? request.certificate) !== undefined)
    throw new RequestError('a workload has its own address and identity: only a client outside can be given one');
  if (gateway !== undefined) return { start: toGateway(gatewayNamed(mesh, gateway), request, target), notes: [] };
  return from === undefined ? fromNobody(mesh, request, target) : fromWorkload(mesh, from, request, target);
}

function gatewayNamed(mesh: Mesh, name: string): Proxy {
  const proxy = proxyNamed(mesh, name);
  if (typeof proxy !== 'string' && proxy.kind === 'gateway') return proxy;
  const gateways = proxies(mesh).filter(({ kind }) => kind === 'gateway');
  const names = gateways.map((each) => `${each.name}.${each.namespace}`);
  const choices = names.length ? proxyChoices(names) : 'the input has no gateway';
  if (typeof proxy !== 'string') throw new RequestError(`"${name}" is no gateway, it has a sidecar; ${choices}`);
  throw new RequestError(`there is no gateway "${name}"; ${choices}`);
}

function toGateway(proxy: Proxy, request: Request, target: Target): Start {
  const arrival: Arrival = {
    via: 'direct',
    source: { address: clientOf(request) },
    destination: { address: proxy.ip, port: listenPortFor(target.port, proxy.targets) },
    ...tlsOf(request, target),
    payload: payloadOf(target),
  };
  return { kind: 'proxy', proxy, role: 'gateway', arrival };
}

function fromWorkload(mesh: Mesh, name: string, request: Request, target: Target): SettingOut {
  const found = findProxy(mesh, name);
  if ('proxy' in found && found.proxy.kind === 'gateway')
    throw new RequestError(`"${name}" is a gateway: requests come to it, with --gateway, and not from it`);
  if ('proxy' in found) return throughSidecar(mesh, found.proxy, request, target);
  if (found.because === 'unknown') throw new RequestError(`there is no workload "${name}"; ${workloadChoices(mesh)}`);
  const { workload } = found;
  if (found.because === 'waypoint') throw new RequestError(`"${name}" is a waypoint, which is not simulated`);
  const [pod] = workload.pods;
  if (!pod) throw new RequestError(`${workload.kind} "${name}" has no pods that could send anything`);
  const client = { request, target, address: pod.ip, namespace: pod.namespace };
  if (!isCarried(mesh, workload)) return withoutProxy(mesh, client, [missingSidecar(workload)]);
  return withoutProxy(mesh, { ...client, tunnel: tunnelOf(mesh, 'ztunnel', pod) }, [onlyWaypoints(workload)]);
}

function workloadChoices(mesh: Mesh): string {
  const names = workloads(mesh).map((each) => `${each.name}.${each.namespace}`);
  return names.length ? proxyChoices(names) : 'the input has no workload';
}

const missingSidecar = ({ name, namespace, injection }: Workload): string =>
  `${name}.${namespace} has no sidecar (${injectionText(injection.reason)}), so nothing of Istio's routing holds for what it sends`;

const onlyWaypoints = ({ name, namespace }: Workload): string =>
  `${name}.${namespace} is in ambient mode, so of Istio's routing only what waypoints do holds for what it sends`;

function throughSidecar(mesh: Mesh, proxy: Proxy, request: Request, target: Target): SettingOut {
  const resolved = addressOf(mesh, target.host, proxy.namespace);
  if (typeof resolved === 'string') return { start: { kind: 'nowhere', because: resolved }, notes: [] };
  const { address, service } = resolved;
  const dial: Dial = {
    source: { address: proxy.ip },
    destination: { address, port: target.port },
    ...tlsOf(request, target),
    payload: payloadOf(target),
  };
  const found = service && { service };
  if (!takesOutbound(proxy.annotations, address, target.port)) {
    const note = `annotations of ${proxy.name}.${proxy.namespace} keep what goes to ${address}:${target.port} away from its sidecar`;
    return { start: { kind: 'dial', dial }, ...found, notes: [note] };
  }
  const arrival: Arrival = { via: 'outbound', ...dial };
  return { start: { kind: 'proxy', proxy, role: 'client', arrival }, ...found, notes: [] };
}

interface Client {
  readonly request: Request;
  readonly target: Target;
  readonly address: string;
  readonly namespace: string;
  readonly tunnel?: Tunnel;
}

function withoutProxy(
  mesh: Mesh,
  { request, target, address, namespace, tunnel }: Client,
  notes: readonly string[],
): SettingOut {
  const resolved = addressOf(mesh, target.host, namespace);
  if (typeof resolved === 'string') return { start: { kind: 'nowhere', because: resolved }, notes };
  const dial: Dial = {
    source: { address },
    destination: { address: resolved.address, port: target.port },
    ...tlsOf(request, target),
    ...(tunnel && { tunnel }),
    payload: payloadOf(target),
  };
  return { start: { kind: 'dial', dial }, ...(resolved.service && { service: resolved.service }), notes };
}

/** Somebody without a proxy: beside the mesh where a service of the cluster is named, else at the gateway for the host. */
function fromNobody(mesh: Mesh, request: Request, target: Target): SettingOut {
  const resolved = addressOf(mesh, target.host, 'default');
  const isInside = typeof resolved !== 'string' && resolved.address !== undefined && isOfCluster(resolved.service);
  const gateway = gatewayFor(mesh, target.host);
  if (!isInside && gateway) {
    const note = `taken to come from outside, through the gateway ${gateway.name}.${gateway.namespace}`;
    return { start: toGateway(gateway, request, target), notes: [note] };
  }
  const client = { request, target, address: request.sourceIp ?? IN_CLUSTER, namespace: 'default' };
  return withoutProxy(mesh, client, ['taken to come from a client in the cluster that has no sidecar']);
}

const isOfCluster = (service: Service | undefined): boolean => service?.registry === 'Kubernetes';

/** The gateway that has a server for the host, or else any. */
function gatewayFor(mesh: Mesh, host: string): Proxy | undefined {
  const gateways = proxies(mesh).filter(({ kind }) => kind === 'gateway');
  const serves = (proxy: Proxy): boolean =>
    gatewaysOf(mesh, proxy)
      .flatMap((gateway) => gateway.each('spec.servers[].hosts[]'))
      .some(({ value }) => overlaps(value.slice(value.indexOf('/') + 1), host));
  return gateways.find(serves) ?? gateways[0];
}

/** What is sent over the connection. */
export function payloadOf({ protocol, method, authority, path, headers }: Target): HttpRequest | RawBytes {
  if (protocol === 'raw') return { kind: 'raw' };
  const own = protocol === 'grpc' ? [['content-type', 'application/grpc'] as const, ['te', 'trailers'] as const] : [];
  const sent = [...own.filter(([name]) => !headers.some(([each]) => each === name)), ...headers];
  return {
    kind: 'http',
    ...(protocol === 'grpc' && { version: '2' }),
    method,
    authority,
    path,
    headers: asClientsSend(protocol === 'grpc' ? '' : method, sent),
  };
}

/** What the client says where it speaks TLS itself. */
export function tlsOf({ sni, certificate }: Request, { secure, protocol, host }: Target): { tls?: ClientTls } {
  if (!secure) return {};
  const alpn = { http: ['http/1.1'], grpc: ['h2'], raw: [] }[protocol];
  // An address is not sent as a server name.
  const name = sni ?? (/^[\d.]+$|:/.test(host) ? undefined : host);
  return { tls: { ...(name !== undefined && { sni: name }), alpn, ...(certificate && { certificate }) } };
}
