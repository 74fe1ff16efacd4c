/** AuthorizationPolicies that judge by HTTP on ports which carry something else. */
import { type AuthorizationPolicy, actionOf, authorizationPolicies, isDryRun } from '../../mesh/policies/authorization';
import { configs } from '../../mesh/settings/configs';
import { perMesh } from '../../mesh/memo';
import type { Mesh } from '../../mesh/mesh';
import { isCaptured } from '../../mesh/injection/injection';
import { attachment, workloadsUnder } from '../../mesh/policies/policy-enforcers';
import { isHttp } from '../../mesh/services/protocol';
import { hasRequestRules } from '../../mesh/ambient/waypoints';
import { passesConnections, serversOf } from '../../mesh/gateways/gateway-listeners';
import { isGateway, isWaypoint } from '../../mesh/workloads/proxy';
import { type ServedPort, servedPorts } from '../../mesh/services/served-ports';
import type { Workload } from '../../mesh/workloads/workloads';
import type { Operation } from '../../schema/kinds/security';
import type { Field } from '../../source/field';
import type { Related } from '../rule';

const HTTP_ONLY = ['methods', 'notMethods', 'paths', 'notPaths', 'hosts', 'notHosts'] as const;

/** A field that asks for HTTP, and what becomes of it. */
export interface HttpOnTcp {
  readonly place: Field;
  readonly message: string;
  readonly related: readonly Related[];
}

/** All that judge by HTTP where there is none. */
export const policiesOnTcp: (mesh: Mesh) => readonly HttpOnTcp[] = perMesh((mesh) =>
  configs(mesh, 'AuthorizationPolicy').flatMap((policy) => {
    const action = actionOf(policy);
    if ((action !== 'ALLOW' && action !== 'DENY') || isDryRun(policy)) return [];
    const operations = policy.each('spec.rules[].to[].operation').filter((each) => httpOnly(each) !== undefined);
    if (operations.length === 0) return [];
    const ports = portsUnder(mesh, policy);
    const atGateways = gatewaysUnder(mesh, policy);
    return [
      ...(ports.length > 0 ? operations.flatMap((operation) => check(operation, action, ports)) : []),
      ...(atGateways.length > 0
        ? operations.flatMap((operation) => atGateway(mesh, operation, action, atGateways))
        : []),
    ];
  }),
);

const isOf = ({ ports = [], notPorts = [] }: Operation, number: number): boolean =>
  (ports.length === 0 || ports.includes(String(number))) && !notPorts.includes(String(number));

const gatewaysUnder = (mesh: Mesh, policy: AuthorizationPolicy): Workload[] =>
  workloadsUnder(mesh, policy).filter((workload) => isGateway(mesh, workload) && !isWaypoint(workload));

/** A server that passes connections on has no requests to compare: a DENY rule denies them all, and ALLOW rules allow none. */
function atGateway(
  mesh: Mesh,
  operation: Field<Operation>,
  action: 'ALLOW' | 'DENY',
  gateways: readonly Workload[],
): HttpOnTcp[] {
  for (const workload of gateways) {
    const server = serversOf(mesh, workload)
      .filter(({ field }) => field.value.port?.number !== undefined)
      .find((each) => passesConnections(each) && isOf(operation.value, each.listenPort));
    if (!server || (action === 'ALLOW' && isOpened(mesh, workload, server.listenPort))) continue;
    const where = `port ${server.field.value.port?.number} of ${server.field.resource.title}, which passes connections on without reading requests`;
    const effect =
      action === 'ALLOW' ? 'never matches, so every connection there is closed' : 'denies every connection';
    const related = [{ place: server.field, message: 'the server' }];
    return [
      { place: httpOnly(operation) ?? operation, message: `on ${where}, this ${action} rule ${effect}`, related },
    ];
  }
  return [];
}

/** Whether some rule allows connections to a port by what can be known of connections. */
const isOpened = (mesh: Mesh, workload: Workload, port: number): boolean =>
  authorizationPolicies(mesh, workload).allow.some((policy) =>
    policy.value.spec?.rules?.some(
      ({ to = [], from = [], when = [] }) =>
        !hasRequestRules([{ from, when }]) &&
        (to.length === 0 ||
          to.some(({ operation = {} }) => !hasRequestRules([{ to: [{ operation }] }]) && isOf(operation, port))),
    ),
  );

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

function check(operation: Field<Operation>, action: 'ALLOW' | 'DENY', ports: readonly Port[]): HttpOnTcp[] {
  const judged = ports.filter(({ number }) => isOf(operation.value, number));
  const other = judged.filter(({ protocol }) => carriesNoHttp(protocol));
  const [first] = other;
  if (!first || (action === 'ALLOW' && other.length < judged.length)) return [];
  const where = `port ${first.number} of ${first.workload.resource.title} (${first.protocol})`;
  const effect = action === 'ALLOW' ? 'never matches' : 'denies every connection';
  const related = first.servicePort ? [{ place: first.servicePort.field, message: `which is ${first.protocol}` }] : [];
  const message = `on ${where}, which is not HTTP, this ${action} rule ${effect}`;
  return [{ place: httpOnly(operation) ?? operation, message, related }];
}

const carriesNoHttp = (protocol: ServedPort['protocol']): boolean =>
  protocol !== undefined && protocol !== 'UnsupportedProtocol' && protocol !== 'UDP' && !isHttp(protocol);
