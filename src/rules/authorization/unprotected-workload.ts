import { type AuthorizationPolicy, authorizationPolicies } from '../../mesh/policies/authorization';
import { configsIn } from '../../mesh/settings/configs';
import { groupBy } from '../../mesh/grouping';
import type { Mesh } from '../../mesh/mesh';
import { attachment } from '../../mesh/policies/policy-enforcers';
import { isWaypoint } from '../../mesh/workloads/proxy';
import { servicesIn } from '../../mesh/traffic/prescribed-tls';
import { selectsSome } from '../../mesh/workloads/labels';
import { type Workload, workloads } from '../../mesh/workloads/workloads';
import { type Context, rule } from '../rule';

export default rule({
  name: 'unprotected-workload',
  category: 'security',
  severity: 'info',
  isAboutAbsence: true,
  summary: 'A workload has no AuthorizationPolicy, unlike others in its namespace.',
  url: 'https://istio.io/latest/docs/reference/config/security/authorization-policy/',
  docs: `
    A workload without an AuthorizationPolicy accepts requests from every client that can reach it.
    When most workloads of the namespace have a policy, this one may have been forgotten.

    Fix: add a policy for the workload, or a policy for the whole namespace that allows nothing
    ("spec: {}") and to which other policies add exceptions.

    Kiali reports every workload without a policy and hides the result by default. meshlint reports
    only namespaces in which most workloads have one.
  `,
  sameAs: ['KIA1301'],
  check(context) {
    const judged = workloads(context.mesh).filter((workload) => !isWaypoint(workload));
    for (const [namespace, group] of groupBy(judged, (workload) => workload.namespace)) {
      const [policy] = configsIn(context.mesh, 'AuthorizationPolicy', namespace);
      const open = policy ? group.filter((workload) => !isCovered(context.mesh, workload)) : [];
      // Where most have none, policies are the exception, and nobody was forgotten.
      if (policy && open.length <= group.length / 2)
        for (const workload of open) reportFault(context, workload, policy);
    }
  },
});

function reportFault({ report }: Context, { resource }: Workload, policy: AuthorizationPolicy): void {
  const message = `${resource.title} has no AuthorizationPolicy, unlike other workloads in its namespace`;
  const related = [{ place: policy.at(['metadata', 'name']), message: 'covers other workloads' }];
  report(resource.at(['metadata', 'name']), message, { related });
}

function isCovered(mesh: Mesh, workload: Workload): boolean {
  const { allow, deny, custom, audit } = authorizationPolicies(mesh, workload);
  if (allow.length + deny.length + custom.length + audit.length > 0) return true;
  // Behind a waypoint, policies are for services.
  const { namespace, labels } = workload;
  const services = servicesIn(mesh, namespace).filter(({ selector }) => selectsSome(selector, labels));
  const targets = configsIn(mesh, 'AuthorizationPolicy', namespace).flatMap((policy) => attachment(policy).targetRefs);
  return targets.some(({ kind, name }) => kind !== 'Service' || services.some((service) => service.name === name));
}
