import type { Mesh } from '../mesh';
import { rootNamespace } from '../settings/mesh-config';
import type { Attachable, AttachableWaypoint } from './policy-attachment';
import type { Proxy } from '../workloads/proxy';
import type { Service } from '../services/service';

/** What policies are attached to: a proxy, or a waypoint for one of the services that it serves. istio: PolicyMatcherForProxy */
export function attachableOf(
  mesh: Mesh,
  { kind, namespace, workloadLabels: labels }: Proxy,
  service?: Service,
): Attachable {
  if (kind !== 'waypoint') return { namespace, labels };
  const target = service && targetOf(service);
  return { namespace, labels, waypoint: { rootNamespace: rootNamespace(mesh), service: target } };
}

const targetOf = ({ isInCluster, objectName, name, namespace }: Service): AttachableWaypoint['service'] => ({
  kind: isInCluster ? 'Service' : 'ServiceEntry',
  name: objectName || name,
  namespace,
});
