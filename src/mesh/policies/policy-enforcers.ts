/** The workloads whose proxies enforce a policy: what policy-attachment asks of one workload, asked of the policy. */
import type { Resource } from '../../source/resource';
import { GATEWAY_NAME } from '../gateways/gateway-deployments';
import { isCaptured } from '../injection/injection';
import { machinesSelected } from '../workloads/machines';
import type { Machine } from '../workloads/machines';
import type { Mesh } from '../mesh';
import { rootNamespace } from '../settings/mesh-config';
import { namespaceOf } from '../settings/namespaces';
import { type Attachable, type Targetable, attachmentOf, isAttached } from './policy-attachment';
import { runsProxy } from '../workloads/proxy';
import { type Workload, workloadsSelected } from '../workloads/workloads';

/** A policy of a kind that is attached by labels or targets. */
export type Policy = Resource<{ spec?: Targetable }>;

/** What a policy is attached to. */
export const attachment = ({ namespace, value }: Policy) => attachmentOf(namespace, value.spec ?? {});

/** The namespace that a policy's selector looks in; undefined for one of the root namespace, which looks everywhere. */
export const reachOf = (mesh: Mesh, { namespace }: Policy): string | undefined =>
  namespace === rootNamespace(mesh) ? undefined : namespace;

/** The workloads of the cluster that a policy is attached to. Of targets, only Gateways lead to workloads. */
export function workloadsUnder(mesh: Mesh, policy: Policy): readonly Workload[] {
  const { namespace, selector, targetRefs } = attachment(policy);
  if (targetRefs.length === 0) return workloadsSelected(mesh, selector, reachOf(mesh, policy));
  return workloadsSelected(mesh, undefined, namespace).filter(
    (workload) => workload.labels[GATEWAY_NAME] !== undefined && isAttached(attachment(policy), workload),
  );
}

/** The machines outside of the cluster that a policy is attached to. */
export function machinesUnder(mesh: Mesh, policy: Policy): readonly Machine[] {
  const { selector, targetRefs } = attachment(policy);
  return targetRefs.length > 0 ? [] : machinesSelected(mesh, selector, reachOf(mesh, policy));
}

/**
 * What a policy is attached to, as far as it tells that itself: the workloads of the input or, where none is known, one that
 * carries the labels of its selector and no more.
 */
export function attachables(mesh: Mesh, policy: Policy): readonly Attachable[] {
  const known: readonly Attachable[] = [...workloadsUnder(mesh, policy), ...machinesUnder(mesh, policy)];
  const { namespace, selector = {}, targetRefs } = attachment(policy);
  return known.length > 0 || targetRefs.length > 0 ? known : [{ namespace, labels: selector }];
}

/** Whether the traffic of a workload goes through a proxy of the mesh: its own, or the ztunnel of its node. */
export const isInMesh = (mesh: Mesh, workload: Workload): boolean => runsProxy(workload) || isCaptured(mesh, workload);

/** As `isInMesh`, and also where it is not known, because the namespace that would tell is not in the input. */
export const mayBeInMesh = (mesh: Mesh, workload: Workload): boolean =>
  isInMesh(mesh, workload) ||
  (workload.injection.reason === 'not-asked-for' && namespaceOf(mesh, workload.namespace).resource === undefined);
