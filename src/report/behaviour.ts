import type { Change, Comparison } from '../diff';
import type { Finding } from '../rules/rule';
import { location } from './location';
import { messageOf } from './location';
import type { Style } from './style';

/** What a change of the configuration changes in the mesh. */
export interface BehaviourReport extends Comparison {
  readonly before: string;
  readonly after: string;
  readonly came: readonly Finding[];
  readonly went: readonly Finding[];
}

/** As sentences. */
export function behaviourText(report: BehaviourReport, style: Style): string {
  const lines = [
    ...report.changes.flatMap((change) => changeLines(change, style)),
    ...report.came.map((finding) => `${style.error('+')} ${findingText(finding)}`),
    ...report.went.map((finding) => `${style.good('-')} ${findingText(finding)}`),
    ...(report.came.length + report.went.length > 0 ? [''] : []),
    summaryOf(report),
  ];
  return `${lines.join('\n')}\n`;
}

function changeLines({ probes, before, after }: Change, style: Style): string[] {
  const [first, ...others] = probes;
  return [
    `${style.strong(first.title)}  ${style.faint(`from ${first.sender}`)}`,
    `  before: ${before}`,
    `  now:    ${after}`,
    ...others.slice(0, SHOWN).map(({ title }) => style.faint(`  so does ${title}`)),
    ...(others.length > SHOWN ? [style.faint(`  and ${others.length - SHOWN} more`)] : []),
    '',
  ];
}

/** As many requests that behave alike as help to see what they have in common. */
const SHOWN = 3;

const findingText = (finding: Finding): string =>
  `${location(finding.place)}: ${finding.severity}: ${messageOf(finding)} [${finding.rule.name}]`;

function summaryOf({ asked, changes, came, went, before, after }: BehaviourReport): string {
  const different = changes.reduce((sum, { probes }) => sum + probes.length, 0);
  const requests = `${different} of ${asked} requests behave differently in ${after} than in ${before}`;
  return `${requests}; ${came.length} findings came, ${went.length} went`;
}

/** As a table for a pull request. */
export function behaviourMarkdown(report: BehaviourReport): string {
  const rows = report.changes.map(({ probes, before, after }) => {
    const [first, ...others] = probes;
    const more = others.length > 0 ? ` and ${others.length} more` : '';
    return `| \`${cell(first.title)}\`${more} | ${cell(first.sender)} | ${cell(before)} | ${cell(after)} |`;
  });
  const findings = [
    ...report.came.map((finding) => `- **new** ${cell(findingText(finding))}`),
    ...report.went.map((finding) => `- **gone** ${cell(findingText(finding))}`),
  ];
  return [
    `### ${summaryOf(report)}`,
    ...(rows.length > 0 ? ['', '| request | from | before | now |', '| --- | --- | --- | --- |', ...rows] : []),
    ...(findings.length > 0 ? ['', ...findings] : []),
    '',
  ].join('\n');
}

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');

/** As data. */
export function behaviourJson({ before, after, asked, changes, came, went }: BehaviourReport): string {
  const told = (finding: Finding) => ({
    rule: finding.rule.name,
    severity: finding.severity,
    message: finding.message,
    file: finding.place.file.path,
    line: finding.place.range.start.line,
  });
  const data = {
    version: 1,
    before,
    after,
    asked,
    changes: changes.map((change) => ({
      before: change.before,
      after: change.after,
      requests: change.probes.map(({ sender, request }) => ({ sender, ...request })),
    })),
    findings: { came: came.map(told), went: went.map(told) },
  };
  return `${JSON.stringify(data, null, 2)}\n`;
}
