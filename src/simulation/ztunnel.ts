/** What the ztunnel of a workload lets in. It sees connections, and knows no more than who calls, from where, and which port. */
import ipaddr from 'ipaddr.js';
import { type AuthorizationPolicy, actionOf, authorizationPolicies } from '../mesh/policies/authorization';
import type { Mesh } from '../mesh/mesh';
import type { Attachable } from '../mesh/policies/policy-attachment';
import type { Condition, Operation, Rule, Source } from '../schema/kinds/security';
import { isCidr, isIp } from '../schema/ip';
import { type Certainty, all, any, known, not } from './certainty';
import { type Peer, type Permission, decided, fits, isServiceAccount, principal } from './permission';

/** A connection to a pod, as far as it is known. */
export interface Caller {
  /** Who proves to be calling; nobody, where it is no tunnel. */
  readonly peer: Peer | undefined;
  readonly source?: string;
  readonly destination?: string;
  readonly port: number | undefined;
}

/**
 * What the policies of a workload in ambient mode say of a connection, those that have targets aside: a waypoint enforces them.
 * Policies that are not ALLOW or DENY do not get to ztunnel, nor do those on trial. istio: ambient.convertAuthorizationPolicy
 */
export function ztunnelPermission(mesh: Mesh, server: Attachable, caller: Caller): Permission {
  const { deny, allow } = authorizationPolicies(mesh, server);
  return decided({ custom: [], deny, allow }, (policy) =>
    any((policy.value.spec?.rules ?? []).map((rule) => ruleMatches(policy, rule, caller))),
  );
}

/**
 * Of rules about requests, ALLOW drops the whole rule. DENY drops what is about requests; where nothing is left of a `source`, an
 * `operation` or a `when`, that is never met, and the rule with it. ztunnel: Authorization::matches
 * Differs: the status that the control plane writes says of such a DENY that it forbids more than it should.
 */
function ruleMatches(policy: AuthorizationPolicy, rule: Rule, caller: Caller): Certainty {
  if (actionOf(policy) === 'ALLOW' && isAboutRequests(rule)) return 'no';
  const { from = [], to = [], when = [] } = rule;
  const clauses = [
    to.map(({ operation = {} }) => operationTests(operation, caller)),
    from.map(({ source = {} }) => sourceTests(source, policy.namespace, caller)),
    ...when.map((condition) => [conditionTests(condition, caller)]),
  ];
  return all(clauses.filter(({ length }) => length > 0).map((clause) => any(clause.map(allMet))));
}

const allMet = (tests: readonly Certainty[]): Certainty => (tests.length === 0 ? 'no' : all(tests));

const OPERATION: readonly (keyof Operation)[] = ['hosts', 'notHosts', 'methods', 'notMethods', 'paths', 'notPaths'];
const SOURCE: readonly (keyof Source)[] = [
  'remoteIpBlocks',
  'notRemoteIpBlocks',
  'requestPrincipals',
  'notRequestPrincipals',
];
const CONDITIONS = new Set(['source.ip', 'source.namespace', 'source.principal', 'destination.ip', 'destination.port']);

const isAboutRequests = ({ from = [], to = [], when = [] }: Rule): boolean =>
  to.some(({ operation = {} }) => OPERATION.some((name) => (operation[name] ?? []).length > 0)) ||
  from.some(({ source = {} }) => SOURCE.some((name) => (source[name] ?? []).length > 0)) ||
  when.some(({ key = '' }) => !CONDITIONS.has(key));

/** Of what is asked for and what is excluded, as far as there is any. */
function tests(asked: readonly string[] = [], excluded: readonly string[] = [], holds: (value: string) => Certainty) {
  return [
    ...(asked.length > 0 ? [any(asked.map(holds))] : []),
    ...(excluded.length > 0 ? [not(any(excluded.map(holds)))] : []),
  ];
}

const operationTests = ({ ports, notPorts }: Operation, { port }: Caller): Certainty[] =>
  tests(ports?.filter(isPort), notPorts?.filter(isPort), (each) => samePort(each, port));

function sourceTests(source: Source, own: string, caller: Caller): Certainty[] {
  const { peer } = caller;
  return [
    ...tests(source.ipBlocks?.filter(isBlock), source.notIpBlocks?.filter(isBlock), (block) =>
      liesIn(block, caller.source),
    ),
    ...tests(source.namespaces, source.notNamespaces, (pattern) => inNamespace(pattern, peer)),
    ...tests(source.serviceAccounts, source.notServiceAccounts, (name) =>
      known(peer !== undefined && isServiceAccount([name], peer, own)),
    ),
    ...tests(source.principals, source.notPrincipals, (pattern) => isPrincipal(pattern, peer)),
  ];
}

function conditionTests({ key = '', values = [], notValues = [] }: Condition, caller: Caller): Certainty[] {
  const { peer, source, destination, port } = caller;
  switch (key) {
    case 'source.namespace':
      return tests(values, notValues, (pattern) => inNamespace(pattern, peer));
    case 'source.principal':
      return tests(values, notValues, (pattern) => isPrincipal(pattern, peer));
    case 'source.ip':
      return tests(values.filter(isBlock), notValues.filter(isBlock), (block) => liesIn(block, source));
    case 'destination.ip':
      return tests(values.filter(isBlock), notValues.filter(isBlock), (block) => liesIn(block, destination));
    case 'destination.port':
      return tests(values.filter(isPort), notValues.filter(isPort), (each) => samePort(each, port));
    default:
      return [];
  }
}

const inNamespace = (pattern: string, peer: Peer | undefined): Certainty =>
  known(peer !== undefined && fits([pattern], peer.namespace));

const isPrincipal = (pattern: string, peer: Peer | undefined): Certainty =>
  known(peer !== undefined && fits([pattern], principal(peer)));

const isPort = (text: string): boolean => /^\d+$/.test(text) && Number(text) <= 65535;

const samePort = (text: string, port: number | undefined): Certainty =>
  port === undefined ? 'maybe' : known(Number(text) === port);

const isBlock = (text: string): boolean => isCidr(text) || isIp(text);

function liesIn(block: string, address: string | undefined): Certainty {
  if (address === undefined) return 'maybe';
  const range = ipaddr.parseCIDR(block.includes('/') ? block : `${block}/${block.includes(':') ? 128 : 32}`);
  const parsed = ipaddr.parse(address);
  return known(parsed.kind() === range[0].kind() && parsed.match(range));
}
