import { DATAPLANE_MODE, NAMESPACE_INJECTION, REVISION } from '../../mesh/injection/injection';
import { injectorOfRevision } from '../../mesh/injection/injector';
import { rule } from '../rule';

export default rule({
  name: 'namespace-injected-by-default',
  category: 'practice',
  severity: 'info',
  isRemark: true,
  summary: 'A namespace has no injection label, but the injector adds sidecars by default.',
  url: 'https://istio.io/latest/docs/setup/additional-setup/sidecar-injection/',
  docs: `
    The control plane was installed with \`sidecarInjectorWebhook.enableNamespacesByDefault\`, so it
    injects namespaces without a label. In a cluster without that setting, the same files create
    pods without sidecars.

    Fix: add the label \`istio-injection\`, which makes the choice explicit in both.
  `,
  sameAs: ['IST0148'],
  check({ mesh, report }) {
    const injector = injectorOfRevision(mesh);
    if (!injector?.enableNamespacesByDefault) return;
    for (const namespace of mesh.all('Namespace')) {
      const { labels = {} } = namespace.metadata;
      if (namespace.name === 'istio-system' || labels[NAMESPACE_INJECTION] || labels[REVISION] !== undefined) continue;
      if (labels[DATAPLANE_MODE] === 'ambient') continue;
      report(
        namespace.at(['metadata', 'name']),
        `pods of namespace "${namespace.name}" get sidecars only because the control plane injects by default`,
        { related: [{ place: injector.resource.at(['data', 'values']), message: 'the setting of the injector' }] },
      );
    }
  },
});
