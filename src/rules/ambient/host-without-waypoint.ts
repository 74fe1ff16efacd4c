import { isAmbientNamespace, waypointFor } from '../../mesh/ambient/waypoints';
import { rule } from '../rule';
import { type WaypointHosts, waypointHosts } from './waypoint-hosts';

/** Kiali's codes, for the Service and for the namespace; it says nothing of the Gateway API. */
const CODES = {
  VirtualService: ['KIA1113', 'KIA1109'],
  DestinationRule: ['KIA0211', 'KIA0210'],
} as const satisfies Partial<Record<WaypointHosts['kind'], readonly [string, string]>>;

export default rule({
  name: 'host-without-waypoint',
  category: 'traffic',
  severity: 'warning',
  isAboutAbsence: true,
  summary: 'Routes or settings apply to a host in ambient mode that has no waypoint.',
  url: 'https://istio.io/latest/docs/ambient/usage/waypoint/',
  docs: `
    ztunnel applies neither VirtualServices nor DestinationRules, nor routes of the Gateway API: it has no routes, detects no outliers
    and limits no connections. A waypoint of the Service does that. Without a waypoint, this object has no effect on
    clients in ambient mode; clients with a sidecar still apply it.

    Fix: deploy a waypoint and label the Service or its namespace \`istio.io/use-waypoint\`.
  `,
  sameAs: ['KIA0210', 'KIA0211', 'KIA1109', 'KIA1113'],
  check({ mesh, report }) {
    for (const { resource, kind, hosts, aboutRequests } of waypointHosts(mesh)) {
      const [ofService, ofNamespace] = kind === 'VirtualService' || kind === 'DestinationRule' ? CODES[kind] : [];
      const known = hosts.filter(({ service }) => service);
      for (const { field, service } of known)
        if (!waypointFor(mesh, service!.namespace, service!.metadata.labels))
          report(field, `this ${kind} has no effect: ${service!.title} uses no waypoint`, {
            sameAs: aboutRequests && ofService ? [ofService] : [],
            related: [{ place: service!.at(['metadata', 'name']), message: 'the Service' }],
          });
      const { namespace } = resource;
      const first = hosts[0];
      if (known.length > 0 || !first || !isAmbientNamespace(mesh, namespace) || waypointFor(mesh, namespace)) continue;
      report(first.field, `this ${kind} has no effect: namespace "${namespace}" uses no waypoint`, {
        sameAs: aboutRequests && ofNamespace ? [ofNamespace] : [],
      });
    }
  },
});
