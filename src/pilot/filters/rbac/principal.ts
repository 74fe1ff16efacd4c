/** Who asks, as RBAC principals. */
import { quoteMeta } from '../../../mesh/quote-meta';
import type { Principal, StringMatcher } from '../../../envoy/config';
import type { Condition as When, Source } from '../../../schema/kinds/security';
import { cidrRange } from '../../cidr';
import type { Condition, Expression, Logic, RuleContext } from './condition';
import { PEER_PRINCIPAL } from '../filter-state';
import { ANYTHING, claimMatcher, claimsMatcher, headerMatcher, regexMatcher, stringMatcher } from './matchers';
import { type TrustDomains, inAllDomains, trustDomainsFor } from './trust-domains';

type Identifies = Expression<Principal>;

export const principalLogic: Logic<Principal> = {
  any: { any: true },
  and: (ids) => ({ andIds: { ids } }),
  or: (ids) => ({ orIds: { ids } }),
  not: (id) => ({ notId: id }),
};

/** Where the policy is, which trust domains are the mesh's, and for how many sources a condition holds. */
export interface PolicyContext {
  readonly namespace: string;
  readonly trustDomains: TrustDomains;
  readonly sources: number;
  readonly identity: RuleContext['identity'];
}

/** The condition of a `when`, where it is about who asks. istio: authz model.New */
export function principalWhen(
  { key = '', values = [], notValues = [] }: When,
  context: PolicyContext,
): Condition<Principal> | undefined {
  if (key.startsWith('request.headers')) return { values, notValues, expression: header(key) };
  if (key.startsWith('request.auth.claims')) return { values, notValues, expression: claims(key) };
  return ATTRIBUTES.get(key)?.(values, notValues, context);
}

/** The conditions of a source, in the order of Istio. */
export const principalsOf = (source: Source = {}, context: PolicyContext): Condition<Principal>[] => [
  principal(source.principals, source.notPrincipals, context),
  plain(requestPrincipal)(source.requestPrincipals, source.notRequestPrincipals),
  serviceAccount(source.serviceAccounts, source.notServiceAccounts, context),
  trustDomain(source.trustDomains, source.notTrustDomains, context),
  namespace(source.namespaces, source.notNamespaces, context),
  plain(address('remoteIp'))(source.remoteIpBlocks, source.notRemoteIpBlocks),
  plain(address('directRemoteIp'))(source.ipBlocks, source.notIpBlocks),
];

type Make = (
  values: readonly string[] | undefined,
  notValues: readonly string[] | undefined,
  context: PolicyContext,
) => Condition<Principal>;

const plain =
  (expression: Identifies) =>
  (values: readonly string[] = [], notValues: readonly string[] = []): Condition<Principal> => ({
    values,
    notValues,
    expression,
  });

/** istio: principalNameMatcher */
const peer = ({ identity }: PolicyContext, name: StringMatcher): Principal =>
  identity === 'certificate'
    ? { authenticated: { principalName: name } }
    : { filterState: { key: PEER_PRINCIPAL, stringMatch: name } };

const principal: Make = (values = [], notValues = [], context) => ({
  values: often(context.sources, values, context.trustDomains),
  notValues: often(context.sources, notValues, context.trustDomains),
  expression: { each: (value) => peer(context, stringMatcher(value, 'spiffe://')) },
});

/** Differs: Pilot knows no end, and is out of memory before long. */
const MOST_VALUES = 10_000;

/** A condition that several sources share is worked on again for each of them. istio: Model.MigrateTrustDomain */
const often = (times: number, values: readonly string[], domains: TrustDomains): readonly string[] =>
  times === 0 || values.length > MOST_VALUES ? values : often(times - 1, inAllDomains(values, domains), domains);

const trustDomain: Make = (values = [], notValues = [], context) => ({
  values: trustDomainsFor(values, context.trustDomains),
  notValues: trustDomainsFor(notValues, context.trustDomains),
  expression: { each: (value) => peer(context, trustDomainMatcher(value)) },
});

/** istio: srcTrustDomainGenerator */
function trustDomainMatcher(value: string): StringMatcher {
  if (value === '*') return { prefix: 'spiffe://' };
  const star = value.indexOf('*');
  if (star < 0) return { prefix: `spiffe://${value}/` };
  return regexMatcher(`spiffe://${quoteMeta(value.slice(0, star))}[^/]*${quoteMeta(value.slice(star + 1))}/.*`);
}

const namespace: Make = (values = [], notValues = [], context) => ({
  values,
  notValues,
  expression: {
    each: (value) => peer(context, regexMatcher(`.*/ns/${value.split('*').map(quoteMeta).join('.*')}/.*`)),
  },
});

/** `name`, or `namespace/name`. istio: serviceAccountRegex */
const serviceAccount: Make = (values = [], notValues = [], context) => ({
  values,
  notValues,
  expression: {
    each: (value) => {
      const slash = value.indexOf('/');
      const [space, name] = slash < 0 ? [context.namespace, value] : [value.slice(0, slash), value.slice(slash + 1)];
      return peer(context, regexMatcher(`spiffe://.+/ns/${quoteMeta(space)}/(.+/|)sa/${quoteMeta(name)}(/.+)?`));
    },
  },
});

const address = (kind: 'remoteIp' | 'directRemoteIp'): Identifies => ({
  each: (value) => {
    const range = cidrRange(value);
    return range && { [kind]: range };
  },
});

const inHttp = (express: (values: readonly string[]) => Principal | undefined): Identifies => ({
  together: (values, protocol) => (protocol === 'http' ? express(values) : undefined),
});

/** `issuer/subject`, where the issuer may have slashes. istio: requestPrincipalGenerator */
const requestPrincipal = inHttp((values) => {
  const each = values.map((value): Principal => {
    const { issuer, subject } = issuerAndSubject(value);
    return principalLogic.and([{ metadata: claimMatcher('iss', issuer) }, { metadata: claimMatcher('sub', subject) }]);
  });
  const [only, ...others] = each;
  return only && others.length === 0 ? only : principalLogic.or(each);
});

function issuerAndSubject(value: string): { issuer: StringMatcher; subject: StringMatcher } {
  if (value === '*') return { issuer: ANYTHING, subject: ANYTHING };
  const slash = value.lastIndexOf('/');
  const [issuer, subject] = slash < 0 ? [value, ''] : [value.slice(0, slash), value.slice(slash + 1)];
  if (value.startsWith('*')) {
    if (slash < 0) return { issuer: ANYTHING, subject: { suffix: value.slice(1) } };
    return { issuer: issuer === '*' ? ANYTHING : { suffix: issuer.slice(1) }, subject: { exact: subject } };
  }
  if (!value.endsWith('*')) return { issuer: { exact: issuer }, subject: { exact: subject } };
  if (slash < 0) return { issuer: { prefix: value.slice(0, -1) }, subject: ANYTHING };
  return { issuer: { exact: issuer }, subject: subject === '*' ? ANYTHING : { prefix: subject.slice(0, -1) } };
}

const claim = (name: string): Identifies => inHttp((values) => ({ metadata: claimsMatcher([name], values) }));

/** `request.auth.claims[a][b]`. istio: requestClaimGenerator */
function claims(key: string): Identifies {
  const path = key.slice('request.auth.claims'.length);
  const nested = /^(?:\[[^[\]]*\])+$/.test(path) ? path.slice(1, -1).split('][') : undefined;
  const names = nested ?? (/^\[.*\]$/s.test(path) ? [path.slice(1, -1)] : undefined);
  return inHttp((values) => names && { metadata: claimsMatcher(names, values) });
}

/** `request.headers[name]`. istio: requestHeaderGenerator */
function header(key: string): Identifies {
  const [, name] = /^\[(.*)\]$/s.exec(key.slice('request.headers'.length)) ?? [];
  return {
    each: (value, protocol) =>
      protocol === 'http' && name !== undefined ? { header: headerMatcher(name, value, 'as-written') } : undefined,
  };
}

const ATTRIBUTES = new Map<string, Make>([
  ['source.ip', plain(address('directRemoteIp'))],
  ['remote.ip', plain(address('remoteIp'))],
  ['source.namespace', namespace],
  ['source.trustDomain', trustDomain],
  ['source.serviceAccount', serviceAccount],
  ['source.principal', principal],
  ['request.auth.principal', plain(requestPrincipal)],
  ['request.auth.audiences', plain(claim('aud'))],
  ['request.auth.presenter', plain(claim('azp'))],
]);
