import { reportProblems } from './problems';
import { rule } from '../rule';

export default rule({
  name: 'unrendered-template',
  category: 'syntax',
  severity: 'error',
  summary: 'A document is an unrendered template (`{{ ... }}`).',
  docs: `
    A template is not what the cluster gets. Render it and lint the result:
    \`helm template CHART | meshlint lint -\`. The findings then name the template
    each document came from.
  `,
  check: (context) => reportProblems(context, 'unrendered-template'),
});
