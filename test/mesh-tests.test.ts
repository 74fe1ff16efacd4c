import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { suiteIn } from '../src/tests/read';
import { foreignSuiteIn } from '../src/tests/foreign';
import { standIns } from '../src/tests/stand-ins';
import { Mesh } from '../src/mesh/mesh';
import { plain } from '../src/report/style';
import { differenceLine, hasFailed, missingSenderText, testsText } from '../src/report/tests';
import { testsJunit } from '../src/report/tests-junit';
import { read } from '../src/source/read';
import { Coverage, runSuite } from '../src/test';
import { simulate } from '../src/simulate';
import { deployment, meshOf, namespace, networking, security, service } from './mesh-of';

/** `fixtures/simulate/CASE.yaml` are tests of a mesh, as users write them: all of them must hold. */
const root = 'fixtures/simulate';
const SHOP = readFileSync(join(root, 'shop.yaml'), 'utf8');

function filesOf(path: string): string[] {
  if (/\.ya?ml$/.test(path)) return [path];
  return readdirSync(path, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.yaml'))
    .map((file) => join(path, file));
}

describe.each(readdirSync(root))('%s', (name) => {
  const file = read(join(root, name), readFileSync(join(root, name), 'utf8'));
  const { suite, complaints } = suiteIn(file)!;
  const files = suite.mesh.flatMap((path) => filesOf(join(root, path)));
  const mesh = new Mesh([file, ...files.map((path) => read(path, readFileSync(path, 'utf8')))]);

  test('can be read', () => expect(complaints).toEqual([]));

  test.each(runSuite(mesh, suite, new Coverage()).results.map((result) => [result.test.name, result] as const))(
    '%s',
    (_, result) => expect(result).toMatchObject({ kind: 'sent', differences: [] }),
  );
});

/** What is found wrong where the shop's tests expect something else. */
function wrong(expect: string, request = 'from: web.shop, url: http://cart/') {
  const [objects = ''] = SHOP.split('---\napiVersion: meshlint.dev');
  const text = `${objects}---\napiVersion: meshlint.dev/v1\nkind: Test\ntests: [{ name: one, request: { ${request} }, expect: { ${expect} } }]\n`;
  const file = read('shop.yaml', text);
  const { suite, complaints } = suiteIn(file)!;
  if (complaints.length > 0) return complaints.map(({ message }) => message);
  const [result] = runSuite(new Mesh([file]), suite, new Coverage()).results;
  return result!.kind === 'sent' ? result!.differences.map(differenceLine) : [];
}

describe('an expectation that does not come true is told', () => {
  const API = 'from: web.shop, url: http://cart/api, headers: { x-debug: "1" }';

  test.each([
    ['status: 404', 'status: expected 404, got 200'],
    ['flags: NR', 'flags: expected NR, got -'],
    ['details: route_not_found', 'details: expected route_not_found, got via_upstream'],
    ['destination: cart-v3.shop', 'destination: expected cart-v3.shop, got cart-v1.shop or cart-v2.shop'],
    ['subset: v2', 'subset: expected v2, got v1'],
    ['shares: { v1: 50, v2: 50 }', 'shares: expected v1 50 %, v2 50 %, got v1 90 %, v2 10 %'],
    ['shares: { v1: 90 }', 'shares: expected v1 90 %, got v1 90 %, cart-v2.shop 10 %'],
    ['never: [cart-v2.shop]', 'never: expected never cart-v2.shop, got 10 %'],
    [
      'refusedBy: AuthorizationPolicy shop/no-delete',
      'refusedBy: expected AuthorizationPolicy shop/no-delete, got no refusal',
    ],
    ['connected: false', 'connected: expected false, got true'],
    ['headers: { x-served: cart }', 'headers.x-served: expected cart, got nothing'],
  ])('%s', (expectation, difference) => expect(wrong(expectation)).toEqual([difference]));

  test.each([
    ['upstream: { path: /api }', 'upstream.path: expected /api, got /v1'],
    ['upstream: { headers: { x-shop: "no" } }', 'upstream.headers.x-shop: expected no, got yes'],
    ['upstream: { without: [x-shop] }', 'upstream.without: expected no header x-shop, got yes'],
  ])('of what is sent on: %s', (expectation, difference) => expect(wrong(expectation, API)).toEqual([difference]));

  test('a header that a route takes away is gone', () => {
    expect(wrong('upstream: { headers: { x-shop: "yes" }, without: [x-debug] }', API)).toEqual([]);
  });

  test('a request that nobody could send has not failed, but was not sent', () => {
    const file = read('shop.yaml', SHOP.replace('from: web.shop', 'from: nobody.shop'));
    const suite = runSuite(new Mesh([file]), suiteIn(file)!.suite, new Coverage());
    const unsent = suite.results.filter(({ kind }) => kind === 'not sent');
    expect(unsent).toMatchObject([{ fault: { kind: 'unknown workload', name: 'nobody.shop' } }]);
    const report = { suites: [suite], untouched: [], total: 0 };
    expect(testsText(report, plain)).toMatch(/\d+ passed, 0 failed, 1 could not be sent\n$/);
    expect(testsJunit(report)).toContain('<error message="unknown workload &quot;nobody.shop&quot;');
  });
});

describe('mistakes in a test file', () => {
  test.each([
    ['status: "200"', 'expected a whole number'],
    ['statsu: 200', 'unknown field "statsu"; did you mean "status"?'],
  ])('%s', (expectation, message) => expect(wrong(expectation).join()).toContain(message));
});

describe('tests of other tools', () => {
  const VALIDATOR = (to: string, wantMatch: boolean): string =>
    `testCases: [{ wantMatch: ${wantMatch}, request: { authority: [shop.example.com], uri: [/a] }, route: [{ destination: { host: ${to} } }] }]`;
  const ROUTES =
    networking(
      'Gateway',
      'shop/door',
      'selector: {istio: door}, servers: [{port: {number: 80, name: http, protocol: HTTP}, hosts: ["*"]}]',
    ) +
    networking(
      'VirtualService',
      'shop/cart',
      'hosts: [shop.example.com], gateways: [door], http: [{route: [{destination: {host: cart}}]}]',
    ) +
    service('shop/cart');

  function results(text: string, routes = ROUTES) {
    const bare = meshOf(routes);
    const mesh = new Mesh([...bare.files, read('stand-ins.yaml', standIns(bare))]);
    const foreign = foreignSuiteIn(read('tests.yaml', text))!;
    const suite = foreign.on(mesh, undefined);
    if ('missing' in suite) throw new Error(missingSenderText(suite));
    return runSuite(mesh, suite, new Coverage()).results.map((result) => !hasFailed(result));
  }

  test('configuration alone is enough: who sends requests is made up', () => {
    expect(results(VALIDATOR('cart', true))).toEqual([true]);
    expect(results(VALIDATOR('other', true))).toEqual([false]);
    expect(results(VALIDATOR('other', false))).toEqual([true]);
    expect(results(VALIDATOR('cart', false))).toEqual([false]);
  });

  test('a test without wantMatch expects another route', () => {
    const text = (to: string) => VALIDATOR(to, true).replace('wantMatch: true, ', '');
    expect([results(text('cart')), results(text('other'))]).toEqual([[false], [true]]);
  });

  test('every document of a file is run', () => {
    expect(results(`${VALIDATOR('cart', true)}\n---\n${VALIDATOR('other', true)}`)).toEqual([true, false]);
  });

  describe('VirtualServices alone', () => {
    const ALONE =
      networking(
        'VirtualService',
        'shop/site',
        `hosts: [www.example.com], gateways: [edge/unknown, mesh], http: [
        {match: [{uri: {prefix: /home}}], redirect: {uri: /, authority: www.example.com}},
        {match: [{uri: {prefix: /bots}}], fault: {abort: {httpStatus: 403, percentage: {value: 100}}}, route: [{destination: {host: users.users.svc.cluster.local}}]},
        {match: [{uri: {prefix: /old}}], rewrite: {uri: /new}, headers: {request: {set: {x-a: b}}}, route: [{destination: {host: users.users.svc.cluster.local}}]},
        {match: [{uri: {prefix: /seller}}], delegate: {name: seller}},
        {route: [{destination: {host: monolith.monolith.svc.cluster.local, port: {number: 8000}}}]}]`,
      ) +
      networking(
        'VirtualService',
        'shop/seller',
        'http: [{route: [{destination: {host: seller.shop.svc.cluster.local}}]}]',
      );
    const passes = (uri: string, expected: string, wantMatch = true) => {
      const text = `testCases: [{ wantMatch: ${wantMatch}, request: { authority: [www.example.com], method: [GET], uri: [${uri}] }, ${expected} }]`;
      return results(text, ALONE)[0];
    };

    test.each([
      ['/home', 'redirect: { uri: /, authority: www.example.com }', true],
      ['/home', 'redirect: { uri: /other }', false],
      ['/bots', 'fault: { abort: { httpStatus: 403, percentage: { value: 100 } } }', true],
      ['/bots', 'fault: { abort: { percentage: { value: 50 }, httpStatus: 403 } }', false],
      ['/old', 'rewrite: { uri: /new }, headers: { request: { set: { x-a: b } } }', true],
      ['/old', 'headers: { request: { set: { x-a: c } } }', false],
      ['/seller/1', 'delegate: { name: seller }', true],
      ['/seller/1', 'delegate: { name: seller, namespace: other }', false],
      ['/seller/1', 'route: [{ destination: { host: seller.shop.svc.cluster.local } }]', true],
      ['/x', 'route: [{ destination: { host: monolith.monolith.svc.cluster.local, port: { number: 8000 } } }]', true],
      ['/x', 'route: [{ destination: { host: users.users.svc.cluster.local } }]', false],
      ['/x', 'delegate: { name: seller }', false],
    ])('%s %s: %s', (uri, expected, isMet) => {
      expect(passes(uri, expected)).toBe(isMet);
      expect(passes(uri, expected, false)).toBe(!isMet);
    });

    const check = (path: string, validate: string, more = '') =>
      results(
        `tests: [{ input: { authority: www.example.com, path: ${path}, method: GET${more} }, validate: { ${validate} } }]`,
        ALONE,
      )[0];

    test.each([
      ['/home', "cluster_name: ''", true],
      ['/old/x', "cluster_name: ''", false],
      ['/home', 'path_redirect: http://www.example.com/', true],
      ['/old/x', "path_redirect: ''", true],
      ['/home', "path_redirect: ''", false],
      ['/old/x', 'path_rewrite: /new/x', true],
      ['/old/x', "path_rewrite: ''", false],
      ['/old/x', "virtual_cluster_name: ''", true],
      ['/old/x', 'virtual_cluster_name: other', false],
      ['/old/x', 'request_header_matches: [{ name: x-a, string_match: { prefix: b } }]', true],
      ['/old/x', 'request_header_matches: [{ name: x-a, string_match: { exact: b }, invert_match: true }]', false],
      ['/old/x', 'request_header_matches: [{ name: x-b, present_match: false }]', true],
      ['/old/x', 'request_header_matches: [{ name: x-a, safe_regex_match: { regex: "[c-z]" } }]', false],
    ])('router_check_tool %s %s: %s', (path, validate, isMet) => expect(check(path, validate)).toBe(isMet));

    test('headers of the answer', () => {
      const answered = ', additional_response_headers: [{ key: x-from, value: server }]';
      expect(check('/x', 'response_header_matches: [{ name: x-from, exact_match: server }]', answered)).toBe(true);
      expect(check('/x', 'response_header_matches: [{ name: x-from, exact_match: other }]', answered)).toBe(false);
    });
  });

  test.each([
    [
      'tests: [{ input: { authority: a, path: /, internal: true }, validate: { cluster_name: b } }]',
      'unknown field "internal"',
    ],
    ['tests: [{ input: { authority: a, path: / }, validate: { cluster_nam: b } }]', 'unknown field "cluster_nam"'],
    ['tests: [{ input: { authority: a, path: / }, validate: {} }]', 'this test expects nothing'],
    ['tests: [{ input: { authority: a, path: / } }]', 'this test expects nothing'],
    ['testCases: [{ request: { authority: [a], uri: [/] }, rout: [] }]', 'unknown field "rout"'],
    ['testCases: [{ request: { authority: [a], uri: [/] } }]', 'this test case expects nothing'],
    ['testCases: [{ request: { authority: [a], uri: [/] }, redirect: { url: / } }]', 'unknown field "url"'],
  ])('%s is not understood', (text, message) => {
    expect(foreignSuiteIn(read('tests.yaml', text))!.complaints[0]!.message).toContain(message);
  });

  test('a test without a path is told', () => {
    const foreign = foreignSuiteIn(read('tests.yaml', 'tests: [{ input: { authority: a } }]'))!;
    expect(foreign.complaints.map(({ message }) => message)).toEqual([
      'a test has an input with "authority" and "path"',
    ]);
  });
});

test('what no request touches stays uncovered', () => {
  const file = read('shop.yaml', SHOP.replace(/ {2}- name: the API[^]*/, ''));
  const coverage = new Coverage();
  runSuite(new Mesh([file]), suiteIn(file)!.suite, coverage);
  expect(coverage.untouched.map(({ title }) => title)).toEqual([
    'VirtualService shop/cart spec.http[0].match[0]',
    'VirtualService shop/cart spec.http[1].match[0]',
    'AuthorizationPolicy shop/no-delete',
  ]);
});

test('a policy that refuses since it allows something else is touched', () => {
  const mesh = meshOf(
    namespace('shop') +
      deployment('shop/web') +
      deployment('shop/cart') +
      service('shop/cart') +
      security('AuthorizationPolicy', 'shop/nothing', 'selector: {matchLabels: {app: cart}}') +
      security('AuthorizationPolicy', 'shop/unused', 'selector: {matchLabels: {app: web}}, rules: [{}]'),
  );
  const coverage = new Coverage();
  coverage.add(mesh);
  coverage.mark(simulate(mesh, { from: 'web.shop', url: 'http://cart/' }));
  expect(coverage.untouched.map(({ title }) => title)).toEqual(['AuthorizationPolicy shop/unused']);
});
