import type { KindMap } from '../../kinds';
import type { AccessRule, AccessRuleConstraint, ServiceRoleBindingSpec, Subject } from '../../kinds/legacy';
import { each, isFilled, missing } from '../checks';
import type { Check, Part } from '../part';
import { port } from '../values/numbers';
import { own } from '../../../source/own';

/** istio: validation.checkRbacConfig */
export const rbacConfig: Check<KindMap['RbacConfig' | 'ClusterRbacConfig']> = (part) => {
  const { kind } = part.value;
  const { name } = part.judged;
  if (kind === 'RbacConfig')
    part.at('kind').doubt('RbacConfig is deprecated in Istio 1.4: use ClusterRbacConfig', { on: 'value' });
  if (name !== 'default') {
    part.at('metadata').at('name').refuse(`"${name}": a ${kind} must be named "default"`, { reason: 'metadata' });
    return;
  }
  const spec = part.at('spec').as(part.value.spec ?? {});
  const { mode, inclusion, exclusion } = spec.value;
  if (mode === 'ON_WITH_INCLUSION' && !inclusion)
    missing(spec, 'inclusion', ': the mode ON_WITH_INCLUSION requires it');
  if (mode === 'ON_WITH_EXCLUSION' && !exclusion)
    missing(spec, 'exclusion', ': the mode ON_WITH_EXCLUSION requires it');
};

/** istio: validation.ValidateServiceRole */
export const serviceRole: Check<KindMap['ServiceRole']> = (part) => {
  const spec = part.at('spec').as(part.value.spec ?? {});
  if (!isFilled(spec.value.rules)) missing(spec, 'rules');
  each(accessRule)(spec.at('rules').as(spec.value.rules ?? []));
};

const accessRule: Check<AccessRule> = (part) => {
  const { methods, notMethods, ports, notPorts } = part.value;
  if (isFilled(methods) && isFilled(notMethods)) both(part, 'methods', 'notMethods');
  if (isFilled(ports) && isFilled(notPorts)) both(part, 'ports', 'notPorts');
  each(port)(part.at('ports').as(ports ?? []));
  each(port)(part.at('notPorts').as(notPorts ?? []));
  for (const item of part.at('constraints').items()) constraint(item, isFilled(ports) || isFilled(notPorts));
};

const both = (part: Part<AccessRule>, one: keyof AccessRule, other: keyof AccessRule): void =>
  part.at(other).refuse(`"${one}" and "${other}" are mutually exclusive`, { on: 'key', reason: 'exclusive' });

function constraint(part: Part<AccessRuleConstraint>, hasPorts: boolean): void {
  if (!part.value.key) missing(part, 'key');
  if (!isFilled(part.value.values)) missing(part, 'values');
  if (part.value.key === 'destination.port' && hasPorts)
    part.at('key').refuse('"destination.port" repeats "ports" or "notPorts" of the rule', { reason: 'exclusive' });
}

/** istio: validation.checkServiceRoleBinding */
export const serviceRoleBinding: Check<KindMap['ServiceRoleBinding']> = (part) => {
  const spec: Part<ServiceRoleBindingSpec> = part.at('spec').as(part.value.spec ?? {});
  if (!isFilled(spec.value.subjects)) missing(spec, 'subjects');
  each(subject)(spec.at('subjects').as(spec.value.subjects ?? []));
  const { roleRef, actions, role } = spec.value;
  const given = [roleRef, isFilled(actions) || undefined, role || undefined].filter((one) => one !== undefined);
  if (given.length !== 1)
    spec.refuse('exactly one of "roleRef", "role" and "actions" is required', {
      on: 'key',
      reason: given.length === 0 ? 'missing-field' : 'exclusive',
    });
  if (roleRef) {
    const { kind = '', name } = roleRef;
    const reference = spec.at('roleRef');
    if (kind !== 'ServiceRole') reference.at('kind').refuse(`"${kind}" is not "ServiceRole"`, { reason: 'enum' });
    if (!name) missing(reference, 'name');
  }
  each(accessRule)(spec.at('actions').as(actions ?? []));
  if (role === '/') spec.at('role').refuse('"/" has no name of a ServiceRole', { reason: 'format' });
};

const OWN_FIELDS: Readonly<Record<string, keyof Subject>> = {
  'source.principal': 'names',
  'request.auth.claims[groups]': 'groups',
  'source.namespace': 'namespaces',
  'source.ip': 'ips',
};

const subject: Check<Subject> = (part) => {
  const isEmpty = Object.values(part.value).every((value) => value === '' || !isFilled(value as object));
  if (isEmpty) part.refuse('the subject is empty, so it matches no client', { reason: 'missing-field' });
  for (const property of part.at('properties').entries()) {
    const field = own(OWN_FIELDS, property.key);
    if (field && isFilled(part.value[field] as object))
      property.refuse(`"${property.key}" and "${field}" are mutually exclusive`, { on: 'key', reason: 'exclusive' });
  }
  for (const field of ['names', 'notNames'] as const)
    for (const name of part.at(field).items())
      if (name.value === '*') name.refuse('"*" is not allowed here; use allUsers or allAuthenticatedUsers');
};
