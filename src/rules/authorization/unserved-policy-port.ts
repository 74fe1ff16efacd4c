import { configs, configsIn } from '../../mesh/settings/configs';
import type { Mesh } from '../../mesh/mesh';
import { type Policy, attachment, workloadsUnder } from '../../mesh/policies/policy-enforcers';
import { serversOf } from '../../mesh/gateways/gateway-listeners';
import { isGateway, isWaypoint } from '../../mesh/workloads/proxy';
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
    When neither are known, nothing is reported. A gateway listens on the target port of its Service:
    for a Gateway with port 80 and a Service with targetPort 8080, the policy needs 8080.
  `,
  check(context) {
    for (const policy of configs(context.mesh, 'PeerAuthentication'))
      for (const entry of policy.each('spec.portLevelMtls{}'))
        checkOne(context, policy, entry.key, Number(entry.path.at(-1)));
    for (const policy of configs(context.mesh, 'AuthorizationPolicy')) {
      const fields = [
        ...policy.each('spec.rules[].to[].operation.ports[]'),
        ...policy
          .each('spec.rules[].when[]')
          .filter(({ value }) => value.key === 'destination.port')
          .flatMap((condition) => condition.each('values[]')),
      ];
      for (const field of fields) checkOne(context, policy, field, Number(field.value));
    }
  },
});

function checkOne(context: Context, policy: Policy, place: Field, port: number): void {
  // What is no number is a finding of the schema.
  if (!Number.isInteger(port)) return;
  const { mesh, report, missing } = context;
  const served = servedBy(mesh, policy);
  if (!served || served.ports.some(({ number }) => number === port)) return;
  const meant = served.services.find(({ servicePort, number }) => servicePort?.number === port && number !== port);
  const numbers = [...new Set(served.ports.map(({ number }) => number))].sort((one, other) => one - other);
  const hint = meant
    ? `; ${port} is the port of the Service, whose targetPort is ${meant.number}`
    : numbers.length > 0
      ? `; they listen on ${numbers.join(', ')}`
      : '';
  const related = meant?.servicePort ? [{ place: meant.servicePort.field, message: 'the port of the Service' }] : [];
  const message = `no workload of this policy listens on port ${port}${hint}`;
  if (meant || !served.hasGateway) report(place, message, { related });
  else missing(place, { kind: 'Gateway', namespace: '', isMisspelt: false }, message);
}

/** The ports of everything that a policy is for. */
interface Served {
  readonly ports: readonly { readonly number: number }[];
  /** The ports to which Services lead. */
  readonly services: readonly ServedPort[];
  /** Whether some are gateways, on which more Gateways may open more ports. */
  readonly hasGateway: boolean;
}

/** Whether a policy is for Gateways of the Gateway API whose listeners are all their own: no ListenerSet may add one. */
function isOfClosedGateways(mesh: Mesh, policy: Policy): boolean {
  const { targetRefs } = attachment(policy);
  return (
    targetRefs.length > 0 &&
    targetRefs.every(({ name }) =>
      configsIn(mesh, 'KubernetesGateway', policy.namespace).some(
        (gateway) => gateway.name === name && gateway.value.spec?.allowedListeners === undefined,
      ),
    )
  );
}

/** Undefined where the ports of some workload are not known. */
function servedBy(mesh: Mesh, policy: Policy): Served | undefined {
  const workloads = workloadsUnder(mesh, policy);
  const gateways = workloads.filter((each) => isGateway(mesh, each));
  const others = workloads.filter((each) => !gateways.includes(each)).map((each) => servedPorts(mesh, each));
  // A waypoint takes requests for the ports of its Services.
  if (workloads.length === 0 || workloads.some(isWaypoint) || others.some((each) => each.length === 0))
    return undefined;
  const listening = gateways.flatMap((each) => serversOf(mesh, each)).map(({ listenPort: number }) => ({ number }));
  const services = [...others.flat(), ...gateways.flatMap((each) => servedPorts(mesh, each))];
  const hasGateway = gateways.length > 0 && !isOfClosedGateways(mesh, policy);
  return { ports: [...others.flat(), ...listening], services, hasGateway };
}
