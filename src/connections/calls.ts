/** Who may call which service. */
import { isCarried } from '../mesh/ambient';
import { configs } from '../mesh/configs';
import { groupBy } from '../mesh/grouping';
import type { Mesh } from '../mesh/mesh';
import { meshConfig } from '../mesh/mesh-config';
import { runsProxy } from '../mesh/proxy';
import type { Service, ServicePort } from '../mesh/service';
import { services } from '../mesh/services';
import { sidecarFor } from '../mesh/sidecar-scope';
import type { Workload } from '../mesh/workloads';
import { type Verdict, ambientVerdict, waypointVerdict } from './ambient';
import type { Certainty } from './certainty';
import type { Call, Lead } from './connection';
import { workloadsBehind } from './leads';
import { callers, clientsId, gatewayWorkloads, serviceId, workloadId } from './nodes';
import { permission } from './permission';
import { type Transport, met, offered, scopeOfWorkload } from './transport';

/** Every call between the workloads of the mesh and its services; of gateways those that their routes lead to. */
export function calls(mesh: Mesh, leads: readonly Lead[]): readonly Call[] {
  const clients = callers(mesh);
  const classes = groupBy(clients, classOf(mesh));
  const inside = services(mesh).flatMap((service) => {
    const byVerdict = new Map<string, { verdict: Verdict; clients: Workload[] }>();
    for (const alike of classes.values()) {
      const verdict = verdictOf(mesh, alike[0]!, service);
      if (!verdict) continue;
      const key = JSON.stringify(verdict);
      const group = byVerdict.get(key) ?? { verdict, clients: [] };
      group.clients.push(...alike);
      byVerdict.set(key, group);
    }
    return [...byVerdict.values()].flatMap((group) =>
      together(group.clients, clients).map((from) => call(from, service, group.verdict)),
    );
  });
  return [...fromGateways(mesh, leads), ...inside];
}

const call = (from: string, service: Service, verdict: Verdict): Call => ({
  kind: 'call',
  from,
  to: serviceId(service),
  ...verdict,
});

function fromGateways(mesh: Mesh, leads: readonly Lead[]): Call[] {
  const byId = new Map(services(mesh).map((service) => [serviceId(service), service]));
  const pairs = new Map(
    leads.filter(({ from }) => from.startsWith('gateway ')).map((lead) => [`${lead.from}>${lead.to}`, lead]),
  );
  return [...pairs.values()].flatMap(({ from, to }) => {
    const [proxy] = gatewayWorkloads(mesh, from);
    const service = byId.get(to);
    const verdict = proxy && service && verdictOf(mesh, proxy, service);
    return verdict ? [call(from, service, verdict)] : [];
  });
}

/** What the calls of a client depend on; those who agree in it are asked about once. */
function classOf(mesh: Mesh): (client: Workload) => string {
  const byLabels = configs(mesh, 'DestinationRule').some(({ value }) => value.spec?.workloadSelector);
  return (client) => {
    const sidecar = sidecarFor(mesh, client.namespace, client.labels);
    const labels = byLabels ? client.labels : {};
    const carrier = [runsProxy(client), isCarried(mesh, client)];
    return JSON.stringify([client.namespace, serviceAccount(client), ...carrier, sidecar?.name, labels]);
  };
}

/** What comes of a client's calls to a service; nothing where it cannot know the service, or nobody answers. */
function verdictOf(mesh: Mesh, client: Workload, service: Service): Verdict | undefined {
  if (runsProxy(client)) {
    const scope = scopeOfWorkload(mesh, client);
    if (!scope.service(service.hostname) && scope.outbound.mode === 'REGISTRY_ONLY') return undefined;
  }
  const byWaypoint = waypointVerdict(mesh, client, service);
  if (byWaypoint) return byWaypoint;
  if (service.meshExternal) return outside(mesh, client, service);
  const attempts = service.ports.flatMap((port) =>
    workloadsBehind(mesh, service).map((server) => attempt(mesh, client, service, port, server)),
  );
  if (attempts.length === 0) return undefined;
  return {
    transports: unique(attempts.flatMap(({ transports }) => transports)),
    allowed: inAll(attempts.map(({ allowed }) => allowed)),
    policies: unique(attempts.flatMap(({ policies }) => policies)),
  };
}

function outside(mesh: Mesh, client: Workload, service: Service): Verdict {
  const offers = service.ports.map(({ number }) => offered(mesh, client, service, number));
  const transports = unique(offers.map((offer): Transport => (offer === 'as-the-server' ? 'plaintext' : offer)));
  return { transports, allowed: 'yes', policies: [] };
}

function attempt(mesh: Mesh, client: Workload, service: Service, port: ServicePort, server: Workload): Verdict {
  const target = targetOf(port);
  const ambient = ambientVerdict(mesh, { client, service, server, port: target, peer: identity(mesh, client) });
  if (ambient) return ambient;
  const transport = met(mesh, offered(mesh, client, service, port.number), server, target);
  if (transport === 'refused' || transport === 'broken')
    return { transports: [transport], allowed: 'no', policies: [] };
  if (!runsProxy(server)) return { transports: [transport], allowed: 'yes', policies: [] };
  const peer = transport === 'mutual-tls' ? identity(mesh, client) : undefined;
  const { allowed, by } = permission(mesh, server, peer, target);
  return { transports: [transport], allowed, policies: by.map(({ namespace, name }) => `${namespace}/${name}`) };
}

/** The port of the pods, where its number is written. */
function targetOf({ number, targetPort = number }: ServicePort): number | undefined {
  return typeof targetPort === 'number' ? targetPort : undefined;
}

const identity = (mesh: Mesh, client: Workload) => ({
  trustDomain: meshConfig(mesh).trustDomain,
  namespace: client.namespace,
  serviceAccount: serviceAccount(client),
});

function serviceAccount({ template }: Workload): string {
  const { serviceAccountName, serviceAccount: older } = template.value.spec ?? {};
  return serviceAccountName || older || 'default';
}

function inAll(answers: readonly Certainty[]): Certainty {
  const [first, ...others] = unique(answers);
  return others.length > 0 || first === undefined ? 'maybe' : first;
}

const unique = <T>(items: readonly T[]): T[] => [...new Set(items)];

/** Clients as one where they are all of the mesh, or all of a namespace. */
function together(some: readonly Workload[], everyone: readonly Workload[]): string[] {
  if (some.length > 1 && some.length === everyone.length) return [clientsId('')];
  const all = groupBy(everyone, ({ namespace }) => namespace);
  return [...groupBy(some, ({ namespace }) => namespace)].flatMap(([namespace, group]) =>
    group.length > 1 && group.length === all.get(namespace)?.length ? [clientsId(namespace)] : group.map(workloadId),
  );
}
