import { codeFrameColumns } from '@babel/code-frame';
import type { Fix } from '../rules/rule';
import type { Place } from '../source/file';
import { closing } from './closing';
import { columns } from './columns';
import { type Excerpt, type Fold, excerptOf, notShown } from './excerpt';
import { headline, location, originOf } from './location';
import type { Report } from './report';
import type { Style } from './style';
import { pictured } from './visible';

/** The report for a terminal: the findings, the worst first and equal ones folded, then what was looked at, and how to see more. */
export function text(report: Report): string {
  const { result, extent = 'folded', fails, style } = report;
  const excerpt = excerptOf(result.findings, extent, fails);
  const blocks = excerpt.folds.map((fold) => (excerpt.isFramed(fold) ? framed(fold, style) : brief(fold, style)));
  const gap = blocks.at(-1)?.endsWith('\n\n') === false ? '\n' : '';
  return [...blocks, gap, ...table(excerpt), closing(report), ...hints(report, excerpt)].join('');
}

/** A finding in one line. */
function brief({ finding, alike }: Fold, style: Style): string {
  const { rule, severity, place } = finding;
  const line = `${style.strong(location(place))} ${style[severity](`${severity}:`)} ${headline(finding)} ${style.faint(`[${rule.name}]`)}`;
  return `${line}\n${alike ? `${style.faint(more(alike))}\n` : ''}`;
}

/** A finding with the lines it is about. */
function framed({ finding, alike }: Fold, style: Style): string {
  const { place, related } = finding;
  const origin = originOf(place);
  const lines = [
    frame(place),
    ...(origin ? [style.faint(`  rendered from ${origin}`)] : []),
    ...related.map((other) => style.faint(`  ${location(other.place)} ${other.message}`)),
    ...(alike ? [style.faint(more(alike))] : []),
  ];
  return `${brief({ finding, alike: 0 }, style)}${lines.join('\n')}\n\n`;
}

const more = (alike: number): string => `  and ${alike} more like this`;

/** The findings by rule, where there are many. */
function table({ totals }: Excerpt): string[] {
  if (totals.length === 0) return [];
  const rows = totals.map(({ rule, severity, count, first }) => [String(count), severity, rule.name, location(first)]);
  return [columns(['COUNT', 'SEVERITY', 'RULE', 'FIRST'], rows), '\n'];
}

/** How to see what is not shown, and what can be done about what is. */
function hints({ result: { findings }, style }: Report, excerpt: Excerpt): string[] {
  const ofSafety = (safety: Fix['safety']): number => findings.filter(({ fix }) => fix?.safety === safety).length;
  const [safe, unsafe] = [ofSafety('safe'), ofSafety('unsafe')];
  const fixable = [
    ...(safe ? [`${safe} fixable with --fix`] : []),
    ...(unsafe ? [`${unsafe}${safe ? '' : ' fixable'} with --fix --unsafe-fixes`] : []),
  ].join(', ');
  const first = excerpt.folds[0]?.finding.rule.name;
  const lines = [
    ...notShown(excerpt),
    ...(fixable ? [fixable] : []),
    ...(first ? [`meshlint explain ${first}: what a rule means at run time, and how to fix it`] : []),
  ];
  return lines.map((line) => `${style.faint(line)}\n`);
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
