import type { Severity } from '../rules/rule';
import { fingerprints } from './fingerprint';
import type { Report } from './report';

const SEVERITY: Record<Severity, string> = { error: 'major', warning: 'minor', info: 'info' };

/** GitLab's code quality report. */
export function gitlab(report: Report): string {
  const marks = fingerprints(report);
  const issues = report.result.findings.map(({ rule, severity, message, place }, index) => ({
    description: message,
    check_name: rule.name,
    // GitLab shows only the first of several with one fingerprint.
    fingerprint: marks[index],
    severity: SEVERITY[severity],
    location: {
      path: report.inRepository(place.file.path),
      lines: { begin: place.range.start.line, end: place.range.end.line },
    },
  }));
  return `${JSON.stringify(issues, null, 2)}\n`;
}
