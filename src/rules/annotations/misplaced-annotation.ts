import { oneOf } from '../../schema/spelling';
import { annotated } from './annotated';
import { rule } from '../rule';

export default rule({
  name: 'misplaced-annotation',
  category: 'practice',
  severity: 'warning',
  summary: 'An Istio annotation is set on a kind of object where it has no effect.',
  url: 'https://istio.io/latest/docs/reference/config/annotations/',
  docs: `
    Istio reads each annotation on certain kinds only, so here it has no effect. Annotations about
    the proxy are read on pods.

    Fix: in a Deployment, move the annotation to \`spec.template.metadata.annotations\`.
  `,
  supersedes: ['deprecated-annotation', 'alpha-annotation'],
  sameAs: ['IST0107'],
  check({ mesh, report }) {
    for (const { name, field, kind, known } of annotated(mesh)) {
      if (!known || known.kinds.includes('Any') || known.kinds.includes(kind)) continue;
      const makesPods = known.kinds.includes('Pod') && !['Namespace', 'Service'].includes(kind);
      const where = makesPods ? 'the template of its pods' : oneOf(known.kinds);
      report(field.key, `the annotation "${name}" has no effect on a ${kind}; it belongs on ${where}`);
    }
  },
});
