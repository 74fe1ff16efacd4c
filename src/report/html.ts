import { closing } from './closing';
import { page } from './page/document';
import { element } from './page/element';
import { findingSections } from './page/findings';
import type { Report } from './report';
import { plain } from './style';

/** One page that a browser opens from a file: every finding with its lines, filters, and the rules. */
export function html(report: Report): string {
  const { result, page: parts } = report;
  return page(
    { title: 'meshlint report', lead: closingOf(report), sections: findingSections(result.findings) },
    parts(),
  );
}

/** The last lines of a report for people, the first of them in bold. */
function closingOf(report: Report) {
  const [verdict = '', ...notes] = closing({ ...report, style: plain })
    .trimEnd()
    .split('\n');
  return [element('p', { class: 'verdict' }, verdict), notes.map((note) => element('p', {}, note))];
}
