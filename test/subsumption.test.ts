import fc from 'fast-check';
import { routeMismatch } from '../src/envoy/http/route-match';
import { HeaderMap } from '../src/envoy/run/header-map';
import type { Stream } from '../src/envoy/http/stream';
import { routeMatch } from '../src/pilot/routes/match';
import { hides } from '../src/rules/subsumption/http';
import { type Request, requestFor, written } from '../src/rules/subsumption/requests';
import type { HTTPMatchRequest, StringMatch } from '../src/schema/kinds/networking';

/** Whether Envoy takes a request by the route that Pilot makes of a match. */
function envoyTakes(match: HTTPMatchRequest, { path, values }: Request): boolean {
  const of = (kind: string) => values.filter(({ subject }) => subject.kind === kind);
  const query = of('query').map(({ subject, value }) => `${subject.name}=${value}`);
  const headers = new Map<string, string>([
    [':method', 'GET'],
    [':scheme', 'http'],
    [':authority', 'any'],
    ...of('header').map(({ subject, value }) => [subject.name, value] as const),
  ]);
  const request = new HeaderMap([
    ...headers,
    [':path', path + (query.length > 0 ? `?${query.join('&')}` : '')] as const,
  ]);
  return routeMismatch(routeMatch(match, 'istio'), { request } as Stream, {}, (why) => why()) === undefined;
}

const text = fc.oneof(
  fc.constantFrom('/', '/a', '/a/', '/a/b', '/ab', '/A', '/b', ''),
  fc.array(fc.constantFrom('a', 'b', '/', 'A'), { maxLength: 4 }).map((parts) => parts.join('')),
);
const regex = fc.oneof(
  fc.constantFrom(
    '.*',
    '/.*',
    '/a.*',
    '/a/?',
    '/(a|b)',
    '/[ab]+',
    '/[^/]+',
    '/a/[^/]*',
    '(?i)/A.*',
    '^/a$',
    '*',
    '.+',
    '/a{2,3}',
  ),
  fc
    .array(fc.constantFrom('a', 'b', '/', '.', '.*', '[ab]', '(a|/b)?', 'a+', '[^a]'), { maxLength: 4 })
    .map((parts) => parts.join('')),
);
const stringMatch: fc.Arbitrary<StringMatch> = fc.oneof(
  text.map((exact) => ({ exact })),
  text.map((prefix) => ({ prefix })),
  regex.map((each) => ({ regex: each })),
);
const values = fc.dictionary(fc.constantFrom('x', 'y'), fc.oneof(stringMatch, fc.constant({})), {
  maxKeys: 2,
  noNullPrototype: true,
});
const match: fc.Arbitrary<HTTPMatchRequest> = fc.record(
  {
    uri: stringMatch,
    ignoreUriCase: fc.boolean(),
    headers: values,
    withoutHeaders: values,
    queryParams: values,
    method: fc.constantFrom<StringMatch>({ exact: 'GET' }, { exact: 'POST' }, { regex: 'GET|POST' }, { prefix: 'P' }),
  },
  { requiredKeys: [] },
);
const given = fc.constantFrom('', 'a', 'b', 'A', '/a', '/b', '/a/b', 'ab', 'aa');
const request: fc.Arbitrary<Request> = fc
  .record({
    path: fc.array(fc.constantFrom('a', 'b', '/', 'A'), { maxLength: 5 }).map((parts) => `/${parts.join('')}`),
    header: fc.dictionary(fc.constantFrom('x', 'y'), given, { noNullPrototype: true }),
    query: fc.dictionary(fc.constantFrom('x', 'y'), given, { noNullPrototype: true }),
    method: fc.constantFrom('GET', 'POST', 'PUT'),
  })
  .map(({ path, header, query, method }) => ({
    path,
    values: [
      { subject: { kind: 'header', name: ':method' }, value: method },
      ...Object.entries(header).map(([name, value]) => ({ subject: { kind: 'header' as const, name }, value })),
      ...Object.entries(query).map(([name, value]) => ({ subject: { kind: 'query' as const, name }, value })),
    ],
  }));

describe('a match that is said to hide another', () => {
  test('takes every request that the other takes', () => {
    fc.assert(
      fc.property(match, match, fc.array(request, { minLength: 20, maxLength: 20 }), (wide, narrow, requests) => {
        if (!hides(wide, narrow, 'mesh')) return;
        const own = requestFor(narrow);
        for (const each of own ? [own, ...requests] : requests)
          if (envoyTakes(narrow, each))
            expect({ request: written(each), hidden: envoyTakes(wide, each) }).toEqual({
              request: written(each),
              hidden: true,
            });
      }),
      { numRuns: 1000, seed: 1 },
    );
  });

  test('is found wherever it adds nothing to another', () => {
    fc.assert(
      fc.property(match, match, (narrow, more) => {
        const both = { ...more, ...narrow };
        const { uri, ignoreUriCase, ...wide } = both;
        const path = { ...(uri && { uri }), ...(ignoreUriCase && { ignoreUriCase }) };
        expect(hides(both, both, 'mesh')).toBe(true);
        expect(hides(wide, both, 'mesh') && hides(path, both, 'mesh')).toBe(true);
      }),
      { numRuns: 500, seed: 1 },
    );
  });
});

test('an example of a request is one that Envoy takes', () => {
  fc.assert(
    fc.property(match, (each) => {
      const found = requestFor(each);
      if (found) expect(envoyTakes(each, found)).toBe(true);
    }),
    { numRuns: 500, seed: 1 },
  );
});

describe('what hides what', () => {
  const uri = (wide: StringMatch, narrow: StringMatch, rest: HTTPMatchRequest = {}) =>
    hides({ uri: wide }, { uri: narrow, ...rest }, 'mesh');

  test.each<[StringMatch, StringMatch, boolean]>([
    [{ prefix: '/' }, { regex: '/v[0-9]+/.*' }, true],
    [{ prefix: '/api' }, { exact: '/api/v1' }, true],
    [{ prefix: '/api/' }, { exact: '/api' }, false],
    [{ prefix: '/api' }, { regex: '/api/v[12]/.*' }, true],
    [{ prefix: '/api' }, { regex: '/a.*' }, false],
    [{ regex: '/api/v[0-9]+(/.*)?' }, { exact: '/api/v1' }, true],
    [{ regex: '/api/v[0-9]+(/.*)?' }, { prefix: '/api/v1/' }, true],
    [{ regex: '/api/v[0-9]+(/.*)?' }, { prefix: '/api/v1' }, false],
    [{ regex: '/[a-z]+' }, { regex: '/[a-f]{2}' }, true],
    [{ regex: '.*' }, { prefix: '/' }, true],
    [{ regex: '\\d+' }, { exact: '/' }, false],
    [{ regex: '/(?P<id>\\d+)' }, { regex: '/[0-9]' }, true],
    [{ regex: '/\\pL+' }, { exact: '/a' }, true],
    [{ regex: '/\\pL+' }, { regex: '/a+' }, false],
    [{ exact: '/a' }, { prefix: '/a' }, false],
    [{ regex: '(/' }, { exact: '/' }, false],
  ])('%j %j: %s', (wide, narrow, expected) => expect(uri(wide, narrow)).toBe(expected));

  test('a header that is demanded is more than one that is not', () => {
    expect(uri({ prefix: '/a' }, { prefix: '/a' }, { headers: { user: { exact: 'jason' } } })).toBe(true);
    expect(hides({ headers: { user: {} } }, { headers: { user: { exact: 'jason' } } }, 'mesh')).toBe(true);
    expect(hides({ headers: { User: { prefix: 'j' } } }, { headers: { user: { exact: 'jason' } } }, 'mesh')).toBe(true);
    expect(hides({ headers: { user: { exact: 'jason' } } }, { headers: { user: {} } }, 'mesh')).toBe(false);
    expect(
      hides({ withoutHeaders: { user: { exact: 'jason' } } }, { headers: { user: { prefix: 'ma' } } }, 'mesh'),
    ).toBe(true);
    expect(
      hides({ withoutHeaders: { user: { exact: 'jason' } } }, { headers: { user: { prefix: 'ja' } } }, 'mesh'),
    ).toBe(false);
    expect(hides({ withoutHeaders: { user: { exact: 'jason' } } }, { withoutHeaders: { user: {} } }, 'mesh')).toBe(
      true,
    );
  });

  test('a request is looked at where it comes from and where it arrives', () => {
    const at = (wide: HTTPMatchRequest, narrow: HTTPMatchRequest, gateway = 'mesh') => hides(wide, narrow, gateway);
    expect(at({ port: 80 }, {})).toBe(false);
    expect(at({ port: 80 }, { port: 80 })).toBe(true);
    expect(at({ sourceNamespace: 'shop' }, {})).toBe(false);
    expect(at({}, { sourceNamespace: 'shop' })).toBe(true);
    expect(at({ sourceLabels: { app: 'a' } }, { sourceLabels: { app: 'a', version: 'v1' } })).toBe(true);
    expect(at({ sourceLabels: { app: 'a' } }, { sourceLabels: { app: 'b' } })).toBe(false);
    expect(at({ gateways: ['mesh'], sourceLabels: { app: 'a' } }, {})).toBe(true);
    expect(at({ gateways: ['mesh'] }, {}, 'shop/web')).toBe(false);
  });
});
