import { declaredSubsets, wildcardSubsets } from './shaped-services';
import { rule } from '../rule';

export default rule({
  name: 'subset-without-labels',
  category: 'traffic',
  isLocal: true,
  severity: 'info',
  summary: 'A subset has no labels, so it selects the whole service.',
  docs: `
    A subset is chosen by its labels; without any, it has all endpoints of the host. That is of use
    only for a traffic policy of its own. Where versions were to be told apart, add the labels.
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
