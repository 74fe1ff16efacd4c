import { codeFrameColumns } from '@babel/code-frame';
import type { Finding } from '../rules/rule';
import type { Place } from '../source/file';
import { closing } from './closing';
import { location, originOf } from './location';
import type { Report } from './report';
import type { Style } from './style';
import { pictured } from './visible';

/** The report for a terminal: each finding with the lines it is about, then what was looked at. */
export function text(report: Report): string {
  const blocks = report.result.findings.map((finding) => block(finding, report.style));
  return [...blocks, closing(report)].join('\n');
}

function block({ rule, severity, message, place, related }: Finding, style: Style): string {
  const origin = originOf(place);
  const lines = [
    `${style.strong(location(place))} ${style[severity](`${severity}:`)} ${message} ${style.faint(`[${rule.name}]`)}`,
    frame(place),
    ...(origin ? [style.faint(`  rendered from ${origin}`)] : []),
    ...related.map((other) => style.faint(`  ${location(other.place)} ${other.message}`)),
  ];
  return `${lines.join('\n')}\n`;
}

const ABOVE = 2;
/** Of a line that is longer only what is around the place is shown. */
const LONGEST = 500;

function frame({ file, range: { start, end } }: Place): string {
  const startLine = Math.max(start.line - ABOVE, 1);
  // No more than these lines: whoever draws the frame takes all that it is given apart, for each finding anew.
  const lines = file.text.slice(file.offsetOfLine(startLine), file.offsetOfLine(start.line + 1));
  const left = start.column > LONGEST ? start.column - LONGEST / 2 : 0;
  const at = { line: start.line, column: start.column - left };
  const width = end.line === start.line ? Math.max(end.column - start.column, 1) : 0;
  const last = width
    ? { line: start.line, column: Math.min(at.column + width, Math.max(LONGEST, at.column + 1)) }
    : undefined;
  const options = { linesAbove: ABOVE, linesBelow: 0, highlightCode: false, startLine } as const;
  return codeFrameColumns(clipped(pictured(lines), left), { start: at, ...(last && { end: last }) }, options);
}

/** The same columns of all lines, where one of them is long. */
const clipped = (lines: string, left: number): string =>
  lines.length <= LONGEST ? lines : lines.replace(/[^\r\n]+/g, (line) => line.slice(left, left + LONGEST));
