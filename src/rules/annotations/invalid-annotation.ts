import { annotationFault } from '../../mesh/injection/annotation-values';
import { annotated } from './annotated';
import { rule } from '../rule';

export default rule({
  name: 'invalid-annotation',
  category: 'traffic',
  isLocal: true,
  severity: 'error',
  summary: 'The sidecar injector does not accept the value of an annotation.',
  docs: `
    The injector refuses the pod, and with it the API server: the Deployment stays without new
    pods, and only its events tell why. Annotations on other objects than pods are not read.
  `,
  sameAs: ['IST0125'],
  check({ mesh, report }) {
    for (const { name, field, kind, known } of annotated(mesh)) {
      if (!known?.kinds.includes(kind)) continue;
      const fault = annotationFault(name, field.value, mesh.release);
      if (fault) report(field, `the value of "${name}" ${fault}`);
    }
  },
});
