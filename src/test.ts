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
  /** Whether somebody could send the request. */
  readonly isSent: boolean;
  /** What happened to the request, in one sentence; of one that nobody could send, why not. */
  readonly sentence: string;
  readonly differences: readonly Difference[];
}

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
  let journey: Journey;
  try {
    journey = simulate(mesh, test.request, options);
  } catch (error) {
    if (!(error instanceof RequestError)) throw error;
    return { test, isSent: false, sentence: error.message, differences: [] };
  }
  coverage.mark(journey);
  return { test, isSent: true, sentence: journey.sentence, differences: differences(journey, test.expect) };
}

export { Coverage };
