import { identity } from '../mesh/mesh';
import type { Resource } from '../source/resource';
import { rule } from './rule';

export default rule({
  name: 'duplicate-resource',
  category: 'conflict',
  severity: 'error',
  summary: 'Two documents have the same kind, namespace and name.',
  docs: `
    Applied one after the other, the later document replaces the earlier one, so half of what
    is written has no effect. Which half depends on the order of the files. Rename one, or
    make one of the two.
  `,
  check({ mesh, report }) {
    const first = new Map<string, Resource>();
    for (const resource of mesh.resources) {
      if (!resource.name) continue;
      const key = identity(resource);
      const before = first.get(key);
      if (!before) first.set(key, resource);
      else
        report(resource.at(['metadata', 'name']), `${resource.title} is defined twice; the later definition wins`, {
          related: [{ place: before.at(['metadata', 'name']), message: 'the first definition' }],
        });
    }
  },
});
