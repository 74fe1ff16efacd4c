import { location } from './location';
import type { TestResult } from '../test';
import { type TestReport, differenceLine, happened, hasFailed } from './tests';
import { visibleIn } from './visible';
import { xmlDocument, xmlText } from './xml';

/** Tests as JUnit's XML: a suite a file. */
export function testsJunit(report: TestReport): string {
  const { suites } = visibleIn(report);
  const all = suites.flatMap(({ results }) => results);
  const root = xmlDocument('testsuites', { name: 'meshlint test', ...countsOf(all) });
  for (const { suite, results } of suites) {
    const element = root.ele('testsuite', { name: suite.path, ...countsOf(results) });
    for (const result of results) {
      const { test } = result;
      const line = test.place.range.start.line;
      const testcase = element.ele('testcase', { classname: suite.path, name: test.name, line });
      if (result.kind !== 'sent') {
        testcase.ele('error', { message: happened(result) }).txt(location(test.place));
        continue;
      }
      const [first, ...others] = result.differences.map(differenceLine);
      if (first === undefined) continue;
      const lines = [location(test.place), happened(result), first, ...others];
      testcase.ele('failure', { message: first }).txt(lines.join('\n'));
    }
  }
  return xmlText(root);
}

const countsOf = (results: readonly TestResult[]) => ({
  tests: results.length,
  failures: results.filter(hasFailed).length,
  errors: results.filter(({ kind }) => kind !== 'sent').length,
});
