/** What may exist under a name that the input does not have yet: objects whose names and selectors are placeholders. */
import { holdsUnknown, isUnknown, placeholdersOf } from '../source/placeholders';
import type { Resource } from '../source/resource';
import { groupBy } from './grouping';
import { perMesh } from './memo';
import type { Mesh } from './mesh';
import { kindKey } from './mesh';
import { namespacesOfUnknownPods, podMakers } from './workloads/pod-makers';

/** A thing that a reference names; without a name, any of the kind. */
interface Wanted {
  readonly kind: string;
  /** Empty for things of no namespace, or of any. */
  readonly namespace: string;
  readonly name?: string | undefined;
}

const unfinished = perMesh((mesh) =>
  groupBy(
    mesh.resources.filter((resource) => placeholdersOf(resource).length > 0),
    kindKey,
  ),
);

/** Whether an object of the input can turn out to be what a reference names, once its placeholders are filled in. */
export function mayBeUnknown(mesh: Mesh, wanted: Wanted): boolean {
  const kinds = makersOf(wanted.kind);
  const known = unfinished(mesh);
  if (known.size > 0 && kinds.some((kind) => known.get(kind)?.some((resource) => mayBe(resource, wanted)))) return true;
  if (kinds !== WORKLOADS) return false;
  const makers = namespacesOfUnknownPods(mesh);
  if (wanted.namespace === '' ? makers.size > 0 : makers.has(wanted.namespace)) return true;
  return podMakers(mesh).some(({ resource }) => placeholdersOf(resource).length > 0 && mayBe(resource, wanted));
}

/** The kinds of objects that bring a thing of a kind about. */
function makersOf(kind: string): readonly string[] {
  switch (kind) {
    case 'Service':
    case 'ServiceEntry':
      return ['Service', 'ServiceEntry'];
    case 'Deployment':
    case 'Pod':
    case 'ServiceAccount':
      return WORKLOADS;
    default:
      return [kind];
  }
}

/** What runs pods, and what says which pods belong together. */
const WORKLOADS = [
  ...['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet', 'Job', 'CronJob', 'Pod'],
  ...['WorkloadEntry', 'WorkloadGroup', 'ServiceAccount', 'Service'],
];

function mayBe(resource: Resource<unknown>, { namespace, name }: Wanted): boolean {
  const isHere = namespace === '' || resource.namespace === '' || resource.namespace === namespace;
  const isAnywhere = isUnknown(resource, ['metadata', 'namespace']);
  if (!isHere && !isAnywhere) return false;
  if (isUnknown(resource, ['metadata', 'name']) || IDENTITY.some((path) => holdsUnknown(resource, path))) return true;
  return isAnywhere && (name === undefined || namesOf(name).includes(resource.name));
}

/** The fields by which objects are found beside their names. */
const IDENTITY = [
  ['metadata', 'labels'],
  ['spec', 'hosts'],
  ['spec', 'host'],
  ['spec', 'hostnames'],
  ['spec', 'gateways'],
  ['spec', 'parentRefs'],
  ['spec', 'selector'],
  ['spec', 'workloadSelector'],
  ['spec', 'subsets'],
  ['spec', 'exportTo'],
  ['spec', 'template', 'metadata'],
  ['spec', 'template', 'spec', 'serviceAccountName'],
  ['spec', 'ports'],
  ['spec', 'servers'],
  ['spec', 'listeners'],
];

/** What the first part of a host, or what follows the namespace of a reference, names. */
const namesOf = (reference: string): string[] => [
  reference,
  reference.split('.')[0]!,
  reference.slice(reference.lastIndexOf('/') + 1),
];
