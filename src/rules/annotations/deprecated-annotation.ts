import { INJECT } from '../../mesh/injection/injection';
import { annotated } from './annotated';
import { rule } from '../rule';

export default rule({
  name: 'deprecated-annotation',
  category: 'deprecation',
  severity: 'info',
  summary: 'A deprecated Istio annotation is used.',
  url: 'https://istio.io/latest/docs/reference/config/annotations/',
  docs: `
    A later release may remove the annotation.

    Fix: use the label \`sidecar.istio.io/inject\` instead of the annotation of that name, so that the
    API server itself selects the pods. Use \`proxy.istio.io/config\` instead of the annotations about
    statistics and the address of the control plane.

    \`istioctl analyze\` reads the annotations of a Deployment itself, not those of its pods, which
    are the ones that Istio uses.
  `,
  sameAs: ['IST0135'],
  check({ mesh, report }) {
    if (mesh.release === '1.4') return; // What replaces the annotations came later.
    for (const { name, field, labels, known } of annotated(mesh)) {
      if (!known?.deprecated) continue;
      // Whoever writes both knows.
      if (name === INJECT && labels[INJECT] !== undefined) continue;
      const instead = name === INJECT ? '; use the label with the same name' : '';
      report(field.key, `annotation "${name}" is deprecated${instead}`);
    }
  },
});
