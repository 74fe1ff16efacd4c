/** Whether Istio runs with its ambient profile, as far as the input shows it. */
import { DATAPLANE_MODE } from '../injection/injection';
import { perMesh } from '../memo';
import type { Mesh } from '../mesh';

/** The GatewayClass of waypoints. */
const WAYPOINT_CLASS = 'istio-waypoint';
const WAYPOINT_CONTROLLER = 'istio.io/mesh-controller';

/** The GatewayClasses whose Gateways are waypoints. */
const waypointClasses = perMesh((mesh) => {
  const declared = mesh.all('GatewayClass').filter(({ value }) => value.spec?.controllerName === WAYPOINT_CONTROLLER);
  return new Set([WAYPOINT_CLASS, ...declared.map(({ name }) => name)]);
});

/** Whether the Gateways of a class are waypoints. */
export const isWaypointClass = (mesh: Mesh, className: string | undefined): boolean =>
  waypointClasses(mesh).has(className ?? '');

type Labelled = { metadata?: { labels?: Record<string, string> } } | undefined;

const asksForAmbient = (object: Labelled): boolean => object?.metadata?.labels?.[DATAPLANE_MODE] === 'ambient';

/**
 * Whether the input uses ambient mode: a namespace, pod or pod template has the label, or a Gateway is a waypoint. Then sidecars and
 * gateways use HBONE too, and ServiceEntries without addresses get some.
 */
export const isAmbientMesh: (mesh: Mesh) => boolean = perMesh(
  (mesh) =>
    mesh.all('Namespace').some(({ value }) => asksForAmbient(value)) ||
    mesh.all('KubernetesGateway').some(({ value }) => isWaypointClass(mesh, value.spec?.gatewayClassName)) ||
    mesh.all('Pod').some(({ value }) => asksForAmbient(value)) ||
    mesh.allOf('Deployment', 'StatefulSet', 'DaemonSet').some(({ value }) => asksForAmbient(value.spec?.template)),
);
