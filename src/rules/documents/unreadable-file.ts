import { reportProblems } from './problems';
import { rule } from '../rule';

export default rule({
  name: 'unreadable-file',
  category: 'syntax',
  severity: 'error',
  summary: 'A file with a YAML or JSON name has other content.',
  url: 'https://kubernetes.io/docs/concepts/overview/working-with-objects/',
  docs: `
    The file contains bytes that no YAML or JSON text can contain, so it was not checked.

    Fix: save it as UTF-8 text, or exclude it in \`.meshlintignore\`.
  `,
  check: (context) => reportProblems(context, 'unreadable-file'),
});
