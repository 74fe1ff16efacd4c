import { DATAPLANE_MODE, NAMESPACE_INJECTION, REVISION } from '../../mesh/injection/injection';
import { injectorOfRevision } from '../../mesh/injection/injector';
import { rule } from '../rule';

export default rule({
  name: 'namespace-injected-by-default',
  category: 'practice',
  severity: 'info',
  summary: 'A namespace has no injection label, but the injector adds sidecars by default.',
  docs: `
    The control plane was installed with \`sidecarInjectorWebhook.enableNamespacesByDefault\`, so
    namespaces without a label are injected. The same files in a cluster without that setting
    give pods without sidecars: a label \`istio-injection\` would say it in both.
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
