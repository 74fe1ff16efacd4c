import type { Finding, Severity } from '../rules/rule';
import { closing } from './closing';
import { location, messageOf } from './location';
import { codeSpan, markdownText } from './markdown-text';
import type { Report } from './report';
import { plain } from './style';

/** GitHub cuts a job summary off at a mebibyte and a comment at 65,536 characters. */
const MOST_ROWS = 200;
const WORST_FIRST: readonly Severity[] = ['error', 'warning', 'info'];

/** A table of the findings, the worst first, for a comment on a change or the summary of a job. */
export function markdown(report: Report): string {
  const [verdict, ...notes] = closing({ ...report, style: plain })
    .trimEnd()
    .split('\n');
  const { findings } = report.result;
  const worstFirst = WORST_FIRST.flatMap((severity) => findings.filter((finding) => finding.severity === severity));
  const rows = worstFirst.slice(0, MOST_ROWS).map(row);
  const left = findings.length - rows.length;
  const table = ['| severity | place | finding | rule |', '| --- | --- | --- | --- |', ...rows].join('\n');
  const parts = [
    `### meshlint: ${verdict}`,
    ...(rows.length ? [table] : []),
    ...(left ? [`and ${left} more`] : []),
    ...notes.map(markdownText),
  ];
  return `${parts.join('\n\n')}\n`;
}

function row(finding: Finding): string {
  const { rule, severity, place } = finding;
  return `| ${severity} | ${codeSpan(location(place))} | ${markdownText(messageOf(finding))} | ${codeSpan(rule.name)} |`;
}
