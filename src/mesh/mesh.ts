import type { SourceFile } from '../source/file';
import type { KubernetesObject, Resource } from '../source/resource';

/** How much the input tells of the world: see `world` in the design. */
export type World = 'auto' | 'open' | 'closed';

export interface MeshOptions {
  world?: World;
}

/**
 * All resources of the input, found by kind. Whatever Istio looks up in them is asked of the functions beside this file, each of
 * which keeps its index in the mesh (`perMesh`).
 */
export class Mesh {
  readonly resources: readonly Resource[];
  readonly world: World;
  private readonly byKind: ReadonlyMap<string, readonly Resource[]>;

  constructor(
    readonly files: readonly SourceFile[],
    { world = 'auto' }: MeshOptions = {},
  ) {
    this.world = world;
    this.resources = files.flatMap((file) => file.resources);
    this.byKind = groupByKind(lastOfEach(this.resources));
  }

  /** Every resource of a kind, in the order of the input. Of several with one name the last counts, in the place of the first. */
  all(kind: string): readonly Resource[] {
    return this.byKind.get(kind) ?? [];
  }
}

/** The name under which a kind is looked up: its own, except that `Gateway` is Istio's and `KubernetesGateway` the Gateway API's. */
export function kindKey({ group, kind }: Resource<unknown>): string {
  return kind === 'Gateway' && group === 'gateway.networking.k8s.io' ? 'KubernetesGateway' : kind;
}

function groupByKind(resources: readonly Resource[]): Map<string, Resource[]> {
  const groups = new Map<string, Resource[]>();
  for (const resource of resources) {
    const group = groups.get(kindKey(resource));
    if (group) group.push(resource);
    else groups.set(kindKey(resource), [resource]);
  }
  return groups;
}

// As `kubectl apply` of the files in order would leave them.
function lastOfEach(resources: readonly Resource<KubernetesObject>[]): Resource[] {
  const kept = new Map<string, Resource>();
  for (const resource of resources) kept.set(identity(resource), resource);
  return [...kept.values()];
}

/** What two resources have in common when one replaces the other in a cluster. */
export const identity = ({ group, kind, namespace, name }: Resource<unknown>): string =>
  `${group}/${kind}/${namespace}/${name}`;
