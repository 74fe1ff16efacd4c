import { annotationFault } from '../../mesh/injection/annotation-values';
import { annotated } from './annotated';
import { rule } from '../rule';

export default rule({
  name: 'invalid-annotation',
  category: 'traffic',
  isLocal: true,
  severity: 'error',
  summary: 'The sidecar injector does not accept the value of an annotation.',
  url: 'https://istio.io/latest/docs/reference/config/annotations/',
  docs: `
    The injector rejects the pod, so the API server does not create it: the Deployment gets no new
    pods, and only its events show the reason. On other objects than pods the annotation is ignored.

    Fix: use a value that the message lists.
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
