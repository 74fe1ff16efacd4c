/** Which workloads a policy is attached to: by labels, or by naming the Gateway of the Gateway API whose proxies they are. */
import { GATEWAY_NAME } from '../gateways/gateway-deployments';
import { type Labels, selects } from '../workloads/labels';

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
  /** Only of waypoints. */
  readonly waypoint?: AttachableWaypoint;
}

/** What a waypoint takes policies for beside its own Gateway. */
export interface AttachableWaypoint {
  /** The namespace whose policies may target the class of all waypoints. */
  readonly rootNamespace: string;
  /** The service whose requests are meant; absent for what the waypoint does whichever service is asked for. */
  readonly service:
    { readonly kind: 'Service' | 'ServiceEntry'; readonly name: string; readonly namespace: string } | undefined;
}

/** The namespaces in which policies for a workload lie; a waypoint also looks into that of the service. */
export const policyNamespaces = ({ namespace, waypoint }: Attachable, root: string): ReadonlySet<string> =>
  new Set([root, namespace, ...(waypoint?.service ? [waypoint.service.namespace] : [])]);

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
 * Whether a policy is attached to a workload, where it lies in a namespace that is looked into for it.
 * istio: WorkloadPolicyMatcher.ShouldAttachPolicy
 */
export function isAttached({ namespace, selector, targetRefs }: Attachment, to: Attachable): boolean {
  if (targetRefs.length === 0) return !to.waypoint && selects(selector, to.labels);
  const gateway = to.labels[GATEWAY_NAME];
  if (gateway === undefined) return false;
  return targetRefs.some(
    (reference) =>
      (to.waypoint && isServed(reference, namespace, to.waypoint)) || isGateway(reference, namespace, to, gateway),
  );
}

/** Whether a target is the service that a waypoint is asked for, or the class of all waypoints. */
function isServed(target: TargetRef, namespace: string, { service, rootNamespace }: AttachableWaypoint): boolean {
  const isService =
    service !== undefined &&
    target.kind === service.kind &&
    (target.group ?? '') === GROUPS[service.kind] &&
    target.name === service.name &&
    namespace === service.namespace;
  return isService || (namespace === rootNamespace && isWaypointClass(target));
}

const GROUPS = { Service: '', ServiceEntry: 'networking.istio.io' };
const GATEWAY_API = 'gateway.networking.k8s.io';

const isWaypointClass = ({ group, kind, name }: TargetRef): boolean =>
  group === GATEWAY_API && kind === 'GatewayClass' && name === 'istio-waypoint';

const isGateway = (target: TargetRef, namespace: string, to: Attachable, gateway: string): boolean =>
  namespace === to.namespace &&
  target.group === GATEWAY_API &&
  target.kind === 'Gateway' &&
  target.name === gateway &&
  (!target.namespace || target.namespace === namespace);
