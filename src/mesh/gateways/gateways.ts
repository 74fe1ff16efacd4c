/** Gateways, the workloads they select, and how the servers of all Gateways of a proxy share its ports. */
import type { Server } from '../../schema/kinds/networking';
import type { Field } from '../../source/field';
import { configs } from '../settings/configs';
import { type BoundGateway, type Gateway, boundGateways } from './gateway-configs';
import { cleanHost } from './gateway-hosts';
import { addTo } from '../grouping';
import { fullGatewayName } from '../services/hostname';
import { perMesh } from '../memo';
import type { Mesh } from '../mesh';
import { type Protocol, isHttp, protocolNamed } from '../services/protocol';
import type { Proxy } from '../workloads/proxy';
import { type Workload, workloadsSelected } from '../workloads/workloads';

export { type Gateway, listenPortFor } from './gateway-configs';

/** A Gateway by the name that configuration in a namespace gives it: `name`, `namespace/name`, or `name.namespace`. */
export const gatewayNamed = (mesh: Mesh, reference: string, from: string): Gateway | undefined =>
  gatewayCalled(mesh, fullGatewayName(reference, from));

/** A Gateway by its full name, `namespace/name`. */
export const gatewayCalled = (mesh: Mesh, name: string): Gateway | undefined => byName(mesh).get(name);

const byName = perMesh(
  (mesh) => new Map(configs(mesh, 'Gateway').map((gateway) => [`${gateway.namespace}/${gateway.name}`, gateway])),
);

/** The workloads that a Gateway selects, wherever they are; without a selector it holds for every gateway. */
export const workloadsOfGateway = (mesh: Mesh, gateway: Gateway): readonly Workload[] =>
  workloadsSelected(mesh, gateway.value.spec?.selector);

/** The Gateways that hold for a proxy, the oldest first. */
export const gatewaysOf = (mesh: Mesh, proxy: Proxy): readonly Gateway[] => mergedGateways(mesh, proxy).gateways;

/** A server of a Gateway at a port on which the proxy really listens. */
export interface GatewayServer {
  readonly gateway: Gateway;
  readonly field: Field<Server>;
  /** `host` or `namespace/host`; a `.` is the Gateway's namespace, and every namespace is not named. */
  readonly hosts: readonly string[];
  readonly protocol: Protocol;
  readonly listenPort: number;
  readonly bind: string;
  /** The route configuration of HTTP that the proxy reads itself; empty for what it passes on as it is. */
  readonly routeName: string;
}

/** The servers that share a port, protocol and address, the first of which decides what the listener is. */
export interface ServerPort {
  readonly listenPort: number;
  readonly protocol: Protocol;
  readonly bind: string;
  readonly servers: readonly GatewayServer[];
  /** Of plain HTTP, whose servers share one route configuration. */
  readonly routeName: string;
}

/** Why a server has no effect. */
export type Rejection =
  | { readonly because: 'no-port' }
  | { readonly because: 'same-hosts'; readonly hosts: readonly string[] }
  | { readonly because: 'protocol-conflict'; readonly with: GatewayServer }
  | { readonly because: 'second-tcp'; readonly with: GatewayServer }
  | { readonly because: 'same-route-name'; readonly with: GatewayServer };

/** A server without effect, and why it has none. */
export interface RejectedServer {
  readonly server: Field<Server>;
  readonly gateway: Gateway;
  readonly rejection: Rejection;
}

/** All servers of a proxy's Gateways, sorted out. istio: model.MergedGateway */
export interface MergedGateways {
  readonly gateways: readonly Gateway[];
  readonly ports: readonly ServerPort[];
  /** The servers behind each route configuration. */
  readonly byRouteName: ReadonlyMap<string, readonly GatewayServer[]>;
  readonly rejected: readonly RejectedServer[];
}

const merged = perMesh(() => new Map<Proxy, MergedGateways>());

/** What a gateway's proxy makes of all Gateways that hold for it. istio: model.mergeGateways */
export function mergedGateways(mesh: Mesh, proxy: Proxy): MergedGateways {
  const known = merged(mesh).get(proxy);
  if (known) return known;
  const bound = boundGateways(mesh, proxy);
  const merger = new Merger();
  for (const each of bound) for (const field of each.servers) merger.add(each, field);
  const gateways = bound.map(({ gateway }) => gateway);
  const made = { gateways, ports: merger.ports(), byRouteName: merger.byRouteName, rejected: merger.rejected };
  merged(mesh).set(proxy, made);
  return made;
}

/** Whether encrypted connections are passed on as they are. */
export const isPassthrough = ({ tls }: Server): boolean =>
  tls?.mode === 'PASSTHROUGH' || tls?.mode === 'AUTO_PASSTHROUGH';

/** Whether the proxy reads HTTP here, decrypted if need be. istio: gateway.IsHTTPServer */
const readsHttp = ({ protocol, field }: GatewayServer): boolean =>
  isHttp(protocol) || (protocol === 'HTTPS' && !isPassthrough(field.value));

/** Whether connections are told apart by TLS; HTTP that is only redirected is not. istio: gateway.IsTLSServer */
const speaksTls = ({ protocol, field }: GatewayServer): boolean => field.value.tls !== undefined && !isHttp(protocol);

type Slot = { -readonly [Key in keyof ServerPort]: ServerPort[Key] } & { servers: GatewayServer[] };

/** Adds servers one after the other, as Istio does: what comes first at a port decides what may join it. */
class Merger {
  readonly byRouteName = new Map<string, GatewayServer[]>();
  readonly rejected: RejectedServer[] = [];
  private readonly slots = new Map<string, Slot>();
  /** The first server in plain text of each port, and its slot. */
  private readonly plain = new Map<number, Slot>();
  private readonly used = new Set<number>();
  private readonly tlsHosts = new Map<string, Set<string>>();

  ports(): ServerPort[] {
    return [...this.slots.values()];
  }

  add({ gateway, listenPorts }: BoundGateway, field: Field<Server>): void {
    const { port, bind = '' } = field.value;
    if (!port) return this.reject(gateway, field, { because: 'no-port' });
    const protocol = protocolNamed(port.protocol ?? '');
    const hosts = (field.value.hosts ?? []).map((host) => cleanHost(host, gateway.namespace));
    for (const listenPort of listenPorts(port.number ?? 0)) {
      const server = { gateway, field, hosts, protocol, listenPort, bind };
      this.place({ ...server, routeName: routeNameOf(server) });
    }
  }

  private place(server: GatewayServer): void {
    const { listenPort, gateway, field } = server;
    const rejection = this.sameHosts(server);
    if (rejection) return this.reject(gateway, field, rejection);
    const plain = this.plain.get(listenPort);
    if (!this.used.has(listenPort)) {
      this.used.add(listenPort);
      this.open(server);
    } else if (plain) this.join(plain, server);
    else if (speaksTls(server)) this.addTls(server);
    else this.open(server);
  }

  /** Beside plain text: HTTP joins HTTP; anything else needs an address of its own. */
  private join(plain: Slot, server: GatewayServer): void {
    const { gateway, field, protocol, routeName, bind } = server;
    const first = plain.servers[0]!;
    if (plain.bind === bind) {
      if (!canMerge(protocol, plain.protocol))
        return this.reject(gateway, field, { because: 'protocol-conflict', with: first });
      if (routeName === '') return this.reject(gateway, field, { because: 'second-tcp', with: first });
      plain.servers.push(server);
      addTo(this.byRouteName, routeName, server);
      return;
    }
    const slot = this.slots.get(slotKey(server));
    if (!slot) return this.open(server);
    slot.routeName = routeName;
    slot.servers.push(server);
    addTo(this.byRouteName, routeName, server);
  }

  /** Beside other TLS: told apart by server name, each with a route configuration of its own. */
  private addTls(server: GatewayServer): void {
    const { gateway, field, routeName } = server;
    if (readsHttp(server)) {
      const [known] = this.byRouteName.get(routeName) ?? [];
      if (known) return this.reject(gateway, field, { because: 'same-route-name', with: known });
      this.byRouteName.set(routeName, [server]);
    }
    const slot = this.slots.get(slotKey(server));
    if (slot) slot.servers.push(server);
    else this.slots.set(slotKey(server), newSlot(server, ''));
  }

  private open(server: GatewayServer): void {
    const { listenPort, routeName } = server;
    const slot = newSlot(server, routeName);
    this.slots.set(slotKey(server), slot);
    if (!speaksTls(server)) this.plain.set(listenPort, slot);
    if (readsHttp(server)) this.byRouteName.set(routeName, [server]);
  }

  /** Envoy would refuse two filter chains for one server name. istio: model.CheckDuplicates */
  private sameHosts({ field, listenPort, bind, hosts }: GatewayServer): Rejection | undefined {
    if (!field.value.tls) return undefined;
    const key = `${listenPort} ${bind}`;
    const known = this.tlsHosts.get(key) ?? new Set<string>();
    const same = hosts.filter((host) => known.has(host));
    if (same.length > 0) return { because: 'same-hosts', hosts: same };
    for (const host of hosts) known.add(host);
    this.tlsHosts.set(key, known);
    return undefined;
  }

  private reject(gateway: Gateway, server: Field<Server>, rejection: Rejection): void {
    this.rejected.push({ gateway, server, rejection });
  }
}

const slotKey = ({ listenPort, field, bind }: GatewayServer): string =>
  `${listenPort} ${field.value.port?.protocol} ${bind}`;

const newSlot = (server: GatewayServer, routeName: string): Slot => {
  const { listenPort, protocol, bind } = server;
  return { listenPort, protocol, bind, routeName, servers: [server] };
};

const canMerge = (protocol: Protocol, known: Protocol): boolean =>
  (isHttp(protocol) || protocol === known) && isHttp(known);

/** istio: model.gatewayRDSRouteName */
function routeNameOf({ gateway, field, protocol, listenPort, bind }: Omit<GatewayServer, 'routeName'>): string {
  const address = bind && `.${bind}`;
  if (isHttp(protocol)) return `http.${listenPort}${address}`;
  if (protocol !== 'HTTPS' || isPassthrough(field.value)) return '';
  const { number = 0, name = '' } = field.value.port ?? {};
  return `https.${number}.${name}.${gateway.name}.${gateway.namespace}${address}`;
}
