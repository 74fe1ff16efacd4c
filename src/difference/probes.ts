/** The requests by which two states of a mesh can be told apart. */
import { clientClasses } from '../graph/client-classes';
import { type Target, concrete, schemeOf, targetsOf } from '../graph/targets';
import { authorizationPolicies } from '../mesh/policies/authorization';
import { gatewayNamed, workloadsOfGateway } from '../mesh/gateways/gateways';
import { selects } from '../mesh/workloads/labels';
import type { Mesh } from '../mesh/mesh';
import { isCarried } from '../mesh/ambient/ambient';
import { isGateway, runsProxy } from '../mesh/workloads/proxy';
import type { Service } from '../mesh/services/service';
import { services, servicesByHost } from '../mesh/services/services';
import { type VirtualService, virtualServices } from '../mesh/traffic/virtual-services';
import { type Workload, workloads, workloadsSelected } from '../mesh/workloads/workloads';
import { type Probe, type Sender, type Variant, probe } from './probe';
import { variantsOfPolicies } from './policy-variants';
import { ANY, variantsOfRoute } from './route-variants';

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
  const own = [ANY, ...virtualService.http.flatMap(({ value }) => variantsOfRoute(value))];
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

/**
 * Clients of a service: one of each class with whose calls the same happens, and one without a sidecar. Classes that only policies
 * tell apart are each asked about every condition of theirs. Of workloads without a proxy one is asked, and a client from outside.
 */
function atService(mesh: Mesh, service: Service): Probe[] {
  const servers = service.selector ? workloadsSelected(mesh, service.selector, service.namespace) : [];
  const policies = servers.flatMap((server) => {
    const { allow, deny, custom } = authorizationPolicies(mesh, server);
    return [...allow, ...deny, ...custom];
  });
  const known = [...new Set(policies)];
  const variants =
    known.length > 0 ? [...variantsOfPolicies(known), { ...ANY, method: 'POST' }, { ...ANY, method: 'DELETE' }] : [];
  const classes = clientClasses(mesh, service);
  const asking = classes.flatMap((alike) => {
    const clients = alike.clients.filter((client) => isInMesh(mesh, client));
    return clients[0] ? [{ ...senderOf(clients[0]), others: clients.slice(1).map(fullName) }] : [];
  });
  const plain = classes.flatMap((alike) => alike.clients).find((client) => !isInMesh(mesh, client));
  const outsiders: Sender[] = service.isInCluster ? [...(plain ? [senderOf(plain)] : []), {}] : [];
  return [
    ...asking.flatMap((sender) => targetsOf(service).flatMap((target) => probes(sender, target, [ANY, ...variants]))),
    ...outsiders.flatMap((sender) => targetsOf(service).map((target) => probe(sender, target, ANY))),
  ];
}

const isInMesh = (mesh: Mesh, client: Workload): boolean => runsProxy(client) || isCarried(mesh, client);

const clients = (mesh: Mesh): Workload[] =>
  workloads(mesh).filter(
    (workload) => !isGateway(mesh, workload) && isInMesh(mesh, workload) && workload.pods.length > 0,
  );

const senderOf = (workload: Workload): Sender => ({ from: fullName(workload) });

const fullName = ({ name, namespace }: Workload): string => `${name}.${namespace}`;
