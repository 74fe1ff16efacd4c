import { reportProblems } from './problems';
import { rule } from '../rule';

export default rule({
  name: 'yaml-syntax',
  category: 'syntax',
  severity: 'error',
  summary: 'A document is not valid YAML or JSON.',
  docs: `
    kubectl refuses the document, so nothing in it reaches the cluster. The other documents
    of the file are still judged. Keys that stand twice count too: which of the two values
    wins depends on the client.
  `,
  check: (context) => reportProblems(context, 'yaml-syntax'),
});
