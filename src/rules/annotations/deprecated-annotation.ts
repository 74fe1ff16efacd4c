import { INJECT } from '../../mesh/injection/injection';
import { annotated } from './annotated';
import { rule } from '../rule';

export default rule({
  name: 'deprecated-annotation',
  category: 'deprecation',
  severity: 'info',
  summary: 'A deprecated Istio annotation is used.',
  docs: `
    A later release may drop it. Instead of the annotation \`sidecar.istio.io/inject\` use the
    label of that name, which also lets the API server tell which pods to ask about; instead of
    those about statistics and the address of the control plane use \`proxy.istio.io/config\`.

    \`istioctl analyze\` reads the annotations of a Deployment itself and not those of its pods,
    which are the ones that count.
  `,
  sameAs: ['IST0135'],
  check({ mesh, report }) {
    for (const { name, field, labels, known } of annotated(mesh)) {
      if (!known?.deprecated) continue;
      // Whoever writes both knows.
      if (name === INJECT && labels[INJECT] !== undefined) continue;
      const instead = name === INJECT ? '; use the label with the same name' : '';
      report(field.key, `annotation "${name}" is deprecated${instead}`);
    }
  },
});
