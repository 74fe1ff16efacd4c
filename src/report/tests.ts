import type { Item } from '../expectation/coverage';
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

export const hasFailed = ({ differences }: TestResult): boolean => differences.length > 0;

/** Tests as a runner of tests tells them, with what no test has touched. */
export function testsText(report: TestReport, style: Style): string {
  const results = report.suites.flatMap((suite) => suite.results);
  const failed = results.filter(hasFailed).length;
  const lines = [
    ...report.suites.flatMap(({ suite, results: own }) => [
      style.strong(suite.path),
      ...own.flatMap((result) => testLines(result, style)),
      '',
    ]),
    ...untouchedLines(report, style),
    failed > 0 ? style.error(summary(results.length, failed)) : style.good(summary(results.length, failed)),
  ];
  return `${lines.join('\n')}\n`;
}

const summary = (all: number, failed: number): string => `${all - failed} passed, ${failed} failed`;

function testLines(result: TestResult, style: Style): string[] {
  const { test, sentence, differences } = result;
  if (!hasFailed(result)) return [`  ${style.good('✓')} ${test.name}`];
  return [
    `  ${style.error('✗')} ${test.name}  ${style.faint(location(test.place))}`,
    `      ${sentence}`,
    ...differences.map(
      ({ field, expected, actual }) => `      ${field || 'request'}: ${expected} is expected, not ${actual}`,
    ),
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
        passed: !hasFailed(result),
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
