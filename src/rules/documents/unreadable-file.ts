import { reportProblems } from './problems';
import { rule } from '../rule';

export default rule({
  name: 'unreadable-file',
  category: 'syntax',
  severity: 'error',
  summary: 'A file with a YAML or JSON name has other content.',
  docs: `
    The file has bytes that no YAML or JSON text can have, so nothing in it could be judged.
  `,
  check: (context) => reportProblems(context, 'unreadable-file'),
});
