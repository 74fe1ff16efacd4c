import { writtenVirtualServices } from '../mesh/virtual-services';
import { rule } from './rule';
import { destinationsIn } from './routes/destinations';

export default rule({
  name: 'repeated-destination',
  category: 'conflict',
  severity: 'warning',
  summary: 'A route names one destination twice.',
  docs: `
    Envoy gets two clusters of one name in a weighted split, and the destination gets the sum of
    both weights. Most often one of the two was meant to have another host or subset. Write it
    once, with the sum.

    Kiali does not look at ports; one host on two ports is no fault here.
  `,
  sameAs: ['KIA1105'],
  check({ mesh, report }) {
    for (const virtualService of writtenVirtualServices(mesh))
      for (const { destinations } of destinationsIn(virtualService)) {
        const known = new Map<string, (typeof destinations)[number]>();
        for (const each of destinations) {
          const { host = '', subset = '', port } = each.destination;
          const key = `${host.toLowerCase()} ${subset} ${port?.number ?? ''}`;
          const first = known.get(key);
          if (!first) known.set(key, each);
          else
            report(each.field.get('destination').key, `this destination is already named by the same route`, {
              related: [{ place: first.field.get('destination').key, message: 'the first time' }],
            });
        }
      }
  },
});
