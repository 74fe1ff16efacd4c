import { Stopwatch } from '../src/cli/lint/stopwatch';
import { expectFreshBuild, meshlint } from './command';

test('adds up the parts of a run, the longest first, and sums up what took next to no time', async () => {
  const stopwatch = new Stopwatch();
  stopwatch.add('reading', 20);
  stopwatch.add('rule a', 40);
  stopwatch.add('reading', 30);
  stopwatch.add('rule b', 0.5);
  expect(stopwatch.measure('rule c', () => 'result')).toBe('result');
  expect(await stopwatch.measureAsync('rule c', () => Promise.resolve('result'))).toBe('result');
  expect(() =>
    stopwatch.measure('rule c', () => {
      throw new Error('fault');
    }),
  ).toThrow('fault');
  const lines = stopwatch.table(200).split('\n');
  expect(lines.map((line) => line.trim().replace(/ {2,}/g, ' | '))).toEqual([
    expect.stringMatching(/^other \| 109 ms \| 54\.\d %$/),
    'reading | 50 ms | 25.0 %',
    'rule a | 40 ms | 20.0 %',
    expect.stringMatching(/^2 parts below 1 ms \| \d ms \| 0\.\d %$/),
    'total | 200 ms | 100.0 %',
    '',
  ]);
});

describe('lint --timing', () => {
  beforeAll(expectFreshBuild);

  test('writes a table to standard error and leaves the report as it is', () => {
    const args = ['lint', '--format', 'json', 'fixtures/bookinfo'];
    const plain = meshlint(args);
    const timed = meshlint([...args, '--timing']);
    expect(timed.stdout).toBe(plain.stdout);
    expect(plain.stderr).not.toContain('total');
    expect(timed.stderr).toMatch(/^start-up +\d+ ms +\d+\.\d %$/m);
    expect(timed.stderr).toMatch(/^reading +\d+ ms/m);
    expect(timed.stderr).toMatch(/^total +\d+ ms +100\.0 %$/m);
  });
});
