import { addTo } from '../../mesh/grouping';
import { HostIndex } from '../../mesh/services/host-index';
import { isWildcard } from '../../mesh/services/hostname';
import { type PortServer, type ServerHost, canShare, isEncrypted, sharedPorts } from '../conflicts/gateway-servers';
import { type Context, type Severity, rule } from '../rule';

export default rule({
  name: 'conflicting-gateways',
  category: 'conflict',
  severity: 'error',
  summary: 'Servers of Gateways use one port of the same workloads for the same hosts, or for different protocols.',
  url: 'https://istio.io/latest/docs/reference/config/networking/gateway/',
  docs: `
    Istio combines the servers of all Gateways that select a workload. On one port they must use the
    same protocol: of plain HTTP, plain TCP and TLS, the oldest server keeps the port, and the other
    is ignored. TLS servers are separated by their hosts: of two with the same host, the later one
    is ignored with its certificate. A port can have only one server of plain TCP.

    Fix: use another port or other hosts, or remove one server.

    Plain HTTP servers with the same host, and wildcards that cover the host of another server,
    work: the routes of both are used, the more specific host first. These, and a host that its own
    server already has, are remarks: they are only reported with \`--world closed\`, or when the
    configuration gives this rule a severity.

    \`istioctl analyze\` compares hosts and selector labels as text. Kiali reports every overlap as a
    conflict, whatever address is bound.
  `,
  sameAs: ['IST0145', 'KIA0301'],
  check(context) {
    const reported = new Set<unknown>();
    for (const servers of sharedPorts(context.mesh)) {
      for (const server of servers) {
        const rival = servers.find((other) => other !== server && !canShare(server, other));
        if (!rival || reported.has(server.field.value)) continue;
        reported.add(server.field.value);
        reportProtocols(context, server, rival, servers);
      }
      for (const [host, rivals] of overlapsOf(servers)) {
        if (reported.has(host) || reported.has(host.server.field.value)) continue;
        reported.add(host);
        reportHost(context, host, rivals);
      }
    }
  },
});

function reportProtocols({ report }: Context, server: PortServer, rival: PortServer, all: readonly PortServer[]): void {
  const place = server.field.get('port').get('protocol');
  const said = `port ${server.number} is ${nameOf(rival)} in ${rival.gateway.title} and ${nameOf(server)} here`;
  const others = all.filter((other) => other !== server).flatMap(({ hosts }) => hosts);
  const codes = server.hosts.flatMap((host) => others.flatMap((other) => counterparts(host, other)));
  report(place, `${said}; only the older one is served`, {
    about: rival.gateway.title,
    related: [{ place: rival.field.get('port').get('protocol'), message: 'conflicts with this protocol' }],
    sameAs: [...new Set(codes)],
  });
}

const nameOf = (server: PortServer): string =>
  isEncrypted(server) ? `${server.protocol} with TLS` : `plain ${server.protocol}`;

function reportHost(context: Context, host: ServerHost, all: readonly ServerHost[]): void {
  const rivals = all.filter(({ server }) => server !== host.server);
  const [rival] = [...rivals].sort((one, other) => RANK[severityOf(host, one)] - RANK[severityOf(host, other)]);
  if (!rival) return reportNeedless(context, host, all[0]!);
  const severity = severityOf(host, rival);
  const where = `${rival.server.gateway.title}${rivals.length > 1 ? ` (and ${rivals.length - 1} more)` : ''}`;
  const what = host.name === rival.name ? `"${host.name}"` : `"${host.name}" overlaps "${rival.name}", which`;
  const said =
    severity === 'error'
      ? `${what} has another TLS server on port ${host.server.number} in ${where}; only the older one is served`
      : `${what} is also served on port ${host.server.number} by ${where}; routes bound to either apply`;
  context.report(host.field, said, {
    about: `${host.name} ${rival.server.gateway.title} ${rival.name}`,
    related: [{ place: rival.field, message: 'conflicts with this host' }],
    severity,
    ...(severity === 'info' && { isRemark: true as const }),
    sameAs: [...new Set(rivals.flatMap((each) => counterparts(host, each)))],
  });
}

function reportNeedless({ report }: Context, host: ServerHost, other: ServerHost): void {
  const isSame = other.name === host.name;
  const said = isSame ? 'is already in this server' : `is covered by "${other.name}" of this server`;
  const related = [{ place: other.field, message: 'conflicts with this host' }];
  report(host.field, `"${host.name}" ${said}`, {
    related,
    severity: 'info',
    isRemark: true,
    sameAs: counterparts(host, other),
  });
}

const RANK: Record<Severity, number> = { error: 0, warning: 1, info: 2 };

function severityOf(one: ServerHost, other: ServerHost): Severity {
  const isSame = one.name === other.name && one.scope === other.scope;
  return isSame && isEncrypted(one.server) && isEncrypted(other.server) ? 'error' : 'info';
}

/** Nobody reads more of them. */
const MOST_RIVALS = 20;

/** Every host with those of other servers that it overlaps, and those of its own that make it needless. */
function overlapsOf(servers: readonly PortServer[]): Map<ServerHost, ServerHost[]> {
  const index = new HostIndex<ServerHost[]>();
  const found = new Map<ServerHost, ServerHost[]>();
  for (const host of servers.flatMap(({ hosts }) => hosts)) index.at(host.name, () => []).push(host);
  const add = (host: ServerHost, other: ServerHost): void => {
    if ((found.get(host)?.length ?? 0) < MOST_RIVALS) addTo(found, host, other);
  };
  for (const host of [...index.values()].flat())
    for (const other of [...index.covering(host.name)].flatMap(({ value }) => value)) {
      if (other === host || !meet(host, other)) continue;
      if (other.server === host.server) {
        if (makesNeedless(other, host)) add(host, other);
        continue;
      }
      add(host, other);
      if (other.name !== host.name) add(other, host);
    }
  return found;
}

/** Whether a host has all that another of its server has; of two alike the first does. */
function makesNeedless(one: ServerHost, other: ServerHost): boolean {
  if (one.scope !== '*' && one.scope !== other.scope) return false;
  if (one.name !== other.name || one.scope !== other.scope) return true;
  const { hosts } = one.server;
  return hosts.indexOf(one) < hosts.indexOf(other);
}

/** Whether some namespace may use both, and both speak of hosts that one name can have. */
function meet(one: ServerHost, other: ServerHost): boolean {
  const areBothWide = isWildcard(one.name) && isWildcard(other.name) && one.name !== other.name;
  if (areBothWide && one.name !== '*' && other.name !== '*') return false;
  return one.scope === other.scope || one.scope === '*' || other.scope === '*';
}

/** What the two tools would say of two hosts on one port. */
function counterparts(one: ServerHost, other: ServerHost): string[] {
  const [ours, theirs] = [one.server.gateway, other.server.gateway];
  const isLiteral = ours !== theirs && one.field.value === other.field.value;
  const overlap =
    one.name === other.name ||
    [one, other].some(({ name }) => name === '*') ||
    isBelow(one, other) ||
    isBelow(other, one);
  const isKiali = one.server.selector === other.server.selector && meet(one, other) && overlap;
  return [...(isLiteral ? ['IST0145'] : []), ...(isKiali ? ['KIA0301'] : [])];
}

const isBelow = (narrow: ServerHost, wide: ServerHost): boolean =>
  isWildcard(wide.name) && !isWildcard(narrow.name) && narrow.name.endsWith(wide.name.slice(1));
