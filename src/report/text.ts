import { codeFrameColumns } from '@babel/code-frame';
import type { Finding } from '../rules/rule';
import type { Place } from '../source/file';
import { closing } from './closing';
import { location } from './location';
import type { Report } from './report';
import type { Style } from './style';

/** The report for a terminal: each finding with the lines it is about, then what was looked at. */
export function text(report: Report): string {
  const blocks = report.result.findings.map((finding) => block(finding, report.style));
  return [...blocks, closing(report)].join('\n');
}

function block({ rule, severity, message, place, related }: Finding, style: Style): string {
  const origin = place.resource?.document.origin;
  const lines = [
    `${style.strong(location(place))} ${style[severity](`${severity}:`)} ${message} ${style.faint(`[${rule.name}]`)}`,
    frame(place),
    ...(origin ? [style.faint(`  rendered from ${origin}`)] : []),
    ...related.map((other) => style.faint(`  ${location(other.place)} ${other.message}`)),
  ];
  return `${lines.join('\n')}\n`;
}

function frame({ file, range: { start, end } }: Place): string {
  const options = { linesAbove: 2, linesBelow: 0, highlightCode: false } as const;
  const last = end.line === start.line ? { line: end.line, column: Math.max(end.column, start.column + 1) } : undefined;
  return codeFrameColumns(file.text, { start, ...(last && { end: last }) }, options);
}
