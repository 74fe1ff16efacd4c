import { serviceFor } from '../../mesh/services/services';
import { type AuthorizationPolicy, actionOf, authorizationPolicies, isDryRun } from '../../mesh/policies/authorization';
import { configs } from '../../mesh/settings/configs';
import { gatewayCalled, gatewaysOf, workloadsOfGateway } from '../../mesh/gateways/gateways';
import { addTo } from '../../mesh/grouping';
import { perMesh } from '../../mesh/memo';
import type { Mesh } from '../../mesh/mesh';
import { isInMesh } from '../../mesh/policies/policy-enforcers';
import { workloadsOf } from '../../mesh/services/service-workloads';
import { type VirtualService, destinationsOf, virtualServices } from '../../mesh/traffic/virtual-services';
import { rootNamespace } from '../../mesh/settings/mesh-config';
import { isGateway, proxyOf } from '../../mesh/workloads/proxy';
import { type Workload, workloads } from '../../mesh/workloads/workloads';
import type { Rule } from '../../schema/kinds/security';
import type { Field } from '../../source/field';
import { type Context, rule } from '../rule';

export default rule({
  name: 'closed-workload',
  category: 'security',
  severity: 'warning',
  summary: 'AuthorizationPolicies deny every request to a workload that routes point to.',
  url: 'https://istio.io/latest/docs/reference/config/security/authorization-policy/',
  docs: `
    An ALLOW policy without rules allows nothing. It is the usual default that other ALLOW policies
    open again. A workload without any other ALLOW policy answers every request with 403 (RBAC:
    access denied). The same happens when a DENY rule has no conditions.

    Fix: add an ALLOW policy for the callers, or remove the routes to the workload.

    A policy in the root namespace closes the workloads of all namespaces, the ingress gateways
    included. Of a policy in another namespace the finding is info when no workload of that
    namespace is open to any client, because closing everything there may be intended. Dry-run
    policies neither deny nor allow.
  `,
  check(context) {
    const { mesh } = context;
    if (!configs(mesh, 'AuthorizationPolicy').some((policy) => closerOf(policy))) return;
    const closed = new Map<AuthorizationPolicy, Lead[]>();
    for (const lead of leads(mesh)) {
      const policy = closedBy(mesh, lead.workload);
      if (policy) addTo(closed, policy, lead);
    }
    for (const [policy, own] of closed) say(context, policy, own);
  },
});

/** A workload, and routes that lead there. */
interface Lead {
  readonly workload: Workload;
  readonly from: VirtualService;
}

/** Every workload in the mesh that routes lead to, or that takes requests for them at a gateway. */
function leads(mesh: Mesh): Lead[] {
  const found = new Map<Workload, Lead>();
  for (const from of virtualServices(mesh)) {
    const services = [...destinationsOf(from).keys()].flatMap((host) => serviceFor(mesh, host, from.namespace) ?? []);
    const reached = [
      ...services.flatMap((service) => workloadsOf(mesh, service)),
      ...from.gateways.flatMap(({ name }) => gatewayWorkloads(mesh, name)),
    ];
    for (const workload of reached)
      if (!found.has(workload) && isInMesh(mesh, workload)) found.set(workload, { workload, from });
  }
  return [...found.values()];
}

function gatewayWorkloads(mesh: Mesh, name: string): readonly Workload[] {
  const gateway = gatewayCalled(mesh, name);
  return gateway ? workloadsOfGateway(mesh, gateway) : (workloadsByListener(mesh).get(name) ?? []);
}

/** The workloads of gateways by the names that Istio gives to listeners of the Gateway API. */
const workloadsByListener = perMesh((mesh) => {
  const found = new Map<string, Workload[]>();
  for (const workload of workloads(mesh)) {
    const [pod] = workload.pods;
    if (!pod || !isGateway(mesh, workload)) continue;
    for (const gateway of gatewaysOf(mesh, proxyOf(mesh, pod)))
      addTo(found, `${gateway.namespace}/${gateway.name}`, workload);
  }
  return found;
});

const isEmpty = (list: readonly unknown[] = []): boolean => list.length === 0;

const asksForNothing = ({ from, to, when }: Rule): boolean => isEmpty(from) && isEmpty(to) && isEmpty(when);

/** What of a policy closes a workload, if nothing opens it: that it has no rules to allow by, or the rule that denies everything. */
function closerOf(policy: AuthorizationPolicy): Field | undefined {
  if (isDryRun(policy)) return undefined;
  const rules = policy.each('spec.rules[]');
  if (actionOf(policy) === 'DENY') return rules.find(({ value }) => asksForNothing(value));
  return actionOf(policy) === 'ALLOW' && rules.length === 0 ? policy.at(['metadata', 'name']) : undefined;
}

const isOpened = (allow: readonly AuthorizationPolicy[]): boolean =>
  allow.some((policy) => !isDryRun(policy) && !closerOf(policy));

/** Where something would let requests in but for a DENY policy, that is told there. */
function closedBy(mesh: Mesh, workload: Workload): AuthorizationPolicy | undefined {
  const { allow, deny } = authorizationPolicies(mesh, workload);
  return isOpened(allow) ? undefined : [...deny, ...allow].find((policy) => closerOf(policy));
}

function say({ mesh, report }: Context, policy: AuthorizationPolicy, own: readonly Lead[]): void {
  const isForgotten = policy.namespace === rootNamespace(mesh) || hasOpenNeighbours(mesh, own);
  const [first, ...others] = own.map(({ workload }) => workload.resource.title);
  const more = others.length > 0 ? ` and ${others.length} more` : '';
  const what =
    actionOf(policy) === 'DENY'
      ? 'this rule denies every request'
      : 'this policy allows no request, and no other policy allows any';
  // What was made of a route has the name of nothing that was written.
  const { hosts, resource } = own[0]!.from;
  const route = hosts[0]?.field.resource ?? resource;
  report(closerOf(policy)!, `${what} to ${first}${more}, where ${route.title} leads`, {
    severity: isForgotten ? 'warning' : 'info',
    related: own.slice(0, MOST_RELATED).map(({ from }) => ({
      place: from.hosts[0]?.field ?? from.resource.root,
      message: 'whose routes point there',
    })),
  });
}

/** Whether a policy opens anything in the namespaces of closed workloads: then these are not closed on purpose. */
function hasOpenNeighbours(mesh: Mesh, closed: readonly Lead[]): boolean {
  const namespaces = new Set(closed.map(({ workload }) => workload.namespace));
  const beside = configs(mesh, 'AuthorizationPolicy').filter(({ namespace }) => namespaces.has(namespace));
  return isOpened(beside.filter((each) => actionOf(each) === 'ALLOW'));
}

const MOST_RELATED = 5;
