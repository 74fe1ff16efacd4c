/** Which workload a Pod belongs to, as its owner references tell. */
import type { KindMap } from '../../schema/kinds';
import type { Mesh } from '../mesh';
import { perMesh } from '../memo';

type Metadata = NonNullable<KindMap['Pod']['metadata']>;

/** A workload as it is named: the key of everything about it. */
export interface Owner {
  readonly kind: string;
  readonly name: string;
}

/** The object that controls another, if one does. */
export function controllerOf({ ownerReferences = [] }: Metadata): Owner | undefined {
  const reference = ownerReferences.find(({ controller }) => controller) ?? ownerReferences[0];
  return reference && { kind: reference.kind ?? '', name: reference.name ?? '' };
}

const controllers = perMesh((mesh) => {
  const known = new Map<string, Owner>();
  for (const { namespace, kind, name, value } of mesh.allOf('ReplicaSet', 'Job')) {
    const owner = controllerOf(value.metadata);
    if (owner) known.set(`${namespace}/${kind}/${name}`, owner);
  }
  return known;
});

/** What stands above a ReplicaSet or Job in the input, or what their names tell. istio: kube.GetDeployMetaFromPod */
export function topOwner(mesh: Mesh, namespace: string, owner: Owner, labels: Record<string, string> = {}): Owner {
  const above = controllers(mesh).get(`${namespace}/${owner.kind}/${owner.name}`);
  if (above) return above;
  if (owner.kind === 'ReplicaSet')
    return (
      withoutHash(owner, 'Deployment', labels['pod-template-hash']) ??
      withoutHash(owner, 'Rollout', labels['rollouts-pod-template-hash']) ??
      deploymentAbove(mesh, namespace, owner) ??
      owner
    );
  if (owner.kind === 'ReplicationController' && labels['deploymentconfig'])
    return { kind: 'DeploymentConfig', name: labels['deploymentconfig'] };
  const scheduled = owner.kind === 'Job' ? /^(.+)-\d{8,10}$/.exec(owner.name)?.[1] : undefined;
  return scheduled ? { kind: 'CronJob', name: scheduled } : owner;
}

const deployments = perMesh(
  (mesh) => new Set(mesh.all('Deployment').map(({ namespace, name }) => `${namespace}/${name}`)),
);

/** Pods that were written down by hand lack the label with the hash. */
function deploymentAbove(mesh: Mesh, namespace: string, { name }: Owner): Owner | undefined {
  const deployment = name.replace(/-[a-z0-9]+$/, '');
  return deployments(mesh).has(`${namespace}/${deployment}`) ? { kind: 'Deployment', name: deployment } : undefined;
}

function withoutHash({ name }: Owner, kind: string, hash: string | undefined): Owner | undefined {
  return hash && name.endsWith(hash) ? { kind, name: name.slice(0, -hash.length - 1) } : undefined;
}
