import { ANNOTATIONS } from '../../mesh/injection/annotations';
import { didYouMean } from '../../schema/spelling';
import { annotated } from './annotated';
import { rule } from '../rule';

export default rule({
  name: 'unknown-annotation',
  category: 'practice',
  severity: 'warning',
  summary: 'An annotation looks like an Istio annotation but is unknown.',
  docs: `
    Nobody reads it: Istio ignores annotations that it does not know, without a word. It may be
    misspelt, a label by nature (\`istio.io/rev\`, \`topology.istio.io/network\` and
    \`security.istio.io/tlsMode\` are labels), or of a release long gone.
  `,
  sameAs: ['IST0108'],
  check({ mesh, report }) {
    for (const { name, field, known } of annotated(mesh))
      if (!known) report(field.key, `unknown Istio annotation "${name}"${didYouMean(name, ANNOTATIONS.keys())}`);
  },
});
