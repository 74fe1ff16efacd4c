/** How objects of the Gateway API name others, and who may name what in another namespace. */
import { configs } from '../settings/configs';
import { perMesh } from '../memo';
import type { Mesh } from '../mesh';

/** A kind with its group before it: `gateway.networking.k8s.io/Gateway`, `/Service`. */
export type FullKind = `${string}/${string}`;

export const GATEWAY: FullKind = 'gateway.networking.k8s.io/Gateway';
export const LISTENER_SET: FullKind = 'gateway.networking.k8s.io/ListenerSet';
export const SERVICE: FullKind = '/Service';
export const SERVICE_ENTRY: FullKind = 'networking.istio.io/ServiceEntry';
export const SECRET: FullKind = '/Secret';
export const CONFIG_MAP: FullKind = '/ConfigMap';

/** The kind that a reference means; what it leaves out is the default's. istio: gatewaycommon.NormalizeReference */
export function kindOf({ group, kind }: { group?: string; kind?: string }, otherwise: FullKind): FullKind {
  const [usualGroup = '', usualKind = ''] = otherwise.split('/');
  return `${group ?? usualGroup}/${kind ?? usualKind}`;
}

/** One end of a reference. */
export interface End {
  readonly kind: FullKind;
  readonly namespace: string;
}

/** Whether a ReferenceGrant lets objects of one namespace name an object of another. istio: ReferenceGrants.BackendAllowed, SecretAllowed */
export function isGranted(mesh: Mesh, from: End, to: End, name: string): boolean {
  const names = grants(mesh).get(pair(from, to));
  return names !== undefined && (names.has(name) || names.has(ANY));
}

const ANY = '*';
const pair = (from: End, to: End): string => `${from.kind} ${from.namespace} ${to.kind} ${to.namespace}`;

const grants = perMesh((mesh) => {
  const allowed = new Map<string, Set<string>>();
  for (const { namespace, value } of configs(mesh, 'ReferenceGrant'))
    for (const from of value.spec?.from ?? [])
      for (const to of value.spec?.to ?? []) {
        const sender = { kind: kindOf(from, '/'), namespace: from.namespace ?? '' };
        const key = pair(sender, { kind: kindOf(to, '/'), namespace });
        allowed.set(key, (allowed.get(key) ?? new Set()).add(to.name ?? ANY));
      }
  return allowed;
});
