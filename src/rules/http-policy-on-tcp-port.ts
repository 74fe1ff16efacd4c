import { type AuthorizationPolicy, actionOf, isDryRun } from '../mesh/authorization';
import { configs } from '../mesh/configs';
import type { Mesh } from '../mesh/mesh';
import { attachment, isCaptured, workloadsUnder } from '../mesh/policy-enforcers';
import { isHttp } from '../mesh/protocol';
import { isGateway } from '../mesh/proxy';
import { type ServedPort, servedPorts } from '../mesh/served-ports';
import type { Workload } from '../mesh/workloads';
import type { Operation } from '../schema/kinds/security';
import type { Field } from '../source/field';
import { type Context, rule } from './rule';

const HTTP_ONLY = ['methods', 'notMethods', 'paths', 'notPaths', 'hosts', 'notHosts'] as const;

export default rule({
  name: 'http-policy-on-tcp-port',
  category: 'security',
  severity: 'warning',
  summary: 'An AuthorizationPolicy judges by HTTP on a port that carries something else.',
  docs: `
    On a port whose protocol is not HTTP, a proxy sees connections, not methods, paths or hosts. There an
    ALLOW rule that asks for them never matches, and of a DENY rule only the rest counts: one that
    denies nothing but a path refuses every connection. Name the ports of HTTP in the operation, or
    correct the protocol of the Service's port (its name or appProtocol).

    Said of ALLOW rules only where none of the ports carries HTTP, of DENY rules as soon as one does not.
    On ports without a protocol the proxy finds out by itself; nothing is said of those.
  `,
  check(context) {
    for (const policy of configs(context.mesh, 'AuthorizationPolicy')) {
      const action = actionOf(policy);
      if ((action !== 'ALLOW' && action !== 'DENY') || isDryRun(policy)) continue;
      const operations = policy.each('spec.rules[].to[].operation').filter((each) => httpOnly(each) !== undefined);
      const ports = operations.length > 0 ? portsUnder(context.mesh, policy) : [];
      if (ports.length > 0) for (const operation of operations) judge(context, operation, action, ports);
    }
  },
});

const httpOnly = (operation: Field<Operation>): Field | undefined =>
  HTTP_ONLY.map((name) => operation.get(name)).find(({ value }) => value?.length)?.key;

interface Port extends ServedPort {
  workload: Workload;
}

function portsUnder(mesh: Mesh, policy: AuthorizationPolicy): Port[] {
  if (attachment(policy).targetRefs.length > 0) return [];
  return workloadsUnder(mesh, policy)
    .filter((workload) => !isGateway(mesh, workload) && !isCaptured(mesh, workload))
    .flatMap((workload) => servedPorts(mesh, workload).map((port) => ({ ...port, workload })));
}

function judge(
  { report }: Context,
  operation: Field<Operation>,
  action: 'ALLOW' | 'DENY',
  ports: readonly Port[],
): void {
  const { ports: named = [], notPorts = [] } = operation.value;
  const judged = ports.filter(
    ({ number }) => (named.length === 0 || named.includes(String(number))) && !notPorts.includes(String(number)),
  );
  const other = judged.filter(({ protocol }) => carriesNoHttp(protocol));
  const [first] = other;
  if (!first || (action === 'ALLOW' && other.length < judged.length)) return;
  const where = `port ${first.number} of ${first.workload.resource.title} (${first.protocol})`;
  const effect = action === 'ALLOW' ? 'never matches' : 'refuses connections whatever they carry';
  const related = first.servicePort
    ? [{ place: first.servicePort.field, message: `which says ${first.protocol}` }]
    : [];
  report(httpOnly(operation) ?? operation, `on ${where}, which carries no HTTP, this ${action} rule ${effect}`, {
    related,
  });
}

const carriesNoHttp = (protocol: ServedPort['protocol']): boolean =>
  protocol !== undefined && protocol !== 'UnsupportedProtocol' && protocol !== 'UDP' && !isHttp(protocol);
