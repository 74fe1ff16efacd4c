import ipaddr from 'ipaddr.js';
import type { Arrival, ClientTls, HttpRequest, RawBytes } from '../envoy/run/arrival';
import { isCarried } from '../mesh/ambient/ambient';
import { gatewaysOf, listenPortFor } from '../mesh/gateways/gateways';
import { overlaps } from '../mesh/services/hostname';
import type { Mesh } from '../mesh/mesh';
import { choicesFor, fullName } from '../mesh/workloads/name-choices';
import { type Proxy, findProxy, proxies } from '../mesh/workloads/proxy';
import type { Service } from '../mesh/services/service';
import { workloads } from '../mesh/workloads/workloads';
import { type Resolved, addressOf } from './addresses';
import { partyAt } from './peers';
import { services } from '../mesh/services/services';
import { type Tunnel, peerOf } from './ambient';
import { takesOutbound } from '../mesh/workloads/captured';
import { asClientsSend } from './hop-request';
import type { Hop } from './journey';
import type { Named, NoConnection, Note } from './reason';
import type { Request, Target } from './request';
import { RequestError } from './request-error';

/** How a request sets out. */
export type Start =
  | { readonly kind: 'proxy'; readonly proxy: Proxy; readonly role: Hop['role']; readonly arrival: Arrival }
  /** Without a proxy of the client's. */
  | { readonly kind: 'dial'; readonly dial: Dial }
  | { readonly kind: 'nowhere'; readonly because: NoConnection };

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
  readonly notes: readonly Note[];
}

// Both are set aside for documentation, and belong to nobody.
const OUTSIDER = '198.51.100.1';
const IN_CLUSTER = '10.244.255.254';

/** The address of a client outside. */
export const clientOf = ({ sourceIp }: Request): string => sourceIp ?? OUTSIDER;

/** Finds the client of a request, and what it connects to. Throws a RequestError where there is no such client. */
export function startOf(mesh: Mesh, request: Request, target: Target): SettingOut {
  const { from, gateway } = request;
  if (from !== undefined && gateway !== undefined) throw new RequestError({ kind: 'workload and gateway' });
  const { sourceIp } = request;
  if (sourceIp !== undefined && !ipaddr.isValid(sourceIp))
    throw new RequestError({ kind: 'bad source address', address: sourceIp });
  if (from !== undefined && (sourceIp ?? request.certificate) !== undefined)
    throw new RequestError({ kind: 'workload with an address' });
  if (gateway !== undefined) return { start: toGateway(gatewayNamed(mesh, gateway), request, target), notes: [] };
  const opened = nodePortAt(mesh, target);
  const note: Note[] = opened
    ? [{ kind: 'node port', port: target.port, service: named(opened.service), servicePort: opened.port }]
    : [];
  const dialled = opened ? { ...target, port: opened.port, dials: opened.service.hostname } : target;
  const found = from === undefined ? fromNobody(mesh, request, dialled) : fromWorkload(mesh, from, request, dialled);
  return { ...found, notes: [...found.notes, ...note] };
}

function gatewayNamed(mesh: Mesh, name: string): Proxy {
  const found = findProxy(mesh, name);
  if ('proxy' in found && found.proxy.kind === 'gateway') return found.proxy;
  const gateways = proxies(mesh)
    .filter(({ kind }) => kind === 'gateway')
    .map(fullName);
  const kind = 'proxy' in found ? 'not a gateway' : 'unknown gateway';
  throw new RequestError({ kind, name, choices: choicesFor(mesh, name, gateways) });
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
  if ('proxy' in found && found.proxy.kind === 'gateway') throw new RequestError({ kind: 'is a gateway', name });
  if ('proxy' in found && found.proxy.kind === 'waypoint') throw new RequestError({ kind: 'is a waypoint', name });
  if ('proxy' in found) return throughSidecar(mesh, found.proxy, request, target);
  if (found.because === 'unknown')
    throw new RequestError({ kind: 'unknown workload', name, choices: choicesFor(mesh, name, senderNames(mesh)) });
  const { workload } = found;
  const [pod] = workload.pods;
  if (!pod) throw new RequestError({ kind: 'no pods', name, of: workload.kind });
  const client = { request, target, address: pod.ip, namespace: pod.namespace };
  if (!isCarried(mesh, workload))
    return withoutProxy(mesh, client, [
      { kind: 'no sidecar', workload: named(workload), reason: workload.injection.reason },
    ]);
  return withoutProxy(mesh, { ...client, tunnel: { peer: peerOf(mesh, pod), from: pod } }, [
    { kind: 'ambient mode', workload: named(workload) },
  ]);
}

/** The service that the port of a node leads to: for hosts that no service has. Kubernetes: Service.spec.ports[].nodePort */
function nodePortAt(mesh: Mesh, { host, port }: Target): { service: Service; port: number } | undefined {
  const resolved = addressOf(mesh, host, 'default');
  if (!('because' in resolved) && (resolved.service || partyAt(mesh, resolved.address).kind !== 'outside'))
    return undefined;
  for (const { name, namespace, value } of mesh.all('Service')) {
    const open = value.spec?.ports?.find(({ nodePort }) => nodePort === port);
    const service = open && services(mesh).find((each) => each.name === name && each.namespace === namespace);
    if (service && open.port !== undefined) return { service, port: open.port };
  }
  return undefined;
}

const senderNames = (mesh: Mesh): string[] => [...new Set([...workloads(mesh), ...proxies(mesh)].map(fullName))];

const named = ({ name, namespace }: Named): Named => ({ name, namespace });

function throughSidecar(mesh: Mesh, proxy: Proxy, request: Request, target: Target): SettingOut {
  const resolved = addressOf(mesh, target.dials ?? target.host, proxy.namespace);
  if ('because' in resolved) return { start: { kind: 'nowhere', because: resolved.because }, notes: [] };
  const { address, service } = resolved;
  const dial: Dial = {
    source: { address: proxy.ip },
    destination: { address, port: target.port },
    ...tlsOf(request, target),
    payload: payloadOf(target),
  };
  const found = service && { service };
  if (!takesOutbound(proxy.annotations, address, target.port)) {
    const note: Note = { kind: 'not captured', workload: named(proxy), address, port: target.port };
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
  notes: readonly Note[],
): SettingOut {
  const resolved = addressOf(mesh, target.dials ?? target.host, namespace);
  if ('because' in resolved) return { start: { kind: 'nowhere', because: resolved.because }, notes };
  const dial: Dial = {
    source: { address },
    destination: { address: tunnel ? capturedAddress(resolved) : resolved.address, port: target.port },
    ...tlsOf(request, target),
    ...(tunnel && { tunnel }),
    payload: payloadOf(target),
  };
  return { start: { kind: 'dial', dial }, ...(resolved.service && { service: resolved.service }), notes };
}

/** What ztunnel's own DNS answers: the addresses that the control plane gave to a ServiceEntry. */
const capturedAddress = ({ address, service }: Resolved): string =>
  service?.isInCluster === false ? (service.autoAllocatedAddresses[0] ?? address) : address;

/** Somebody without a proxy: beside the mesh where a service of the cluster is named, else at the gateway for the host. */
function fromNobody(mesh: Mesh, request: Request, target: Target): SettingOut {
  const resolved = addressOf(mesh, target.dials ?? target.host, 'default');
  const isInside = !('because' in resolved) && isOfCluster(resolved.service);
  const gateway = gatewayFor(mesh, target.host);
  if (!isInside && gateway) {
    const note: Note = { kind: 'through gateway', gateway: named(gateway) };
    return { start: toGateway(gateway, request, target), notes: [note] };
  }
  const client = { request, target, address: request.sourceIp ?? IN_CLUSTER, namespace: 'default' };
  return withoutProxy(mesh, client, [{ kind: 'client without sidecar' }]);
}

const isOfCluster = (service: Service | undefined): boolean => service?.isInCluster === true;

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
