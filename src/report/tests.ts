import type { Item } from '../tests/coverage';
import type { MissingSender } from '../tests/senders';
import type { Difference } from '../tests/judge';
import type { RouteTarget } from '../tests/suite';
import type { SuiteResult, TestResult } from '../test';
import { location } from './location';
import { unfollowedText } from './reason';
import { proxyChoicesText, requestFaultText } from './request-fault';
import { percent, summaryOf } from './sentence';
import type { Style } from './style';
import { visible, visibleIn } from './visible';

/** What a run of tests came to. */
export interface TestReport {
  readonly suites: readonly SuiteResult[];
  readonly untouched: readonly Item[];
  /** How many routes, subsets and policies there are. */
  readonly total: number;
}

const hasPassed = (result: TestResult): boolean => result.kind === 'sent' && result.differences.length === 0;

/** Whether the request of a test could be sent, and not everything became of it that is expected. */
export const hasFailed = (result: TestResult): boolean => result.kind === 'sent' && result.differences.length > 0;

/** What became of the request of a test. */
export function happened(result: TestResult): string {
  switch (result.kind) {
    case 'sent':
      return summaryOf(result.account);
    case 'not sent':
      return requestFaultText(result.fault);
    case 'internal fault':
      return visible(`internal fault of meshlint: ${String(result.error)}`);
  }
}

/** Tests as a runner of tests tells them, with what no test has touched. */
export function testsText(given: TestReport, style: Style): string {
  const report = visibleIn(given);
  const results = report.suites.flatMap((suite) => suite.results);
  const lines = [
    ...report.suites.flatMap(({ suite, results: own }) => [
      style.strong(suite.path),
      ...own.flatMap((result) => testLines(result, style)),
      '',
    ]),
    ...untouchedLines(report, style),
    results.every(hasPassed) ? style.good(summary(results)) : style.error(summary(results)),
  ];
  return `${lines.join('\n')}\n`;
}

function summary(results: readonly TestResult[]): string {
  const ofKind = (wanted: TestResult['kind']) => results.filter(({ kind }) => kind === wanted).length;
  const counted = `${results.filter(hasPassed).length} passed, ${results.filter(hasFailed).length} failed`;
  const unsent = ofKind('not sent') > 0 ? `, ${ofKind('not sent')} could not be sent` : '';
  const faulty = ofKind('internal fault') > 0 ? `, ${ofKind('internal fault')} ended in an internal fault` : '';
  return counted + unsent + faulty;
}

/** One expectation that is not met, in a line. */
export function differenceLine(difference: Difference): string {
  switch (difference.kind) {
    case 'value':
      return unmet(difference.field, String(difference.expected), difference.actual.map(valueText).join(' or '));
    case 'header':
      return unmet('upstream.without', `no header ${difference.name}`, difference.actual.join(' or '));
    case 'shares':
      return unmet('shares', sharesText(difference.expected), sharesText(difference.actual));
    case 'refusal':
      return unmet('refusedBy', difference.expected, difference.actual.join(', ') || 'no refusal');
    case 'reached':
      return unmet('never', `never ${difference.name}`, percent(difference.share / 100));
    case 'not followed':
      return unmet('never', `never ${difference.name}`, unfollowedText(difference.because));
    case 'header match':
      return visible(`headers of the ${difference.of}: ${difference.mismatches.join('; ')}`);
    case 'configured': {
      const { member, is, expected, actual } = difference;
      return unmet(member, `${is ? '' : 'not '}${JSON.stringify(expected)}`, JSON.stringify(actual) ?? 'nothing');
    }
    case 'route':
      return unmet(
        'route',
        `${difference.is ? '' : 'not '}${difference.expected.map(targetText).join(', ')}`,
        difference.actual.map(targetText).join(', ') || 'no route',
      );
  }
}

const unmet = (field: string, expected: string, actual: string): string =>
  visible(`${field}: expected ${expected}, got ${actual}`);

const valueText = (value: string | number | boolean | undefined): string =>
  value === undefined ? 'nothing' : String(value);

const sharesText = (shares: Readonly<Record<string, number>>): string =>
  Object.entries(shares)
    .map(([name, share]) => `${name} ${percent(share / 100)}`)
    .join(', ');

const targetText = ({ host, subset, port, share }: RouteTarget): string =>
  [`${host}${port === undefined ? '' : `:${port}`}`, subset && `subset ${subset}`, share !== undefined && `${share} %`]
    .filter(Boolean)
    .join(' ');

/** Why nothing in a mesh could send the requests of a test file. */
export function missingSenderText({ missing }: MissingSender): string {
  switch (missing.kind) {
    case 'proxy':
      return `unknown proxy "${missing.name}"; ${proxyChoicesText(missing.choices)}`;
    case 'sender':
      return `no workload with a proxy in the input could send a request for "${missing.authority}"`;
  }
}

function testLines(result: TestResult, style: Style): string[] {
  const { test } = result;
  const differences = result.kind === 'sent' ? result.differences : [];
  if (hasPassed(result)) return [`  ${style.good('✓')} ${test.name}`];
  return [
    `  ${style.error('✗')} ${test.name}  ${style.faint(location(test.place))}`,
    `      ${happened(result)}`,
    ...differences.map((difference) => `      ${differenceLine(difference)}`),
  ];
}

const KINDS: Record<Item['kind'], string> = { route: 'routes', subset: 'subsets', policy: 'policies' };

function untouchedLines({ untouched, total }: TestReport, style: Style): string[] {
  if (total === 0) return [];
  const touched = total - untouched.length;
  const head = `${touched} of ${total} routes, subsets and policies were touched (${Math.floor((touched / total) * 100)} %)`;
  const groups = (Object.keys(KINDS) as Item['kind'][]).flatMap((kind) => {
    const items = untouched.filter((item) => item.kind === kind);
    if (items.length === 0) return [];
    const rows = items.map(({ title, field }) => `  ${title}  ${style.faint(location(field))}`);
    return [`${KINDS[kind]} that no test touches:`, ...rows];
  });
  return [head, ...groups, ''];
}

/** Tests as data. */
export function testsJson({ suites, untouched, total }: TestReport): string {
  const data = {
    version: 2,
    suites: suites.map(({ suite, results }) => ({
      file: suite.path,
      tests: results.map((result) => ({
        name: result.test.name,
        line: result.test.place.range.start.line,
        passed: hasPassed(result),
        happened: happened(result),
        ...(result.kind === 'sent'
          ? { sent: true, differences: result.differences.map((each) => ({ ...each, message: differenceLine(each) })) }
          : { sent: false, ...(result.kind === 'not sent' ? { fault: result.fault } : { internalFault: true }) }),
      })),
    })),
    coverage: {
      total,
      touched: total - untouched.length,
      untouched: untouched.map(({ kind, title, field }) => ({
        kind,
        title,
        file: field.file.path,
        line: field.range.start.line,
      })),
    },
  };
  return `${JSON.stringify(data, null, 2)}\n`;
}
