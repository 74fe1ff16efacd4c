import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { BUILT_IN_VOCABULARY, attributesOf, withAttributes } from '../src/legacy/mixer/attributes';
import { compile, evaluate } from '../src/legacy/mixer/expression';
import { plainValue } from '../src/legacy/mixer/expression/value';
import { mixerCallIn } from '../src/legacy/mixer/call';
import { mixerConfiguration } from '../src/legacy/mixer/configuration';
import { Mixer, type MixerAnswer } from '../src/legacy/mixer/mixer';
import type { Header } from '../src/envoy/run/header-map';
import type { Answer, HopMixer } from '../src/simulation/journey';
import { simulate } from '../src/simulate';
import { meshOf } from './mesh-of';

interface Case {
  expression: string;
  attributes?: Record<string, unknown>;
  vocabulary?: Record<string, unknown>;
  expected: { type?: string; value?: unknown; error?: string };
}

/** What the real Mixer 1.4.3 answered. */
const cases = JSON.parse(readFileSync('fixtures/legacy/expressions.json', 'utf8')) as Case[];

function answer({ expression, attributes = {}, vocabulary = {} }: Case): Case['expected'] {
  const known = withAttributes(BUILT_IN_VOCABULARY, vocabulary);
  const compiled = compile(expression, known);
  if ('fault' in compiled) return { error: compiled.fault.step };
  const result = evaluate(compiled, attributesOf(attributes, known).attributes);
  const { type } = compiled;
  return 'fault' in result ? { type, error: result.fault.step } : { type, value: plainValue(result.value) };
}

test.each(cases.map((each) => [each.expression, each] as const))('Mixer 1.4.3 on %j', (_, each) => {
  expect(answer(each)).toEqual(each.expected);
});

/** `^` marks where the fault is. */
test.each([
  ['request.pth == "/"', '^', 'unknown attribute "request.pth"; did you mean "request.path"?'],
  ['request.path == "/', '                ^', 'the string is not closed'],
  ['(request.path == "/"', '^', '"(" is not closed'],
  ['match(request.path, "/*"', '     ^', '"(" is not closed'],
  ['source.labels["app" == "x"', '             ^', '"[" is not closed'],
  ['!connection.mtls', '^', 'operator "!" is not supported before a value; compare with == false'],
  ['response.code * 2 == 4', '              ^', 'operator "*" is not supported'],
  ['request.path = "/"', '             ^', 'use "==" to compare'],
  ['response.code == "404"', '                 ^', '"==" expects INT64 here, found STRING'],
  [
    'source.labels["app"].startsWith("a")',
    '                     ^',
    'put the value before ".startsWith" in parentheses',
  ],
  ['request.path.match("/*")', '^', '"match" is a function, not a method: write match(...)'],
  ['request.path == "a"\n&& true', '                   \n^', 'expected an operator or the end, found "&&"'],
])('%j: the fault is at the right place', (expression, mark, message) => {
  const compiled = compile(expression, BUILT_IN_VOCABULARY);
  const fault = { step: 'compile', offset: mark.length - 1, message: expect.stringContaining(message) as string };
  expect(compiled).toMatchObject({ fault });
});

test('expressions that would exhaust the stack are refused', () => {
  const deep = `${'('.repeat(100_000)}true${')'.repeat(100_000)}`;
  const nested = `${'('.repeat(2000)}true${')'.repeat(2000)}`;
  const long = Array(100_000).fill('true').join(' && ');
  for (const expression of [deep, nested, long])
    expect(compile(expression, BUILT_IN_VOCABULARY)).toMatchObject({ fault: { step: 'compile' } });
});

const MIXERS = 'fixtures/legacy/mixer';

interface Answered {
  request: { name: string } & Record<string, unknown>;
  expected: { mixer: MixerAnswer };
}

/** The parts of a message of several denials, and what is written, come in any order. */
const inOrder = (answer: MixerAnswer) => ({
  ...answer,
  matched: [...answer.matched].sort(),
  ...(answer.check && { check: { ...answer.check, message: answer.check.message.split(', ').sort() } }),
  ...(answer.reports && { reports: answer.reports.map((line) => JSON.stringify(sorted(line))).sort() }),
});

const sorted = (value: unknown): unknown =>
  value !== null && typeof value === 'object'
    ? Object.fromEntries(
        Object.entries(value)
          .sort()
          .map(([key, each]) => [key, sorted(each)]),
      )
    : value;

describe.each(readdirSync(MIXERS))('Mixer 1.4.3 with %s', (folder) => {
  const dir = join(MIXERS, folder);
  const configuration = mixerConfiguration(meshOf(readFileSync(join(dir, 'mixer.yaml'), 'utf8')).inRelease('1.4'));
  const mixer = new Mixer(configuration);
  const answered = JSON.parse(readFileSync(join(dir, 'requests.json'), 'utf8')) as Answered[];
  const answers = answered.map(({ request }) => {
    const call = mixerCallIn(request, configuration.vocabulary);
    if ('field' in call) throw new Error(call.field);
    return mixer.answer(call);
  });
  test.each(answered.map(({ request, expected }, index) => [request.name, expected.mixer, answers[index]!] as const))(
    '%s',
    (_, expected, answer) => {
      expect(inOrder(answer)).toMatchObject(inOrder(expected));
      expect(Boolean(answer.error)).toBe(Boolean(expected.error));
    },
  );
});

const TRACE = ['mesh', 'mixer'].map((name) => readFileSync(`fixtures/legacy/trace/${name}.yaml`, 'utf8')).join('---\n');

interface Sent {
  readonly from: string;
  readonly url: string;
  readonly method?: string;
  readonly headers?: readonly Header[];
}

/** The answer to a request, and what Mixer does at the server. */
function traced(request: Sent, yaml = TRACE): { answer: Answer; mixer: HopMixer } {
  const [way] = simulate(meshOf(yaml).inRelease('1.4'), request).ways;
  const { mixer } = way.hops.at(-1)!;
  if (!mixer) throw new Error('no Mixer');
  return { answer: way.answer, mixer };
}

const V2 = 'reviews-v2.shop';
const RATINGS = 'http://ratings:9080/';

/** Whose checks Mixer refuses gets the HTTP status of the code. */
test.each([
  [{ from: V2, url: RATINGS }, 200, undefined],
  [
    { from: 'reviews-v3.shop', url: RATINGS },
    403,
    'PERMISSION_DENIED:denyreviewsv3.istio-system:v3 may not read ratings',
  ],
  [
    { from: V2, url: RATINGS, headers: [['end-user', 'robot']] },
    403,
    'PERMISSION_DENIED:users.shop:robot is blacklisted',
  ],
  [
    { from: 'ratings.shop', url: 'http://reviews:9080/' },
    429,
    'RESOURCE_EXHAUSTED:Quota is exhausted for: RequestCount',
  ],
] satisfies [Sent, number, string | undefined][])('Mixer answers %j with %s', (request, status, body) => {
  expect(traced(request as Sent).answer).toMatchObject({ status, ...(body !== undefined && { body }) });
});

test('policy checks are off unless the MeshConfig turns them on', () => {
  const { answer, mixer } = traced(
    { from: 'reviews-v3.shop', url: RATINGS },
    TRACE.replace('disablePolicyChecks: false', 'ingressClass: istio'),
  );
  expect(answer).toMatchObject({ status: 200 });
  expect(mixer.check).toMatchObject({ isEnforced: false, answer: { status: 'PERMISSION_DENIED' } });
});

test.each([
  ['GET', 1],
  ['POST', 5],
])('%s is charged %s, by the clauses of the QuotaSpec', (method, charge) => {
  expect(traced({ from: V2, url: RATINGS, method }).mixer.check?.quotas).toEqual([
    {
      quota: 'RequestCount',
      charge,
      granted: charge,
      counters: [{ handler: 'counts.istio-system', maxAmount: 5, within: '1s', dimensions: { to: 'ratings' } }],
    },
  ]);
});

test('a quota that no rule counts is granted', () => {
  const yaml = TRACE.replace(/quota: RequestCount/g, 'quota: requests');
  expect(traced({ from: V2, url: RATINGS }, yaml).mixer.check?.quotas).toEqual([
    { quota: 'requests', charge: 1, granted: 1, counters: [] },
  ]);
});

test('reports name metrics and log entries; what is measured is a dash', () => {
  const { sent = [] } = traced({ from: V2, url: RATINGS }).mixer.report ?? {};
  expect(sent).toEqual([
    {
      handler: 'prometheus.shop',
      adapter: 'prometheus',
      instance: 'requestcount.instance.shop',
      metric: 'istio_requests_total',
      value: 1,
      values: {
        reporter: 'destination',
        source_workload: 'reviews-v2',
        source_version: 'v2',
        destination_service: 'ratings.shop.svc.cluster.local',
        response_code: 200,
        took: '-',
      },
    },
    expect.objectContaining({ handler: 'newloghandler.shop', level: 'warn' }),
    expect.objectContaining({ handler: 'collector.shop', adapter: 'fluentd' }),
  ]);
  expect(sent[1]?.values).toEqual({
    source: 'reviews',
    user: 'unknown',
    destination: 'ratings',
    port: 8080,
    code: 200,
    latency: '-',
  });
});

test('reports can be off', () => {
  const yaml = TRACE.replace('disablePolicyChecks: false', 'disableMixerHttpReports: true');
  expect(traced({ from: V2, url: RATINGS }, yaml).mixer.report).toBeUndefined();
});
