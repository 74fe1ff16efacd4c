import { USE_WAYPOINT, waypointFor } from '../../mesh/ambient/waypoints';
import { isCaptured } from '../../mesh/injection/injection';
import { isGateway, isWaypoint } from '../../mesh/workloads/proxy';
import { workloads } from '../../mesh/workloads/workloads';
import { rule } from '../rule';

export default rule({
  name: 'waypoint-outside-ambient',
  category: 'practice',
  severity: 'warning',
  summary: 'A workload names a waypoint, but is not in ambient mode.',
  url: 'https://istio.io/latest/docs/ambient/usage/add-workloads/',
  docs: `
    ztunnel does not capture the connections of these pods, so their traffic does not use the
    waypoint.

    Fix: label the namespace \`istio.io/dataplane-mode: ambient\`, or remove the waypoint label.

    For such a workload Kiali also reports that its waypoint does not exist, even where it does.
  `,
  sameAs: ['KIA1312', 'KIA1313'],
  check({ mesh, report }) {
    for (const workload of workloads(mesh)) {
      const { namespace, labels, resource, template } = workload;
      if (isWaypoint(workload) || isGateway(mesh, workload) || isCaptured(mesh, workload)) continue;
      const waypoint = waypointFor(mesh, namespace, labels);
      if (!waypoint || labels['istio.io/dataplane-mode'] === 'none') continue;
      const label = template.child('metadata').child('labels').child(USE_WAYPOINT);
      report(
        waypoint.by === 'object' ? label : resource.at(['metadata', 'name']),
        `${resource.title} uses waypoint "${waypoint.name}", but is not in ambient mode`,
      );
    }
  },
});
