import { type AuthorizationPolicy, actionOf, isDryRun } from '../../mesh/policies/authorization';
import { workloadsUnder } from '../../mesh/policies/policy-enforcers';
import { fitsText } from '../../mesh/policies/text-match';
import { isHttp } from '../../mesh/services/protocol';
import type { Service } from '../../mesh/services/service';
import { configs } from '../../mesh/settings/configs';
import { servicesIn } from '../../mesh/traffic/prescribed-tls';
import type { Mesh } from '../../mesh/mesh';
import { selectsSome } from '../../mesh/workloads/labels';
import { isGateway } from '../../mesh/workloads/proxy';
import { oneOf } from '../../schema/spelling';
import type { Operation } from '../../schema/kinds/security';
import type { Field } from '../../source/field';
import { type Context, rule } from '../rule';

export default rule({
  name: 'partial-authority',
  category: 'security',
  severity: 'warning',
  summary: 'A policy for a workload matches one name of its Service, but not the other names.',
  url: 'https://istio.io/latest/docs/reference/config/security/authorization-policy/',
  docs: `
    The hosts of an operation are compared with the authority of each request as the client wrote
    it, without regard to case. Clients inside the mesh can write several names for one Service:
    \`reviews\`, \`reviews.shop\`, \`reviews.shop.svc\` and \`reviews.shop.svc.cluster.local\`; for other
    ports than 80 the port follows (\`reviews:9080\`). An ALLOW rule refuses requests to the names that
    it does not list with 403 (RBAC: access denied); a DENY rule lets them pass.

    Fix: for workloads inside the mesh, remove \`hosts\`, as the selector already chooses the
    workload; or list all names, with ports.

    For ALLOW rules the finding is info, as the clients may all use the name that is listed.
  `,
  check(context) {
    for (const policy of configs(context.mesh, 'AuthorizationPolicy')) {
      if (isDryRun(policy) || !['ALLOW', 'DENY'].includes(actionOf(policy))) continue;
      const fields = policy.each('spec.rules[].to[].operation').filter(({ value }) => value.hosts?.length);
      const services = fields.length > 0 ? servicesUnder(context.mesh, policy) : [];
      for (const field of fields) for (const service of services) check(context, policy, field, service);
    }
  },
});

/** The Services of the workloads of a policy, where none of these is a gateway. */
function servicesUnder(mesh: Mesh, policy: AuthorizationPolicy): Service[] {
  const workloads = workloadsUnder(mesh, policy);
  if (workloads.some((each) => isGateway(mesh, each))) return [];
  const found = workloads.flatMap(({ namespace, labels }) =>
    servicesIn(mesh, namespace).filter(({ selector }) => selectsSome(selector, labels)),
  );
  return [...new Set(found)].filter(({ isInCluster }) => isInCluster);
}

function check(
  { mesh, report }: Context,
  policy: AuthorizationPolicy,
  operation: Field<Operation>,
  service: Service,
): void {
  const names = namesOf(mesh, service);
  const isName = (text: string): boolean => names.some((name) => name === text.toLowerCase().replace(/:\d+$/, ''));
  const named = operation.each('hosts[]').find(({ value }) => isName(value));
  if (!named) return;
  const listed = policy.each('spec.rules[].to[].operation.hosts[]').map(({ value }) => value.toLowerCase());
  const missed = authoritiesOf(service, names).filter((authority) => !listed.some((text) => fitsText(text, authority)));
  if (missed.length === 0) return;
  const shown = oneOf(missed.slice(0, MOST_SHOWN), 'and');
  const isDeny = actionOf(policy) === 'DENY';
  const effect = isDeny ? 'are not denied by this rule' : 'get 403';
  report(
    named,
    `"${named.value}" is only one name of Service ${service.namespace}/${service.name}: requests to ${shown} ${effect}`,
    {
      severity: isDeny ? 'warning' : 'info',
      related: [{ place: service.field, message: 'the Service' }],
    },
  );
}

const MOST_SHOWN = 3;

/** What clients can write for a Service, the shortest first; only those in its own namespace write the first. */
const namesOf = (mesh: Mesh, { name, namespace }: Service): string[] => [
  name,
  `${name}.${namespace}`,
  `${name}.${namespace}.svc`,
  `${name}.${namespace}.svc.${mesh.domain}`,
];

const authoritiesOf = ({ ports }: Service, names: readonly string[]): string[] =>
  ports
    .filter(({ protocol }) => isHttp(protocol))
    .flatMap(({ number }) => names.map((name) => (number === 80 ? name : `${name}:${number}`)));
