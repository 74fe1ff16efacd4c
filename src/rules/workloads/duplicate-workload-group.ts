import { groupBy } from '../../mesh/grouping';
import { rule } from '../rule';

export default rule({
  name: 'duplicate-workload-group',
  category: 'conflict',
  severity: 'warning',
  summary: 'Two WorkloadGroups of a namespace give their workloads the same labels.',
  docs: `
    ServiceEntries, policies and subsets tell machines apart by their labels, so those of both groups
    are one to them. Usually one is a copy whose labels were to be changed.
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
