import { ANNOTATIONS } from '../../mesh/injection/annotations';
import { didYouMean } from '../../schema/spelling';
import { annotated } from './annotated';
import { rule } from '../rule';

export default rule({
  name: 'unknown-annotation',
  category: 'practice',
  severity: 'warning',
  summary: 'An annotation looks like an Istio annotation but is unknown.',
  url: 'https://istio.io/latest/docs/reference/config/annotations/',
  docs: `
    Istio ignores annotations that it does not know, without a warning, so this one has no effect.
    The name may be misspelt, may be a label (\`istio.io/rev\`, \`topology.istio.io/network\` and
    \`security.istio.io/tlsMode\` are labels), or may belong to an older release.

    Fix: correct the name, or make it a label.
  `,
  sameAs: ['IST0108'],
  check({ mesh, report }) {
    for (const { name, field, known } of annotated(mesh))
      if (!known) report(field.key, `unknown Istio annotation "${name}"${didYouMean(name, ANNOTATIONS.keys())}`);
  },
});
