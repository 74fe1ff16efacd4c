import { closing } from './closing';
import { type Excerpt, type Fold, excerptOf, notShown } from './excerpt';
import { headline, location, originOf } from './location';
import { codeSpan, markdownText } from './markdown-text';
import type { Report } from './report';
import { plain } from './style';

/** GitHub cuts a job summary off at a mebibyte and a comment at 65,536 characters. */
const MOST_ROWS = 200;

/** A table of the findings, the worst first and equal ones in one row, for a comment on a change or the summary of a job. */
export function markdown(report: Report): string {
  const [verdict, ...notes] = closing({ ...report, style: plain })
    .trimEnd()
    .split('\n');
  const excerpt = excerptOf(report.result.findings, report.extent ?? 'folded', report.fails);
  const rows = excerpt.folds.slice(0, MOST_ROWS).map(row);
  const left = excerpt.folds.length - rows.length;
  const parts = [
    `### meshlint: ${verdict}`,
    ...(rows.length
      ? [['| severity | place | finding | rule |', '| --- | --- | --- | --- |', ...rows].join('\n')]
      : []),
    ...(left ? [`and ${left} more`] : []),
    ...totals(excerpt),
    ...notShown(excerpt).map(markdownText),
    ...notes.map(markdownText),
  ];
  return `${parts.join('\n\n')}\n`;
}

function row({ finding, alike }: Fold): string {
  const { rule, severity, place } = finding;
  const origin = originOf(place);
  const message = `${headline(finding)}${origin ? ` (rendered from ${origin})` : ''}${alike ? `, and ${alike} more like this` : ''}`;
  return `| ${severity} | ${codeSpan(location(place))} | ${markdownText(message)} | ${codeSpan(rule.name)} |`;
}

function totals({ totals }: Excerpt): string[] {
  if (totals.length === 0) return [];
  const rows = totals.map(
    ({ rule, severity, count, first }) =>
      `| ${count} | ${severity} | ${codeSpan(rule.name)} | ${codeSpan(location(first))} |`,
  );
  return [['| count | severity | rule | first |', '| --- | --- | --- | --- |', ...rows].join('\n')];
}
