import { REVISION } from '../../mesh/injection/injection';
import { injectorWebhooks, isCalledFor, revisionsOf } from '../../mesh/injection/injector-webhooks';
import type { Mesh } from '../../mesh/mesh';
import { isDefined, namespaceOf } from '../../mesh/settings/namespaces';
import { type WrittenTemplate, PROXY_CONTAINER, containersOf, podTemplates } from '../../mesh/workloads/pod-templates';
import { type Missing, rule } from '../rule';

export default rule({
  name: 'uninjected-image-auto',
  category: 'traffic',
  severity: 'error',
  summary: 'A container has the image `auto`, and no injector replaces it.',
  url: 'https://istio.io/latest/docs/setup/additional-setup/gateway/',
  docs: `
    The injector replaces \`image: auto\` with the proxy image. Without injection, Kubernetes tries to
    pull an image named "auto", and the pods stay in ImagePullBackOff: a gateway that is deployed
    this way does not start.

    Fix: label the namespace \`istio-injection: enabled\` or the pods \`sidecar.istio.io/inject:
    "true"\`. If the input contains the webhooks of an injector, their selectors decide, else those
    of Istio's own installation.
  `,
  sameAs: ['IST0146', 'IST0147'],
  check({ mesh, report, missing }) {
    for (const written of podTemplates(mesh)) {
      const { template, resource, workload } = written;
      const container = containersOf(template).find(
        ({ value }) => value.name === PROXY_CONTAINER && value.image === 'auto',
      );
      if (!container || isInjected(mesh, written)) continue;
      const sameAs = [resource.kind === 'Pod' ? 'IST0147' : 'IST0146'];
      const message = `no injector replaces the image "auto" in ${resource.title}`;
      const place = container.get('image');
      if (workload.injection.reason === 'not-asked-for')
        missing(place, unknownLabels(mesh, written), message, { sameAs });
      else if (isOfUnknownRevision(mesh, written)) missing(place, UNKNOWN_INJECTOR, message, { sameAs });
      else report(place, message, { sameAs });
    }
  },
});

/** A namespace that the input does not define may be labelled for injection, and what names no namespace goes to any. */
const unknownLabels = (mesh: Mesh, { resource, workload: { namespace } }: WrittenTemplate): Missing => ({
  kind: 'Namespace',
  namespace: '',
  name: '',
  isMisspelt: isDefined(mesh, namespace) && resource.metadata.namespace !== undefined,
});

/** The injector of another control plane, or a tag of one, may be installed beside those of the input. */
const UNKNOWN_INJECTOR: Missing = { kind: 'MutatingWebhookConfiguration', namespace: '', name: '', isMisspelt: false };

function isOfUnknownRevision(mesh: Mesh, { workload, template }: WrittenTemplate): boolean {
  const pod = template.value.metadata?.labels?.[REVISION];
  const revision = pod ?? namespaceOf(mesh, workload.namespace).labels[REVISION];
  return revision !== undefined && !revisionsOf(injectorWebhooks(mesh)).has(revision);
}

function isInjected(mesh: Mesh, { workload, template }: WrittenTemplate): boolean {
  const webhooks = injectorWebhooks(mesh);
  if (webhooks.length === 0) return workload.injection.injected;
  const { labels } = namespaceOf(mesh, workload.namespace);
  return webhooks.some((webhook) => isCalledFor(webhook, labels, template.value.metadata?.labels ?? {}));
}
