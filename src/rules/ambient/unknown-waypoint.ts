import { isAmbient } from '../../mesh/injection/injection';
import type { Mesh } from '../../mesh/mesh';
import { didYouMean } from '../../schema/spelling';
import { USE_WAYPOINT, waypointFor, waypointGateway } from '../../mesh/ambient/waypoints';
import { isWaypoint } from '../../mesh/workloads/proxy';
import { type Workload, workloads } from '../../mesh/workloads/workloads';
import { configs } from '../../mesh/settings/configs';
import { isIstioClass } from '../../mesh/gateways/gateway-deployments';
import type { Labels } from '../../mesh/workloads/labels';
import type { KindMap } from '../../schema/kinds';
import type { Field } from '../../source/field';
import type { Resource } from '../../source/resource';
import { type Context, rule } from '../rule';
import { ambientWorkloads, waypointPolicies } from './waypoint-policies';

export default rule({
  name: 'unknown-waypoint',
  category: 'reference',
  severity: 'error',
  summary: 'A Service, workload or namespace uses a waypoint that does not exist.',
  url: 'https://istio.io/latest/docs/ambient/usage/waypoint/',
  docs: `
    The control plane cannot attach the Service or pods to the waypoint, so HTTP policies and routes
    for them have no effect: ztunnel sends their traffic directly to the pods. In the cluster, the
    condition WaypointBound of the Service is False. A Gateway of class \`istio\` is not a waypoint:
    ztunnel then opens tunnels to a port that it does not have, and closes the connections.

    Fix: create the Gateway of class \`istio-waypoint\`, for example with \`istioctl waypoint apply\`,
    or correct the name in the label.
  `,
  sameAs: ['KIA1313', 'KIA1317'],
  check(context) {
    const { mesh, missing } = context;
    const judged = checkedWorkloads(mesh);
    for (const { field, namespace, labels } of labelledServices(mesh)) checkOne(context, field, namespace, labels);
    for (const namespace of mesh.all('Namespace')) {
      const waypoint = waypointFor(mesh, namespace.name);
      const gateway = waypoint && waypointGateway(mesh, waypoint);
      if (gateway) checkClass(context, namespace.at(['metadata', 'labels', USE_WAYPOINT]), gateway);
    }
    for (const workload of workloads(mesh)) {
      if (isWaypoint(workload) || workload.resource.kind === 'Gateway') continue;
      const { namespace, labels, resource, template } = workload;
      const waypoint = waypointFor(mesh, namespace, labels);
      if (!waypoint || waypointGateway(mesh, waypoint) || !isAmbient(mesh, namespace, template)) continue;
      const label = template.child('metadata').child('labels').child(USE_WAYPOINT);
      missing(
        waypoint.by === 'object' ? label : resource.at(['metadata', 'name']),
        { kind: 'Gateway', namespace: waypoint.namespace, name: waypoint.name },
        `waypoint "${waypoint.name}" of ${resource.title} does not exist in namespace "${waypoint.namespace}"${nearWaypoint(mesh, waypoint)}`,
        { sameAs: judged.has(workload) ? ['KIA1313', 'KIA1317'] : ['KIA1313'] },
      );
    }
  },
});

/** The Services and ServiceEntries that name a waypoint themselves. */
function labelledServices(mesh: Mesh): { field: Field; namespace: string; labels: Labels }[] {
  const resources = [...mesh.all('Service'), ...configs(mesh, 'ServiceEntry')];
  return resources.flatMap((resource) => {
    const { namespace, metadata } = resource;
    const { labels = {} } = metadata;
    return labels[USE_WAYPOINT] === undefined
      ? []
      : [{ field: resource.at(['metadata', 'labels', USE_WAYPOINT]), namespace, labels }];
  });
}

function checkOne(context: Context, field: Field, namespace: string, labels: Labels): void {
  const { mesh, missing } = context;
  const waypoint = waypointFor(mesh, namespace, labels);
  if (!waypoint) return;
  const gateway = waypointGateway(mesh, waypoint);
  if (!gateway) {
    const what = { kind: 'Gateway', namespace: waypoint.namespace, name: waypoint.name };
    const near = nearWaypoint(mesh, waypoint);
    missing(field, what, `waypoint "${waypoint.name}" does not exist in namespace "${waypoint.namespace}"${near}`, {
      sameAs: [],
    });
    return;
  }
  checkClass(context, field, gateway);
}

/** Istio takes any Gateway that a label names, whatever its proxies listen on. */
function checkClass({ mesh, report }: Context, field: Field, gateway: Resource<KindMap['KubernetesGateway']>): void {
  const className = gateway.value.spec?.gatewayClassName;
  if (!isIstioClass(mesh, className)) return;
  const what = field.resource.kind === 'Namespace' ? `what is in ${field.resource.title}` : field.resource.title;
  report(
    field,
    `Gateway "${gateway.namespace}/${gateway.name}" is not a waypoint but of class "${className}", so connections to ${what} fail`,
    { sameAs: [], related: [{ place: gateway.at(['spec', 'gatewayClassName']), message: 'its class' }] },
  );
}

function nearWaypoint(mesh: Mesh, { name, namespace }: { name: string; namespace: string }): string {
  const known = mesh.all('KubernetesGateway').filter((gateway) => gateway.namespace === namespace);
  return didYouMean(
    name,
    known.map((each) => each.name),
  );
}

/** The workloads whose requests an AuthorizationPolicy judges, for which it would take the waypoint. */
function checkedWorkloads(mesh: Mesh): ReadonlySet<Workload> {
  const policies = waypointPolicies(mesh).filter(({ policy }) => policy.kind === 'AuthorizationPolicy');
  return new Set(policies.flatMap(({ policy }) => ambientWorkloads(mesh, policy)));
}
