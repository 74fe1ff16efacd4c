import { type Mesh, kindKey } from '../../mesh/mesh';
import type { Resource } from '../../source/resource';
import { redact } from '../cluster/redact';
import { trim } from '../cluster/trim';
import { heldComments } from '../input/completeness';
import { type InputOptions, configured, loadMesh } from '../input/load';
import { print } from '../terminal';
import { UsageError } from '../usage-error';
import { toYaml } from '../../source/to-yaml';

/** Does what `meshlint snapshot` was asked for: whatever namespace is meant, the others are part of its mesh. */
export async function runSnapshot(paths: readonly string[], options: InputOptions): Promise<void> {
  if (options.cluster) throw new UsageError('snapshot reads one cluster; --cluster is not allowed');
  const everywhere = options.namespace === undefined && ({ allNamespaces: true } as const);
  const settled = { ...configured(paths, options), cluster: {} };
  await print(snapshot(await loadMesh(paths, { ...settled, ...everywhere })));
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
