/** The AuthorizationPolicies that judge the requests of a workload. */
import type { KindMap } from '../../schema/kinds';
import type { Resource } from '../../source/resource';
import { configsIn } from '../settings/configs';
import type { Mesh } from '../mesh';
import { rootNamespace } from '../settings/mesh-config';
import { type Attachable, attachmentOf, isAttached, policyNamespaces } from './policy-attachment';

/** An AuthorizationPolicy of the input. */
export type AuthorizationPolicy = Resource<KindMap['AuthorizationPolicy']>;

/** The policies of a workload by what they do, in the order in which they count. */
export interface AuthorizationPolicies {
  readonly custom: readonly AuthorizationPolicy[];
  readonly deny: readonly AuthorizationPolicy[];
  readonly allow: readonly AuthorizationPolicy[];
  readonly audit: readonly AuthorizationPolicy[];
}

/** The policies attached to a workload, those of the root namespace first. istio: ListAuthorizationPolicies */
export function authorizationPolicies(mesh: Mesh, workload: Attachable): AuthorizationPolicies {
  const namespaces = policyNamespaces(workload, rootNamespace(mesh));
  const attached = [...namespaces].flatMap((namespace) =>
    configsIn(mesh, 'AuthorizationPolicy', namespace).filter(({ value }) =>
      isAttached(attachmentOf(namespace, value.spec ?? {}), workload),
    ),
  );
  const doing = (action: string) => attached.filter((policy) => actionOf(policy) === action);
  return { custom: doing('CUSTOM'), deny: doing('DENY'), allow: doing('ALLOW'), audit: doing('AUDIT') };
}

/** What a policy does with the requests that it matches; it allows them where it does not say. */
export const actionOf = ({ value }: AuthorizationPolicy) => value.spec?.action ?? 'ALLOW';

/** Whether a policy only counts what it would do. istio: isDryRun */
export const isDryRun = ({ metadata }: AuthorizationPolicy): boolean =>
  isTrue(metadata.annotations?.['istio.io/dry-run']);

/** Whether the value of a label or annotation is true, as Go reads it. */
export const isTrue = (value = ''): boolean => ['1', 't', 'T', 'true', 'True', 'TRUE'].includes(value);
