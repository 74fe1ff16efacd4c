import { subsetsOf } from '../../mesh/traffic/destination-rules';
import { serviceFor } from '../../mesh/services/services';
import { groupBy } from '../../mesh/grouping';
import { selects } from '../../mesh/workloads/labels';
import type { Mesh } from '../../mesh/mesh';
import { type VirtualService, writtenVirtualServices } from '../../mesh/traffic/virtual-services';
import { workloadsSelected } from '../../mesh/workloads/workloads';
import { rule } from '../rule';
import { destinationsIn } from '../routes/destinations';

export default rule({
  name: 'subset-route-missed-by-gateway',
  category: 'traffic',
  severity: 'warning',
  isAboutCompany: true,
  summary: 'A gateway routes to a host as a whole, while other routes for that host use subsets.',
  url: 'https://istio.io/latest/docs/ops/common-problems/network-issues/',
  docs: `
    The routes that a VirtualService has for a host apply to sidecars that call the host. Requests
    that a gateway sends to the host do not use them: the gateway chooses any pod of the service, of
    any subset.

    Fix: name the subset in the gateway's route too. Subsets that contain all pods are not reported.

    \`istioctl analyze\` also reports routes for sidecars only (\`gateways: [mesh]\`), and compares
    hosts as text, whatever their namespaces.
  `,
  sameAs: ['IST0140'],
  check({ mesh, report }) {
    const splits = subsetRoutes(mesh);
    for (const virtualService of writtenVirtualServices(mesh)) {
      const gateway = virtualService.gateways.find(({ name }) => name !== 'mesh');
      if (!gateway) continue;
      for (const { kind, destinations } of destinationsIn(virtualService)) {
        if (kind !== 'http') continue;
        for (const { destination, field } of destinations) {
          const host = destination.host ?? '';
          const [other] = (destination.subset ? undefined : splits.get(host)) ?? [];
          if (!other || virtualService.hosts.some(({ name }) => name === host)) continue;
          report(
            field.get('destination').get('host'),
            `requests through gateway "${gateway.name}" bypass the subset routes of ${other.resource.title}`,
            {
              related: [
                { place: other.hosts.find(({ name }) => name === host)!.field, message: 'the routes to subsets' },
              ],
            },
          );
        }
      }
    }
  },
});

/** The VirtualServices whose routes for a host lead to subsets of it, by that host. */
function subsetRoutes(mesh: Mesh): Map<string, VirtualService[]> {
  const found = writtenVirtualServices(mesh).flatMap((virtualService) =>
    virtualService.hosts
      .filter(({ name }) => leadsToSome(mesh, virtualService, name))
      .map(({ name }) => ({ name, virtualService })),
  );
  return new Map(
    [...groupBy(found, ({ name }) => name)].map(([name, all]) => [name, all.map((each) => each.virtualService)]),
  );
}

/** Whether the routes for a host lead to a subset that some of its workloads are not in. */
function leadsToSome(mesh: Mesh, virtualService: VirtualService, host: string): boolean {
  const named = destinationsIn(virtualService)
    .flatMap(({ destinations }) => destinations)
    .flatMap(({ destination }) => (destination.host === host && destination.subset) || []);
  const service = serviceFor(mesh, host, virtualService.namespace);
  const workloads = service?.selector ? workloadsSelected(mesh, service.selector, service.namespace) : [];
  if (workloads.length === 0) return named.length > 0;
  const subsets = subsetsOf(mesh, host, virtualService.namespace).filter(({ value }) =>
    named.includes(value.name ?? ''),
  );
  return subsets.some(({ value }) => !workloads.every(({ labels }) => selects(value.labels, labels)));
}
