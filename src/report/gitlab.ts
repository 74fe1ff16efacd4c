import type { Severity } from '../rules/rule';
import { fingerprints } from './fingerprint';
import { messageOf } from './location';
import type { Report } from './report';

const SEVERITY: Record<Severity, string> = { error: 'major', warning: 'minor', info: 'info' };

/** GitLab's code quality report. */
export function gitlab(report: Report): string {
  const marks = fingerprints(report);
  const issues = report.result.findings.map((finding, index) => ({
    description: messageOf(finding),
    check_name: finding.rule.name,
    // GitLab shows only the first of several with one fingerprint.
    fingerprint: marks[index],
    severity: SEVERITY[finding.severity],
    location: {
      path: report.inRepository(finding.place.file.path),
      lines: { begin: finding.place.range.start.line, end: finding.place.range.end.line },
    },
  }));
  return `${JSON.stringify(issues, null, 2)}\n`;
}
