/** Whether a pod gets a sidecar, and which label, annotation or setting decides it. */
import type { Field } from '../../source/field';
import type { KindMap } from '../../schema/kinds';
import { injectorOfRevision } from './injector';
import type { Mesh } from '../mesh';
import { type Namespace, namespaceOf } from '../settings/namespaces';

/** What a Deployment and its like make their pods from; a Pod itself has the same two parts. */
export type PodTemplate = Pick<KindMap['Pod'], 'metadata' | 'spec'>;

/** The label, and annotation, by which a pod asks for a sidecar or against it. */
export const INJECT = 'sidecar.istio.io/inject';
/** The label that names the control plane that shall inject. */
export const REVISION = 'istio.io/rev';
/** The label by which a namespace asks for sidecars, or against them. */
export const NAMESPACE_INJECTION = 'istio-injection';
/** The label that asks for ambient, or against it. */
export const DATAPLANE_MODE = 'istio.io/dataplane-mode';

/** The namespaces whose pods are never injected. istio: inject.IgnoredNamespaces */
const IGNORED = new Set(['kube-system', 'kube-public', 'kube-node-lease', 'local-path-storage']);

/** Why a pod has a sidecar, or has none. */
export type InjectionReason =
  | 'ignored-namespace'
  | 'host-network'
  | 'pod-label'
  | 'pod-annotation'
  | 'pod-revision'
  | 'namespace-label'
  | 'namespace-revision'
  | 'by-default'
  | 'namespace-disabled'
  | 'not-asked-for';

/** The decision, and the field that made it: absent where nothing was written that could have. */
export interface Injection {
  readonly injected: boolean;
  readonly reason: InjectionReason;
  readonly field: Field | undefined;
}

/**
 * Whether the webhook injects a sidecar into pods made from a template in a namespace. Any revision counts as one that exists.
 * istio: the selectors of the chart's MutatingWebhookConfiguration, then inject.injectRequired
 */
export function injection(mesh: Mesh, namespace: string, template: Field<PodTemplate>): Injection {
  const { metadata, spec } = template.value;
  const label = metadata?.labels?.[INJECT];
  const annotation = metadata?.annotations?.[INJECT];
  const asked = webhookFor(mesh, namespaceOf(mesh, namespace), template);

  if (IGNORED.has(namespace)) return { injected: false, reason: 'ignored-namespace', field: undefined };
  if (spec?.hostNetwork)
    return { injected: false, reason: 'host-network', field: template.child('spec').child('hostNetwork') };
  if (label === 'false') return { injected: false, reason: 'pod-label', field: metadataOf(template, 'labels', INJECT) };
  if (!asked.injected || label === 'true') return asked;
  // An annotation cannot call the webhook, only tell it off; a label beside it silences it.
  if (label === undefined && (annotation === 'false' || annotation === 'true'))
    return {
      injected: annotation === 'true',
      reason: 'pod-annotation',
      field: metadataOf(template, 'annotations', INJECT),
    };
  return asked;
}

/** Which webhook, if any, the API server calls for the pod. */
function webhookFor(mesh: Mesh, namespace: Namespace, template: Field<PodTemplate>): Injection {
  const { labels } = namespace;
  const { labels: podLabels = {} } = template.value.metadata ?? {};
  const byNamespace = namespace.resource?.at(['metadata', 'labels']);
  const mode = labels[NAMESPACE_INJECTION];

  if (mode === 'enabled')
    return { injected: true, reason: 'namespace-label', field: byNamespace?.child(NAMESPACE_INJECTION) };
  if (mode !== undefined)
    return { injected: false, reason: 'namespace-disabled', field: byNamespace?.child(NAMESPACE_INJECTION) };
  if (labels[REVISION]) return { injected: true, reason: 'namespace-revision', field: byNamespace?.child(REVISION) };
  if (podLabels[REVISION] !== undefined)
    return { injected: true, reason: 'pod-revision', field: metadataOf(template, 'labels', REVISION) };
  if (podLabels[INJECT] === 'true')
    return { injected: true, reason: 'pod-label', field: metadataOf(template, 'labels', INJECT) };
  const injector = injectorOfRevision(mesh);
  if (injector?.enableNamespacesByDefault && labels[REVISION] === undefined)
    return { injected: true, reason: 'by-default', field: injector.resource.at(['data', 'values']) };
  return { injected: false, reason: 'not-asked-for', field: undefined };
}

const metadataOf = (template: Field<PodTemplate>, where: 'labels' | 'annotations', name: string): Field =>
  template.child('metadata').child(where).child(name);

/** Whether ztunnel would capture pods made from a template: they ask for ambient, or their namespace does, and have no sidecar. */
export function isAmbient(mesh: Mesh, namespace: string, template: Field<PodTemplate>): boolean {
  const mode = template.value.metadata?.labels?.[DATAPLANE_MODE] ?? namespaceOf(mesh, namespace).labels[DATAPLANE_MODE];
  return mode === 'ambient' && !template.value.spec?.hostNetwork && !injection(mesh, namespace, template).injected;
}

const REDIRECTION = 'ambient.istio.io/redirection';

/** Whether ztunnel carries the traffic of a workload. */
export const isCaptured = (
  mesh: Mesh,
  { namespace, template }: { readonly namespace: string; readonly template: Field<PodTemplate> },
): boolean => isAmbient(mesh, namespace, template) || template.value.metadata?.annotations?.[REDIRECTION] === 'enabled';
