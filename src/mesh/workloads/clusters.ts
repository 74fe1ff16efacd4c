import { type Kind, type Mesh, identity } from '../mesh';
import type { Resource } from '../../source/resource';

/** What the control plane reads of a cluster that is not its own: where things run, and not how they are configured. */
const READ: ReadonlySet<string> = new Set<Kind>([
  'Service',
  'Endpoints',
  'EndpointSlice',
  'Pod',
  'Node',
  'Namespace',
  'Deployment',
  'StatefulSet',
  'DaemonSet',
  'ReplicaSet',
  'ServiceAccount',
]);

/** Tells which objects of another cluster are things of this mesh too: those of which it has none of that name. */
export function addsTo(mesh: Mesh): (resource: Resource) => boolean {
  const taken = new Set(mesh.resources.map(identity));
  return (resource) => READ.has(resource.kind) && !taken.has(identity(resource));
}
