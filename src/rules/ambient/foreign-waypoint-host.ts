import type { Mesh } from '../../mesh/mesh';
import { waypointFor } from '../../mesh/ambient/waypoints';
import type { KindMap } from '../../schema/kinds';
import type { Resource } from '../../source/resource';
import { rule } from '../rule';
import { waypointHosts } from './waypoint-hosts';

export default rule({
  name: 'foreign-waypoint-host',
  category: 'traffic',
  severity: 'warning',
  summary: 'Routes or settings for a host in ambient mode are in another namespace than the host.',
  url: 'https://istio.io/latest/docs/ambient/usage/l7-features/',
  docs: `
    A waypoint acts for the server: it reads the VirtualServices and DestinationRules of the
    namespace of the Service and of its own. Unlike sidecars, it does not read those of the client's namespace, so
    this object has no effect on clients in ambient mode.

    Fix: move the object to the namespace of the Service.
  `,
  sameAs: ['KIA0212', 'KIA1114'],
  check({ mesh, report }) {
    for (const { resource, kind, hosts, aboutRequests } of waypointHosts(mesh))
      for (const { field, service } of hosts)
        if (
          (kind === 'VirtualService' || kind === 'DestinationRule') &&
          service &&
          !isRead(mesh, service, resource.namespace)
        )
          report(field, `waypoints ignore this ${kind}: ${service.title} is in another namespace`, {
            sameAs: aboutRequests ? [kind === 'VirtualService' ? 'KIA1114' : 'KIA0212'] : [],
            related: [{ place: service.at(['metadata', 'name']), message: 'the Service' }],
          });
  },
});

/** Waypoints read what is in the namespace of the Service, or in their own. */
const isRead = (mesh: Mesh, { namespace, metadata }: Resource<KindMap['Service']>, from: string): boolean =>
  from === namespace || from === waypointFor(mesh, namespace, metadata.labels)?.namespace;
