/** Whether AuthorizationPolicies let a client call a port of a workload, as far as that can be told before there is a request. */
import {
  type AuthorizationPolicies,
  type AuthorizationPolicy,
  authorizationPolicies,
  isDryRun,
} from '../mesh/authorization';
import type { Mesh } from '../mesh/mesh';
import type { Attachable } from '../mesh/policy-attachment';
import { type Certainty, all, any, known, not } from './certainty';

type Rule = NonNullable<NonNullable<AuthorizationPolicy['value']['spec']>['rules']>[number];
type Source = NonNullable<NonNullable<NonNullable<Rule['from']>[number]>['source']>;
type Operation = NonNullable<NonNullable<NonNullable<Rule['to']>[number]>['operation']>;
type Condition = NonNullable<Rule['when']>[number];

/** Who a server knows to be calling: nobody, where the connection proves no identity. */
export interface Peer {
  readonly trustDomain: string;
  readonly namespace: string;
  readonly serviceAccount: string;
}

/** Whether requests come through, and the policies that decide it. */
export interface Permission {
  readonly allowed: Certainty;
  readonly by: readonly AuthorizationPolicy[];
}

/** What the policies of a server say of a peer's requests to a port of its pods. */
export const permission = (
  mesh: Mesh,
  server: Attachable,
  peer: Peer | undefined,
  port: number | undefined,
): Permission => decided(authorizationPolicies(mesh, server), (policy) => matches(policy, peer, port));

/** What policies say, where it is known which of them match: deny first, then allow. */
export function decided(
  { custom, deny, allow }: Omit<AuthorizationPolicies, 'audit'>,
  matches: (policy: AuthorizationPolicy) => Certainty,
): Permission {
  const judged = (policies: readonly AuthorizationPolicy[]) =>
    policies.filter((policy) => !isDryRun(policy)).map((policy) => ({ policy, matches: matches(policy) }));
  const against = [...judged(deny), ...judged(custom)].filter(({ matches }) => matches !== 'no');
  const denied = judged(deny).filter(({ matches }) => matches === 'yes');
  if (denied.length > 0) return { allowed: 'no', by: denied.map(({ policy }) => policy) };
  const allowing = judged(allow);
  const inFavour = allowing.filter(({ matches }) => matches !== 'no');
  const allowed: Certainty = allowing.length === 0 ? 'yes' : any(allowing.map(({ matches }) => matches));
  if (allowed === 'no') return { allowed, by: allowing.map(({ policy }) => policy) };
  return {
    allowed: against.length > 0 ? 'maybe' : allowed,
    by: [...against, ...inFavour].map(({ policy }) => policy),
  };
}

/** What policies can tell of a peer before there is a request: two peers of whom they tell the same are alike to them. */
export const told = (policies: readonly AuthorizationPolicy[], peer: Peer | undefined): string =>
  policies
    .flatMap(({ value, namespace }) => (value.spec?.rules ?? []).map((rule) => ({ rule, call: { peer, namespace } })))
    .flatMap(({ rule: { from = [], when = [] }, call }) => [
      ...from.map(({ source = {} }) => sourceMatches(source, call)),
      ...when.map((condition) => conditionHolds(condition, call)),
    ])
    .join();

/** Who calls which port, and the namespace of the policy that is asked about it. */
interface Call {
  readonly peer: Peer | undefined;
  readonly port?: number | undefined;
  readonly namespace: string;
}

const matches = (policy: AuthorizationPolicy, peer: Peer | undefined, port: number | undefined): Certainty =>
  any((policy.value.spec?.rules ?? []).map((rule) => ruleMatches(rule, { peer, port, namespace: policy.namespace })));

function ruleMatches({ from = [], to = [], when = [] }: Rule, call: Call) {
  const someOf = <T>(items: readonly T[], holds: (item: T) => Certainty) =>
    items.length === 0 ? 'yes' : any(items.map(holds));
  return all([
    someOf(from, ({ source = {} }) => sourceMatches(source, call)),
    someOf(to, ({ operation = {} }) => operationMatches(operation, call.port)),
    ...when.map((condition) => conditionHolds(condition, call)),
  ]);
}

/** What a source can say of an identity; everything else of it is known only of a request. */
type Test = (patterns: readonly string[], peer: Peer, namespace: string) => boolean;
const IDENTITIES: readonly [keyof Source, keyof Source, Test][] = [
  ['principals', 'notPrincipals', (patterns, peer) => fits(patterns, principal(peer))],
  ['namespaces', 'notNamespaces', (patterns, peer) => fits(patterns, peer.namespace)],
  ['serviceAccounts', 'notServiceAccounts', isServiceAccount],
];

const OF_REQUESTS: readonly (keyof Source)[] = [
  'requestPrincipals',
  'notRequestPrincipals',
  'ipBlocks',
  'notIpBlocks',
  'remoteIpBlocks',
  'notRemoteIpBlocks',
];

function sourceMatches(source: Source, { peer, namespace }: Call): Certainty {
  const answers = IDENTITIES.flatMap(([asked, excluded, test]) => {
    const holds = (patterns: readonly string[]) => known(peer !== undefined && test(patterns, peer, namespace));
    const listed = source[asked] ?? [];
    const unlisted = source[excluded] ?? [];
    return [listed.length > 0 ? holds(listed) : 'yes', unlisted.length > 0 ? not(holds(unlisted)) : 'yes'] as const;
  });
  const depends = OF_REQUESTS.some((name) => (source[name] ?? []).length > 0);
  return all([...answers, depends ? 'maybe' : 'yes']);
}

function operationMatches({ ports = [], notPorts = [], ...others }: Operation, port: number | undefined): Certainty {
  const depends = Object.values(others).some((values) => values.length > 0);
  return all([
    ports.length > 0 ? isPort(ports, port) : 'yes',
    notPorts.length > 0 ? not(isPort(notPorts, port)) : 'yes',
    depends ? 'maybe' : 'yes',
  ]);
}

const isPort = (ports: readonly string[], port: number | undefined): Certainty =>
  port === undefined ? 'maybe' : known(fits(ports, String(port)));

function conditionHolds({ key, values = [], notValues = [] }: Condition, { peer, port, namespace }: Call) {
  const holds = (patterns: readonly string[]): Certainty => {
    switch (key) {
      case 'source.principal':
        return known(peer !== undefined && fits(patterns, principal(peer)));
      case 'source.namespace':
        return known(peer !== undefined && fits(patterns, peer.namespace));
      case 'source.serviceAccount':
        return known(peer !== undefined && isServiceAccount(patterns, peer, namespace));
      case 'destination.port':
        return isPort(patterns, port);
      default:
        return 'maybe';
    }
  };
  return all([values.length > 0 ? holds(values) : 'yes', notValues.length > 0 ? not(holds(notValues)) : 'yes']);
}

/** As policies name it, without `spiffe://`. */
export const principal = ({ trustDomain, namespace, serviceAccount }: Peer): string =>
  `${trustDomain}/ns/${namespace}/sa/${serviceAccount}`;

/** Whether a peer has one of the names, `namespace/name`; one without a namespace is of the policy's own. istio: serviceAccountRegex */
export function isServiceAccount(names: readonly string[], { namespace, serviceAccount }: Peer, own: string): boolean {
  return names.some((name) => (name.includes('/') ? name : `${own}/${name}`) === `${namespace}/${serviceAccount}`);
}

/** Whether one of the patterns fits: exact, `prefix*`, `*suffix`, or `*` for anything that is not empty. */
export const fits = (patterns: readonly string[], text: string): boolean =>
  patterns.some((pattern) => {
    if (pattern === '*') return text !== '';
    if (pattern.endsWith('*')) return text.startsWith(pattern.slice(0, -1));
    if (pattern.startsWith('*')) return text.endsWith(pattern.slice(1));
    return text === pattern;
  });
