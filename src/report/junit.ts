import type { XMLElement } from 'xmlbuilder';
import type { Finding } from '../rules/rule';
import { byFile } from './by-file';
import { location, messageOf } from './location';
import type { Report } from './report';
import { xmlDocument, xmlText } from './xml';

/** JUnit's XML: a suite a file, a failed case each finding that makes the exit status 1; the others pass and say what they found. */
export function junit(report: Report): string {
  const files = byFile(report);
  const failures = report.result.findings.filter(report.fails).length;
  const tests = files.reduce((sum, { findings }) => sum + Math.max(findings.length, 1), 0);
  const root = xmlDocument('testsuites', { name: 'meshlint', tests, failures, errors: 0 });
  for (const { path, findings } of files) suite(root, path, findings, report);
  return xmlText(root);
}

function suite(root: XMLElement, path: string, findings: readonly Finding[], { fails }: Report): void {
  const tests = Math.max(findings.length, 1);
  const element = root.ele('testsuite', { name: path, tests, failures: findings.filter(fails).length, errors: 0 });
  // Readers of reports drop empty suites, and with them that the file was looked at.
  if (findings.length === 0) element.ele('testcase', { classname: path, name: 'no findings' });
  for (const finding of findings) testcase(element, path, finding, fails);
}

function testcase(suiteElement: XMLElement, path: string, finding: Finding, fails: Report['fails']): void {
  const { rule, severity, place, related } = finding;
  const message = messageOf(finding);
  const { line, column } = place.range.start;
  const element = suiteElement.ele('testcase', { classname: path, name: `${rule.name} at ${line}:${column}`, line });
  const more = related.map((other) => `${location(other.place)} ${other.message}`);
  const details = [`${location(place)} ${severity}: ${message} [${rule.name}]`, ...more].join('\n');
  if (fails(finding)) element.ele('failure', { type: severity, message }).txt(details);
  else element.ele('system-out').txt(details);
}
