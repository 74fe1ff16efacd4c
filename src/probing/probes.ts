/** The requests by which two states of a mesh can be told apart. */
import type { HTTPMatchRequest } from '../schema/kinds/networking';
import { authorizationPolicies } from '../mesh/authorization';
import { gatewayNamed, workloadsOfGateway } from '../mesh/gateways';
import type { Mesh } from '../mesh/mesh';
import { isGateway, runsProxy } from '../mesh/proxy';
import type { Service } from '../mesh/service';
import { services, servicesByHost } from '../mesh/services';
import { type VirtualService, virtualServices } from '../mesh/virtual-services';
import { type Workload, workloads, workloadsSelected } from '../mesh/workloads';
import type { Probe, Variant } from './probe';
import { variantsOf } from './variants';

/** A path that no route is likely to name. */
const ANY: Variant = { path: '/', method: 'GET' };

/** The probes of a mesh: at the boundaries of every route, and one for each service and client that policies tell apart. */
export function probesOf(mesh: Mesh): Probe[] {
  return [
    ...virtualServices(mesh).flatMap((service) => atRoutes(mesh, service)),
    ...services(mesh).flatMap((service) => atService(mesh, service)),
  ];
}

interface Sender {
  readonly name: string;
  readonly by: 'from' | 'gateway';
}

function atRoutes(mesh: Mesh, virtualService: VirtualService): Probe[] {
  const matches = virtualService.http.flatMap(({ value }): HTTPMatchRequest[] => value.match ?? []);
  const variants = [ANY, ...matches.flatMap(variantsOf)];
  return virtualService.gateways.flatMap(({ name }) => {
    const places = name === 'mesh' ? insidePlaces(mesh, virtualService) : outsidePlaces(mesh, virtualService, name);
    return places.flatMap(({ sender, scheme, host, port }) =>
      variants.map((variant) => probe(sender, scheme, host, port, variant)),
    );
  });
}

interface PlaceToAsk {
  readonly sender: Sender;
  readonly scheme: 'http' | 'https';
  readonly host: string;
  readonly port: number;
}

function insidePlaces(mesh: Mesh, { hosts, namespace }: VirtualService): PlaceToAsk[] {
  const client = clientsIn(mesh, namespace)[0] ?? clients(mesh)[0];
  if (!client) return [];
  const sender: Sender = { name: fullName(client), by: 'from' };
  return hosts.flatMap(({ name }) => {
    const [service] = [...(servicesByHost(mesh).get(name)?.values() ?? [])];
    return httpPorts(service).map((port): PlaceToAsk => ({ sender, scheme: 'http', host: concrete(name), port }));
  });
}

function outsidePlaces(mesh: Mesh, { hosts, namespace }: VirtualService, reference: string): PlaceToAsk[] {
  const gateway = gatewayNamed(mesh, reference, namespace);
  const [workload] = gateway ? workloadsOfGateway(mesh, gateway).filter((each) => each.pods.length > 0) : [];
  if (!gateway || !workload) return [];
  const sender: Sender = { name: fullName(workload), by: 'gateway' };
  return gateway.each('spec.servers[]').flatMap(({ value }) => {
    const { number = 80, protocol = 'HTTP' } = value.port ?? {};
    const scheme = /^(HTTPS|TLS)$/i.test(protocol) ? 'https' : 'http';
    return hosts.map(({ name }): PlaceToAsk => ({ sender, scheme, host: concrete(name), port: number }));
  });
}

/** Clients of a service: one of every namespace, and of those whom its policies could tell apart each. */
function atService(mesh: Mesh, service: Service): Probe[] {
  const servers = service.selector ? workloadsSelected(mesh, service.selector, service.namespace) : [];
  const guarded = servers.some((server) => {
    const { allow, deny, custom } = authorizationPolicies(mesh, server);
    return allow.length + deny.length + custom.length > 0;
  });
  const asking = guarded ? clients(mesh) : firstOfEach(clients(mesh), ({ namespace }) => namespace);
  const variants = guarded ? [ANY, { ...ANY, method: 'POST' }, { ...ANY, method: 'DELETE' }] : [ANY];
  return asking.flatMap((client) =>
    httpPorts(service).flatMap((port) =>
      variants.map((variant) =>
        probe({ name: fullName(client), by: 'from' }, 'http', concrete(service.hostname), port, variant),
      ),
    ),
  );
}

const clients = (mesh: Mesh): Workload[] =>
  workloads(mesh).filter((workload) => !isGateway(mesh, workload) && runsProxy(workload) && workload.pods.length > 0);

const clientsIn = (mesh: Mesh, namespace: string): Workload[] =>
  clients(mesh).filter((workload) => workload.namespace === namespace);

function firstOfEach<Item>(items: readonly Item[], keyOf: (item: Item) => string): Item[] {
  const firsts = new Map<string, Item>();
  for (const item of items) if (!firsts.has(keyOf(item))) firsts.set(keyOf(item), item);
  return [...firsts.values()];
}

const httpPorts = (service: Service | undefined): number[] =>
  service?.ports
    .filter(({ protocol }) => /^(HTTP|HTTP2|GRPC|Unsupported)/i.test(protocol))
    .map(({ number }) => number) ?? [80];

const fullName = ({ name, namespace }: Workload): string => `${name}.${namespace}`;

/** A host that a wildcard covers. */
const concrete = (host: string): string =>
  host === '*' ? 'any.example.com' : host.startsWith('*') ? `any${host.slice(1)}` : host;

function probe(sender: Sender, scheme: string, host: string, port: number, variant: Variant): Probe {
  const { path = '/', method = 'GET', authority, query, headers = {} } = variant;
  const usual = port === (scheme === 'https' ? 443 : 80);
  const url = `${scheme}://${host}${usual ? '' : `:${port}`}${path}${query ? `?${query}` : ''}`;
  const given = Object.entries({ ...(authority && { host: authority }), ...headers });
  const conditions = given.map(([name, value]) => `${name}: ${value}`).join(', ');
  return {
    sender: sender.by === 'gateway' ? `gateway ${sender.name}` : sender.name,
    title: `${method} ${url}${conditions && ` with ${conditions}`}`,
    request: { [sender.by]: sender.name, url, method, headers: given },
  };
}
