import type { Item } from '../expectation/coverage';
import type { Difference } from '../expectation/judge';
import type { SuiteResult, TestResult } from '../test';
import { location } from './location';
import type { Style } from './style';

/** What a run of tests came to. */
export interface TestReport {
  readonly suites: readonly SuiteResult[];
  readonly untouched: readonly Item[];
  /** How many routes, subsets and policies there are. */
  readonly total: number;
}

const hasPassed = ({ isSent, differences }: TestResult): boolean => isSent && differences.length === 0;

export const hasFailed = ({ differences }: TestResult): boolean => differences.length > 0;

/** Tests as a runner of tests tells them, with what no test has touched. */
export function testsText(report: TestReport, style: Style): string {
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
  const unsent = results.filter(({ isSent }) => !isSent).length;
  const counted = `${results.filter(hasPassed).length} passed, ${results.filter(hasFailed).length} failed`;
  return unsent > 0 ? `${counted}, ${unsent} could not be sent` : counted;
}

/** One expectation that did not come true, in a line. */
export const differenceLine = ({ field, expected, actual }: Difference): string =>
  `${field}: ${expected} is expected, not ${actual}`;

function testLines(result: TestResult, style: Style): string[] {
  const { test, sentence, differences } = result;
  if (hasPassed(result)) return [`  ${style.good('✓')} ${test.name}`];
  return [
    `  ${style.error('✗')} ${test.name}  ${style.faint(location(test.place))}`,
    `      ${sentence}`,
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
    version: 1,
    suites: suites.map(({ suite, results }) => ({
      file: suite.path,
      tests: results.map((result) => ({
        name: result.test.name,
        line: result.test.place.range.start.line,
        sent: result.isSent,
        passed: hasPassed(result),
        happened: result.sentence,
        differences: result.differences,
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
