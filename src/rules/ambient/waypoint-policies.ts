import { configs } from '../../mesh/settings/configs';
import { groupBy } from '../../mesh/grouping';
import { isAmbient } from '../../mesh/injection/injection';
import { perMesh } from '../../mesh/memo';
import type { Mesh } from '../../mesh/mesh';
import { type Policy, attachment } from '../../mesh/policies/policy-enforcers';
import { isWaypoint } from '../../mesh/workloads/proxy';
import { isAmbientNamespace, judgesRequests, waypointFor } from '../../mesh/ambient/waypoints';
import { type Workload, workloadsSelected } from '../../mesh/workloads/workloads';

/** A policy in ambient mode that only a waypoint can enforce, with Kiali's codes for what may be wrong with it. */
export interface WaypointPolicy {
  readonly policy: Policy;
  readonly unenrolled: string;
  readonly untargeted: string;
}

/** Every policy about requests that lies in a namespace in ambient mode. */
export const waypointPolicies = (mesh: Mesh): WaypointPolicy[] => {
  const found: WaypointPolicy[] = [
    ...configs(mesh, 'AuthorizationPolicy')
      .filter(({ value }) => judgesRequests(value.spec?.rules))
      .map((policy) => ({ policy, unenrolled: 'KIA0109', untargeted: 'KIA0110' })),
    ...configs(mesh, 'RequestAuthentication').map((policy) => ({
      policy,
      unenrolled: 'KIA1110',
      untargeted: 'KIA1115',
    })),
    ...configs(mesh, 'WasmPlugin').map((policy) => ({ policy, unenrolled: 'KIA1111', untargeted: 'KIA1116' })),
    ...configs(mesh, 'Telemetry')
      .filter((telemetry) => isAboutRequests(telemetry.value.spec ?? {}))
      .map((policy) => ({ policy, unenrolled: 'KIA1112', untargeted: 'KIA1117' })),
  ];
  return found.filter(({ policy }) => isAmbientNamespace(mesh, policy.namespace));
};

interface Sections {
  tracing?: readonly unknown[];
  accessLogging?: readonly unknown[];
  metrics?: readonly { overrides?: readonly unknown[] }[];
}

/** ztunnel counts and logs connections by itself. */
const isAboutRequests = ({ tracing = [], accessLogging = [], metrics = [] }: Sections): boolean =>
  tracing.length > 0 || accessLogging.length > 0 || metrics.some(({ overrides = [] }) => overrides.length > 0);

const servicesByName = perMesh((mesh) => groupBy(mesh.all('Service'), ({ namespace, name }) => `${namespace}/${name}`));

/** What a policy is for that names no waypoint; undefined where all of it does. */
export function unenrolledTarget(mesh: Mesh, policy: Policy): string | undefined {
  const { namespace, selector = {}, targetRefs } = attachment(policy);
  const services = targetRefs.flatMap(({ kind, group = '', name }) =>
    kind === 'Service' && (group === '' || group === 'core')
      ? (servicesByName(mesh).get(`${namespace}/${name}`) ?? [])
      : [],
  );
  if (services.length > 0) return services.find((each) => !waypointFor(mesh, namespace, each.metadata.labels))?.title;
  // A Gateway, a waypoint among them, is what it names itself.
  if (targetRefs.some(({ kind }) => kind === 'Gateway' || kind === 'GatewayClass')) return undefined;
  const inNamespace = waypointFor(mesh, namespace) ? undefined : `namespace "${namespace}"`;
  if (Object.keys(selector).length === 0) return inNamespace;
  const selected = workloadsSelected(mesh, selector, namespace).filter((each) => !isWaypoint(each));
  if (selected.length === 0) return inNamespace;
  const captured = selected.filter(({ labels }) => labels['istio.io/dataplane-mode'] !== 'none');
  return captured.find(({ labels }) => !waypointFor(mesh, namespace, labels))?.resource.title;
}

/** The workloads in ambient mode that a policy is for: those of its selector, or behind the Services that it names. */
export function ambientWorkloads(mesh: Mesh, policy: Policy): readonly Workload[] {
  const { namespace, selector, targetRefs } = attachment(policy);
  const services = targetRefs.flatMap(({ kind, name }) =>
    kind === 'Service' ? (servicesByName(mesh).get(`${namespace}/${name}`) ?? []) : [],
  );
  const selectors =
    targetRefs.length > 0
      ? services.flatMap(({ value }) => (value.spec?.selector ? [value.spec.selector] : []))
      : [selector];
  return selectors
    .flatMap((each) => workloadsSelected(mesh, each, namespace))
    .filter((each) => !isWaypoint(each) && isAmbient(mesh, namespace, each.template));
}

/** Those of them that name no waypoint. */
export const unenrolledWorkloads = (mesh: Mesh, policy: Policy): readonly Workload[] =>
  ambientWorkloads(mesh, policy).filter(({ labels }) => !waypointFor(mesh, policy.namespace, labels));
