import { isAmbient } from '../../mesh/injection/injection';
import type { Mesh } from '../../mesh/mesh';
import { didYouMean } from '../../schema/spelling';
import { USE_WAYPOINT, waypointFor, waypointGateway } from '../../mesh/ambient/waypoints';
import { isWaypoint } from '../../mesh/workloads/proxy';
import { type Workload, workloads } from '../../mesh/workloads/workloads';
import { rule } from '../rule';
import { ambientWorkloads, waypointPolicies } from './waypoint-policies';

export default rule({
  name: 'unknown-waypoint',
  category: 'reference',
  severity: 'error',
  summary: 'A workload or its namespace uses a waypoint that does not exist.',
  url: 'https://istio.io/latest/docs/ambient/usage/waypoint/',
  docs: `
    The control plane cannot attach the pods to the waypoint, so HTTP policies and routes for them
    have no effect. In the cluster, the condition WaypointBound of the Service is False.

    Fix: create the Gateway of class \`istio-waypoint\`, for example with \`istioctl waypoint apply\`,
    or correct the name in the label.
  `,
  sameAs: ['KIA1313', 'KIA1317'],
  check({ mesh, missing }) {
    const judged = judgedWorkloads(mesh);
    for (const workload of workloads(mesh)) {
      if (isWaypoint(workload) || workload.resource.kind === 'Gateway') continue;
      const { namespace, labels, resource, template } = workload;
      const waypoint = waypointFor(mesh, namespace, labels);
      if (!waypoint || waypointGateway(mesh, waypoint) || !isAmbient(mesh, namespace, template)) continue;
      const label = template.child('metadata').child('labels').child(USE_WAYPOINT);
      const known = mesh.all('KubernetesGateway').filter((gateway) => gateway.namespace === waypoint.namespace);
      missing(
        waypoint.by === 'object' ? label : resource.at(['metadata', 'name']),
        { kind: 'Gateway', namespace: waypoint.namespace, name: waypoint.name },
        `waypoint "${waypoint.name}" of ${resource.title} does not exist in namespace "${waypoint.namespace}"${didYouMean(
          waypoint.name,
          known.map(({ name }) => name),
        )}`,
        { sameAs: judged.has(workload) ? ['KIA1313', 'KIA1317'] : ['KIA1313'] },
      );
    }
  },
});

/** The workloads whose requests an AuthorizationPolicy judges, for which it would take the waypoint. */
function judgedWorkloads(mesh: Mesh): ReadonlySet<Workload> {
  const policies = waypointPolicies(mesh).filter(({ policy }) => policy.kind === 'AuthorizationPolicy');
  return new Set(policies.flatMap(({ policy }) => ambientWorkloads(mesh, policy)));
}
