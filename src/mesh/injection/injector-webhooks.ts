/** The webhooks that add sidecars, where the input holds them. */
import type { KindMap } from '../../schema/kinds';
import type { Field } from '../../source/field';
import type { Resource } from '../../source/resource';
import { REVISION } from './injection';
import { type LabelSelector, type Labels, fitsSelector } from '../workloads/labels';
import { perMesh } from '../memo';
import type { Mesh } from '../mesh';

/** A MutatingWebhookConfiguration of the input. */
export type WebhookConfiguration = Resource<KindMap['MutatingWebhookConfiguration']>;
/** One webhook of it. */
export type Webhook = NonNullable<KindMap['MutatingWebhookConfiguration']['webhooks']>[number];

/** One webhook of an injector. */
export interface InjectorWebhook {
  readonly configuration: WebhookConfiguration;
  readonly field: Field<Webhook>;
}

/** Every webhook whose name says that it is Istio's. */
export const injectorWebhooks: (mesh: Mesh) => readonly InjectorWebhook[] = perMesh((mesh) =>
  mesh
    .all('MutatingWebhookConfiguration')
    .flatMap((configuration) => configuration.each('webhooks[]').map((field) => ({ configuration, field })))
    .filter(({ field }) => field.value.name?.endsWith('istio.io')),
);

/** Whether the API server calls a webhook for a pod with these labels, in a namespace with those. */
export const isCalledFor = ({ field }: InjectorWebhook, namespace: Labels, pod: Labels): boolean =>
  fits(field.value.namespaceSelector, namespace) && fits(field.value.objectSelector, pod);

const fits = (selector: LabelSelector | undefined, labels: Labels): boolean =>
  selector === undefined || fitsSelector(selector, labels);

/** The revisions that webhooks tell pods apart by. */
export function revisionsOf(webhooks: readonly InjectorWebhook[]): ReadonlySet<string> {
  const own = webhooks.map(({ configuration }) => configuration.metadata.labels?.[REVISION]);
  const selectors = webhooks.flatMap(({ field }) => selectorsOf(field.value));
  const equal = selectors.map(({ matchLabels }) => matchLabels?.[REVISION]);
  const among = selectors.flatMap(({ matchExpressions = [] }) =>
    matchExpressions.flatMap(({ key, values = [] }) => (key === REVISION ? values : [])),
  );
  return new Set([...own, ...equal, ...among].filter((revision) => revision !== undefined));
}

const selectorsOf = ({ namespaceSelector, objectSelector }: Webhook): LabelSelector[] =>
  [namespaceSelector, objectSelector].flatMap((selector) => (selector ? [selector as LabelSelector] : []));
