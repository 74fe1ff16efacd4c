import { type ClusterKind, batches } from '../cluster/kinds';

/** A kind whose objects are followed in the cluster, all of them or one. */
export interface FollowedKind extends ClusterKind {
  /** The one object that is read. */
  readonly only?: { readonly namespace: string; readonly name: string };
}

/** What of the control plane and of Secrets is read. */
export interface FollowOptions {
  /** The namespace of the control plane. */
  istioNamespace: string;
  /** Whether Secrets are read, of which only certificates are kept. */
  readSecrets?: true;
}

/** The kinds that a mesh is made of, and the settings of the control plane. */
export function followedKinds({ istioNamespace, readSecrets }: FollowOptions): FollowedKind[] {
  const settings = ['istio', 'istio-sidecar-injector'].map((name): FollowedKind => ({
    resource: 'configmaps',
    group: '',
    kind: 'ConfigMap',
    only: { namespace: istioNamespace, name },
  }));
  const secrets: FollowedKind[] = readSecrets ? [{ resource: 'secrets', group: '', kind: 'Secret' }] : [];
  return [...batches.flat(), ...settings, ...secrets];
}
