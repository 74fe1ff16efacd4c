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
      const lists = authoritiesIn(policy);
      const services = lists.length > 0 ? servicesUnder(context.mesh, policy) : [];
      for (const list of lists) for (const service of services) check(context, policy, list, service);
    }
  },
});

/** The lists of a policy that are compared with the authority of requests: hosts, and conditions on the header. */
function authoritiesIn(policy: AuthorizationPolicy): (readonly Field<string>[])[] {
  const operations = policy.each('spec.rules[].to[].operation').map((each) => each.each('hosts[]'));
  const conditions = policy
    .each('spec.rules[].when[]')
    .filter(({ value: { key = '' } }) => AUTHORITY_KEYS.has(key.toLowerCase()))
    .map((each) => each.each('values[]'));
  return [...operations, ...conditions].filter((list) => list.length > 0);
}

const AUTHORITY_KEYS = new Set(['request.headers[:authority]', 'request.headers[host]']);

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
  list: readonly Field<string>[],
  service: Service,
): void {
  const names = namesOf(mesh, service);
  const isName = (text: string): boolean => names.some((name) => name === text.toLowerCase().replace(/:\d+$/, ''));
  const named = list.find(({ value }) => isName(value));
  if (!named) return;
  const listed = authoritiesIn(policy).flatMap((each) => each.map(({ value }) => value.toLowerCase()));
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
