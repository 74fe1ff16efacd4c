/** What a policy is for: workloads by their labels, or objects by their names. */
import type { PolicyTargetReference, WorkloadMatchLabels, WorkloadSelector } from '../../kinds/networking';
import { each, isFilled, missing, present } from '../checks';
import type { Check, Part } from '../part';
import { own } from '../../../source/own';

/** A selector of policies. istio: validation.validateWorkloadSelector */
export const selector: Check<WorkloadMatchLabels> = (part) => {
  wantedLabels(part.at('matchLabels'));
  if (!isFilled(part.value.matchLabels))
    part.doubt('the selector is empty and selects every workload; remove it if that is intended');
};

/** A selector of Sidecars, ServiceEntries and EnvoyFilters. istio: validation.ValidateAlphaWorkloadSelector */
export const workloadSelector: Check<WorkloadSelector> = (part) => {
  wantedLabels(part.at('labels'));
  if (!isFilled(part.value.labels))
    part.doubt('the selector is empty and selects every workload of the namespace; remove it if that is intended');
};

function wantedLabels(part: Part<Record<string, string> | undefined>): void {
  for (const label of part.entries()) {
    const wildcard = '"*" is literal in a selector; labels are compared exactly';
    if (label.key === '') label.refuse('the key of a label must not be empty', { on: 'key' });
    if (label.key.includes('*')) label.refuse(wildcard, { on: 'key' });
    else if (label.value.includes('*')) label.refuse(wildcard);
  }
}

interface Attached {
  selector?: WorkloadMatchLabels;
  targetRef?: PolicyTargetReference;
  targetRefs?: PolicyTargetReference[];
}

/** The fields that say what a policy is for. istio: validation.validateOneOfSelectorType */
export const attachment: Check<Attached> = (part) => {
  const { targetRefs = [] } = part.value;
  const names = present(part.value, 'selector', 'targetRef', ...(targetRefs.length ? (['targetRefs'] as const) : []));
  const last = names.at(-1);
  if (names.length > 1 && last)
    part.at(last).refuse(`"${last}" and "${names[0]}" are mutually exclusive`, { on: 'key', reason: 'exclusive' });
  const { targetRef } = part.value;
  if (part.value.selector) selector(part.at('selector') as Part<WorkloadMatchLabels>);
  if (targetRef) reference(part.at('targetRef') as Part<PolicyTargetReference>);
  each(reference)(part.at('targetRefs') as Part<PolicyTargetReference[]>);
};

const TARGETS: Record<string, string | undefined> = {
  Service: '',
  ServiceEntry: 'networking.istio.io',
  Gateway: 'gateway.networking.k8s.io',
  GatewayClass: 'gateway.networking.k8s.io',
};

/** istio: validation.validatePolicyTargetReference */
const reference: Check<PolicyTargetReference> = (part) => {
  const { group = '', kind = '', name, namespace } = part.value;
  if (!name) missing(part, 'name');
  if (namespace)
    part.at('namespace').refuse('a target in another namespace is not supported; remove "namespace"', { on: 'key' });
  const expected = own(TARGETS, kind);
  if (expected === undefined)
    part.at('kind').refuse(`"${kind}" cannot be the target; a Service, ServiceEntry, Gateway or GatewayClass can`);
  else if (expected !== group && !(expected === '' && group === 'core')) wrongGroup(part.at('group'), kind, expected);
};

function wrongGroup(part: Part<string | undefined>, kind: string, expected: string): void {
  const group = part.value ?? '';
  const suggestion = { replaceValue: expected };
  part.refuse(`a ${kind} of the group "${group}" cannot be the target, one of "${expected}" can`, { suggestion });
}
