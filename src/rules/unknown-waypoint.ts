import { isAmbient } from '../mesh/injection';
import { didYouMean } from '../schema/spelling';
import { USE_WAYPOINT, waypointFor, waypointGateway } from '../mesh/waypoints';
import { isWaypoint } from '../mesh/proxy';
import { workloads } from '../mesh/workloads';
import { rule } from './rule';

export default rule({
  name: 'unknown-waypoint',
  category: 'reference',
  severity: 'error',
  summary: 'A workload or its namespace names a waypoint that does not exist.',
  docs: `
    The control plane cannot bind the pods to it, and what their policies and routes say of requests
    has no effect; a condition WaypointBound of the Service tells so in the cluster. Create the
    Gateway of class \`istio-waypoint\`, for instance by \`istioctl waypoint apply\`.
  `,
  sameAs: ['KIA1313'],
  check({ mesh, missing }) {
    for (const workload of workloads(mesh)) {
      if (isWaypoint(workload) || workload.resource.kind === 'Gateway') continue;
      const { namespace, labels, resource, template } = workload;
      const waypoint = waypointFor(mesh, namespace, labels);
      if (!waypoint || waypointGateway(mesh, waypoint) || !isAmbient(mesh, namespace, template)) continue;
      const label = template.child('metadata').child('labels').child(USE_WAYPOINT);
      const known = mesh.all('KubernetesGateway').filter((gateway) => gateway.namespace === waypoint.namespace);
      missing(
        waypoint.by === 'object' ? label : resource.at(['metadata', 'name']),
        { kind: 'Gateway', namespace: waypoint.namespace },
        `the waypoint "${waypoint.name}" of ${resource.title} does not exist in namespace "${waypoint.namespace}"${didYouMean(
          waypoint.name,
          known.map(({ name }) => name),
        )}`,
      );
    }
  },
});
