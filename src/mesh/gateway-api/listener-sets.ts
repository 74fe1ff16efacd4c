/** The ListenerSets of each Gateway. */
import type { KindMap } from '../../schema/kinds';
import type { ListenerNamespaces } from '../../schema/kinds/gateway-api';
import type { Resource } from '../../source/resource';
import { NOT_YET, created } from '../creation';
import { groupBy } from '../grouping';
import { perMesh } from '../memo';
import type { Mesh } from '../mesh';
import { alphabetically } from '../services/hostname';
import { configs } from '../settings/configs';
import { namespaceOf } from '../settings/namespaces';
import { fitsSelector } from '../workloads/labels';
import { GATEWAY, kindOf } from './references';

type KubernetesGateway = Resource<KindMap['KubernetesGateway']>;
/** A ListenerSet as it is written. */
export type ListenerSet = Resource<KindMap['ListenerSet']>;

const listenerSets = perMesh((mesh) =>
  groupBy(
    [...configs(mesh, 'ListenerSet')]
      .sort(byAge)
      .filter(({ value }) => kindOf(value.spec?.parentRef ?? {}, GATEWAY) === GATEWAY),
    ({ namespace, value }) => `${value.spec?.parentRef?.namespace ?? namespace}/${value.spec?.parentRef?.name ?? ''}`,
  ),
);

/** The ListenerSets that name a Gateway as their parent and that it lets in, the oldest first. */
export const setsOf = (mesh: Mesh, gateway: KubernetesGateway): readonly ListenerSet[] =>
  (listenerSets(mesh).get(`${gateway.namespace}/${gateway.name}`) ?? []).filter((set) =>
    isLetIn(mesh, set.namespace, gateway),
  );

const byAge = (one: ListenerSet, other: ListenerSet): number =>
  created(one.metadata, NOT_YET) - created(other.metadata, NOT_YET) ||
  alphabetically(`${one.namespace}/${one.name}`, `${other.namespace}/${other.name}`);

/** Whether ListenerSets of a namespace may add to a Gateway. istio: gatewaycommon.NamespaceAcceptedByAllowListeners */
export function isLetIn(mesh: Mesh, namespace: string, gateway: KubernetesGateway): boolean {
  const allowed: ListenerNamespaces | undefined = gateway.value.spec?.allowedListeners?.namespaces;
  if (!allowed) return false;
  const { from = 'Selector', selector } = allowed;
  switch (from) {
    case 'All':
      return true;
    case 'Same':
      return namespace === gateway.namespace;
    case 'None':
      return false;
    case 'Selector':
      return selector !== undefined && fitsSelector(selector, namespaceOf(mesh, namespace).labels);
  }
}
