import { mtlsOf } from '../../mesh/policies/authentication';
import { type AuthorizationPolicy, actionOf, authorizationPolicies, isDryRun } from '../../mesh/policies/authorization';
import { configs } from '../../mesh/settings/configs';
import { selectsSome } from '../../mesh/workloads/labels';
import type { Mesh } from '../../mesh/mesh';
import type { Attachable } from '../../mesh/policies/policy-attachment';
import { isCaptured } from '../../mesh/injection/injection';
import { attachables, attachment, workloadsUnder } from '../../mesh/policies/policy-enforcers';
import { hostsOf, isMtlsAutomatic, isMutual, prescribedTls, servicesIn } from '../../mesh/traffic/prescribed-tls';
import { serversOf, takesClientCertificates } from '../../mesh/gateways/gateway-listeners';
import { isGateway, isWaypoint } from '../../mesh/workloads/proxy';
import type { Workload } from '../../mesh/workloads/workloads';
import type { Source } from '../../schema/kinds/security';
import type { Field } from '../../source/field';
import { rule } from '../rule';

export default rule({
  name: 'unproven-identity',
  category: 'security',
  severity: 'error',
  summary: 'An AuthorizationPolicy matches client identities, which are unknown without mutual TLS.',
  url: 'https://istio.io/latest/docs/reference/config/security/peer_authentication/',
  docs: `
    principals, namespaces and service accounts come from the client's certificate. There is no
    certificate when the server accepts plain text only (PeerAuthentication mode DISABLE) or when
    clients send plain text or other TLS (DestinationRule mode DISABLE or SIMPLE, or automatic
    mutual TLS turned off): an ALLOW rule allows nothing (403, RBAC: access denied), a DENY rule
    denies nothing, and a "not..." entry matches every client.

    Fix: use mutual TLS, or match something else.

    At a gateway, only servers with TLS mode MUTUAL, OPTIONAL_MUTUAL or ISTIO_MUTUAL see a client
    certificate. Clients from outside the mesh usually have none: match tokens or addresses instead.
    A policy for a whole namespace or mesh applies to its gateways too: when every ALLOW rule there
    requires an identity, the gateway answers every request with 403. Add an ALLOW policy for the
    gateway.

    With PERMISSIVE servers, clients that use mutual TLS have an identity, so these are not
    reported. Policies for workloads in ambient mode are not checked.
  `,
  sameAs: ['KIA0105'],
  check({ mesh, report }) {
    for (const policy of configs(mesh, 'AuthorizationPolicy')) {
      const identities = identitiesOf(policy);
      const doubt = identities.length > 0 ? doubtOf(mesh, policy) : undefined;
      const closed = doubt || identities.length === 0 ? undefined : closedGateway(mesh, policy);
      if (closed)
        report(
          identities[0]!.field,
          `${closed.because}, and every ALLOW rule for it requires a client identity, so it answers every request with 403; add an ALLOW policy for the gateway`,
          { related: closed.field ? [{ place: closed.field, message: 'this server' }] : [] },
        );
      if (!doubt) continue;
      const related = doubt.field ? [{ place: doubt.field, message: 'this setting' }] : [];
      for (const { field, isNegative, sameAs } of identities) {
        const effect = isNegative ? 'this matches every client' : `this ${actionOf(policy)} rule never matches`;
        report(field, `${doubt.because}, so the client identity is unknown and ${effect}`, {
          related,
          ...(sameAs && { sameAs }),
        });
      }
    }
  },
});

/** A field that names identities; those that Kiali does not know have no counterpart. */
interface Identity {
  field: Field;
  isNegative: boolean;
  sameAs?: string[];
}

const LISTS = ['principals', 'namespaces'] as const;
const OWN_LISTS = ['serviceAccounts'] as const;
const KEYS = new Set(['source.principal', 'source.namespace', 'connection.sni']);

function identitiesOf(policy: AuthorizationPolicy): Identity[] {
  const sources = policy.each('spec.rules[].from[].source');
  const list = (name: string, more: Partial<Identity>): Identity[] =>
    sources.flatMap((source) =>
      [name, `not${name[0]!.toUpperCase()}${name.slice(1)}`]
        .map((each) => source.child(each))
        .filter(({ value }) => Array.isArray(value) && value.length > 0)
        .map((field) => ({ field: field.key, isNegative: field.path.at(-1) !== name, ...more })),
    );
  const conditions = policy.each('spec.rules[].when[]').filter(({ value: { key = '' } }) => KEYS.has(key));
  return [
    ...LISTS.flatMap((name) => list(name, {})),
    ...OWN_LISTS.flatMap((name) => list(name, { sameAs: [] })),
    ...conditions.map((condition) => ({ field: condition.get('key'), isNegative: !condition.value.values?.length })),
  ];
}

interface Doubt {
  because: string;
  field?: Field | undefined;
}

/** Why some workload that the policy is attached to cannot tell its clients apart. */
function doubtOf(mesh: Mesh, policy: AuthorizationPolicy): Doubt | undefined {
  const known: readonly Workload[] = workloadsUnder(mesh, policy);
  const { targetRefs, selector = {} } = attachment(policy);
  const isChosen = targetRefs.length > 0 || Object.keys(selector).length > 0;
  if (isChosen && known.length > 0 && known.every((each) => isGateway(mesh, each) && !isWaypoint(each)))
    return gatewayDoubt(mesh, known);
  if (targetRefs.length > 0) return undefined;
  const judged =
    known.length > 0
      ? known.filter((each) => !isGateway(mesh, each) && !isCaptured(mesh, each))
      : attachables(mesh, policy);
  for (const workload of judged) {
    const doubt = serverDoubt(mesh, workload) ?? clientDoubt(mesh, workload);
    if (doubt) return doubt;
  }
  return undefined;
}

/** A gateway that a policy for all workloads closes, as no rule allows clients without an identity. */
function closedGateway(mesh: Mesh, policy: AuthorizationPolicy): Doubt | undefined {
  const { targetRefs, selector = {} } = attachment(policy);
  const isForAll = targetRefs.length === 0 && Object.keys(selector).length === 0;
  if (!isForAll || actionOf(policy) !== 'ALLOW' || isDryRun(policy)) return undefined;
  const closed = workloadsUnder(mesh, policy).find(
    (each) =>
      isGateway(mesh, each) &&
      !isWaypoint(each) &&
      gatewayDoubt(mesh, [each]) !== undefined &&
      authorizationPolicies(mesh, each).allow.every((allow) => isDryRun(allow) || requiresIdentity(allow)),
  );
  return closed && gatewayDoubt(mesh, [closed]);
}

const requiresIdentity = ({ value }: AuthorizationPolicy): boolean =>
  (value.spec?.rules ?? []).every(
    ({ from = [], when = [] }) =>
      (from.length > 0 && from.every(({ source }) => hasIdentity(source))) ||
      when.some(({ key = '', values = [] }) => PROVEN_KEYS.has(key) && values.length > 0),
  );

const hasIdentity = ({ principals = [], namespaces = [], serviceAccounts = [] }: Source = {}): boolean =>
  [principals, namespaces, serviceAccounts].some((list) => list.length > 0);

const PROVEN_KEYS = new Set(['source.principal', 'source.namespace']);

/** Where no Gateway is known for one of the workloads, nothing is known of its clients. */
function gatewayDoubt(mesh: Mesh, gateways: readonly Workload[]): Doubt | undefined {
  const servers = gateways.map((each) => serversOf(mesh, each));
  if (servers.some((each) => each.length === 0 || each.some(takesClientCertificates))) return undefined;
  return {
    because: `no server of gateway ${nameOf(gateways[0]!)} requests a client certificate`,
    field: servers[0]![0]!.field,
  };
}

function serverDoubt(mesh: Mesh, workload: Attachable): Doubt | undefined {
  const { mode, field } = mtlsOf(mesh, workload);
  return mode === 'DISABLE' ? { because: `${nameOf(workload)} accepts only plain text`, field } : undefined;
}

/** What clients use for the services of a workload or, where none is known, for all of its namespace. */
function clientDoubt(mesh: Mesh, workload: Attachable): Doubt | undefined {
  const { namespace, labels } = workload;
  const services = servicesIn(mesh, namespace).filter(({ selector }) => selectsSome(selector, labels));
  const hosts = services.length > 0 ? services : [hostsOf(mesh, namespace)];
  const settings = hosts.map((host) => prescribedTls(mesh, host));
  const isProving = settings.some((tls) => (tls ? isMutual(tls) : isMtlsAutomatic(mesh)));
  if (isProving) return undefined;
  const prescribed = settings.find((tls) => tls !== undefined);
  return prescribed
    ? { because: `clients connect to ${nameOf(workload)} without a mesh certificate`, field: prescribed.child('mode') }
    : { because: `automatic mutual TLS is off, and clients connect to ${nameOf(workload)} in plain text` };
}

const nameOf = (workload: Attachable): string =>
  'name' in workload ? `"${String(workload.name)}"` : `namespace "${workload.namespace}"`;
