import fc from 'fast-check';
import { diff } from '../src/diff';
import { exampleOf, variantsOf } from '../src/probing/variants';
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
  expect(change).toMatchObject({ before: 'goes to cart (1 pod)', after: 'goes to beta (1 pod)' });
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
  expect(change!.after).toMatch(/^goes to beta \(1 pod\) \(as \/b/);
});

test('a policy that refuses is named', () => {
  const [change] = changes('', security('AuthorizationPolicy', 'shop/closed', 'selector: {matchLabels: {app: cart}}'));
  expect(change!.after).toContain('is refused with 403 by AuthorizationPolicy shop/closed');
  expect(change!.probes.length).toBeGreaterThan(1);
});

test('a client that is gone is no change of behaviour', () => {
  const without = SHOP.replace(deployment('shop/web'), '');
  expect(diff(meshOf(SHOP), meshOf(without)).changes).toEqual([]);
});

describe('examples of patterns', () => {
  test.each([
    ['/api/v[0-9]+/items', '/api/v0/items'],
    ['^(.*?;)?(user=jason)(;.*)?$', undefined],
    ['/(cart|order)/.*', '/cart/x'],
    ['\\d{4}-\\w+', '1-a'],
    ['(', undefined],
  ])('%s', (regex, example) => {
    const found = exampleOf(regex);
    if (example === undefined || !new RegExp(`^(?:${regex})$`).test(example))
      expect([undefined, found]).toContain(found);
    else expect(found).toBe(example);
  });

  test('an example always fits its pattern', () => {
    const part = fc.constantFrom('/a', '[a-z]', '.', '\\d', '(x|y)', 'b+', 'c*', 'd?', '\\.');
    fc.assert(
      fc.property(fc.array(part, { minLength: 1, maxLength: 6 }), (parts) => {
        const regex = parts.join('');
        const example = exampleOf(regex);
        return example === undefined || new RegExp(`^(?:${regex})$`).test(example);
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
