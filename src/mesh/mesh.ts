import type { KindMap } from '../schema/kinds';
import { KUBERNETES_KINDS, TABLE } from '../schema/kinds/table';
import { NEWEST, type Release } from '../schema/release';
import type { SourceFile } from '../source/file';
import type { Resource } from '../source/resource';
import { stored } from './admission';
import { groupBy } from './grouping';
import type { Assumed, Held } from './known';
import { own } from '../source/own';

/** How much the input tells of the world: see `world` in the design. */
export type World = 'auto' | 'open' | 'closed';

/** What is known of the mesh beside its documents. */
export interface MeshOptions {
  world?: World;
  /** Whether objects are known to be missing from the input: what nobody rendered. */
  isPartial?: boolean;
  /** What the reader of the input knows of its completeness, for an `auto` world. */
  held?: Held;
  /** The other clusters of the mesh, by their names. */
  clusters?: ReadonlyMap<string, Mesh>;
  /** What exists though the input does not hold it. */
  assumed?: Assumed;
  /** The MeshConfig in force, or a ConfigMap or IstioOperator that holds it; else the input is searched for one. */
  meshConfig?: unknown;
  meshNetworks?: unknown;
  /** The domain below which the cluster's Services are. */
  domain?: string;
  /** The release of Istio that reads the configuration. */
  release?: Release;
  /** The objects of the mesh, where these are not exactly those of its files. */
  objects?: readonly Resource[];
  /** Whether every definition of an object counts, as one of them is applied and nobody knows which; else the last one does. */
  definitions?: 'last' | 'all';
  /** Makes today's objects of those of an earlier release. */
  translate?: Translate | undefined;
}

/** Objects of today that say what objects of a mesh say in the words of its release. They replace those of the same name. */
export type Translate = (mesh: Mesh) => readonly Resource<unknown>[];

/** The kinds of objects that a cluster holds. */
export type Kind = Exclude<keyof KindMap, 'MeshConfig' | 'MeshNetworks' | 'MeshProxyConfig'>;

/**
 * All resources of the input, found by kind. Whatever Istio looks up in them is asked of the functions beside this file, each of
 * which keeps its index in the mesh (`perMesh`).
 */
export class Mesh {
  readonly resources: readonly Resource[];
  readonly world: World;
  readonly isPartial: boolean;
  readonly held: Held;
  readonly assumed: Assumed;
  readonly clusters: ReadonlyMap<string, Mesh>;
  readonly meshConfig: unknown;
  readonly meshNetworks: unknown;
  readonly domain: string;
  readonly release: Release;
  readonly translate: Translate | undefined;
  private readonly counting: readonly Resource[];
  private readonly written: ReadonlyMap<string, readonly Written[]>;
  private translations: ReadonlyMap<string, readonly Resource<unknown>[]> | undefined;
  private readonly stored = new Map<Kind, readonly Stored[]>();
  private readonly lists = new Map<Kind, readonly Resource<unknown>[]>();

  constructor(
    readonly files: readonly SourceFile[],
    {
      world = 'auto',
      isPartial = false,
      held = new Map(),
      assumed = {},
      clusters = new Map(),
      meshConfig,
      meshNetworks,
      domain = 'cluster.local',
      release = NEWEST,
      objects = files.flatMap((file) => file.resources),
      definitions = 'last',
      translate,
    }: MeshOptions = {},
  ) {
    this.world = world;
    this.isPartial = isPartial;
    this.held = held;
    this.assumed = assumed;
    this.clusters = clusters;
    this.meshConfig = meshConfig;
    this.meshNetworks = meshNetworks;
    this.domain = domain;
    this.release = release;
    this.translate = translate;
    this.resources = objects;
    this.counting = definitions === 'all' ? objects : lastOfEach(objects);
    const placed = this.counting.map((resource, position) => ({ resource, position }));
    this.written = groupBy(placed, ({ resource }) => kindKey(resource));
  }

  /**
   * Every resource of a kind, in the order of the input, as the API server would store it. Of several with one name the last
   * counts, in the place of the first.
   */
  all<K extends Kind>(kind: K): readonly Resource<KindMap[K]>[] {
    let list = this.lists.get(kind);
    if (!list) {
      list = this.storedOf(kind).map(({ resource }) => resource);
      this.lists.set(kind, list);
    }
    return list as readonly Resource<KindMap[K]>[];
  }

  /** As `all`, for several kinds, in the order of the input across them. */
  allOf<K extends Kind>(...kinds: K[]): readonly Resource<KindMap[K]>[] {
    const placed = kinds.flatMap((kind) => this.storedOf(kind));
    placed.sort((one, other) => one.position - other.position);
    return placed.map(({ resource }) => resource) as readonly Resource<unknown>[] as readonly Resource<KindMap[K]>[];
  }

  /** The same input, as another release of Istio reads it. */
  inRelease(release: Release): Mesh {
    return release === this.release ? this : new Mesh(this.files, { ...this, release });
  }

  // What translates reads the mesh as it was written.
  private get translated(): ReadonlyMap<string, readonly Resource<unknown>[]> {
    this.translations ??= groupBy(
      this.translate?.(new Mesh(this.files, { ...this, objects: this.counting, translate: undefined })) ?? [],
      kindKey,
    );
    return this.translations;
  }

  // Documents of kinds that nobody asks about are not looked into.
  private storedOf(kind: Kind): readonly Stored[] {
    let known = this.stored.get(kind);
    if (!known) {
      const translated = this.translated.get(kind) ?? [];
      const replaced = new Set(translated.map(identity));
      const asWritten = (this.written.get(kind) ?? []).flatMap(({ resource, position }) => {
        const admitted = replaced.has(identity(resource)) ? undefined : stored(resource, this.release);
        return admitted ? [{ resource: admitted, position }] : [];
      });
      known = [
        ...asWritten,
        ...translated.map((resource, index) => ({ resource, position: this.counting.length + index })),
      ];
      this.stored.set(kind, known);
    }
    return known;
  }
}

/** A resource as it was written, and its place among all that count. */
interface Written {
  resource: Resource;
  position: number;
}

/** The same as the API server stores it. */
interface Stored {
  resource: Resource<unknown>;
  position: number;
}

// As `kubectl apply` of the files in order would leave them.
function lastOfEach(resources: readonly Resource[]): Resource[] {
  const kept = new Map<string, Resource>();
  for (const resource of resources) kept.set(identity(resource), resource);
  return [...kept.values()];
}

/** What two resources have in common when one replaces the other in a cluster. */
export const identity = ({ group, kind, namespace, name }: Resource<unknown>): string =>
  `${group}/${kind}/${namespace}/${name}`;

const KEYS = new Map<string, string>(
  TABLE.map(({ group, kind }) => [
    `${group}/${kind}`,
    group === 'gateway.networking.k8s.io' && kind === 'Gateway' ? 'KubernetesGateway' : kind,
  ]),
);

/** The name under which a kind is looked up: its own, except that `Gateway` is Istio's; unknown kinds keep their group. */
export const kindKey = ({ group, kind }: Pick<Resource<unknown>, 'group' | 'kind'>): string =>
  KEYS.get(`${group}/${kind}`) ?? `${kind}.${group}`;

/** Whether a mesh reads objects of the kind: Istio, the Gateway API, or what they look up in the cluster. */
export const isReadByMesh = ({ group, kind }: Pick<Resource<unknown>, 'group' | 'kind'>): boolean =>
  KEYS.has(`${group}/${kind}`);

const KIND_NAMES: ReadonlySet<string> = new Set(TABLE.map(({ kind }) => kind));
const MESH_GROUP = /(^|\.)(istio|(gateway|inference)\.networking\.(x-)?k8s)\.io$/;

/**
 * Whether what a mesh does may depend on an object: it reads the kind, or the object was perhaps meant to be of such a kind, as
 * its name or its group is one that a mesh reads, or is not known to Kubernetes.
 */
export function concernsMesh({ group, kind, apiVersion }: Pick<Resource<unknown>, 'group' | 'kind' | 'apiVersion'>) {
  if (!kind || !apiVersion || KIND_NAMES.has(kind) || MESH_GROUP.test(group)) return true;
  const known = own(KUBERNETES_KINDS, group);
  return known !== undefined && !Object.hasOwn(known, kind);
}
