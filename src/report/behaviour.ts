import type { Change, Comparison } from '../diff';
import type { Cause } from '../difference/cause';
import type { Consequence } from '../difference/effect-change';
import type { Probe } from '../difference/probe';
import type { Finding } from '../rules/rule';
import { count } from './closing';
import { effectChangeLines } from './effect-change';
import { location, messageOf } from './location';
import { endingsText } from './sentence';
import { codeSpan, markdownText } from './markdown-text';
import type { Style } from './style';
import { visibleFinding, visibleIn } from './visible';

/** What a change of the configuration changes in the mesh. */
export interface BehaviourReport extends Comparison {
  readonly before: string;
  readonly after: string;
  readonly came: readonly Finding[];
  readonly went: readonly Finding[];
}

/** As sentences. */
export function behaviourText(given: BehaviourReport, style: Style): string {
  const report = visibleReport(given);
  const lines = [
    ...report.changes.flatMap((change) => changeLines(change, style)),
    ...report.came.map((finding) => `${style.error('+')} ${findingText(finding)}`),
    ...report.went.map((finding) => `${style.good('-')} ${findingText(finding)}`),
    ...(report.came.length + report.went.length > 0 ? [''] : []),
    summaryOf(report),
  ];
  return `${lines.join('\n')}\n`;
}

const visibleReport = ({ came, went, ...report }: BehaviourReport): BehaviourReport => ({
  ...visibleIn(report),
  came: came.map(visibleFinding),
  went: went.map(visibleFinding),
});

/** A change as lines, the last one empty. */
export function changeLines(change: Change, style: Style): string[] {
  const { probes, consequence, differences, before, after, causes } = change;
  const [first, ...others] = requestsIn(probes);
  return [
    `${styled(consequence, style)} ${style.strong(first!)}  ${style.faint(`from ${clientsText(probes)}`)}`,
    `  before: ${endingsText(before)}`,
    `  now:    ${endingsText(after)}`,
    ...effectChangeLines(differences).map((line) => `  ${line}`),
    ...causes.slice(0, SHOWN).map((cause) => `  ${style.info(causeText(cause))}`),
    ...others.slice(0, SHOWN).map((title) => style.faint(`  also: ${title}`)),
    ...(others.length > SHOWN ? [style.faint(`  and ${others.length - SHOWN} more requests`)] : []),
    '',
  ];
}

/** As many requests with the same change as help to see what they have in common. */
const SHOWN = 3;

function styled(consequence: Consequence, style: Style): string {
  switch (consequence) {
    case 'breaking':
      return style.error('breaking:');
    case 'fixed':
      return style.good('fixed:');
    case 'changed':
      return style.warning('changed:');
  }
}

const requestsIn = (probes: readonly Probe[]): string[] => [...new Set(probes.map(({ title }) => title))];

/** `web.shop and 2 other clients`: senders stand for others that the same happens to. */
function clientsText(probes: readonly Probe[]): string {
  const senders = new Map(probes.map(({ sender, others }) => [sender, others]));
  const [first = ''] = senders.keys();
  const more = senders.size - 1 + [...senders.values()].reduce((sum, others) => sum + others.length, 0);
  return more === 0 ? first : `${first} and ${count(more, 'other client')}`;
}

const causeText = ({ kind, title, place }: Cause): string =>
  `${kind}: ${[title, place.pathText].filter(Boolean).join(' ')}  ${location(place)}`;

const findingText = (finding: Finding): string =>
  `${location(finding.place)}: ${finding.severity}: ${messageOf(finding)} [${finding.rule.name}]`;

/** How many requests some changes are about. */
export const countRequests = (changes: readonly Change[]): number =>
  changes.reduce((sum, { probes }) => sum + probes.length, 0);

function summaryOf({ asked, changes, came, went, before, after }: BehaviourReport): string {
  const breaking = countRequests(changes.filter(({ consequence }) => consequence === 'breaking'));
  const requests = `${countRequests(changes)} of ${asked} requests change in ${after} compared with ${before}`;
  const more = breaking > 0 ? `, ${breaking} of them breaking` : '';
  return `${requests}${more}; findings: ${came.length} new, ${went.length} fixed`;
}

/** As a table for a pull request, with all requests in a part that opens. */
export function behaviourMarkdown(given: BehaviourReport): string {
  const report = visibleReport(given);
  const { changes } = report;
  const findings = [
    ...report.came.map((finding) => `- **new** ${markdownText(findingText(finding))}`),
    ...report.went.map((finding) => `- **fixed** ${markdownText(findingText(finding))}`),
  ];
  return [
    `### ${markdownText(summaryOf(report))}`,
    ...(changes.length > 0
      ? ['', '| | request | from | before | now | cause |', '| --- | --- | --- | --- | --- | --- |']
      : []),
    ...changes.map(rowOf),
    ...(changes.length > 0 ? ['', ...detailsOf(changes)] : []),
    ...(findings.length > 0 ? ['', ...findings] : []),
    '',
  ].join('\n');
}

function rowOf({ probes, consequence, differences, before, after, causes }: Change): string {
  const [first, ...others] = requestsIn(probes);
  const request = `${codeSpan(first!)}${others.length > 0 ? ` and ${others.length} more` : ''}`;
  const now = [endingsText(after), ...effectChangeLines(differences)].map(markdownText).join('<br>');
  const cause = causes.slice(0, SHOWN).map((each) => markdownText(causeText(each)));
  const label = consequence === 'breaking' ? '**breaking**' : consequence;
  const cells = [
    label,
    request,
    markdownText(clientsText(probes)),
    markdownText(endingsText(before)),
    now,
    cause.join('<br>'),
  ];
  return `| ${cells.join(' | ')} |`;
}

const detailsOf = (changes: readonly Change[]): string[] => [
  '<details>',
  '<summary>All requests that change</summary>',
  '',
  ...changes.flatMap(({ probes }) =>
    probes.map(({ title, sender }) => `- ${codeSpan(title)} from ${markdownText(sender)}`),
  ),
  '',
  '</details>',
];

/** As data, version 2: in what the effects of the requests differ, and what of the configuration they come from. */
export function behaviourJson({ before, after, asked, changes, came, went }: BehaviourReport): string {
  const findingJson = (finding: Finding) => ({
    rule: finding.rule.name,
    severity: finding.severity,
    message: finding.message,
    file: finding.place.file.path,
    line: finding.place.range.start.line,
  });
  const data = {
    version: 2,
    before,
    after,
    asked,
    changes: changes.map((change) => ({
      consequence: change.consequence,
      differences: change.differences,
      before: endingsText(change.before),
      after: endingsText(change.after),
      causes: change.causes.map(({ kind, title, place }) => ({
        kind,
        resource: title,
        path: place.pathText,
        file: place.file.path,
        line: place.range.start.line,
      })),
      requests: change.probes.map(({ sender, others, request }) => ({ sender, others: others.length, ...request })),
    })),
    findings: { came: came.map(findingJson), went: went.map(findingJson) },
  };
  return `${JSON.stringify(data, null, 2)}\n`;
}
