import { configs } from '../../mesh/settings/configs';
import type { Mesh } from '../../mesh/mesh';
import { type Policy, workloadsUnder } from '../../mesh/policies/policy-enforcers';
import { isGateway } from '../../mesh/workloads/proxy';
import { type ServedPort, servedPorts } from '../../mesh/services/served-ports';
import type { Field } from '../../source/field';
import { type Context, rule } from '../rule';

export default rule({
  name: 'unserved-policy-port',
  category: 'security',
  severity: 'warning',
  isAboutAbsence: true,
  summary: 'A policy has a port on which none of its workloads listens.',
  url: 'https://istio.io/latest/docs/reference/config/security/authorization-policy/',
  docs: `
    Policies use the ports of the pods, not those of their Services: for a Service with port 80 and
    targetPort 9080, the policy needs 9080. For a port without a listener, portLevelMtls has no
    effect, an ALLOW rule allows nothing, and a DENY rule denies nothing.

    Fix: use the port on which the pods listen.

    The ports of a workload are the target ports of its Services and the ports of its containers.
    When neither are known, nothing is reported.
  `,
  check(context) {
    for (const policy of configs(context.mesh, 'PeerAuthentication'))
      for (const entry of policy.each('spec.portLevelMtls{}'))
        judge(context, policy, entry.key, Number(entry.path.at(-1)));
    for (const policy of configs(context.mesh, 'AuthorizationPolicy')) {
      const fields = [
        ...policy.each('spec.rules[].to[].operation.ports[]'),
        ...policy
          .each('spec.rules[].when[]')
          .filter(({ value }) => value.key === 'destination.port')
          .flatMap((condition) => condition.each('values[]')),
      ];
      for (const field of fields) judge(context, policy, field, Number(field.value));
    }
  },
});

function judge({ mesh, report }: Context, policy: Policy, place: Field, port: number): void {
  const served = servedBy(mesh, policy);
  if (!served || served.some(({ number }) => number === port)) return;
  const meant = served.find(({ servicePort }) => servicePort?.number === port);
  const hint = meant
    ? `; ${port} is the port of the Service, whose targetPort is ${meant.number}`
    : `; they listen on ${[...new Set(served.map(({ number }) => number))].sort((one, other) => one - other).join(', ')}`;
  const related = meant?.servicePort ? [{ place: meant.servicePort.field, message: 'the port of the Service' }] : [];
  report(place, `no workload of this policy listens on port ${port}${hint}`, { related });
}

/** The ports of everything that a policy is for; undefined where those of some workload are not known. */
function servedBy(mesh: Mesh, policy: Policy): ServedPort[] | undefined {
  const workloads = workloadsUnder(mesh, policy);
  if (workloads.length === 0 || workloads.some((each) => isGateway(mesh, each))) return undefined;
  const ports = workloads.map((each) => servedPorts(mesh, each));
  return ports.every((each) => each.length > 0) ? ports.flat() : undefined;
}
