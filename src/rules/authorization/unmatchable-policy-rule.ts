import { type AuthorizationPolicy, actionOf } from '../../mesh/policies/authorization';
import { configs } from '../../mesh/settings/configs';
import { principalOf } from '../../mesh/policies/principals';
import { coversText, fitsText } from '../../mesh/policies/text-match';
import type { Operation, Source } from '../../schema/kinds/security';
import type { Field } from '../../source/field';
import { type Context, rule } from '../rule';

const OPERATIONS = [
  ['methods', 'notMethods'],
  ['paths', 'notPaths'],
  ['hosts', 'notHosts'],
  ['ports', 'notPorts'],
] as const;

const SOURCES = [
  ['principals', 'notPrincipals'],
  ['requestPrincipals', 'notRequestPrincipals'],
  ['namespaces', 'notNamespaces'],
  ['ipBlocks', 'notIpBlocks'],
  ['remoteIpBlocks', 'notRemoteIpBlocks'],
] as const;

export default rule({
  name: 'unmatchable-policy-rule',
  category: 'security',
  isLocal: true,
  severity: 'error',
  summary: 'A rule of an AuthorizationPolicy contradicts itself, so it matches no request.',
  url: 'https://istio.io/latest/docs/reference/config/security/authorization-policy/',
  docs: `
    All fields of one source, and of one operation, must match together. When one field excludes
    what another requires, the rule matches no request: an ALLOW rule allows nothing, and a policy
    with no other rule answers every request with 403 (RBAC: access denied). A DENY rule denies
    nothing.

    Fix: to express "either of the two", write two entries in the list \`from\` or \`to\`.
  `,
  check(context) {
    for (const policy of configs(context.mesh, 'AuthorizationPolicy')) {
      for (const operation of policy.each('spec.rules[].to[].operation'))
        for (const [wanted, excluded] of OPERATIONS) checkOne(context, policy, operation, wanted, excluded);
      for (const source of policy.each('spec.rules[].from[].source')) {
        for (const [wanted, excluded] of SOURCES) checkOne(context, policy, source, wanted, excluded);
        checkNamespaces(context, policy, source);
      }
    }
  },
});

function checkOne(
  { report }: Context,
  policy: AuthorizationPolicy,
  part: Field<Operation | Source>,
  wanted: string,
  excluded: string,
): void {
  const ours = texts(part.child(wanted));
  const theirs = texts(part.child(excluded));
  if (ours.length === 0 || !ours.every((each) => theirs.some((other) => coversText(other, each)))) return;
  const message = `this rule matches nothing: "${excluded}" excludes everything that "${wanted}" requires${consequence(policy)}`;
  report(part.child(excluded).key, message, {
    related: [{ place: part.child(wanted).key, message: 'the requirement' }],
  });
}

const texts = ({ value }: Field): string[] =>
  Array.isArray(value) ? value.filter((each) => typeof each === 'string') : [];

/** A principal is of one namespace. */
function checkNamespaces({ report }: Context, policy: AuthorizationPolicy, source: Field<Source>): void {
  const { principals = [], namespaces = [] } = source.value;
  if (principals.length === 0 || namespaces.length === 0) return;
  const theirs = principals.map((each) => principalOf(each)?.namespace);
  if (theirs.some((name) => name === undefined || namespaces.some((each) => fitsText(each, name)))) return;
  const message = `none of the principals is in a namespace listed in "namespaces"${consequence(policy)}`;
  report(source.get('namespaces').key, message, {
    related: [{ place: source.get('principals').key, message: 'the principals' }],
  });
}

function consequence(policy: AuthorizationPolicy): string {
  const rules = policy.value.spec?.rules ?? [];
  const isOnly = rules.length === 1 && (rules[0]?.from?.length ?? 0) <= 1 && (rules[0]?.to?.length ?? 0) <= 1;
  return isOnly && actionOf(policy) === 'ALLOW' ? ', so this policy allows no request' : '';
}
