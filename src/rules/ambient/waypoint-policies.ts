import { configs } from '../../mesh/settings/configs';
import { groupBy } from '../../mesh/grouping';
import type { TargetRef } from '../../mesh/policies/policy-attachment';
import type { KindMap } from '../../schema/kinds';
import type { Resource } from '../../source/resource';
import { isAmbient } from '../../mesh/injection/injection';
import { perMesh } from '../../mesh/memo';
import type { Mesh } from '../../mesh/mesh';
import { type Policy, attachment } from '../../mesh/policies/policy-enforcers';
import { isWaypoint } from '../../mesh/workloads/proxy';
import { isAmbientNamespace, hasRequestRules, waypointFor } from '../../mesh/ambient/waypoints';
import { type Workload, workloadsSelected } from '../../mesh/workloads/workloads';

/** A policy that only a waypoint can enforce, with Kiali's codes for what may be wrong with it. */
export interface WaypointPolicy {
  readonly policy: Policy;
  readonly unenrolled: string;
  readonly untargeted: string;
}

/** Every policy about requests in a namespace in ambient mode, and every policy that targets a Service or ServiceEntry. */
export const waypointPolicies = perMesh((mesh): readonly WaypointPolicy[] => {
  const isMeant = (policy: Policy, isAboutRequests: boolean): boolean =>
    targetsService(policy) || (isAboutRequests && isAmbientNamespace(mesh, policy.namespace));
  return [
    ...configs(mesh, 'AuthorizationPolicy')
      .filter((policy) => isMeant(policy, hasRequestRules(policy.value.spec?.rules)))
      .map((policy) => ({ policy, unenrolled: 'KIA0109', untargeted: 'KIA0110' })),
    ...configs(mesh, 'RequestAuthentication')
      .filter((policy) => isMeant(policy, true))
      .map((policy) => ({ policy, unenrolled: 'KIA1110', untargeted: 'KIA1115' })),
    ...configs(mesh, 'WasmPlugin')
      .filter((policy) => isMeant(policy, true))
      .map((policy) => ({ policy, unenrolled: 'KIA1111', untargeted: 'KIA1116' })),
    ...configs(mesh, 'Telemetry')
      .filter((policy) => isMeant(policy, isAboutRequests(policy.value.spec ?? {})))
      .map((policy) => ({ policy, unenrolled: 'KIA1112', untargeted: 'KIA1117' })),
  ];
});

/** Whether a target is a Service or a ServiceEntry. */
const isService = ({ kind, group = '' }: TargetRef): boolean =>
  (kind === 'Service' && (group === '' || group === 'core')) ||
  (kind === 'ServiceEntry' && group === 'networking.istio.io');

const targetsService = (policy: Policy): boolean => attachment(policy).targetRefs.some(isService);

interface Sections {
  tracing?: readonly unknown[];
  accessLogging?: readonly unknown[];
  metrics?: readonly { overrides?: readonly unknown[] }[];
}

/** ztunnel counts and logs connections by itself. */
const isAboutRequests = ({ tracing = [], accessLogging = [], metrics = [] }: Sections): boolean =>
  tracing.length > 0 || accessLogging.length > 0 || metrics.some(({ overrides = [] }) => overrides.length > 0);

const byName = perMesh((mesh) =>
  groupBy(mesh.allOf('Service', 'ServiceEntry'), ({ kind, namespace, name }) => `${kind} ${namespace}/${name}`),
);

type Targeted = Resource<KindMap['Service'] | KindMap['ServiceEntry']>;

/** The Services and ServiceEntries that a policy targets; a target is in the namespace of the policy. */
const servicesTargeted = (mesh: Mesh, policy: Policy): Targeted[] =>
  attachment(policy)
    .targetRefs.filter(isService)
    .flatMap(({ kind, name }) => byName(mesh).get(`${kind} ${policy.namespace}/${name}`) ?? []);

/** What a policy applies to and has no waypoint; undefined where all of it has one. */
export function unenrolledTarget(mesh: Mesh, policy: Policy): string | undefined {
  const { namespace, selector = {}, targetRefs } = attachment(policy);
  // A Gateway, a waypoint among them, is what it names itself; of unknown targets nothing follows.
  if (targetRefs.length > 0)
    return servicesTargeted(mesh, policy).find((each) => !waypointFor(mesh, namespace, each.metadata.labels))?.title;
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
  const selectors =
    targetRefs.length > 0
      ? servicesTargeted(mesh, policy).flatMap(({ value: { spec } }) =>
          spec && 'selector' in spec && spec.selector ? [spec.selector] : [],
        )
      : [selector];
  return selectors
    .flatMap((each) => workloadsSelected(mesh, each, namespace))
    .filter((each) => !isWaypoint(each) && isAmbient(mesh, namespace, each.template));
}

/** Those of them that name no waypoint; where the policy targets a Service, what matters is whether that has one. */
export const unenrolledWorkloads = (mesh: Mesh, policy: Policy): readonly Workload[] =>
  attachment(policy).targetRefs.length > 0
    ? []
    : ambientWorkloads(mesh, policy).filter(({ labels }) => !waypointFor(mesh, policy.namespace, labels));
