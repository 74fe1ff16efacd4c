import { identity, isReadByMesh } from '../../mesh/mesh';
import { contentOf } from '../../source/content';
import type { Resource } from '../../source/resource';
import { rule } from '../rule';

export default rule({
  name: 'duplicate-resource',
  category: 'conflict',
  severity: 'error',
  summary: 'Two different documents have the same kind, namespace and name.',
  url: 'https://kubernetes.io/docs/concepts/overview/working-with-objects/names/',
  docs: `
    When both are applied, the later document replaces the earlier one, so one of them has no
    effect. The order of the files decides which.

    Fix: rename one, or merge the two.

    Equal documents are not reported, and neither are documents in files that need not be applied
    together, such as the variants of a mesh for several environments. Kinds that a mesh does not
    read, such as dashboards, are not compared.
  `,
  check({ mesh, report }) {
    const first = new Map<string, Resource>();
    for (const resource of mesh.resources) {
      if (!resource.name || !isReadByMesh(resource)) continue;
      const key = identity(resource);
      const before = first.get(key);
      if (!before) first.set(key, resource);
      else if (contentOf(before) !== contentOf(resource))
        report(resource.at(['metadata', 'name']), `${resource.title} is defined twice; the later definition wins`, {
          related: [{ place: before.at(['metadata', 'name']), message: 'the first definition' }],
        });
    }
  },
});
