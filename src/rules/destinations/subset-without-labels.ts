import { declaredSubsets, wildcardSubsets } from './shaped-services';
import { rule } from '../rule';

export default rule({
  name: 'subset-without-labels',
  category: 'traffic',
  isLocal: true,
  severity: 'info',
  summary: 'A subset has no labels, so it selects the whole service.',
  url: 'https://istio.io/latest/docs/reference/config/networking/destination-rule/',
  docs: `
    A subset selects endpoints by its labels. Without labels it has all endpoints of the host, which
    only helps to give them a separate traffic policy.

    Fix: add the labels that distinguish the versions.
  `,
  sameAs: ['KIA0209'],
  check({ mesh, report }) {
    for (const { field, host } of [...declaredSubsets(mesh), ...wildcardSubsets(mesh)]) {
      const { name = '', labels = {}, trafficPolicy } = field.value;
      if (Object.keys(labels).length > 0) continue;
      const message = `subset "${name}" has no labels, so it selects all endpoints of "${host}"`;
      report(field.get('name'), message, trafficPolicy ? {} : { severity: 'warning' });
    }
  },
});
