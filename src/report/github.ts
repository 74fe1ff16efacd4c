import type { Finding, Severity } from '../rules/rule';
import { messageOf, placeInRepository } from './location';
import type { Report } from './report';

const COMMAND: Record<Severity, string> = { error: 'error', warning: 'warning', info: 'notice' };

/** Workflow commands, of which GitHub Actions makes annotations. */
export function github({ result, inRepository }: Report): string {
  return result.findings.map((finding) => `${command(finding, inRepository)}\n`).join('');
}

function command(finding: Finding, inRepository: Report['inRepository']): string {
  const { rule, severity } = finding;
  const { file, range } = placeInRepository(finding.place);
  const { start, end } = range;
  const properties = {
    file: inRepository(file.path),
    line: start.line,
    endLine: end.line,
    // GitHub refuses columns where the lines differ.
    ...(end.line === start.line && { col: start.column, endColumn: end.column }),
    title: `meshlint: ${rule.name}`,
  };
  const list = Object.entries(properties).map(([name, value]) => `${name}=${escapedProperty(String(value))}`);
  return `::${COMMAND[severity]} ${list.join(',')}::${escaped(messageOf(finding))}`;
}

const escaped = (text: string): string => text.replace(/%/g, '%25').replace(/\r/g, '%0D').replace(/\n/g, '%0A');

const escapedProperty = (text: string): string => escaped(text).replace(/:/g, '%3A').replace(/,/g, '%2C');
