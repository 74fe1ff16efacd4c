import { DATAPLANE_MODE, NAMESPACE_INJECTION, REVISION } from '../../mesh/injection/injection';
import { rule } from '../rule';
import { own } from '../../source/own';

export default rule({
  name: 'conflicting-injection-labels',
  category: 'conflict',
  severity: 'warning',
  summary: 'A namespace enables sidecars in two ways, or sidecars and ambient mode at once.',
  url: 'https://istio.io/latest/docs/setup/additional-setup/sidecar-injection/',
  docs: `
    \`istio-injection\` takes precedence over \`istio.io/rev\`: pods get their sidecar from the default
    revision instead of the named one, so an upgrade by revision skips the namespace. A sidecar
    takes precedence over \`istio.io/dataplane-mode: ambient\`.

    Fix: keep one of the labels.
  `,
  sameAs: ['IST0123'],
  check({ mesh, report }) {
    for (const namespace of mesh.all('Namespace')) {
      const { labels = {} } = namespace.metadata;
      if (namespace.name === 'istio-system') continue;
      const mode = labels[NAMESPACE_INJECTION];
      // Where injection is off, the other labels have nothing to say.
      if (mode !== undefined && mode !== 'enabled') continue;
      const found = [NAMESPACE_INJECTION, REVISION, DATAPLANE_MODE].filter((name) => own(labels, name) !== undefined);
      const [first, ...others] = found;
      if (first === undefined) continue;
      const field = (name: string) => namespace.at(['metadata', 'labels', name]);
      for (const other of others)
        report(field(other), `"${other}" has no effect beside "${first}: ${own(labels, first)}"`, {
          related: [{ place: field(first), message: 'this label wins' }],
        });
    }
  },
});
