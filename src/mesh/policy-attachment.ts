/** Which workloads a policy is attached to: by labels, or by naming the Gateway of the Gateway API whose proxies they are. */
import { GATEWAY_NAME } from './gateway-deployments';
import { type Labels, selects } from './labels';

/** A policy as far as it says what it is attached to. */
export interface Attachment {
  readonly namespace: string;
  readonly selector: Labels | undefined;
  readonly targetRefs: readonly TargetRef[];
}

/** What a policy names as its target. */
export interface TargetRef {
  readonly group?: string;
  readonly kind?: string;
  readonly name?: string;
  readonly namespace?: string;
}

/** What a policy may be attached to: a workload, or a proxy. */
export interface Attachable {
  readonly namespace: string;
  readonly labels: Labels;
}

/** The parts of a policy's spec that say what it is attached to. */
export interface Targetable {
  readonly selector?: { readonly matchLabels?: Labels };
  readonly targetRef?: TargetRef;
  readonly targetRefs?: readonly TargetRef[];
}

/** What a policy of a namespace is attached to. istio: model.GetTargetRefs */
export function attachmentOf(namespace: string, { selector, targetRef, targetRefs = [] }: Targetable): Attachment {
  const references = targetRefs.length > 0 || !targetRef ? targetRefs : [targetRef];
  return { namespace, selector: selector?.matchLabels, targetRefs: references };
}

/**
 * Whether a policy that lies in the workload's namespace or the root namespace is attached to it. Waypoints are not asked about.
 * istio: WorkloadPolicyMatcher.ShouldAttachPolicy
 */
export function isAttached({ namespace, selector, targetRefs }: Attachment, to: Attachable): boolean {
  if (targetRefs.length === 0) return selects(selector, to.labels);
  const gateway = to.labels[GATEWAY_NAME];
  if (gateway === undefined || namespace !== to.namespace) return false;
  return targetRefs.some(
    (reference) =>
      reference.group === 'gateway.networking.k8s.io' &&
      reference.kind === 'Gateway' &&
      reference.name === gateway &&
      (!reference.namespace || reference.namespace === namespace),
  );
}
