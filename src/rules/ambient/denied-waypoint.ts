import { isCarried, waypointsOfService } from '../../mesh/ambient/ambient';
import { isAmbientMesh } from '../../mesh/ambient/ambient-mode';
import { podUid } from '../../mesh/ambient/waypoint-resources';
import { hasRequestRules } from '../../mesh/ambient/waypoints';
import { GATEWAY_NAME } from '../../mesh/gateways/gateway-deployments';
import type { Mesh } from '../../mesh/mesh';
import type { AuthorizationPolicy } from '../../mesh/policies/authorization';
import { meshConfig } from '../../mesh/settings/mesh-config';
import { targetPortOf, workloadsOf } from '../../mesh/services/service-workloads';
import type { Service } from '../../mesh/services/service';
import { services } from '../../mesh/services/services';
import { isWaypoint } from '../../mesh/workloads/proxy';
import { type Pod, pods } from '../../mesh/workloads/workloads';
import { translateZtunnel } from '../../pilot/ztunnel';
import type { Authorization } from '../../ztunnel/config';
import { type Verdict, authorize } from '../../ztunnel/inbound';
import { lookupOf } from '../../ztunnel/lookup';
import { rule } from '../rule';

export default rule({
  name: 'denied-waypoint',
  category: 'security',
  severity: 'error',
  summary: 'A policy at ztunnel denies the connections of the waypoint.',
  url: 'https://istio.io/latest/docs/ambient/usage/l4-policy/',
  docs: `
    The waypoint opens a connection of its own to the pod, with its own identity. Policies without
    \`targetRefs\` are enforced at the pod's ztunnel, which sees the waypoint as the client, not the
    workload that sent the request. When these policies do not allow the waypoint, every request
    through it fails with 503 (response flag UC).

    Fix: allow the service account of the waypoint in the policy, and move the rules about clients to
    a policy whose \`targetRefs\` name the Service.
  `,
  check({ mesh, report }) {
    if (!isAmbientMesh(mesh)) return;
    const { origins } = translateZtunnel(mesh);
    for (const [policy, { waypoint, services: hit, verdict }] of deniedBy(mesh)) {
      const resource = origins.get(policy)?.resource as AuthorizationPolicy | undefined;
      if (!resource || hasRequestRules(resource.value.spec?.rules)) continue;
      const principal = `${meshConfig(mesh).trustDomain}/ns/${waypoint.namespace}/sa/${waypoint.serviceAccount}`;
      const does = verdict === 'denied' ? 'denies' : 'does not allow';
      report(
        resource.at(['metadata', 'name']),
        `this policy ${does} waypoint "${waypoint.namespace}/${waypoint.labels[GATEWAY_NAME]}" (${principal}), so its requests for ${[...hit].join(', ')} fail with 503`,
        { about: principal },
      );
    }
  },
});

interface Denial {
  readonly waypoint: Pod;
  readonly services: Set<string>;
  readonly verdict: Exclude<Verdict['kind'], 'allowed'>;
}

/** The policies that keep a waypoint from the pods of the services that it serves. */
function deniedBy(mesh: Mesh): ReadonlyMap<Authorization, Denial> {
  const found = new Map<Authorization, Denial>();
  const waypoints = pods(mesh).filter(({ workload }) => isWaypoint(workload));
  for (const service of services(mesh))
    for (const served of waypointsOfService(mesh, service)) {
      const waypoint = waypoints.find(
        ({ namespace, labels }) => namespace === served.namespace && labels[GATEWAY_NAME] === served.name,
      );
      for (const { kind, by } of waypoint ? verdicts(mesh, service, waypoint) : [])
        for (const policy of kind === 'allowed' ? [] : by) {
          const denial = found.get(policy) ?? {
            waypoint: waypoint!,
            services: new Set(),
            verdict: kind as Denial['verdict'],
          };
          denial.services.add(service.field.resource.title);
          found.set(policy, denial);
        }
    }
  return found;
}

/** What the ztunnels of a service's pods make of a waypoint. Policies about addresses are left out: those of pods are not known. */
function verdicts(mesh: Mesh, service: Service, { serviceAccount, namespace, ip }: Pod): Verdict[] {
  const { config } = translateZtunnel(mesh);
  const identity = { trustDomain: meshConfig(mesh).trustDomain, namespace, serviceAccount };
  return workloadsOf(mesh, service)
    .filter((workload) => isCarried(mesh, workload) && workload.pods.length > 0)
    .flatMap((workload) => {
      const pod = workload.pods[0]!;
      const server = lookupOf(config).workloadOf(podUid(pod));
      return service.ports.flatMap((port) => {
        const target = targetPortOf(workload, port);
        if (!server || target === undefined) return [];
        const destination = { address: pod.ip, port: target };
        const verdict = authorize(config, server, { identity, source: ip, destination });
        return verdict.by.some(isAboutAddresses) ? [] : [verdict];
      });
    });
}

const ADDRESSES = ['sourceIps', 'notSourceIps', 'destinationIps', 'notDestinationIps'] as const;

const isAboutAddresses = ({ groups = [] }: Authorization): boolean =>
  groups.some(({ rules = [] }) =>
    rules.some(({ matches = [] }) => matches.some((match) => ADDRESSES.some((name) => match[name] !== undefined))),
  );
