import { INJECT, NAMESPACE_INJECTION, REVISION } from '../../mesh/injection/injection';
import {
  type InjectorWebhook,
  injectorWebhooks,
  isCalledFor,
  revisionsOf,
} from '../../mesh/injection/injector-webhooks';
import type { Labels } from '../../mesh/workloads/labels';
import { rule } from '../rule';

const NAMESPACES: readonly Labels[] = [{}, { [NAMESPACE_INJECTION]: 'enabled' }, { [NAMESPACE_INJECTION]: 'disabled' }];
const PODS: readonly Labels[] = [{}, { [INJECT]: 'true' }, { [INJECT]: 'false' }];

/** The installation of a default revision names its webhooks so beside those of the revision itself. */
const DEFAULT_REVISION = 'default';

export default rule({
  name: 'overlapping-injectors',
  category: 'conflict',
  severity: 'error',
  summary: 'Two injectors match the same pods.',
  url: 'https://istio.io/latest/docs/setup/additional-setup/sidecar-injection/',
  docs: `
    The API server calls every webhook whose selectors match, so these pods are injected twice: the
    last webhook decides, and an upgrade by revision changes more pods than intended.

    Fix: narrow the \`namespaceSelector\` or \`objectSelector\` of one, or remove the older
    installation.
  `,
  sameAs: ['IST0139'],
  check({ mesh, report }) {
    const webhooks = injectorWebhooks(mesh).filter((webhook) => !isDefault(webhook));
    if (webhooks.length < 2) return;
    const revisions = [...revisionsOf(webhooks)];
    const withRevisions = (labels: readonly Labels[]) => [
      ...labels,
      ...revisions.flatMap((revision) => labels.map((each) => ({ ...each, [REVISION]: revision }))),
    ];
    const found = new Map<InjectorWebhook, { other: InjectorWebhook; namespace: Labels; pod: Labels }>();
    for (const namespace of withRevisions(NAMESPACES))
      for (const pod of withRevisions(PODS)) {
        const called = webhooks.filter((webhook) => isCalledFor(webhook, namespace, pod));
        for (const webhook of called) {
          const other = called.find((each) => each !== webhook);
          if (other && !found.has(webhook)) found.set(webhook, { other, namespace, pod });
        }
      }
    for (const [webhook, { other, namespace, pod }] of found)
      report(
        webhook.field.get('name'),
        `"${other.field.value.name}" of "${other.configuration.name}" matches the same pods: ${textOf(pod)} in namespaces ${textOf(namespace)}`,
        { related: [{ place: other.field.get('name'), message: 'conflicts with this webhook' }] },
      );
  },
});

const isDefault = ({ configuration: { metadata } }: InjectorWebhook): boolean =>
  metadata.labels?.[REVISION] === DEFAULT_REVISION && metadata.labels['istio.io/tag'] === undefined;

function textOf(labels: Labels): string {
  const pairs = Object.entries(labels).map(([name, value]) => `"${name}: ${value}"`);
  return pairs.length > 0 ? `with ${pairs.join(' and ')}` : 'without labels';
}
