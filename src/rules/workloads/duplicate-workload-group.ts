import { groupBy } from '../../mesh/grouping';
import { rule } from '../rule';

export default rule({
  name: 'duplicate-workload-group',
  category: 'conflict',
  severity: 'warning',
  summary: 'Two WorkloadGroups of a namespace give their workloads the same labels.',
  url: 'https://istio.io/latest/docs/reference/config/networking/workload-group/',
  docs: `
    ServiceEntries, policies and subsets select machines by their labels, so they cannot distinguish
    the machines of the two groups. Usually one is a copy whose labels were not changed.

    Fix: give the groups different labels.
  `,
  sameAs: ['KIA1702'],
  check({ mesh, report }) {
    const labelled = mesh
      .all('WorkloadGroup')
      .filter(({ value }) => Object.keys(value.spec?.metadata?.labels ?? {}).length > 0);
    const alike = groupBy(labelled, ({ namespace, value }) => {
      const labels = Object.entries(value.spec?.metadata?.labels ?? {}).sort(([one], [other]) =>
        one < other ? -1 : 1,
      );
      return `${namespace} ${JSON.stringify(labels)}`;
    });
    for (const group of alike.values())
      for (const each of group) {
        const other = group.find((one) => one !== each);
        if (other)
          report(
            each.at(['spec', 'metadata', 'labels']),
            `WorkloadGroup "${other.name}" gives its workloads the same labels`,
            {
              related: [{ place: other.at(['spec', 'metadata', 'labels']), message: 'conflicts with this group' }],
            },
          );
      }
  },
});
