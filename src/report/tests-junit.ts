import { location } from './location';
import { type TestReport, hasFailed } from './tests';
import { xmlDocument, xmlText } from './xml';

/** Tests as JUnit's XML: a suite a file. */
export function testsJunit({ suites }: TestReport): string {
  const all = suites.flatMap(({ results }) => results);
  const failures = all.filter(hasFailed).length;
  const root = xmlDocument('testsuites', { name: 'meshlint test', tests: all.length, failures, errors: 0 });
  for (const { suite, results } of suites) {
    const counts = { tests: results.length, failures: results.filter(hasFailed).length, errors: 0 };
    const element = root.ele('testsuite', { name: suite.path, ...counts });
    for (const { test, sentence, differences } of results) {
      const line = test.place.range.start.line;
      const testcase = element.ele('testcase', { classname: suite.path, name: test.name, line });
      if (differences.length === 0) continue;
      const told = differences.map(
        ({ field, expected, actual }) => `${field || 'request'}: ${expected} is expected, not ${actual}`,
      );
      testcase.ele('failure', { message: told[0]! }).txt([location(test.place), sentence, ...told].join('\n'));
    }
  }
  return xmlText(root);
}
