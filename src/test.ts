import { Coverage } from './expectation/coverage';
import { type Difference, differences } from './expectation/judge';
import type { Suite, TestCase } from './expectation/suite';
import type { Options } from './envoy/run/run';
import type { Journey } from './journey/journey';
import { RequestError } from './journey/request-error';
import type { Mesh } from './mesh/mesh';
import { simulate } from './simulate';

/** What became of one test. */
export interface TestResult {
  readonly test: TestCase;
  /** What happened to the request, in one sentence. */
  readonly sentence: string;
  readonly differences: readonly Difference[];
}

/** What became of the tests of one file. */
export interface SuiteResult {
  readonly suite: Suite;
  readonly results: readonly TestResult[];
}

/** Runs the tests of a file on a mesh, and marks what they touch. A request that nobody could send fails its test. */
export function runSuite(mesh: Mesh, suite: Suite, coverage: Coverage, options: Options = {}): SuiteResult {
  coverage.add(mesh);
  return { suite, results: suite.cases.map((test) => runTest(mesh, test, coverage, options)) };
}

function runTest(mesh: Mesh, test: TestCase, coverage: Coverage, options: Options): TestResult {
  let journey: Journey;
  try {
    journey = simulate(mesh, test.request, options);
  } catch (error) {
    if (!(error instanceof RequestError)) throw error;
    return {
      test,
      sentence: error.message,
      differences: [{ field: '', expected: 'a request', actual: error.message }],
    };
  }
  coverage.mark(journey);
  return { test, sentence: journey.sentence, differences: differences(journey, test.expect) };
}

export { Coverage };
