import type { Severity } from '../rules/rule';
import { fingerprints } from './fingerprint';
import { messageOf, placeInRepository } from './location';
import type { Report } from './report';

const SEVERITY: Record<Severity, string> = { error: 'major', warning: 'minor', info: 'info' };

/** GitLab's code quality report. */
export function gitlab(report: Report): string {
  const marks = fingerprints(report);
  const issues = report.result.findings.map((finding, index) => {
    const { file, range } = placeInRepository(finding.place);
    return {
      description: messageOf(finding),
      check_name: finding.rule.name,
      // GitLab shows only the first of several with one fingerprint.
      fingerprint: marks[index],
      severity: SEVERITY[finding.severity],
      location: {
        path: report.inRepository(file.path),
        lines: { begin: range.start.line, end: range.end.line },
      },
    };
  });
  return `${JSON.stringify(issues, null, 2)}\n`;
}
