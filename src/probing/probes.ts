/** The requests by which two states of a mesh can be told apart. */
import { told } from '../connections/permission';
import { authorizationPolicies } from '../mesh/authorization';
import { gatewayNamed, workloadsOfGateway } from '../mesh/gateways';
import { selects } from '../mesh/labels';
import type { Mesh } from '../mesh/mesh';
import { meshConfig } from '../mesh/mesh-config';
import { isCarried } from '../mesh/ambient';
import { isGateway, runsProxy } from '../mesh/proxy';
import type { Service } from '../mesh/service';
import { services, servicesByHost } from '../mesh/services';
import { type VirtualService, virtualServices } from '../mesh/virtual-services';
import { type Workload, workloads, workloadsSelected } from '../mesh/workloads';
import { type Probe, type Sender, type Target, type Variant, probe } from './probe';
import { variantsOfPolicies } from './policy-variants';
import { variantsOf } from './variants';

/** A path that no route is likely to name. */
const ANY: Variant = { path: '/', method: 'GET' };

/** The probes of a mesh: at the boundaries of every route and policy, and one for each service and client that policies tell apart. */
export const probesOf = (mesh: Mesh): Probe[] => [
  ...virtualServices(mesh).flatMap((service) => atRoutes(mesh, service)),
  ...services(mesh).flatMap((service) => atService(mesh, service)),
];

/** Where a VirtualService can be met, and what its requests may be told apart by beside its own conditions. */
interface Approach {
  readonly senders: readonly Sender[];
  readonly targets: readonly Target[];
  readonly variants: readonly Variant[];
}

function atRoutes(mesh: Mesh, virtualService: VirtualService): Probe[] {
  const matches = virtualService.http.flatMap(({ value }) => value.match ?? []);
  const own = [ANY, ...matches.flatMap(variantsOf)];
  return virtualService.gateways.flatMap(({ name }) => {
    const { senders, targets, variants } =
      name === 'mesh' ? fromInside(mesh, virtualService) : fromOutside(mesh, virtualService, name);
    return senders.flatMap((sender) => targets.flatMap((target) => probes(sender, target, [...own, ...variants])));
  });
}

/** The probes of one target: of bytes that are no HTTP there is but one. */
const probes = (sender: Sender, target: Target, variants: readonly Variant[]): Probe[] =>
  target.scheme === 'tcp' || target.scheme === 'tls'
    ? [probe(sender, target)]
    : variants.map((variant) => probe(sender, target, variant));

function fromInside(mesh: Mesh, virtualService: VirtualService): Approach {
  const targets = virtualService.hosts.flatMap(({ name }) => {
    const [service] = [...(servicesByHost(mesh).get(name)?.values() ?? [])];
    return service ? targetsOf(service, name) : [{ scheme: 'http', host: concrete(name), port: 80 } as const];
  });
  return { senders: clientsTold(mesh, virtualService), targets, variants: [] };
}

/** A client near the VirtualService, and one for each match that asks for clients of its own. */
function clientsTold(mesh: Mesh, { namespace, http, tls, tcp }: VirtualService): Sender[] {
  const all = clients(mesh);
  const near = all.find((client) => client.namespace === namespace) ?? all[0];
  const matches = [...http, ...tls, ...tcp].flatMap(({ value }) => value.match ?? []);
  const asked = matches
    .filter(({ sourceLabels, sourceNamespace }) => sourceLabels ?? sourceNamespace)
    .map(({ sourceLabels, sourceNamespace }) =>
      all.find(
        (client) => selects(sourceLabels, client.labels) && (!sourceNamespace || client.namespace === sourceNamespace),
      ),
    );
  return [...new Set([near, ...asked])].flatMap((client) => (client ? [senderOf(client)] : []));
}

function fromOutside(mesh: Mesh, virtualService: VirtualService, reference: string): Approach {
  const gateway = gatewayNamed(mesh, reference, virtualService.namespace);
  const [workload] = gateway ? workloadsOfGateway(mesh, gateway).filter((each) => each.pods.length > 0) : [];
  if (!gateway || !workload) return { senders: [], targets: [], variants: [] };
  const { hosts, tls } = virtualService;
  const names = [...hosts.map(({ name }) => name), ...tls.flatMap(({ value }) => sniHosts(value.match))];
  const targets = gateway.each('spec.servers[]').flatMap(({ value }) => {
    const { number = 80, protocol = 'HTTP' } = value.port ?? {};
    const scheme = /^PASSTHROUGH|^AUTO_PASSTHROUGH/.test(value.tls?.mode ?? '') ? 'tls' : schemeOf(protocol);
    return [...new Set(names)].map((name): Target => ({ scheme, host: concrete(name), port: number }));
  });
  const { allow, deny, custom } = authorizationPolicies(mesh, workload);
  const variants = variantsOfPolicies([...allow, ...deny, ...custom]);
  return { senders: [{ gateway: fullName(workload) }], targets, variants };
}

const sniHosts = (matches: readonly { sniHosts?: string[] }[] = []): string[] =>
  matches.flatMap(({ sniHosts = [] }) => sniHosts);

/** Clients of a service: one of every namespace, those whom its policies could tell apart each, and one without a sidecar. */
function atService(mesh: Mesh, service: Service): Probe[] {
  const servers = service.selector ? workloadsSelected(mesh, service.selector, service.namespace) : [];
  const policies = servers.flatMap((server) => {
    const { allow, deny, custom } = authorizationPolicies(mesh, server);
    return [...allow, ...deny, ...custom];
  });
  const known = [...new Set(policies)];
  const toldOf = (client: Workload): string => told(known, peerOf(mesh, client));
  const asking = firstOfEach(clients(mesh), (client) => `${client.namespace} ${toldOf(client)}`);
  const variants =
    known.length > 0 ? [...variantsOfPolicies(known), { ...ANY, method: 'POST' }, { ...ANY, method: 'DELETE' }] : [];
  const discerning = new Set(firstOfEach(asking, toldOf));
  const outsider: Probe[] =
    service.registry === 'Kubernetes' ? targetsOf(service).map((target) => probe({}, target, ANY)) : [];
  return [
    ...asking.flatMap((client) =>
      targetsOf(service).flatMap((target) =>
        probes(senderOf(client), target, discerning.has(client) ? [ANY, ...variants] : [ANY]),
      ),
    ),
    ...outsider,
  ];
}

const peerOf = (mesh: Mesh, { namespace, pods: [pod] }: Workload) => ({
  trustDomain: meshConfig(mesh).trustDomain,
  namespace,
  serviceAccount: pod!.serviceAccount,
});

const clients = (mesh: Mesh): Workload[] =>
  workloads(mesh).filter(
    (workload) =>
      !isGateway(mesh, workload) && (runsProxy(workload) || isCarried(mesh, workload)) && workload.pods.length > 0,
  );

function firstOfEach<Item>(items: readonly Item[], keyOf: (item: Item) => string): Item[] {
  const firsts = new Map<string, Item>();
  for (const item of items) if (!firsts.has(keyOf(item))) firsts.set(keyOf(item), item);
  return [...firsts.values()];
}

/** What can be asked of the ports of a service, by a name that stands for it. */
const targetsOf = ({ ports, hostname }: Service, name = hostname): Target[] =>
  ports
    .filter(({ protocol }) => protocol !== 'UDP')
    .map(({ protocol, number }) => ({ scheme: schemeOf(protocol), host: concrete(name), port: number }));

/** What clients speak on a port. Where the port does not say, they may speak HTTP. */
function schemeOf(protocol: string): Target['scheme'] {
  if (/^(HTTP|HTTP2|HTTP_PROXY|GRPC|GRPC-WEB|UnsupportedProtocol)$/i.test(protocol)) return 'http';
  if (/^HTTPS$/i.test(protocol)) return 'https';
  return /^TLS$/i.test(protocol) ? 'tls' : 'tcp';
}

const senderOf = (workload: Workload): Sender => ({ from: fullName(workload) });

const fullName = ({ name, namespace }: Workload): string => `${name}.${namespace}`;

/** A host that a wildcard covers. */
const concrete = (host: string): string =>
  host === '*' ? 'any.example.com' : host.startsWith('*') ? `any${host.slice(1)}` : host;
