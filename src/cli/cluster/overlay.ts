import { Mesh, type MeshOptions, identity } from '../../mesh/mesh';
import type { SourceFile } from '../../source/file';
import { type KubernetesObject, Resource } from '../../source/resource';
import { withRole } from '../input/with-role';

/** The cluster as it would be with the files applied. */
export function applyOver(cluster: Mesh, files: readonly SourceFile[], options: MeshOptions): Mesh {
  const applied = new Set(files.flatMap(({ resources }) => resources.map(identity)));
  const there = new Map(cluster.resources.map((resource) => [identity(resource), resource]));
  const left = cluster.files.filter(({ resources }) => !resources.some((resource) => applied.has(identity(resource))));
  return new Mesh([...files.map((file) => updated(file, there)), ...left], options);
}

/** A file whose objects have what the cluster keeps of those that they replace. */
function updated(file: SourceFile, there: ReadonlyMap<string, Resource>): SourceFile {
  if (!file.resources.some((resource) => there.has(identity(resource)))) return file;
  const copy = withRole(file, file.role);
  copy.resources.forEach((resource, index) => {
    const old = there.get(identity(resource));
    if (!old) return;
    const { document, base, value, provenance } = resource;
    const kept = withKept(value, old.value);
    copy.resources[index] = new Resource(document, base, kept, kept, provenance);
  });
  return copy;
}

type Stored = KubernetesObject & { readonly status?: unknown; readonly spec?: Readonly<Record<string, unknown>> };

/** What `kubectl apply` leaves of an object: when it was created, its status, and the addresses of a Service. */
function withKept(value: Stored, old: Stored): KubernetesObject {
  const { creationTimestamp } = old.metadata;
  const addresses = value.kind === 'Service' ? addressesOf(old) : {};
  return {
    ...value,
    metadata: { ...value.metadata, ...(creationTimestamp !== undefined && { creationTimestamp }) },
    ...(old.status !== undefined && { status: old.status }),
    ...(value.spec && { spec: { ...addresses, ...value.spec } }),
  };
}

const addressesOf = ({ spec = {} }: Stored): Record<string, unknown> =>
  Object.fromEntries(
    (['clusterIP', 'clusterIPs'] as const).flatMap((name) => (name in spec ? [[name, spec[name]]] : [])),
  );
