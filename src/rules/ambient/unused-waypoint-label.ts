import {
  INGRESS_USE_WAYPOINT,
  type WaypointBinding,
  bindingOfCanary,
  bindingOfNamespace,
  bindingOfPod,
  bindingOfService,
  isSameWaypoint,
  waypointOfService,
} from '../../mesh/ambient/ambient';
import {
  CANARY,
  CANARY_WEIGHT,
  type CanaryWaypoint,
  NO_WAYPOINT,
  USE_WAYPOINT,
  canaryWaypoint,
  waypointGateway,
} from '../../mesh/ambient/waypoints';
import { isWaypointGateway } from '../../mesh/gateways/gateway-deployments';
import type { Mesh } from '../../mesh/mesh';
import { isTrue } from '../../mesh/policies/authorization';
import type { Service } from '../../mesh/services/service';
import { services, servicesByHost } from '../../mesh/services/services';
import { configs } from '../../mesh/settings/configs';
import { namespaces } from '../../mesh/settings/namespaces';
import { isWaypoint } from '../../mesh/workloads/proxy';
import { workloads } from '../../mesh/workloads/workloads';
import type { KindMap } from '../../schema/kinds';
import type { Field } from '../../source/field';
import type { Resource } from '../../source/resource';
import { type Context, rule } from '../rule';
import { own } from '../../source/own';

export default rule({
  name: 'unused-waypoint-label',
  category: 'traffic',
  severity: 'warning',
  summary: 'A label about waypoints has no effect on the object.',
  url: 'https://istio.io/latest/docs/ambient/usage/waypoint/',
  docs: `
    A waypoint serves what its label \`istio.io/waypoint-for\` says: Services and ServiceEntries
    (\`service\`, the default), addresses of pods (\`workload\`), both (\`all\`) or nothing (\`none\`). It
    serves other namespaces only when \`allowedRoutes\` of its listener allow them. Otherwise the label
    \`istio.io/use-waypoint\` has no effect: traffic goes to the pods directly, and HTTP routes and
    policies do not apply. In the cluster, the condition WaypointBound of the Service is False.
    \`istio.io/ingress-use-waypoint\` and \`istio.io/use-waypoint-canary\` have an effect only on what
    uses a waypoint, and a canary needs its share in \`istio.io/use-waypoint-canary-weight\`. Waypoints
    and Services of type ExternalName use no waypoint. When two objects of a namespace have one host,
    a Service takes precedence over a ServiceEntry, and an older ServiceEntry over a newer one; the
    label of the other object has no effect for this host.

    Fix: correct \`istio.io/waypoint-for\` or \`allowedRoutes\` on the Gateway, or name another waypoint.
  `,
  check(context) {
    for (const [field, binding] of labels(context.mesh)) checkOne(context, field, binding);
    for (const service of services(context.mesh)) {
      checkIngress(context, service);
      checkCanary(context, service);
      checkRival(context, service);
    }
  },
});

/** Gateways use the waypoint of a service, so there has to be one. */
function checkIngress({ mesh, report }: Context, service: Service): void {
  if (!isTrue(service.labels[INGRESS_USE_WAYPOINT])) return;
  const { kind } = bindingOfService(mesh, service);
  if (kind !== 'none named' && kind !== 'opted out') return;
  const { resource } = service.field;
  report(
    resource.at(['metadata', 'labels', INGRESS_USE_WAYPOINT]),
    `this label has no effect: ${resource.title} uses no waypoint`,
  );
}

function checkCanary({ mesh, report, missing }: Context, service: Service): void {
  const canary = service.labels[CANARY] === undefined ? undefined : canaryWaypoint(mesh, service);
  if (!canary) return;
  const { resource } = service.field;
  const label = resource.at(['metadata', 'labels', CANARY]);
  const { name, namespace } = canary.waypoint;
  const primary = bindingOfService(mesh, service);
  const because =
    primary.kind === 'none named' || primary.kind === 'opted out'
      ? `${resource.title} uses no waypoint`
      : 'waypoint' in primary && isSameWaypoint(primary.waypoint, canary.waypoint)
        ? `waypoint "${name}" is the one that ${resource.title} uses already`
        : reasonOf(bindingOfCanary(mesh, service, canary));
  if (because !== undefined) report(label, `this label has no effect: ${because}`);
  else if (!waypointGateway(mesh, canary.waypoint))
    missing(
      label,
      { kind: 'Gateway', namespace, name },
      `waypoint "${name}" does not exist in namespace "${namespace}"`,
    );
  else checkShare(report, service, canary);
}

function checkShare(
  report: Context['report'],
  { field: { resource } }: Service,
  { weight, waypoint }: CanaryWaypoint,
): void {
  const share = resource.at(['metadata', 'annotations', CANARY_WEIGHT]);
  if (weight === undefined)
    report(
      share,
      `waypoint "${waypoint.name}" is not used: the share "${String(share.value)}" is not a whole number from 0 to 100`,
    );
  else if (weight === 0 && share.value === undefined)
    report(
      resource.at(['metadata', 'labels', CANARY]),
      `waypoint "${waypoint.name}" gets no requests: annotation "${CANARY_WEIGHT}" is not set`,
    );
}

/** The labels that name waypoints, and which waypoint they give to their object. */
function labels(mesh: Mesh): [Field, WaypointBinding][] {
  const ofServices = services(mesh)
    .filter((service) => service.labels[USE_WAYPOINT] !== undefined)
    .map((service): [Field, WaypointBinding] => [labelOf(service), bindingOfService(mesh, service)])
    // The Service that is deployed for a waypoint has the label from the Gateway.
    .filter(([, { kind }]) => kind !== 'leads to gateway');
  const ofWaypoints = configs(mesh, 'KubernetesGateway')
    .filter((gateway) => isWaypointGateway(mesh, gateway))
    .map((gateway): [Field, WaypointBinding] => [labelOfWaypoint(gateway), { kind: 'leads to gateway' }]);
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
  return [...ofServices, ...ofWaypoints, ...ofPods, ...ofNamespaces].filter(
    ([{ value }]) => typeof value === 'string' && value !== NO_WAYPOINT,
  );
}

const labelOf = ({ field: { resource } }: Service): Field => resource.at(['metadata', 'labels', USE_WAYPOINT]);

/** Labels of the infrastructure replace those of the Gateway. */
const labelOfWaypoint = (gateway: Resource<KindMap['KubernetesGateway']>): Field =>
  gateway.at([
    ...(gateway.value.spec?.infrastructure?.labels ? ['spec', 'infrastructure'] : ['metadata']),
    'labels',
    USE_WAYPOINT,
  ]);

/** Of several objects of a namespace with one host, ztunnel and waypoints know only one, and only its waypoint. */
function checkRival({ mesh, report }: Context, service: Service): void {
  const known = servicesByHost(mesh).get(service.hostname)?.get(service.namespace);
  const waypoint = waypointOfService(mesh, service);
  if (!known || known === service || service.labels[USE_WAYPOINT] === undefined || !waypoint) return;
  const used = waypointOfService(mesh, known);
  if (used && isSameWaypoint(used, waypoint)) return;
  const instead = used ? `its waypoint "${used.name}" is used` : 'it uses no waypoint';
  report(
    labelOf(service),
    `this label has no effect for host "${service.hostname}": ${known.field.resource.title} takes precedence for this host, and ${instead}`,
    { related: [{ place: known.field, message: 'takes precedence' }] },
  );
}

function checkOne({ mesh, report }: Context, field: Field, binding: WaypointBinding): void {
  const because = reasonOf(binding);
  if (because === undefined) return;
  const gateway = 'waypoint' in binding ? waypointGateway(mesh, binding.waypoint) : undefined;
  report(field, `this label has no effect: ${because}`, {
    related: gateway ? [{ place: gateway.at(['metadata', 'name']), message: 'the waypoint' }] : [],
  });
}

function reasonOf(binding: WaypointBinding): string | undefined {
  switch (binding.kind) {
    case 'served':
    case 'none named':
    case 'opted out':
    case 'missing':
      return undefined;
    case 'leads to gateway':
      return 'a waypoint is never behind another waypoint';
    case 'only a name':
      return 'a Service of type ExternalName has no waypoint';
    case 'other traffic':
      return `waypoint "${binding.waypoint.name}" is for ${own(TRAFFIC, binding.isFor) ?? `"${binding.isFor}"`} (istio.io/waypoint-for)`;
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
