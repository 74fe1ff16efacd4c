/** Rules of Mixer that deny requests, as AuthorizationPolicies. */
import type { Action, Rule as MixerRule } from '../../legacy/mixer/configuration';
import type { Expression } from '../../legacy/mixer/expression/parse';
import type { Instance } from '../../legacy/mixer/instance';
import type { Rule } from '../../schema/kinds/security';
import type { KubernetesObject } from '../../source/resource';
import { type Clause, type Unsayable, clausesOf, comparison, operandOf } from './condition';
import { type Denial, denialOf } from './denial';

/** The policies of a rule whose actions all deny or check lists. Differs: requests are refused with 403, whatever code the handler names. */
export function denyPolicies(
  name: string,
  { namespace, match, actions }: MixerRule,
  root: string,
): readonly KubernetesObject[] | Unsayable {
  if (match === 'never') return [];
  const conditions = match === 'always' ? [[]] : clausesOf(match.expression);
  if ('unsayable' in conditions) return conditions;
  const denials: Denial[] = [];
  for (const refused of actions.flatMap((action) => action.instances.map((instance) => refusedBy(action, instance)))) {
    if ('unsayable' in refused) return refused;
    for (const clause of conditions.flatMap((one) => refused.map((other) => [...one, ...other]))) {
      const denial = denialOf(clause);
      if ('unsayable' in denial) return denial;
      denials.push(denial);
    }
  }
  return policiesOf(name, namespace === MIXER_ROOT ? root : namespace, denials, root);
}

/** What an action refuses beside the condition of its rule. */
function refusedBy({ handler: { adapter, params } }: Action, { expressions }: Instance): readonly Clause[] | Unsayable {
  if (adapter === 'denier') return [[]];
  const { overrides = [], entryType = 'STRINGS', blacklist = false, providerUrl } = (params ?? {}) as ListParams;
  if (providerUrl) return { unsayable: 'a list of a server requires an AuthorizationPolicy with action CUSTOM' };
  if (entryType !== 'STRINGS' && entryType !== 'IP_ADDRESSES')
    return { unsayable: `AuthorizationPolicy has no lists of type ${entryType}` };
  const value = expressions['value'] as { readonly expression?: Expression } | undefined;
  const operand = value?.expression && operandOf(value.expression);
  if (!operand) return { unsayable: 'the checked value is not an attribute' };
  if ((operand.attribute === 'source.ip') !== (entryType === 'IP_ADDRESSES'))
    return { unsayable: `a list of type ${entryType} has no counterpart for "${operand.attribute}"` };
  if (overrides.some((each) => each.includes('*'))) return { unsayable: 'an entry of the list has a star' };
  if (overrides.length === 0) return blacklist ? [] : [[]];
  // A request without the value is not in the list: Mixer refuses it, and so does "notValues".
  return comparison({ fallback: '', ...operand }, overrides, blacklist);
}

interface ListParams {
  readonly overrides?: readonly string[];
  readonly entryType?: string;
  readonly blacklist?: boolean;
  readonly providerUrl?: string;
}

/** One policy for each set of workloads. */
function policiesOf(name: string, home: string, denials: readonly Denial[], root: string): KubernetesObject[] {
  const groups = new Map<string, { denial: Denial; namespace: string; rules: Rule[] }>();
  for (const denial of denials) {
    const namespace = denial.namespace ?? home;
    if (namespace !== home && home !== root) continue;
    const key = JSON.stringify([namespace, denial.labels]);
    const group = groups.get(key) ?? { denial, namespace, rules: [] };
    group.rules.push(denial.rule);
    groups.set(key, group);
  }
  return [...groups.values()].map(({ denial, namespace, rules }, index) => ({
    apiVersion: 'security.istio.io/v1',
    kind: 'AuthorizationPolicy',
    metadata: { name: index === 0 ? name : `${name}-${index + 1}`, namespace },
    spec: {
      ...(Object.keys(denial.labels).length > 0 && { selector: { matchLabels: denial.labels } }),
      action: 'DENY',
      rules,
    },
  }));
}

/** The namespace whose rules Mixer applies to the whole mesh. */
const MIXER_ROOT = 'istio-system';
