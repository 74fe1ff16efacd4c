import { location } from './location';
import type { TestResult } from '../test';
import { type TestReport, differenceLine, hasFailed } from './tests';
import { xmlDocument, xmlText } from './xml';

/** Tests as JUnit's XML: a suite a file. */
export function testsJunit({ suites }: TestReport): string {
  const all = suites.flatMap(({ results }) => results);
  const root = xmlDocument('testsuites', { name: 'meshlint test', ...countsOf(all) });
  for (const { suite, results } of suites) {
    const element = root.ele('testsuite', { name: suite.path, ...countsOf(results) });
    for (const { test, isSent, sentence, differences } of results) {
      const line = test.place.range.start.line;
      const testcase = element.ele('testcase', { classname: suite.path, name: test.name, line });
      if (!isSent) testcase.ele('error', { message: sentence }).txt(location(test.place));
      if (differences.length === 0) continue;
      const told = differences.map(differenceLine);
      testcase.ele('failure', { message: told[0]! }).txt([location(test.place), sentence, ...told].join('\n'));
    }
  }
  return xmlText(root);
}

const countsOf = (results: readonly TestResult[]) => ({
  tests: results.length,
  failures: results.filter(hasFailed).length,
  errors: results.filter(({ isSent }) => !isSent).length,
});
