import fc from 'fast-check';
import { diff } from '../src/diff';
import { exampleOf, variantsOf } from '../src/difference/variants';
import { endingsText } from '../src/report/sentence';
import { deployment, meshOf, namespace, networking, security, service } from './mesh-of';

const SHOP =
  namespace('shop') +
  deployment('shop/web') +
  deployment('shop/cart') +
  deployment('shop/beta') +
  service('shop/cart') +
  service('shop/beta');

const routes = (http: string): string => networking('VirtualService', 'shop/cart', `hosts: [cart], http: [${http}]`);
const TO_CART = '{route: [{destination: {host: cart}}]}';
const toBeta = (match: string, more = ''): string =>
  `{match: [{${match}}], ${more} route: [{destination: {host: beta}}]}, ${TO_CART}`;

const changes = (before: string, after: string) => diff(meshOf(SHOP + before), meshOf(SHOP + after)).changes;

test('states that are alike behave alike', () => {
  const { asked, changes } = diff(meshOf(SHOP + routes(TO_CART)), meshOf(SHOP + routes(TO_CART)));
  expect(asked).toBeGreaterThan(0);
  expect(changes).toEqual([]);
});

test('a new condition is found by a request that meets it, and by none that misses it', () => {
  const [change, ...others] = changes(routes(TO_CART), routes(toBeta('headers: {user: {exact: ann}}')));
  expect(others).toEqual([]);
  expect(endingsText(change!.before)).toBe('goes to cart (1 pod)');
  expect(endingsText(change!.after)).toBe('goes to beta (1 pod)');
  expect(change!.probes.map(({ request }) => request.headers)).toEqual([[['user', 'ann']]]);
});

test.each([
  ['a prefix that became exact', 'uri: {prefix: /api}', 'uri: {exact: /api}', '/apix'],
  ['a prefix that became longer', 'uri: {prefix: /api}', 'uri: {prefix: /api/x}', '/api'],
  ['letters that no longer matter', 'uri: {exact: /api}', 'uri: {exact: /api}, ignoreUriCase: true', '/API'],
  ['another method', 'method: {exact: GET}', 'method: {exact: POST}', '/'],
])('%s', (_, before, after, path) => {
  const found = changes(routes(toBeta(before)), routes(toBeta(after))).flatMap(({ probes }) => probes);
  expect(found.map(({ request }) => new URL(request.url).pathname)).toContain(path);
});

test('a rewrite changes what is sent on', () => {
  const [change] = changes(
    routes(toBeta('uri: {prefix: /a}')),
    routes(toBeta('uri: {prefix: /a}', 'rewrite: {uri: /b},')),
  );
  expect(change!.differences).toMatchObject([{ aspect: 'path', after: [{ value: '/b' }] }]);
});

test('a policy that refuses is named', () => {
  const [change] = changes('', security('AuthorizationPolicy', 'shop/closed', 'selector: {matchLabels: {app: cart}}'));
  expect(endingsText(change!.after)).toContain('is refused with 403 by AuthorizationPolicy shop/closed');
  expect(change!.probes.length).toBeGreaterThan(1);
  expect(change!.consequence).toBe('breaking');
});

describe('every effect of a route counts', () => {
  const route = (more: string): string => routes(`{${more} route: [{destination: {host: cart}}]}`);

  test.each([
    ['timeout: 0.001s,', 'timeout'],
    ['mirror: {host: beta},', 'mirrors'],
    ['headers: {request: {remove: [user-agent]}},', 'request header'],
    ['headers: {request: {remove: [authorization]}},', 'request header'],
    ['headers: {response: {remove: [x-internal]}},', 'response header'],
    ['headers: {request: {set: {x-a: b}}},', 'request header'],
    ['headers: {response: {set: {x-a: b}}},', 'response header'],
    ['retries: {attempts: 0},', 'retries'],
    ['fault: {delay: {fixedDelay: 5s, percentage: {value: 100}}},', 'delay'],
    ['rewrite: {authority: other},', 'authority'],
  ])('%s', (more, aspect) => {
    const [change, ...others] = changes(route(''), route(more));
    expect(others).toEqual([]);
    expect(change!.differences.map((each) => each.aspect)).toContain(aspect);
    expect(change!.causes).toMatchObject([{ kind: 'changed', title: 'VirtualService shop/cart' }]);
  });

  test('a CORS policy: preflights, and what other origins get', () => {
    const found = changes(route(''), route("corsPolicy: {allowOrigins: [{exact: 'https://shop.example.com'}]},"));
    expect(found.flatMap(({ probes }) => probes.map(({ request }) => request.method)).sort()).toEqual([
      'GET',
      'OPTIONS',
    ]);
    expect(found.flatMap(({ differences }) => differences.map(({ aspect }) => aspect))).toContain('response header');
  });

  test('a cause is the line that was changed', () => {
    const [change] = changes(route('timeout: 1s,'), route('timeout: 2s,'));
    expect(change!.causes.map(({ place }) => place.pathText)).toEqual(['spec.http[0].timeout']);
  });

  test('how a connection is made, and as whom', () => {
    const plain = networking('DestinationRule', 'shop/cart', 'host: cart, trafficPolicy: {tls: {mode: DISABLE}}');
    const [change] = changes('', plain);
    expect(change).toMatchObject({ consequence: 'changed', differences: [{ aspect: 'transport' }] });
    expect(change!.differences[0]!.after).toEqual([{ share: 1, value: { kind: 'plaintext' } }]);
  });
});

const titles = (before: string, after: string): string[] =>
  changes(before, after).flatMap(({ probes }) => probes.map(({ sender, title }) => `${sender}: ${title}`));
const policy = (rule: string, spec = 'selector: {matchLabels: {app: cart}}, action: DENY'): string =>
  security('AuthorizationPolicy', 'shop/guard', `${spec}, rules: [${rule}]`);
const paths = (...list: string[]): string => `{to: [{operation: {paths: [${list.join(', ')}]}}]}`;
const TOKENS = security('RequestAuthentication', 'shop/tokens', 'jwtRules: [{issuer: me, jwks: "{}"}]');
const NOBODY = 'a client without a sidecar: GET http://cart.shop.svc.cluster.local/';

describe('what a policy asks for is asked of it', () => {
  test.each([
    ['a path', policy(paths('/a')), policy(paths('/a', '/b/*')), 'GET http://cart.shop.svc.cluster.local/b/x'],
    ['a path that others fit', policy(paths('/a')), policy(paths('/a*')), 'GET http://cart.shop.svc.cluster.local/ax'],
    ['a template', '', policy(paths('"/a/{*}/c"')), 'GET http://cart.shop.svc.cluster.local/a/x/c'],
    ['a method', '', policy('{to: [{operation: {methods: [PATCH]}}]}'), 'PATCH http://cart.shop.svc.cluster.local/'],
    [
      'a header',
      '',
      policy('{when: [{key: "request.headers[x-a]", values: [b*]}]}'),
      'GET http://cart.shop.svc.cluster.local/ with x-a: bx',
    ],
    [
      'a claim',
      TOKENS,
      TOKENS + policy('{when: [{key: "request.auth.claims[a][b]", values: [c]}]}'),
      'GET http://cart.shop.svc.cluster.local/ with claims {"a":{"b":"c"}}',
    ],
  ])('%s', (_, before, after, title) => expect(titles(before, after)).toContain(`web.shop: ${title}`));

  test('clients whom it tells apart', () => {
    const account = (name: string) =>
      deployment(name).replace('spec: {containers', `spec: {serviceAccountName: own, containers`);
    const mesh = SHOP.replace(deployment('shop/beta'), account('shop/beta'));
    const after = mesh + policy('{from: [{source: {principals: ["*/sa/own"]}}]}');
    const senders = diff(meshOf(mesh), meshOf(after)).changes.flatMap(({ probes }) =>
      probes.map(({ sender }) => sender),
    );
    expect(new Set(senders)).toEqual(new Set(['beta.shop']));
  });

  test('clients outside, by their address', () => {
    const door =
      deployment('shop/door', 'istio: door', '[{containerPort: 80}]') +
      networking(
        'Gateway',
        'shop/door',
        'selector: {istio: door}, servers: [{port: {number: 80, name: http, protocol: HTTP}, hosts: ["*"]}]',
      ) +
      networking(
        'VirtualService',
        'shop/out',
        'hosts: [shop.example.com], gateways: [door], http: [{route: [{destination: {host: cart}}]}]',
      );
    const closed = policy(
      '{from: [{source: {ipBlocks: [203.0.113.0/24]}}]}',
      'selector: {matchLabels: {istio: door}}, action: DENY',
    );
    expect(titles(door, door + closed)).toEqual([
      'gateway door.shop: GET http://shop.example.com/ with client address 203.0.113.0',
    ]);
  });
});

test('a client without a sidecar feels that mutual TLS is required', () => {
  const strict = security('PeerAuthentication', 'shop/default', 'mtls: {mode: STRICT}');
  expect(titles('', strict)).toContain(NOBODY);
});

describe('bytes that are no HTTP', () => {
  const DATA =
    deployment('shop/data') + service('shop/data', 'ports: [{name: tcp, port: 5432}, {name: tls, port: 8443}]');
  const to = (kind: 'tcp' | 'tls', match: string): string =>
    networking(
      'VirtualService',
      'shop/data',
      `hosts: [data], ${kind}: [{match: [{${match}}], route: [{destination: {host: beta, port: {number: 80}}}]}]`,
    );

  test.each([
    ['TCP', to('tcp', 'port: 5432'), 'tcp://data.shop.svc.cluster.local:5432'],
    ['TLS', to('tls', 'sniHosts: [data.shop.svc.cluster.local]'), 'tls://data.shop.svc.cluster.local:8443'],
  ])('%s', (_, after, title) => expect(titles(DATA, DATA + after)).toContain(`web.shop: ${title}`));

  test('a client by its labels', () => {
    const after = to('tcp', 'port: 5432, sourceLabels: {app: cart}');
    expect(titles(DATA, DATA + after)).toEqual(['cart.shop: tcp://data.shop.svc.cluster.local:5432']);
  });
});

test('a client that is gone is no change of behaviour', () => {
  const without = SHOP.replace(deployment('shop/web'), '');
  expect(diff(meshOf(SHOP), meshOf(without)).changes).toEqual([]);
});

describe('examples of expressions', () => {
  test.each([
    ['/api/v[0-9]+/items', '/api/v0/items'],
    ['^(.*?;)?(user=jason)(;.*)?$', 'user=jason'],
    ['/(order|cart)/.*', '/cart/'],
    ['a|b', 'a'],
    ['(?i)Cart', 'cart'],
    ['[^\\x00-\\x{10FFFF}]', undefined],
    ['(', undefined],
  ])('%s', (regex, example) => expect(exampleOf(regex)).toBe(example));

  test('an example always fits its expression', () => {
    const part = fc.constantFrom('/a', '[a-z]', '.', '\\d', '(x|y)', 'b+', 'c*', 'd?', '\\.', '|');
    fc.assert(
      fc.property(fc.array(part, { minLength: 1, maxLength: 6 }), (parts) => {
        const regex = parts.join('');
        return new RegExp(`^(?:${regex})$`).test(exampleOf(regex) ?? 'none');
      }),
    );
  });
});

test('the first variant meets all that a match asks for', () => {
  const [met, ...missed] = variantsOf({
    uri: { prefix: '/api' },
    method: { exact: 'POST' },
    headers: { user: { exact: 'ann' } },
    queryParams: { q: { exact: 'a b' } },
  });
  expect(met).toEqual({ path: '/api', method: 'POST', headers: { user: 'ann' }, query: 'q=a%20b' });
  expect(missed).toContainEqual({ path: '/api', method: 'POST', headers: {}, query: 'q=a%20b' });
  expect(missed).toContainEqual({ path: '/api', method: 'GET', headers: { user: 'ann' }, query: 'q=a%20b' });
});

test('a client stands only for clients with whose requests the same happens before and after', () => {
  const admits = (account: string) =>
    meshOf(
      ['web', 'cart', 'other']
        .map(
          (name) => `apiVersion: v1
kind: Service
metadata: { name: ${name}, namespace: shop }
spec: { selector: { app: ${name} }, ports: [{ name: http, port: 80 }] }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name}, namespace: shop }
spec:
  selector: { matchLabels: { app: ${name} } }
  template:
    metadata: { labels: { app: ${name}, sidecar.istio.io/inject: 'true' } }
    spec: { serviceAccountName: ${name}, containers: [{ name: ${name}, image: ${name} }] }
---
`,
        )
        .join('') +
        `apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: { name: cart, namespace: shop }
spec:
  selector: { matchLabels: { app: cart } }
  rules: [{ from: [{ source: { principals: [cluster.local/ns/shop/sa/${account}] } }] }]
`,
    );
  const { changes } = diff(admits('web'), admits('gone'));
  expect(changes.map(({ probes: [{ sender, others }] }) => [sender, others])).toEqual([['web.shop', []]]);
});

test.each([
  ['a port that no URL can have', 'name: http, number: 9007199254740991'],
  ['a negative port', 'name: tcp-a, number: -1, protocol: TCP'],
  ['a port that is text', 'name: tls, number: "x y", protocol: TLS'],
])('of %s: requests that nobody can send are not asked', (_, port) => {
  const entry = (ports: string): string =>
    networking('ServiceEntry', 'shop/a', `hosts: [a.example.com], resolution: DNS, ports: [{${ports}}]`);
  const { changes, faults } = diff(meshOf(SHOP), meshOf(SHOP + entry(port)));
  expect([changes, faults]).toEqual([[], []]);
});

test.each([
  ['a path of a policy', policy(paths('"/\\ud800"'))],
  ['a path of a route', routes(toBeta('uri: {exact: "/\\udc00x"}'))],
  ['a query parameter', routes(toBeta('queryParams: {q: {exact: "\\ud800"}}'))],
])('half of a surrogate pair: %s', (_, text) => {
  const { faults, asked } = diff(meshOf(SHOP), meshOf(SHOP + text));
  expect(faults).toEqual([]);
  expect(asked).toBeGreaterThan(0);
});
