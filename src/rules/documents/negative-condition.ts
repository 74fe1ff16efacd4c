import type { Field } from '../../source/field';
import type { Resource } from '../../source/resource';
import { rule } from '../rule';
import { own } from '../../source/own';

const OF_GATEWAY_API = ['Accepted', 'Programmed', 'ResolvedRefs'];
const OF_SERVICES = ['istio.io/WaypointBound'];
const OF_POLICIES = ['ZtunnelAccepted', 'WaypointAccepted'];

const TELLING: Readonly<Record<string, readonly string[]>> = {
  Service: OF_SERVICES,
  ServiceEntry: OF_SERVICES,
  WorkloadEntry: OF_SERVICES,
  AuthorizationPolicy: OF_POLICIES,
  Gateway: OF_GATEWAY_API,
  HTTPRoute: OF_GATEWAY_API,
  GRPCRoute: OF_GATEWAY_API,
};

interface Condition {
  type?: string;
  status?: string;
  reason?: string;
  message?: string;
}

export default rule({
  name: 'negative-condition',
  category: 'traffic',
  isLocal: true,
  severity: 'warning',
  summary: 'The status of an object reports a problem.',
  url: 'https://gateway-api.sigs.k8s.io/concepts/troubleshooting/',
  docs: `
    A controller writes conditions into the status of an object: whether a Gateway is programmed,
    the references of a route are resolved, or a policy is accepted by ztunnel or a waypoint. A
    condition with the status False means that this part has no effect in the cluster from which the
    file was exported.

    Fix: read the reason and the message of the condition.
  `,
  sameAs: ['IST0171'],
  check({ mesh, report }) {
    const resources = mesh.allOf(
      'Service',
      'ServiceEntry',
      'WorkloadEntry',
      'AuthorizationPolicy',
      'KubernetesGateway',
      'HTTPRoute',
      'GRPCRoute',
    );
    for (const resource of resources)
      for (const condition of conditionsOf(resource)) {
        const { type = '', reason = '', message = '' } = condition.value;
        if (isNegative(resource.kind, condition.value))
          report(condition.child('type'), `${type} is not met: ${message || reason || 'no reason given'}`);
      }
  },
});

/** Those of routes lie under each of their parents. */
function conditionsOf(resource: Resource<unknown>): Field<Condition>[] {
  const status = resource.at(['status']);
  const parents = (status.child('parents') as Field<unknown[]>).items();
  return [status, ...parents].flatMap((each) => (each.child('conditions') as Field<Condition[]>).items());
}

function isNegative(kind: string, { type = '', status, reason }: Condition): boolean {
  if (!own(TELLING, kind)?.includes(type)) return false;
  return status === 'False' || (type === 'WaypointAccepted' && reason === 'PartiallyInvalid');
}
