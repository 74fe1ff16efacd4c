import { Coverage } from './tests/coverage';
import { type Difference, differences } from './tests/judge';
import type { Suite, TestCase } from './tests/suite';
import type { Options } from './envoy/run/run';
import { type SimulationReport, reportOf } from './simulation/report';
import { RequestError, type RequestFault } from './simulation/request-error';
import type { Mesh } from './mesh/mesh';
import { simulate } from './simulate';

/** What became of one test: of its request, which may be one that cannot be sent. */
export type TestResult =
  | {
      readonly test: TestCase;
      readonly kind: 'sent';
      readonly account: SimulationReport;
      readonly differences: readonly Difference[];
    }
  | { readonly test: TestCase; readonly kind: 'not sent'; readonly fault: RequestFault }
  /** meshlint itself failed, and nothing is known of the request. */
  | { readonly test: TestCase; readonly kind: 'internal fault'; readonly error: unknown };

/** What became of the tests of one file. */
export interface SuiteResult {
  readonly suite: Suite;
  readonly results: readonly TestResult[];
}

/** Runs the tests of a file on a mesh, and marks what they touch. */
export function runSuite(mesh: Mesh, suite: Suite, coverage: Coverage, options: Options = {}): SuiteResult {
  coverage.add(mesh);
  return { suite, results: suite.cases.map((test) => runTest(mesh, test, coverage, options)) };
}

function runTest(mesh: Mesh, test: TestCase, coverage: Coverage, options: Options): TestResult {
  try {
    const journey = simulate(mesh, test.request, { ...options, ...test.options });
    coverage.mark(journey);
    return { test, kind: 'sent', account: reportOf(journey), differences: differences(journey, test.expect) };
  } catch (error) {
    if (error instanceof RequestError) return { test, kind: 'not sent', fault: error.fault };
    return { test, kind: 'internal fault', error };
  }
}

export { Coverage };
