import { type Mesh, kindKey } from '../mesh/mesh';
import type { Resource } from '../source/resource';
import { redact } from './cluster/redact';
import { trim } from './cluster/trim';
import { heldComments } from './held';
import { type InputOptions, loadMesh } from './load';
import { print } from './terminal';
import { toYaml } from './yaml';

/** Does what `meshlint snapshot` was asked for: whatever namespace is meant, the others are part of its mesh. */
export async function runSnapshot(paths: readonly string[], options: InputOptions): Promise<void> {
  const allNamespaces = options.namespace === undefined ? (true as const) : undefined;
  await print(snapshot(await loadMesh(paths, { ...options, allNamespaces })));
}

/** A mesh as one text that reads as the same mesh: every object once, in an order that only its name decides. */
export function snapshot(mesh: Mesh): string {
  const objects = [...new Map(mesh.resources.map((resource) => [sortKey(resource), resource])).entries()]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, { value }]) => `---\n${toYaml(redact(trim(value)))}`);
  return heldComments(mesh.held) + objects.join('');
}

const sortKey = (resource: Resource): string =>
  [resource.namespace, kindKey(resource), resource.group, resource.name].join('/');
