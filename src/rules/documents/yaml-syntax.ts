import { reportProblems } from './problems';
import { rule } from '../rule';

export default rule({
  name: 'yaml-syntax',
  category: 'syntax',
  severity: 'error',
  summary: 'A document is not valid YAML or JSON.',
  url: 'https://yaml.org/spec/1.2.2/',
  docs: `
    kubectl rejects the document, so none of it reaches the cluster. The other documents of the file
    are still checked. Duplicate keys are an error as well: which value is used depends on the
    client.

    Fix: correct the syntax at the place of the finding.
  `,
  check: (context) => reportProblems(context, 'yaml-syntax'),
});
