import { reportProblems } from './problems';
import { rule } from '../rule';

export default rule({
  name: 'unrendered-template',
  category: 'syntax',
  severity: 'error',
  summary: 'A document is an unrendered template (`{{ ... }}`).',
  url: 'https://helm.sh/docs/helm/helm_template/',
  docs: `
    A template is not what the cluster gets, so it was not checked.

    Fix: render it and lint the result: \`helm template CHART | meshlint lint -\`. Findings then name
    the template from which each document came.
  `,
  check: (context) => reportProblems(context, 'unrendered-template'),
});
