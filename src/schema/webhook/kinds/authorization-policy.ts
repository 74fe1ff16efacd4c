import type { KindMap } from '../../kinds';
import type { AuthorizationPolicySpec, Rule } from '../../kinds/security';
import { each, isFilled, missing } from '../checks';
import type { Check, Part } from '../part';
import { attachment } from '../values/selectors';
import { condition } from './authorization-condition';
import { customRule } from './authorization-custom';
import { operation, source } from './authorization-rule';

type Spec = Part<AuthorizationPolicySpec>;

/** istio: validation.ValidateAuthorizationPolicy */
export const authorizationPolicy: Check<KindMap['AuthorizationPolicy']> = (part) => {
  const spec = part.at('spec').as(part.value.spec ?? {});
  attachment(spec);
  actions[spec.value.action ?? 'ALLOW'](spec);
  if (spec.value.action !== 'CUSTOM' && spec.value.provider)
    spec
      .at('provider')
      .refuse(`"provider" is allowed only with the action CUSTOM, not with ${spec.value.action ?? 'ALLOW'}`, {
        on: 'key',
      });
  each(rule)(spec.at('rules').as(spec.value.rules ?? []));
};

const actions: Readonly<Record<NonNullable<AuthorizationPolicySpec['action']>, (spec: Spec) => void>> = {
  ALLOW: () => undefined,
  AUDIT: () => undefined,
  DENY: (spec) => {
    someRules(spec, 'DENY');
    for (const item of spec.at('rules').items()) deniesAllTcp(item);
  },
  CUSTOM: (spec) => {
    someRules(spec, 'CUSTOM');
    const { provider, rules } = spec.value;
    if (isFilled(rules) && !provider) missing(spec, 'provider', ': the action CUSTOM requires it');
    else if (isFilled(rules) && !provider?.name) missing(spec.at('provider'), 'name');
    for (const item of spec.at('rules').items()) customRule(item);
  },
};

function someRules(spec: Spec, action: string): void {
  if (!isFilled(spec.value.rules))
    spec
      .at('rules')
      .refuse(
        `"rules" is missing: without rules the policy matches nothing and ${action} never applies; an empty rule {} matches every request`,
        {
          reason: 'missing-field',
        },
      );
}

/** Istio 1.4 took an entry of `to` without operation, which allows nothing. */
const FIRST_WITH_OPERATION = 24;

const rule: Check<Rule> = (part) => {
  for (const item of part.at('from').items()) {
    if (item.value.source) source(item.at('source') as never);
    else missing(item, 'source');
  }
  for (const item of part.at('to').items()) {
    if (item.value.operation) operation(item.at('operation') as never);
    else if (part.judged.minor >= FIRST_WITH_OPERATION) missing(item, 'operation');
  }
  each(condition)(part.at('when').as(part.value.when ?? []));
};

const OF_CONNECTIONS = [
  'principals',
  'notPrincipals',
  'ipBlocks',
  'notIpBlocks',
  'namespaces',
  'notNamespaces',
  'remoteIpBlocks',
  'notRemoteIpBlocks',
  'serviceAccounts',
  'notServiceAccounts',
] as const;

/** Where a connection is not HTTP, what is known only of HTTP is left out of the rule. */
function deniesAllTcp(part: Part<Rule>): void {
  const sources = (part.value.from ?? []).flatMap((from) => from?.source ?? []);
  const operations = (part.value.to ?? []).flatMap((to) => to?.operation ?? []);
  const knowsSource = sources.some((item) => OF_CONNECTIONS.some((name) => isFilled(item[name])));
  const knowsPort = operations.some(({ ports, notPorts }) => isFilled(ports) || isFilled(notPorts));
  if ((sources.length && !operations.length && !knowsSource) || (operations.length && !knowsPort))
    part.doubt(
      'on TCP ports this rule denies every connection because it uses HTTP fields only; restrict it with "ports"',
      {
        reason: 'http-of-tcp',
      },
    );
}
