import { codeFrameColumns } from '@babel/code-frame';
import type { LintResult } from '../lint';
import type { Mesh } from '../mesh/mesh';
import type { Finding } from '../rules/rule';
import type { Place } from '../source/file';
import type { Style } from './style';
import { summaryOf } from './summary';

/** The report for a terminal: each finding with the lines it is about, then what was looked at. */
export function text(mesh: Mesh, result: LintResult, style: Style): string {
  const blocks = result.findings.map((finding) => block(finding, style));
  return [...blocks, closing(mesh, result, style)].join('\n');
}

/** `file:line:column`, as editors and terminals make links of. */
export function location({ file, range: { start } }: Place): string {
  return `${file.path}:${start.line}:${start.column}`;
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

function closing(mesh: Mesh, result: LintResult, style: Style): string {
  const { files, resources, errors, warnings, infos } = summaryOf(mesh, result);
  const looked = `${count(resources, 'resource')} in ${count(files, 'file')}`;
  const found = [
    errors && style.error(count(errors, 'error')),
    warnings && style.warning(count(warnings, 'warning')),
    infos && style.info(count(infos, 'info')),
  ].filter(Boolean);
  const verdict = found.length ? found.join(', ') : style.good('no findings');
  return [`${verdict} (${looked})`, ...uncheckedLines(result), ...passedOverLine(mesh)].join('\n') + '\n';
}

function uncheckedLines({ unchecked }: LintResult): string[] {
  const total = unchecked.reduce((sum, { references }) => sum + references, 0);
  if (!total) return [];
  const what = unchecked.map(({ kind, namespace }) => (namespace ? `${kind} in ${namespace}` : kind));
  const shown = what.slice(0, 4).join(', ') + (what.length > 4 ? `, and ${what.length - 4} more` : '');
  return [`not checked, because the input holds none of what they name: ${count(total, 'reference')} (${shown})`];
}

function passedOverLine(mesh: Mesh): string[] {
  const passed = mesh.files.reduce((sum, { passedOver }) => sum + passedOver, 0);
  return passed
    ? [`passed over: ${count(passed, 'document')} that ${passed === 1 ? 'is' : 'are'} no Kubernetes object`]
    : [];
}

/** A number with its noun: `1 error`, `2 errors`. */
export const count = (number: number, noun: string): string => `${number} ${noun}${number === 1 ? '' : 's'}`;
