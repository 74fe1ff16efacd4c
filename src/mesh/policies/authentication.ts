/** What PeerAuthentications and RequestAuthentications demand of a workload. */
import type { KindMap } from '../../schema/kinds';
import type { Field } from '../../source/field';
import type { Resource } from '../../source/resource';
import { configs, configsIn } from '../settings/configs';
import { selects } from '../workloads/labels';
import { perMesh } from '../memo';
import type { Mesh } from '../mesh';
import { rootNamespace } from '../settings/mesh-config';
import { type Attachable, attachmentOf, isAttached, policyNamespaces } from './policy-attachment';

type PeerAuthentication = Resource<KindMap['PeerAuthentication']>;

/** Whether connections must, may or cannot be mutual TLS. */
export type MtlsMode = 'STRICT' | 'PERMISSIVE' | 'DISABLE';

/** A mode, and the field that sets it; without one it is Istio's default. */
export interface Mtls {
  readonly mode: MtlsMode;
  readonly field: Field | undefined;
}

/** What servers take where no policy says so: since Istio 1.5 both, before that plain text only. */
const defaultMtls = ({ release }: Mesh): Mtls => ({
  mode: release === '1.4' ? 'DISABLE' : 'PERMISSIVE',
  field: undefined,
});

const hasSelector = ({ value }: PeerAuthentication): boolean =>
  Object.keys(value.spec?.selector?.matchLabels ?? {}).length > 0;

/** The policies that count: of those of a namespace without a selector, only the oldest. istio: addPeerAuthentication */
const wide = perMesh((mesh) => {
  const byNamespace = new Map<string, PeerAuthentication>();
  for (const policy of configs(mesh, 'PeerAuthentication'))
    if (!hasSelector(policy) && !byNamespace.has(policy.namespace)) byNamespace.set(policy.namespace, policy);
  return byNamespace;
});

/** The policy for all workloads of a namespace; that of the root namespace holds for the whole mesh. */
export const namespacePolicy = (mesh: Mesh, namespace: string): PeerAuthentication | undefined =>
  wide(mesh).get(namespace);

/** The policy that selects a workload: the oldest in its namespace. In the root namespace a selector has no effect. */
export function workloadPolicy(mesh: Mesh, { namespace, labels }: Attachable): PeerAuthentication | undefined {
  if (namespace === rootNamespace(mesh)) return undefined;
  return configsIn(mesh, 'PeerAuthentication', namespace).find(
    (policy) => hasSelector(policy) && selects(policy.value.spec?.selector?.matchLabels, labels),
  );
}

/** What a workload demands of those who connect to it, or to one port of its pods. istio: authn.ComposePeerAuthentication */
export function mtlsOf(mesh: Mesh, workload: Attachable, port?: number): Mtls {
  const own = workloadPolicy(mesh, workload);
  const inherited = modeOf(own) ?? namespaceMode(mesh, workload.namespace) ?? defaultMtls(mesh);
  if (!own || port === undefined) return inherited;
  const [ofPort] = own.each('spec.portLevelMtls{}').filter(({ path }) => Number(path.at(-1)) === port);
  return (ofPort && named(ofPort.child('mode'))) ?? inherited;
}

/** The ports that a workload's own policy treats apart. */
export const portsWithMtls = (mesh: Mesh, workload: Attachable): readonly number[] =>
  Object.keys(workloadPolicy(mesh, workload)?.value.spec?.portLevelMtls ?? {}).map(Number);

/** What the policies without selector say of a namespace; undefined where there are none. istio: GetNamespaceMutualTLSMode */
export function namespaceMtls(mesh: Mesh, namespace: string): Mtls | undefined {
  const isDeclared = namespacePolicy(mesh, namespace) ?? namespacePolicy(mesh, rootNamespace(mesh));
  return isDeclared && (namespaceMode(mesh, namespace) ?? defaultMtls(mesh));
}

const namespaceMode = (mesh: Mesh, namespace: string): Mtls | undefined =>
  modeOf(namespacePolicy(mesh, namespace)) ?? modeOf(namespacePolicy(mesh, rootNamespace(mesh)));

const modeOf = (policy: PeerAuthentication | undefined): Mtls | undefined =>
  policy && named(policy.at(['spec', 'mtls', 'mode']));

function named(field: Field): Mtls | undefined {
  const mode = field.value;
  return mode === 'STRICT' || mode === 'PERMISSIVE' || mode === 'DISABLE' ? { mode, field } : undefined;
}

/** The RequestAuthentications attached to a workload: those of its namespace first. istio: GetJwtPoliciesForWorkload */
export function requestAuthentications(
  mesh: Mesh,
  workload: Attachable,
): readonly Resource<KindMap['RequestAuthentication']>[] {
  const namespaces = new Set([workload.namespace, ...policyNamespaces(workload, rootNamespace(mesh))]);
  return [...namespaces].flatMap((namespace) =>
    configsIn(mesh, 'RequestAuthentication', namespace).filter(({ value }) =>
      isAttached(attachmentOf(namespace, value.spec ?? {}), workload),
    ),
  );
}
