import fc from 'fast-check';
import { routeMismatch } from '../src/envoy/http/route-match';
import { HeaderMap } from '../src/envoy/run/header-map';
import type { Stream } from '../src/envoy/http/stream';
import { routeMatch } from '../src/pilot/routes/match';
import type { Subject } from '../src/rules/routes/subsumption/conditions';
import { hides, listenersFor, takenBy } from '../src/rules/routes/subsumption/http';
import { type Region, type Request, regionOf, requestOf } from '../src/rules/routes/subsumption/region';
import { written } from '../src/rules/routes/subsumption/requests';
import { entriesOf, check } from '../src/rules/routes/subsumption/routes';
import { REQUESTS } from '../src/rules/routes/subsumption/traffic';
import type { HopRequest } from '../src/simulation/hop-request';
import { simulateHop } from '../src/simulate';
import { meshOf, networking, object } from './mesh-of';
import type { Semantics } from '../src/mesh/traffic/virtual-services';
import type { HTTPMatchRequest, StringMatch } from '../src/schema/kinds/networking';

const LISTENER = { gateway: 'mesh', port: undefined };

/** Whether Envoy takes a request by the route that Pilot makes of a match. */
function envoyTakes(match: HTTPMatchRequest, { values }: Request, semantics: Semantics = 'istio'): boolean {
  const of = (kind: Subject['kind']) =>
    values
      .filter(({ subject }) => subject.kind === kind)
      .map(({ subject, value }) => ({ subject, value: String(value) }));
  const query = of('query').map(({ subject, value }) => `${subject.name}=${value}`);
  const path = of('path')[0]?.value ?? '/';
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
  return routeMismatch(routeMatch(match, semantics), { request } as Stream, {}, (why) => why()) === undefined;
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
    listener: LISTENER,
    values: [
      { subject: { kind: 'path', name: '' }, value: path },
      { subject: { kind: 'header', name: ':method' }, value: method },
      ...Object.entries(header).map(([name, value]) => ({ subject: { kind: 'header' as const, name }, value })),
      ...Object.entries(query).map(([name, value]) => ({ subject: { kind: 'query' as const, name }, value })),
    ],
  }));

const likely: fc.Arbitrary<Request> = fc
  .record({
    path: fc.constantFrom('/', '/a', '/a/', '/ab', '/a/b', '/b', '/ba'),
    x: fc.constantFrom(undefined, '', 'a', 'b', 'ab'),
    y: fc.constantFrom(undefined, 'a'),
    method: fc.constantFrom('GET', 'POST', 'GETS'),
  })
  .map(({ path, x, y, method }) => ({
    listener: LISTENER,
    values: [
      { subject: { kind: 'path' as const, name: '' }, value: path },
      ...Object.entries({ x, y, ':method': method }).flatMap(([name, value]) =>
        value === undefined ? [] : [{ subject: { kind: 'header' as const, name }, value }],
      ),
    ],
  }));

/** A request that a match takes, if it takes any. */
function requestFor(match: HTTPMatchRequest): Request | undefined {
  const taken = takenBy(match, listenersFor(['mesh'], [match]), 'istio');
  const region: Region | 'none' | undefined = taken && regionOf(taken);
  return typeof region === 'object' ? requestOf(region) : undefined;
}

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
        if (!requestFor(both)) return;
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

/** Matches of few words, so that several often leave nothing between them. */
const small: fc.Arbitrary<HTTPMatchRequest> = fc.record(
  {
    uri: fc.constantFrom<StringMatch>(
      { prefix: '/a' },
      { prefix: '/a/' },
      { exact: '/a' },
      { regex: '/a[^/].*' },
      { regex: '/a(/.*)?' },
      { regex: '/[^a].*|/' },
      { prefix: '/' },
    ),
    headers: fc.constantFrom<Record<string, StringMatch>>(
      { x: { exact: 'a' } },
      { x: {} },
      { x: { regex: '[^a].*|' } },
    ),
    withoutHeaders: fc.constantFrom<Record<string, StringMatch>>({ x: {} }, { x: { exact: 'a' } }, { y: {} }),
    method: fc.constantFrom<StringMatch>({ exact: 'GET' }, { regex: '[^G].*|G[^E].*|GE[^T].*|G|GE|GET.+' }),
  },
  { requiredKeys: [] },
);

/** What hides the matches of a list, each with a request that the message would name. */
const hiddenIn = (matches: readonly HTTPMatchRequest[], semantics: Semantics) => {
  const gateways = ['mesh'];
  const routes = matches.map((match, place) => ({ value: { match: [match] }, field: fieldOf(place) }));
  return check(
    { entries: entriesOf<HTTPMatchRequest, (typeof routes)[number]>(routes), gateways, semantics },
    REQUESTS,
  ).flatMap(({ hidden }) => hidden);
};

const shop = meshOf('apiVersion: v1\nkind: Namespace\nmetadata: { name: shop }\n');
const fieldOf = (place: number) => shop.resources[0]!.at(['spec', 'http', place]);

describe('matches that together are said to hide another', () => {
  const together = fc.sample(fc.array(small, { minLength: 3, maxLength: 6 }), { numRuns: 600, seed: 1 });

  test.each<Semantics>(['istio', 'gateway'])(
    'take every request that it takes, and the one in the message (%s)',
    (semantics) => {
      const several = new Set<number>();
      for (const matches of together) {
        for (const { match: narrow, by, request } of hiddenIn(matches, semantics)) {
          several.add(by.length);
          const takers = by.map(({ match: wide }) => wide!);
          const before = matches.slice(0, matches.indexOf(narrow!));
          const taken = (each: Request, among: readonly HTTPMatchRequest[]) =>
            among.filter((wide) => envoyTakes(wide, each, semantics));
          expect(envoyTakes(narrow!, request!, semantics)).toBe(true);
          expect(takers).toContain(taken(request!, before)[0]);
          const requests = fc.sample(likely, { numRuns: 40, seed: 1 });
          for (const each of requests.filter((one) => envoyTakes(narrow!, one, semantics)))
            expect({ request: written(each), by: taken(each, takers).length }).not.toMatchObject({ by: 0 });
        }
      }
      expect([...several].some((count) => count > 1)).toBe(true);
    },
  );

  test('leave something where one of them is taken away', () => {
    const found = together.flatMap((matches) =>
      // One of them takes the request in the message, and stays for that.
      hiddenIn(matches, 'istio').flatMap(({ match, by, request }) =>
        by.flatMap((each) => (envoyTakes(each.match!, request!) ? [] : { match, by, each })),
      ),
    );
    for (const { match, by, each } of found) {
      const others = by.filter((other) => other !== each).map((other) => other.match!);
      expect(hiddenIn([...others, match!], 'istio').map((hidden) => hidden.match)).not.toContain(match);
    }
  });
});

test('the gateway sends the request in the message to a route that is said to take it', () => {
  const lists = fc.sample(fc.array(small, { minLength: 3, maxLength: 6 }), { numRuns: 100, seed: 2 });
  const asked = lists.flatMap((matches) =>
    hiddenIn(matches, 'istio').map(({ by, request }) => {
      const { route } = simulateHop(gatewayWith(matches), hopRequest(request!));
      return { route, takers: by.map(({ match }) => `route-${matches.indexOf(match!)}`) };
    }),
  );
  expect(asked.length).toBeGreaterThan(20);
  for (const { route, takers } of asked) expect(takers).toContain(route);
});

const gatewayWith = (matches: readonly HTTPMatchRequest[]) => {
  const http = matches.map((match, place) => ({
    name: `route-${place}`,
    match: [match],
    directResponse: { status: 200 },
  }));
  return meshOf(
    object(
      'apps/v1',
      'Deployment',
      'istio-system/ingress',
      'spec: {template: {metadata: {labels: {istio: ingressgateway, sidecar.istio.io/inject: "true"}, annotations: {inject.istio.io/templates: gateway}}, spec: {containers: [{name: istio-proxy, image: auto}]}}}',
    ) +
      networking(
        'Gateway',
        'web',
        'selector: {istio: ingressgateway}, servers: [{port: {name: http, number: 80, protocol: HTTP}, hosts: ["*"]}]',
      ) +
      networking('VirtualService', 'web', `hosts: ["*"], gateways: [web], http: ${JSON.stringify(http)}`),
  );
};

const hopRequest = ({ values }: Request): HopRequest => {
  const of = (name: string) => values.find(({ subject }) => subject.name === name)?.value as string | undefined;
  const headers = ['x', 'y'].flatMap((name) => (of(name) === undefined ? [] : [[name, of(name)!] as const]));
  return {
    name: 'one',
    proxy: 'ingress.istio-system',
    mode: 'gateway',
    address: '10.0.0.1',
    port: 80,
    method: of(':method') ?? 'GET',
    host: 'any',
    path: of('') ?? '/',
    headers: Object.fromEntries(headers),
  };
};

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
