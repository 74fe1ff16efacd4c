/** The EnvoyFilters that change a proxy's configuration. */
import { withoutUndefined } from '../../source/without-undefined';
import { RE2JS, RE2JSException } from 're2js';
import { proxyVersion } from '../../schema/release';
import type { KindMap } from '../../schema/kinds';
import type { EnvoyFilterEnvoyConfigObjectPatch, EnvoyFilterProxyMatch } from '../../schema/kinds/networking';
import type { Field } from '../../source/field';
import type { Resource } from '../../source/resource';
import { attachableOf } from '../policies/attachable';
import { configsIn } from './configs';
import { NOT_YET, created } from '../creation';
import { alphabetically } from '../services/hostname';
import type { Mesh } from '../mesh';
import { rootNamespace } from './mesh-config';
import { type Attachable, attachmentOf, isAttached } from '../policies/policy-attachment';
import type { Proxy } from '../workloads/proxy';
import { own } from '../../source/own';

/** An EnvoyFilter of the input. */
export type EnvoyFilter = Resource<KindMap['EnvoyFilter']>;

/** The EnvoyFilters attached to a workload, in the order in which they are applied. istio: PushContext.EnvoyFilters */
export function envoyFilters(mesh: Mesh, workload: Attachable): readonly EnvoyFilter[] {
  const root = rootNamespace(mesh);
  const namespaces = new Set([root, workload.namespace]);
  const attached = [...namespaces].flatMap((namespace) =>
    configsIn(mesh, 'EnvoyFilter', namespace).filter(({ value }) => {
      const { workloadSelector, targetRefs } = value.spec ?? {};
      const selector = workloadSelector && { matchLabels: workloadSelector.labels ?? {} };
      return isAttached(attachmentOf(namespace, withoutUndefined({ selector, targetRefs })), workload);
    }),
  );
  return attached.sort(
    (one, other) =>
      (one.value.spec?.priority ?? 0) - (other.value.spec?.priority ?? 0) ||
      Number(other.namespace === root) - Number(one.namespace === root) ||
      created(one.metadata, NOT_YET) - created(other.metadata, NOT_YET) ||
      alphabetically(`${one.name}.${one.namespace}`, `${other.name}.${other.namespace}`),
  );
}

/** The patches of a proxy's EnvoyFilters that are meant for its version and metadata, in order. */
export function envoyPatches(mesh: Mesh, proxy: Proxy): readonly Field<EnvoyFilterEnvoyConfigObjectPatch>[] {
  const metadata = nodeMetadata(mesh, proxy);
  return envoyFilters(mesh, attachableOf(mesh, proxy)).flatMap((filter) =>
    filter
      .each('spec.configPatches[]')
      .filter(({ value }) => value.patch !== undefined && isMeant(value.match?.proxy ?? {}, metadata)),
  );
}

/** What a proxy tells of itself in words. */
const nodeMetadata = (
  { release }: Mesh,
  { namespace, serviceAccount, name, cluster }: Proxy,
): Readonly<Record<string, string>> => ({
  ISTIO_VERSION: proxyVersion(release),
  CLUSTER_ID: cluster,
  NAMESPACE: namespace,
  SERVICE_ACCOUNT: serviceAccount,
  WORKLOAD_NAME: name,
});

/** istio: proxyMatch */
function isMeant(
  { proxyVersion: expression, metadata = {} }: EnvoyFilterProxyMatch,
  known: Readonly<Record<string, string>>,
): boolean {
  if (expression && !fitsVersion(expression, known['ISTIO_VERSION']!)) return false;
  return Object.entries(metadata).every(([name, value]) => own(known, name) === value);
}

/** Istio does not compile longer expressions: they fit no version. */
const LONGEST_EXPRESSION = 1024;

/** Whether the expression of a patch is for proxies of a version. One that is none is passed over, as validation would have refused it. */
export function fitsVersion(expression: string, version: string): boolean {
  if (expression.length > LONGEST_EXPRESSION) return false;
  try {
    return RE2JS.compile(expression).matcher(version).find();
  } catch (error) {
    if (error instanceof RE2JSException) return true;
    throw error;
  }
}
