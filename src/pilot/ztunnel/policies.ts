/** The AuthorizationPolicies that ztunnel enforces: those without targets, as far as they are about connections. */
import ipaddr from 'ipaddr.js';
import { type AuthorizationPolicy, actionOf, isDryRun } from '../../mesh/policies/authorization';
import { type Attachable, attachmentOf } from '../../mesh/policies/policy-attachment';
import type { Mesh } from '../../mesh/mesh';
import { configs, configsIn } from '../../mesh/settings/configs';
import { rootNamespace } from '../../mesh/settings/mesh-config';
import { selectsSome } from '../../mesh/workloads/labels';
import type { Condition, Operation, Rule, Source } from '../../schema/kinds/security';
import { isCidr, isIp } from '../../schema/ip';
import type {
  AddressRange,
  Authorization,
  Group,
  Match,
  Rule as ZtunnelRule,
  ServiceAccountMatch,
  StringMatch,
} from '../../ztunnel/config';
import { type Origins, from } from '../origins';

/** istio: ambient.convertAuthorizationPolicy */
export function authorizations(mesh: Mesh, origins: Origins): Authorization[] {
  const root = rootNamespace(mesh);
  return configs(mesh, 'AuthorizationPolicy')
    .filter(isForZtunnel)
    .map((policy) => from(origins, policy.at(['metadata', 'name']), authorizationOf(policy, root)));
}

/** Waypoints enforce policies with targets; AUDIT, CUSTOM and dry-run policies are not sent. */
function isForZtunnel(policy: AuthorizationPolicy): boolean {
  const action = actionOf(policy);
  const { targetRefs } = attachmentOf(policy.namespace, policy.value.spec ?? {});
  return (action === 'ALLOW' || action === 'DENY') && targetRefs.length === 0 && !isDryRun(policy);
}

/** The keys of the policies that select a workload by labels. istio: buildWorkloadPolicies */
export function selectorPolicyKeys(mesh: Mesh, { namespace, labels }: Attachable): string[] {
  const namespaces = [...new Set([rootNamespace(mesh), namespace])];
  return namespaces
    .flatMap((each) => configsIn(mesh, 'AuthorizationPolicy', each))
    .filter((policy) => isForZtunnel(policy) && selectsSome(policy.value.spec?.selector?.matchLabels, labels))
    .map((policy) => `${policy.namespace}/${policy.name}`)
    .sort();
}

function authorizationOf(policy: AuthorizationPolicy, root: string): Authorization {
  const { namespace, name, value } = policy;
  const action = actionOf(policy);
  const groups = (value.spec?.rules ?? []).flatMap((rule) => groupOf(rule, action === 'ALLOW', namespace) ?? []);
  const scope = value.spec?.selector ? 'WORKLOAD_SELECTOR' : namespace === root ? undefined : 'NAMESPACE';
  return {
    name,
    namespace,
    ...(scope && { scope }),
    ...(action === 'DENY' && { action }),
    ...(groups.length > 0 && { groups }),
  };
}

/** Of an ALLOW policy, rules about requests are dropped; of a DENY policy, only what in them is about requests. istio: handleRule */
function groupOf(rule: Rule, allows: boolean, namespace: string): Group | undefined {
  if (allows && isAboutRequests(rule)) return undefined;
  const { from: sources = [], to = [], when = [] } = rule;
  const rules: ZtunnelRule[] = [
    ...(to.length > 0 ? [{ matches: to.map(({ operation = {} }) => operationMatch(operation)) }] : []),
    ...(sources.length > 0 ? [{ matches: sources.map(({ source = {} }) => sourceMatch(source, namespace)) }] : []),
    ...when.map((condition) => ({ matches: [conditionMatch(condition)] })),
  ];
  return rules.length > 0 ? { rules } : {};
}

const OPERATION: readonly (keyof Operation)[] = ['hosts', 'notHosts', 'methods', 'notMethods', 'paths', 'notPaths'];
const SOURCE: readonly (keyof Source)[] = [
  'remoteIpBlocks',
  'notRemoteIpBlocks',
  'requestPrincipals',
  'notRequestPrincipals',
];
const CONDITIONS = new Set(['source.ip', 'source.namespace', 'source.principal', 'destination.ip', 'destination.port']);

const isAboutRequests = ({ from: sources = [], to = [], when = [] }: Rule): boolean =>
  to.some(({ operation = {} }) => OPERATION.some((name) => (operation[name] ?? []).length > 0)) ||
  sources.some(({ source = {} }) => SOURCE.some((name) => (source[name] ?? []).length > 0)) ||
  when.some(({ key = '' }) => !CONDITIONS.has(key));

const operationMatch = ({ ports, notPorts }: Operation): Match =>
  withoutEmpty({ destinationPorts: portsIn(ports), notDestinationPorts: portsIn(notPorts) });

const sourceMatch = (source: Source, namespace: string): Match =>
  withoutEmpty({
    sourceIps: rangesIn(source.ipBlocks),
    notSourceIps: rangesIn(source.notIpBlocks),
    namespaces: matchesIn(source.namespaces),
    notNamespaces: matchesIn(source.notNamespaces),
    serviceAccounts: accountsIn(source.serviceAccounts, namespace),
    notServiceAccounts: accountsIn(source.notServiceAccounts, namespace),
    principals: matchesIn(source.principals),
    notPrincipals: matchesIn(source.notPrincipals),
  });

function conditionMatch({ key, values, notValues }: Condition): Match {
  switch (key) {
    case 'source.namespace':
      return withoutEmpty({ namespaces: matchesIn(values), notNamespaces: matchesIn(notValues) });
    case 'source.principal':
      return withoutEmpty({ principals: matchesIn(values), notPrincipals: matchesIn(notValues) });
    case 'source.ip':
      return withoutEmpty({ sourceIps: rangesIn(values), notSourceIps: rangesIn(notValues) });
    case 'destination.ip':
      return withoutEmpty({ destinationIps: rangesIn(values), notDestinationIps: rangesIn(notValues) });
    case 'destination.port':
      return withoutEmpty({ destinationPorts: portsIn(values), notDestinationPorts: portsIn(notValues) });
    default:
      return {};
  }
}

const withoutEmpty = (match: Match): Match =>
  Object.fromEntries(Object.entries(match).filter(([, values]) => (values as readonly unknown[]).length > 0));

const portsIn = (texts: readonly string[] = []): number[] =>
  texts.filter((text) => /^\d+$/.test(text) && Number(text) <= 65535).map(Number);

const matchesIn = (patterns: readonly string[] = []): StringMatch[] => patterns.map(stringMatch);

function stringMatch(pattern: string): StringMatch {
  if (pattern === '*') return { presence: {} };
  if (pattern.startsWith('*')) return { suffix: pattern.slice(1) };
  if (pattern.endsWith('*')) return { prefix: pattern.slice(0, -1) };
  return { exact: pattern };
}

const accountsIn = (names: readonly string[] = [], own: string): ServiceAccountMatch[] =>
  names.map((name) => {
    const slash = name.indexOf('/');
    if (slash < 0) return { namespace: own, serviceAccount: name };
    return { namespace: name.slice(0, slash), serviceAccount: name.slice(slash + 1) };
  });

const rangesIn = (blocks: readonly string[] = []): AddressRange[] =>
  blocks.filter((block) => isCidr(block) || isIp(block)).map(rangeOf);

function rangeOf(block: string): AddressRange {
  const [text = '', bits] = block.split('/');
  const length = bits === undefined ? (text.includes(':') ? 128 : 32) : Number(bits);
  return { address: ipaddr.parse(text).toString(), ...(length > 0 && { length }) };
}
