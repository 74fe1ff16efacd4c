import { type WaypointBinding, bindingOfNamespace, bindingOfPod, bindingOfService } from '../../mesh/ambient/ambient';
import { USE_WAYPOINT, waypointGateway } from '../../mesh/ambient/waypoints';
import type { Mesh } from '../../mesh/mesh';
import { services } from '../../mesh/services/services';
import { namespaces } from '../../mesh/settings/namespaces';
import { isWaypoint } from '../../mesh/workloads/proxy';
import { workloads } from '../../mesh/workloads/workloads';
import type { Field } from '../../source/field';
import { type Context, rule } from '../rule';

export default rule({
  name: 'unused-waypoint-label',
  category: 'traffic',
  severity: 'warning',
  summary: 'A label names a waypoint that does not serve the object.',
  url: 'https://istio.io/latest/docs/ambient/usage/waypoint/',
  docs: `
    A waypoint serves what its label \`istio.io/waypoint-for\` says: Services and ServiceEntries
    (\`service\`, the default), addresses of pods (\`workload\`), both (\`all\`) or nothing (\`none\`). It
    serves other namespaces only when \`allowedRoutes\` of its listener allow them. Otherwise the label
    \`istio.io/use-waypoint\` has no effect: traffic goes to the pods directly, and HTTP routes and
    policies do not apply. In the cluster, the condition WaypointBound of the Service is False.

    Fix: correct \`istio.io/waypoint-for\` or \`allowedRoutes\` on the Gateway, or name another waypoint.
  `,
  check(context) {
    for (const [field, binding] of labels(context.mesh)) checkOne(context, field, binding);
  },
});

/** The labels that name waypoints, and which waypoint they give to their object. */
function labels(mesh: Mesh): [Field, WaypointBinding][] {
  const ofServices = services(mesh)
    .filter((service) => service.labels[USE_WAYPOINT] !== undefined)
    .map((service): [Field, WaypointBinding] => [
      service.field.resource.at(['metadata', 'labels', USE_WAYPOINT]),
      bindingOfService(mesh, service),
    ]);
  const ofPods = workloads(mesh)
    .filter((workload) => !isWaypoint(workload) && workload.labels[USE_WAYPOINT] !== undefined)
    .map((workload): [Field, WaypointBinding] => [
      workload.template.child('metadata').child('labels').child(USE_WAYPOINT),
      bindingOfPod(mesh, workload),
    ]);
  const ofNamespaces = [...namespaces(mesh).values()].flatMap(({ name, resource }): [Field, WaypointBinding][] => {
    const field = resource?.at(['metadata', 'labels', USE_WAYPOINT]);
    if (typeof field?.value !== 'string') return [];
    return [[field, bindingOfNamespace(mesh, name)]];
  });
  return [...ofServices, ...ofPods, ...ofNamespaces].filter(([{ value }]) => typeof value === 'string');
}

function checkOne({ mesh, report }: Context, field: Field, binding: WaypointBinding): void {
  const because = reasonOf(binding);
  if (because === undefined || !('waypoint' in binding)) return;
  const gateway = waypointGateway(mesh, binding.waypoint);
  report(field, `this label has no effect: ${because}`, {
    related: gateway ? [{ place: gateway.at(['metadata', 'name']), message: 'the waypoint' }] : [],
  });
}

function reasonOf(binding: WaypointBinding): string | undefined {
  switch (binding.kind) {
    case 'served':
    case 'none named':
    case 'opted out':
    case 'never':
    case 'missing':
      return undefined;
    case 'other traffic':
      return `waypoint "${binding.waypoint.name}" is for ${TRAFFIC[binding.isFor] ?? `"${binding.isFor}"`} (istio.io/waypoint-for)`;
    case 'not allowed':
      return `the listener of waypoint "${binding.waypoint.namespace}/${binding.waypoint.name}" does not allow this namespace (allowedRoutes)`;
    case 'hidden':
      return `the ServiceEntry is visible in its own namespace only, and waypoint "${binding.waypoint.namespace}/${binding.waypoint.name}" is in another`;
  }
}

const TRAFFIC: Readonly<Record<string, string>> = {
  service: 'Services and ServiceEntries, not for addresses of pods',
  workload: 'addresses of pods, not for Services',
  none: 'no traffic',
};
